"""Decide unsure pairs on the terminal: two records side by side, one key each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click
import polars as pl

from flows.output import print_table, say
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["judge_pairs"]

_SHOWN: Final = (
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "database",
)
_VERDICTS: Final = {"s": "same", "d": "distinct"}


def judge_pairs(review: Review, *, reviewer: str) -> int:
    """Show the unsure pairs, likeliest first, and record what the person says of each.

    Returns
    -------
    int
        How many pairs were judged.

    Raises
    ------
    InputError
        Nobody is named to answer for it.
    """
    if not sys.stdin.isatty():
        raise InputError("--review-pairs", "needs a terminal", "run it in one")
    if not reviewer:
        raise InputError("--review-pairs", "needs --as", "say who decides")
    snapshot = review.snapshot()
    records = snapshot.records
    n_judged = 0
    for left_id, right_id, probability in snapshot.unsure_pairs.select(
        "left_id", "right_id", "probability"
    ).iter_rows():
        _show(records, left_id, right_id, probability)
        key = click.getchar().lower()
        if key == "q":
            break
        if key in _VERDICTS:
            review.judge_pair(left_id, right_id, _VERDICTS[key], actor=reviewer)
            n_judged += 1
    say(f"{n_judged} pairs judged, {snapshot.unsure_pairs.height - n_judged} left")
    return n_judged


def _show(records: pl.DataFrame, left_id: str, right_id: str, probability: float) -> None:
    left, right = (
        records.row(by_predicate=pl.col("record_id") == one, named=True)
        for one in (left_id, right_id)
    )
    rows = [(name, left[name], right[name]) for name in _SHOWN if left[name] or right[name]]
    print_table(f"same publication? ({probability:.2f})", ("", left_id, right_id), rows)
    say("s same   d distinct   any other key later   q quit")
