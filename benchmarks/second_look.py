"""Flip some decisions of the labelled sets and see how soon the second look finds them.

    python -m benchmarks.second_look [--half choose|confirm|all] [--share 0.02] [--seeds N]

Of the relevant records of a fully decided set, some are called irrelevant, and as many irrelevant
ones relevant. A flip counts as found when it stands in the first 1 % or 5 % of the decisions of its
kind, most surprising first; by chance that would be 1 % and 5 % of the flips.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from benchmarks.ranking import labelled_path, set_names
from pipeline.schemas import Citation, Label
from pipeline.screen import Ranker, take_second_look

_FIRST: Final = (0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Found:
    """Share of the flips found in the first 1 % and 5 % of the exclusions and of the inclusions."""

    dataset: str
    n_flipped: int
    exclusions: tuple[float, float]
    inclusions: tuple[float, float]


def main() -> None:
    """Flip, look again and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=["choose", "confirm", "all"], default="choose")
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--most", type=int, default=2_000, help="records of a set, at most")
    options = parser.parse_args()
    results = []
    for name in set_names(options.half):
        records = pl.read_csv(labelled_path(name), infer_schema_length=None)
        if records.height <= options.most:
            runs = [look_again(name, records, options.share, seed) for seed in range(options.seeds)]
            results += runs
            sys.stderr.write(f"{runs[0]}\n")
    for kind in ("exclusions", "inclusions"):
        shares = np.mean([getattr(one, kind) for one in results], axis=0)
        sys.stdout.write(
            f"wrong {kind}: {shares[0]:.0%} in the first 1 %, {shares[1]:.0%} in the first 5 % "
            f"({len(results)} runs)\n"
        )


def look_again(name: str, records: pl.DataFrame, share: float, seed: int) -> Found:
    """Flip a share of the relevant, and as many others, and return how many come out on top."""
    rng = np.random.default_rng(seed)
    truth = records["label"].to_numpy() == 1
    n = max(1, round(share * truth.sum()))
    hidden = rng.choice(np.flatnonzero(truth), n, replace=False)
    added = rng.choice(np.flatnonzero(~truth), n, replace=False)
    given = truth.copy()
    given[hidden], given[added] = False, True
    ids = pl.Series([f"c{row:06d}" for row in range(records.height)])
    labels = Label.validate(pl.DataFrame({"citation_id": ids, "is_relevant": given}))
    looks = take_second_look(Ranker(_citations(records, ids), seed=seed), labels)
    return Found(
        name,
        n,
        exclusions=_shares(looks.filter(~pl.col("is_relevant")), ids.gather(hidden)),
        inclusions=_shares(looks.filter("is_relevant"), ids.gather(added)),
    )


def _shares(looks: pl.DataFrame, flipped: pl.Series) -> tuple[float, float]:
    ranks = looks.filter(pl.col("citation_id").is_in(flipped.implode()))["position"]
    first, more = (float((ranks <= max(1, round(part * looks.height))).mean()) for part in _FIRST)
    return first, more


def _citations(records: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Return the records as citations of one record each."""
    empty = Citation.create_empty()
    given = records.select("title", "abstract").with_columns(
        citation_id=ids, record_id=ids, membership_hash=ids
    )
    lists = [
        pl.lit([], dtype=dtype).alias(column)
        for column, dtype in empty.schema.items()
        if isinstance(dtype, pl.List)
    ]
    others = [
        pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in empty.schema.items()
        if not isinstance(dtype, pl.List) and column not in given.columns
    ]
    framed = given.with_columns(*lists, *others).with_columns(
        record_ids=pl.concat_list("citation_id"), databases=pl.lit(["medline"])
    )
    return Citation.validate(framed.select(empty.columns))


if __name__ == "__main__":
    main()
