"""List every record that was wrongly removed or wrongly kept, with what the evidence says of it.

A person's reading of an error (label error, policy, ours) is kept in ``dedupe_readings.csv`` by the
ids of the records; what nobody has read says so. A reading names its cause before the first
semicolon: causes that recur are counted. Ids and readings only: no text of the sets.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.labelled import LabelledSet
    from pipeline.dedupe import Deduplicated

__all__ = ["DedupeError", "find_errors", "write_errors"]

READINGS = Path(__file__).resolve().parent / "dedupe_readings.csv"
_INTRODUCTION = (
    "Written by `python -m benchmarks.dedupe`; each set judged by a model that never saw it. A "
    "false negative names the records of one true cluster that were kept apart, a false positive "
    "those of two that were merged."
)
_RECURRING = 2  # errors from which a cause is counted in the summary
UNREAD = ("ours", "not read one by one; the evidence is what stands beside it")


@dataclass(frozen=True)
class DedupeError:
    """Records of one true cluster that stayed apart, or of two that were merged."""

    set_name: str
    kind: str  # "false positive" or "false negative"
    record_ids: tuple[str, ...]
    evidence: str


def find_errors(labelled: LabelledSet, found: Deduplicated) -> Iterator[DedupeError]:
    """Yield the errors on one set, counted as `score_clusters` counts them."""
    home = dict(found.clusters.iter_rows())
    pairs = {(row["left_id"], row["right_id"]): row for row in found.pairs.iter_rows(named=True)}
    truth = labelled.truth.group_by("citation_id").agg(pl.col("record_id").sort())
    for ids in truth.sort("citation_id")["record_id"].to_list():
        kept = [one for one in ids if home[one] == one]
        if not kept:
            together = tuple(sorted({home[ids[0]], *ids}))
            yield DedupeError(labelled.name, "false positive", together, _evidence(together, pairs))
        elif len(kept) > 1:
            apart = tuple(kept)
            yield DedupeError(labelled.name, "false negative", apart, _evidence(tuple(ids), pairs))


def _evidence(ids: tuple[str, ...], pairs: Mapping[tuple[str, str], Mapping[str, object]]) -> str:
    """Say what became of the likeliest pair among the records."""
    compared = [pairs[pair] for pair in combinations(sorted(ids), 2) if pair in pairs]
    apart = [row for row in compared if row["verdict"] != "same"] or compared
    if not apart:
        return "no pair came near enough to be kept"
    best = max(apart, key=lambda row: float(str(row["probability"])))
    vetoes = best["vetoes"]
    named = f", {' + '.join(vetoes)}" if isinstance(vetoes, list) and vetoes else ""
    return f"{best['verdict']} at {float(str(best['probability'])):.2f}{named}"


def write_errors(errors: list[DedupeError]) -> str:
    """Return the report: a count of each class, then every error."""
    table = pl.read_csv(READINGS, infer_schema=False)
    readings = {(s, ids): (c, r) for s, ids, c, r in table.iter_rows()}
    rows = [
        (one, *readings.get((one.set_name, " ".join(one.record_ids)), UNREAD)) for one in errors
    ]
    lines = [
        "# Every error of deduplication on the labelled sets",
        "",
        _INTRODUCTION,
        "",
        "| set | false positives | false negatives | of these: label error | policy | ours |",
        "|---|---|---|---|---|---|",
        *_summary(rows),
        "",
        "| what recurs | class | errors |",
        "|---|---|---|",
        *_causes(rows),
        "",
        "| set | error | records | evidence | class | reading |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.set_name} | {one.kind} | {' '.join(one.record_ids)} | {one.evidence} | {kind} "
            f"| {reading} |"
            for one, kind, reading in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def _summary(rows: list[tuple[DedupeError, str, str]]) -> Iterator[str]:
    for name in dict.fromkeys(one.set_name for one, _, _ in rows):
        own = [(one, c) for one, c, _ in rows if one.set_name == name]
        n_positive = sum(one.kind == "false positive" for one, _ in own)
        n_negative = sum(len(one.record_ids) - 1 for one, _ in own if one.kind == "false negative")
        classes = [sum(c == wanted for _, c in own) for wanted in ("label error", "policy", "ours")]
        yield f"| {name} | {n_positive} | {n_negative} | {' | '.join(map(str, classes))} |"


def _causes(rows: list[tuple[DedupeError, str, str]]) -> Iterator[str]:
    """Count the causes that recur, the most frequent first."""
    counted = Counter((reading.partition(";")[0], kind) for _, kind, reading in rows)
    for (cause, kind), n in counted.most_common():
        if n >= _RECURRING:
            yield f"| {cause} | {kind} | {n} |"
