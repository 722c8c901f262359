"""When does a model earn its place beside the cues? Reviewers of known habits, unseen reports.

Run with ``make bench-learning``; the development abstracts stand for what a reviewer has read.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.tag import CODEBOOKS, suggest_tags
from pipeline.tag.learning import judge_suggestions

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "tag"))
from scoring import DEVELOPMENT, read_gold, texts_of  # type: ignore[import-not-found]

__all__ = ["main"]

_HABITS = (
    ("codes by the book", ()),
    ("does not count guidelines and evidence", ("GE",)),
    ("does not count two domains", ("GE", "SP")),
)


def main() -> None:
    """Print one line for each reviewer and number of reviewed reports."""
    gold = read_gold(DEVELOPMENT)
    found = suggest_tags(texts_of(gold), codebook=CODEBOOKS["berardi-2024"]).tags
    suggestions = found.rename({"record_id": "report_id"}).with_columns(source=pl.lit("abstract"))
    rows = [
        (one.record_id, "abstract", tag.domain, tag.polarity, start, start + len(tag.sentence))
        for one in gold
        for tag in one.tags
        for start in [one.abstract.index(tag.sentence)]
    ]
    names = dict.fromkeys(("report_id", "source", "domain", "polarity"), pl.String)
    schema = {**names, "start": pl.UInt32, "end": pl.UInt32}
    confirmed = pl.DataFrame(rows, schema=schema, orient="row")
    for habit, without in _HABITS:
        for n in (30, 40, 60, 90):
            reviewed = [one.record_id for one in gold[:n]]
            judged = judge_suggestions(
                suggestions,
                confirmed=confirmed.filter(~pl.col("domain").is_in(list(without))),
                reviewed=reviewed,
                rng=np.random.default_rng(0),
            )
            sys.stdout.write(f"{habit}, {n} reviewed: {judged.gate.sentence}\n")


if __name__ == "__main__":
    main()
