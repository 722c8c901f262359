"""What to say about entries that could not be read: a few of them, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.contract import RawRejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.contract import RawEntry

__all__ = ["rejection_warnings"]

_NAMED: Final = 20  # rejected entries named one by one; all of them are rows of the result


def rejection_warnings(entries: Sequence[RawEntry | RawRejection]) -> tuple[str, ...]:
    """Name the rejected entries by line and reason.

    >>> rejection_warnings([RawRejection(line=3, raw="x", reason="is damaged")])
    ('line 3: is damaged',)
    """
    rejected = [entry for entry in entries if isinstance(entry, RawRejection)]
    named = [f"line {entry.line}: {entry.reason}" for entry in rejected[:_NAMED]]
    rest = len(rejected) - len(named)
    return (*named, f"and {rest} more entries") if rest else tuple(named)
