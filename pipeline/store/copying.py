"""A ledger is copied to a new SQLite file: one moment of it, row by row with its hashes.

Whatever the store (SQLite or PostgreSQL), the rows are read in one transaction, so that others may
write meanwhile. A text that must not be shared can be left out; its row keeps its hash, so that the
chain still runs through it, and says of itself only that it is not the one that was hashed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from pipeline.events import canonical_json
from pipeline.store.database import reading, writing
from pipeline.store.ledger import Ledger, create_ledger
from pipeline.store.schema import EVENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["LeftOut", "copy_ledger"]

_ROWS_AT_A_TIME: Final = 10_000
_FILLER: Final = "…"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field of an event whose text is left out of a copy.

    Parameters
    ----------
    field
        Its name.
    n_kept
        How many characters stay. Of a text that is cut the length stays too, because its place is
        counted in characters; 0: nothing stays.
    """

    field: str
    n_kept: int = 0

    def cut(self, text: str) -> str:
        """Return what stays of a text.

        >>> LeftOut("quote", 5).cut("Nurses know"), LeftOut("text").cut("Nurses know")
        ('Nurse………………', '')
        """
        if not self.n_kept:
            return ""
        return text[: self.n_kept] + _FILLER * max(0, len(text) - self.n_kept)


_NOTHING: Final[Mapping[str, LeftOut]] = {}


def copy_ledger(
    source: Ledger, path: Path, *, without: Mapping[str, LeftOut] = _NOTHING
) -> tuple[Ledger, frozenset[int]]:
    """Copy a ledger as it is now; others may append to it meanwhile.

    Parameters
    ----------
    source
        The ledger, wherever it is kept.
    path
        The new SQLite file.
    without
        Fields whose text is left out, by the kind of event.

    Returns
    -------
    tuple
        The copy, and the sequence numbers of the events that something was left out of.
    """
    copy = create_ledger(f"sqlite:///{path}", software=source.software)
    left_out: set[int] = set()
    with reading(source.engine) as here, writing(copy.engine) as there:
        rows = here.execute(sa.select(EVENT).order_by(EVENT.c.seq)).mappings()
        for part in rows.partitions(_ROWS_AT_A_TIME):
            copied = [dict(row) for row in part]
            for row in copied:
                cut = _cut(row["body"], without.get(row["kind"]))
                if cut != row["body"]:
                    row["body"] = cut
                    left_out.add(row["seq"])
            there.execute(sa.insert(EVENT), copied)
    return copy, frozenset(left_out)


def _cut(body: str, left_out: LeftOut | None) -> str:
    if left_out is None:
        return body
    fields = json.loads(body)
    cut = left_out.cut(fields[left_out.field])
    is_whole = cut == fields[left_out.field]
    return body if is_whole else canonical_json({**fields, left_out.field: cut})
