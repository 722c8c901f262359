"""Scores suggested tags against invented abstracts with known tags.

Record-level micro-F1 for domains, for domain × polarity and for levels, and F1 of the evidence
sentences; beside each stands what the rule "every label on every record" would reach, since an F1
alone says little where labels are common. ``python tests/tag/scoring.py GOLD.jsonl`` prints them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.tag import CODEBOOKS, Codebook, suggest_tags
from pipeline.tag.sentences import split_sentences

DEVELOPMENT = Path(__file__).with_name("gold_development.jsonl")


@dataclass(frozen=True, slots=True)
class GoldTag:
    domain: str
    level: str | None
    polarity: str
    sentence: str


@dataclass(frozen=True, slots=True)
class GoldRecord:
    record_id: str
    title: str
    abstract: str
    kind: str
    tags: tuple[GoldTag, ...]


@dataclass(frozen=True, slots=True)
class Score:
    measure: str
    f1: float
    baseline: float
    precision: float
    recall: float


def read_gold(path: Path) -> list[GoldRecord]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        GoldRecord(
            row["record_id"],
            row["title"],
            row["abstract"],
            row["kind"],
            tuple(
                GoldTag(tag["domain"], tag["level"], tag["polarity"], tag["sentence"])
                for tag in row["tags"]
            ),
        )
        for row in rows
    ]


def texts_of(gold: list[GoldRecord]) -> pl.DataFrame:
    return pl.DataFrame(
        [(record.record_id, record.title, record.abstract) for record in gold],
        schema={"record_id": pl.String, "title": pl.String, "abstract": pl.String},
        orient="row",
    )


def score(gold: list[GoldRecord], codebook: Codebook) -> list[Score]:
    found = suggest_tags(texts_of(gold), codebook=codebook).tags
    domains = [domain.id for domain in codebook.domains]
    levels = [level.id for level in codebook.levels]
    polarities = ("barrier", "facilitator")
    ids = [record.record_id for record in gold]
    return [
        _score(
            "domain",
            {(r.record_id, t.domain) for r in gold for t in r.tags},
            set(found.select("record_id", "domain").iter_rows()),
            {(i, d) for i in ids for d in domains},
        ),
        _score(
            "domain × polarity",
            {(r.record_id, t.domain, t.polarity) for r in gold for t in r.tags},
            set(found.select("record_id", "domain", "polarity").iter_rows()),
            {(i, d, p) for i in ids for d in domains for p in polarities},
        ),
        _score(
            "level",
            {(r.record_id, t.level) for r in gold for t in r.tags if t.level},
            set(found.drop_nulls("level").select("record_id", "level").iter_rows()),
            {(i, level) for i in ids for level in levels},
        ),
        _score("evidence sentence", *_evidence(gold, found)),
    ]


def _evidence(gold: list[GoldRecord], found: pl.DataFrame) -> tuple[set, set, set]:
    """Sentences as places: a gold sentence is the place where its text stands in the abstract."""
    known, every = set(), set()
    for record in gold:
        places = [(s.start, s.end) for s in split_sentences(record.abstract)]
        every |= {(record.record_id, *place) for place in places}
        for tag in record.tags:
            start = record.abstract.index(tag.sentence)
            end = start + len(tag.sentence)
            known.add((record.record_id, *_most_overlapping(places, start, end)))
    suggested = set(found.select("record_id", "start", "end").iter_rows())
    return known, suggested, every


def _most_overlapping(places, start, end):
    return max(places, key=lambda place: min(end, place[1]) - max(start, place[0]))


def _score(measure: str, known: set, found: set, every: set) -> Score:
    right = len(known & found)
    return Score(
        measure,
        f1=_f1(known, found),
        baseline=_f1(known, every),
        precision=right / len(found) if found else 0.0,
        recall=right / len(known) if known else 0.0,
    )


def _f1(known: set, found: set) -> float:
    total = len(known) + len(found)
    return 2 * len(known & found) / total if total else 1.0


def kind_accuracy(gold: list[GoldRecord], codebook: Codebook) -> float:
    kinds = suggest_tags(texts_of(gold), codebook=codebook).reports
    found = dict(kinds.select("record_id", "kind").iter_rows())
    return sum(found[record.record_id] == record.kind for record in gold) / len(gold)


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEVELOPMENT
    gold, codebook = read_gold(path), CODEBOOKS["berardi-2024"]
    sys.stdout.write(f"{len(gold)} records\n")
    for line in score(gold, codebook):
        sys.stdout.write(
            f"{line.measure:18} F1 {line.f1:.3f}  every label {line.baseline:.3f}"
            f"  precision {line.precision:.3f}  recall {line.recall:.3f}\n"
        )
    sys.stdout.write(f"kind of document   accuracy {kind_accuracy(gold, codebook):.3f}\n")


if __name__ == "__main__":
    main()
