"""Decide unsure duplicates and audited merges on the terminal: side by side, one key each.

What differs is marked, by colour and between ‹ ›, so that it shows without colour too. Every answer
is written at once; a session can be broken off at any time, and the last answer can be taken back.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click
import polars as pl
from rich.table import Table
from rich.text import Text

from flows.output import print_renderable, say
from pipeline.errors import InputError
from pipeline.review.duplicates.side_by_side import compare_side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.dedupe.differences import Span
    from pipeline.review import Review
    from pipeline.review.duplicates.unsure import UnsureCluster

__all__ = ["decide_clusters", "judge_audit", "require_person", "tabulate_differences"]

_KEYS: Final = "s all the same   d all distinct   g groups   l later   u undo   q quit"
_AUDIT_KEYS: Final = "s same publication   d wrongly merged   l later   u undo   q quit"
_VERDICTS: Final = {"s": "same", "d": "distinct"}


def require_person(option: str, reviewer: str) -> None:
    """Refuse to ask where nobody can answer, or nobody answers for it.

    Raises
    ------
    InputError
        There is no terminal, or no reviewer is named.
    """
    if not sys.stdin.isatty():
        raise InputError(option, "needs a terminal", "run it in one")
    if not reviewer:
        raise InputError(option, "needs --as", "say who decides")


def decide_clusters(
    review: Review,
    *,
    reviewer: str,
    batch: int | None = None,
    read_key: Callable[[], str] = click.getchar,
    read_line: Callable[[str], str] = input,
) -> int:
    """Show the unsure clusters, likeliest first, and record what the person says of each.

    Parameters
    ----------
    batch
        How many clusters to show; all if not given.
    read_key, read_line
        Where the answers come from: the keyboard.

    Returns
    -------
    int
        How many clusters were decided.
    """
    clusters = review.duplicates.unsure_clusters()[:batch]
    position, decided = 0, list[int]()
    while position < len(clusters):
        cluster = clusters[position]
        _show_cluster(cluster, position, len(clusters))
        key = read_key().lower()
        if key == "q":
            break
        groups = _groups(cluster, key, read_line)
        if key == "u" and decided:
            review.duplicates.undo_last(actor=reviewer)
            position = decided.pop()
        elif groups is not None:
            review.duplicates.answer(cluster.cluster_id, groups, actor=reviewer)
            decided.append(position)
        position += groups is not None or key == "l"
    say(f"{len(decided)} clusters decided, {len(review.duplicates.unsure_clusters())} left")
    return len(decided)


def _groups(
    cluster: UnsureCluster, key: str, read_line: Callable[[str], str]
) -> list[list[str]] | None:
    """Return what a key says about the citations of a cluster; None where it says nothing."""
    ids = cluster.citations["citation_id"].to_list()
    if key == "s":
        return [ids]
    if key == "d":
        return [[one] for one in ids]
    if key != "g":
        return None
    said = read_line(f"one digit for each of the {len(ids)}, equal digits are one publication: ")
    digits = said.strip()
    if len(digits) != len(ids) or not digits.isdigit():
        say(f"{digits!r} is not {len(ids)} digits; nothing was decided")
        return None
    return [
        [one for one, digit in zip(ids, digits, strict=True) if digit == group]
        for group in sorted(set(digits))
    ]


def _show_cluster(cluster: UnsureCluster, position: int, n: int) -> None:
    citations = cluster.citations
    print_renderable(
        tabulate_differences(
            citations,
            title=f"{position + 1} of {n}: one publication? (likeliest {cluster.probability:.2f})",
            headings=_headings(citations["citation_id"]),
        )
    )
    for left, right, vetoes in cluster.pairs.select("left_id", "right_id", "vetoes").iter_rows():
        if vetoes:
            say(f"{left} and {right}: {', '.join(vetoes)}")
    say(_KEYS)


def _headings(ids: Iterable[str]) -> list[str]:
    return [f"{number} {one}" for number, one in enumerate(ids, start=1)]


def tabulate_differences(rows: pl.DataFrame, *, title: str, headings: Sequence[str]) -> Table:
    """Return records or citations side by side, what differs marked by colour and ‹ ›.

    >>> frame = pl.DataFrame({"title": ["Naps", "Nap"], "year": [2020, 2020]})
    >>> table = tabulate_differences(frame, title="", headings=["a", "b"])
    >>> [str(cell) for column in table.columns for cell in column.cells]
    ['title', 'year', '‹Naps›', '2020', '‹Nap›', '2020']
    """
    table = Table(title=title or None, title_justify="left", show_lines=False, expand=True)
    table.add_column("", style="bold", no_wrap=True)
    for heading in headings:
        table.add_column(heading, overflow="fold", ratio=1)
    for field in compare_side_by_side(rows):
        table.add_row(field.name, *(_marked(spans) for spans in field.values))
    return table


def _marked(spans: Sequence[Span]) -> Text:
    cell = Text()
    for span in spans:
        shown = f"‹{span.text}›" if span.is_different else span.text
        cell.append(shown, style="bold yellow" if span.is_different else None)
    return cell if spans else Text("–", style="dim")


def judge_audit(
    review: Review, *, reviewer: str, read_key: Callable[[], str] = click.getchar
) -> int:
    """Show the merges of the audit sample that nobody has judged, and record what is said.

    Returns
    -------
    int
        How many merges were judged.
    """
    audit = review.duplicates.audit()
    sample = [] if audit is None else audit.sample.filter(pl.col("verdict").is_null()).rows()
    records = review.snapshot().records
    position, judged = 0, list[int]()
    while position < len(sample):
        left, right = sample[position][:2]
        both = records.filter(pl.col("record_id").is_in([left, right])).sort("record_id")
        title = f"{position + 1} of {len(sample)}: merged automatically; rightly?"
        print_renderable(tabulate_differences(both, title=title, headings=_headings([left, right])))
        say(_AUDIT_KEYS)
        key = read_key().lower()
        if key == "q":
            break
        if key == "u" and judged:
            review.duplicates.undo_last(actor=reviewer)
            position = judged.pop()
        elif key in _VERDICTS:
            review.judge_pair(left, right, _VERDICTS[key], actor=reviewer)
            judged.append(position)
        position += key in _VERDICTS or key == "l"
    return len(judged)
