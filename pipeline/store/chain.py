"""The rows of the ledger and the chain that their hashes make."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from pipeline.events import canonical_json, sha256_of
from pipeline.store.schema import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.events import Event

__all__ = [
    "ChainedRow",
    "LedgerHead",
    "bounds",
    "broken_links",
    "read_ends",
    "read_head",
    "stamp",
]

GENESIS: Final = "0" * 64
_CHAINED: Final = ("seq", "kind", "at", "actor", "software", "uid", "body", "previous")
_KEYS_PER_QUERY: Final = 500  # SQLite allows a limited number of bound values


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The end of the chain: how many events there are, and the hash that covers them all."""

    seq: int
    hash: str
    at: str
    kind: str


_NOTHING: Final = LedgerHead(0, GENESIS, "", "")


@dataclass(frozen=True, slots=True)
class ChainedRow:
    """One event as it is stored; its hash covers its content and the hash of the row before."""

    seq: int
    kind: str
    at: str
    actor: str
    software: str
    uid: str
    body: str
    previous: str

    @classmethod
    def after(
        cls, head: LedgerHead, event: Event, *, at: str, actor: str, software: str, uid: str
    ) -> ChainedRow:
        """Return the row of an event that follows the end of a chain."""
        body = canonical_json(event.model_dump(mode="json"))
        return cls(head.seq + 1, event.kind, at, actor, software, uid, body, head.hash)

    @property
    def hash(self) -> str:
        """The hash over this row and, through ``previous``, over all before it."""
        return sha256_of(canonical_json([getattr(self, name) for name in _CHAINED]))

    @property
    def head(self) -> LedgerHead:
        """The end of the chain once this row is appended."""
        return LedgerHead(self.seq, self.hash, self.at, self.kind)

    def values(self) -> dict[str, int | str]:
        """Return the columns of the table."""
        return {name: getattr(self, name) for name in _CHAINED} | {"hash": self.hash}


def stamp(moment: dt.datetime) -> str:
    """Write a time so that stamps compare as text.

    >>> stamp(dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC))
    '2026-11-22T09:30:00.000000+00:00'
    """
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def read_head(
    connection: sa.Connection,
    *,
    without: Sequence[str] = (),
    last: int | None = None,
    as_of: dt.datetime | None = None,
) -> LedgerHead:
    """Return the end of the chain, or the last event that is not of the kinds ``without``.

    ``last`` and ``as_of`` leave out what comes after that event, or after that time.
    """
    columns = (EVENT.c.seq, EVENT.c.hash, EVENT.c.at, EVENT.c.kind)
    query = sa.select(*columns).where(*bounds(last=last, as_of=as_of))
    query = query.where(EVENT.c.kind.not_in(list(without))).order_by(EVENT.c.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return _NOTHING if row is None else LedgerHead(*row)


def bounds(
    *, last: int | None = None, as_of: dt.datetime | None = None
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that leave out what comes after an event, or after a time.

    >>> len(bounds()), len(bounds(last=9))
    (0, 1)
    """
    conditions = [] if last is None else [EVENT.c.seq <= last]
    return conditions if as_of is None else [*conditions, EVENT.c.at <= stamp(as_of)]


def read_ends(connection: sa.Connection, keys: Sequence[str]) -> tuple[LedgerHead, dict[str, int]]:
    """Return the end of the chain, and the numbers of those keys that the ledger has already.

    One question for both: it is asked while other writers wait.
    """
    some, others = list(keys[:_KEYS_PER_QUERY]), list(keys[_KEYS_PER_QUERY:])
    last = sa.select(sa.func.max(EVENT.c.seq)).scalar_subquery()
    columns = (EVENT.c.seq, EVENT.c.hash, EVENT.c.at, EVENT.c.kind, EVENT.c.uid)
    query = sa.select(*columns).where(sa.or_(EVENT.c.seq == last, EVENT.c.uid.in_(some)))
    rows = connection.execute(query.order_by(EVENT.c.seq)).all()
    if not rows:
        return _NOTHING, {}
    known = {row.uid: row.seq for row in rows if row.uid in some}
    return LedgerHead(*rows[-1][:4]), known | _find_known(connection, others)


def _find_known(connection: sa.Connection, keys: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        some = list(keys[start : start + _KEYS_PER_QUERY])
        query = sa.select(EVENT.c.uid, EVENT.c.seq).where(EVENT.c.uid.in_(some))
        known |= {row.uid: row.seq for row in connection.execute(query)}
    return known


def broken_links(rows: Sequence[sa.Row[tuple[int, str]]]) -> Iterator[tuple[int, str]]:
    """Yield each place where the chain does not hold: sequence number and what is wrong."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.seq != expected:
            yield expected, f"events {expected} to {row.seq - 1} are missing"
        content = ChainedRow(*(getattr(row, name) for name in _CHAINED))
        if row.previous != previous:
            yield row.seq, "does not follow the event before it"
        if content.hash != row.hash:
            yield row.seq, "was changed after it was written"
        previous, expected = row.hash, row.seq + 1
