"""Citations of an unsure cluster side by side: field for field, what differs marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe import mark_differences

if TYPE_CHECKING:
    from pipeline.dedupe.differences import Span

__all__ = ["ComparedField", "compare_side_by_side"]

_COMPARED: Final = (
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "entry_type",
    "language",
    "abstract",
    "databases",
)
_ABSTRACT_SHOWN: Final = 600  # characters: enough to tell two texts apart


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field of several records or citations; a value that is missing has no spans."""

    name: str
    values: tuple[tuple[Span, ...], ...]


def compare_side_by_side(rows: pl.DataFrame) -> list[ComparedField]:
    """Return the fields that any row has, each value cut into what is the same and what differs.

    >>> frame = pl.DataFrame({"title": ["Naps", "Nap"], "year": [2020, 2020]})
    >>> [(one.name, one.values[0][0].is_different) for one in compare_side_by_side(frame)]
    [('title', True), ('year', False)]
    """
    compared = []
    for field in _COMPARED:
        values = [_as_text(value) for value in rows[field]] if field in rows.columns else []
        if any(values):
            compared.append(ComparedField(field, tuple(mark_differences(values))))
    return compared


def _as_text(value: object) -> str:
    if isinstance(value, pl.Series | list):
        return "; ".join(str(one) for one in value)
    return "" if value is None else str(value)[:_ABSTRACT_SHOWN]
