"""Decisions from a table: our own CSV, as it was handed out or made by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError
from pipeline.review.decisions import GivenDecision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

__all__ = ["is_decisions_table", "read_decisions_table"]

_COLUMNS: Final = (
    "citation_id",
    "record_id",
    "stage",
    "decision",
    "reasons",
    "note",
    "decided_at",
    "seconds",
    "queue_position",
)
_OF_OTHER_TABLES: Final = ("title", "title_abstract", "full_text")  # of the tables we export


def read_decisions_table(
    table: pl.DataFrame, *, where: str, stage: str = "title-abstract"
) -> list[GivenDecision]:
    """Read decisions from a table of text columns; a row that says nothing is left unread.

    Parameters
    ----------
    table
        ``citation_id`` or ``record_id``, ``decision``, and if there ``stage``, ``reasons``
        separated by ``;``, ``note``, ``decided_at`` (ISO 8601), ``seconds``, ``queue_position``.
    where
        The file's name, for messages.
    stage
        The stage of rows that do not name one.

    Raises
    ------
    InputError
        A column is missing, or a value cannot be read.

    >>> import polars as pl
    >>> table = pl.DataFrame(
    ...     {"record_id": ["embase:l1"], "decision": ["exclude"], "reasons": ["design; population"]}
    ... )
    >>> read_decisions_table(table, where="a.csv")[0].reasons
    ('design', 'population')
    """
    identifier = next((name for name in _COLUMNS[:2] if name in table.columns), None)
    if identifier is None or "decision" not in table.columns:
        raise InputError(
            where, "lacks a column citation_id or record_id, or a column decision", "add it"
        )
    return [
        given
        for number, row in enumerate(table.iter_rows(named=True), start=2)
        if (given := _given(row, identifier, f"{where}, line {number}", stage)) is not None
    ]


def is_decisions_table(columns: Sequence[str]) -> bool:
    """Say whether a table with these columns is our own table of decisions.

    One that names citations and says nothing else of them is, too: its heading was mistyped.

    >>> is_decisions_table(["citation_id", "decision"]), is_decisions_table(["title", "notes"])
    (True, False)
    >>> is_decisions_table(["citation_id", "verdict"]), is_decisions_table(["citation_id", "title"])
    (True, False)
    """
    is_described = any(name in columns for name in _OF_OTHER_TABLES)
    return any(name in columns for name in _COLUMNS[:2]) and (
        "decision" in columns or not is_described
    )


def _given(
    row: Mapping[str, str | None], identifier: str, where: str, stage: str
) -> GivenDecision | None:
    cells = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    if not cells["decision"]:
        if cells["reasons"] or cells["note"]:
            raise InputError(where, "has a reason or a note, and no decision", "say which it is")
        return None
    reasons = (reason.strip() for reason in cells["reasons"].split(";"))
    try:
        return GivenDecision(
            id=cells[identifier],
            decision=cells["decision"].lower(),
            stage=cells["stage"] or stage,
            reasons=tuple(reason for reason in reasons if reason),
            note=cells["note"] or None,
            seconds=float(cells["seconds"]) if cells["seconds"] else None,
            queue_position=int(cells["queue_position"]) if cells["queue_position"] else None,
            decided_at=_moment(cells["decided_at"]),
            where=where,
        )
    except (ValueError, OverflowError) as error:
        raise InputError(where, str(error), "correct the value or leave it empty") from error


def _moment(text: str) -> dt.datetime | None:
    """Read a time; one without a zone is taken as UTC."""
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
