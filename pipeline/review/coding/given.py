"""A judgement as a coder gives it, from a card or from a row of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["GivenTag", "read_tags_table"]

_NUMBERS: Final = ("start", "end", "replaces")
_WORDS: Final = (
    "report_id",
    "verdict",
    "suggestion_id",
    "source",
    "quote",
    "code",
    "polarity",
    "level",
    "extract_kind",
    "note",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTag:
    """A judgement as a coder gives it, before it is checked against the review.

    Parameters
    ----------
    verdict
        accepted, changed, rejected or added.
    suggestion_id
        The suggestion that is judged; what is not given is taken from it.
    report_id, source
        The text of an added tag.
    quote, start, end
        The place of an added tag: its words where they stand only once, or code points.
    code, polarity, level, extract_kind, note
        What the coder says; a level is never filled in.
    replaces
        The judgement that this one re-codes; what is not given is taken from it.
    uid
        One key a click: the same one twice is one judgement.
    where
        For messages: the file and line.
    """

    verdict: str = "added"
    suggestion_id: str | None = None
    report_id: str | None = None
    source: str = "abstract"
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    code: str | None = None
    polarity: str | None = None
    level: str | None = None
    extract_kind: str | None = None
    note: str | None = None
    replaces: int | None = None
    seconds: float | None = None
    uid: str | None = None
    where: str = "tag"


def read_tags_table(table: pl.DataFrame, *, where: str) -> list[GivenTag]:
    """Read judgements from a table of text columns.

    Parameters
    ----------
    table
        ``verdict`` and ``suggestion_id``, or ``report_id`` with ``quote`` (or ``start`` and
        ``end``), ``code`` and ``polarity``; and if there ``source``, ``level``, ``extract_kind``,
        ``note``, ``replaces``. A suggestion without a verdict was left for later.
    where
        The file's name, for messages.

    Raises
    ------
    InputError
        A column is missing, or a number is none.

    >>> import polars as pl
    >>> table = pl.DataFrame({"suggestion_id": ["a1"], "verdict": ["Rejected"]})
    >>> read_tags_table(table, where="a.csv")[0].verdict
    'rejected'
    """
    known = {*_WORDS, *_NUMBERS}
    if not {"suggestion_id", "report_id", "replaces"} & set(table.columns):
        raise InputError(where, "lacks a column suggestion_id or report_id", "add it")
    rows = []
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        line = f"{where}, line {number}"
        cells = {name: (row.get(name) or "").strip() for name in known & set(table.columns)}
        fields: dict[str, Any] = {name: cell for name, cell in cells.items() if cell}
        for name in _NUMBERS:
            if name in fields:
                fields[name] = _number(fields[name], name, line)
        if "suggestion_id" in fields and "verdict" not in fields:
            continue  # a list to fill in, and this row was left
        fields["verdict"] = fields.get("verdict", "added").lower()
        rows.append(GivenTag(**fields, where=line))
    return rows


def _number(text: str, name: str, where: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise InputError(where, f"{name} is {text!r}", "write a whole number")
    return int(text)
