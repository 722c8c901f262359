"""The append-only, hash-chained ledger.

Each row holds one event (`pipeline.events`), its time in UTC, who caused it and which software
wrote it, the hash of the row before and its own hash over all of that. Triggers refuse UPDATE and
DELETE; the chain finds what a dropped trigger lets through. Events of one call are appended
together or not at all; a `uid` makes appending idempotent: a repeated click is one decision.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.events import EVENT_TYPES, Event, canonical_json, sha256_of
from pipeline.store.backup import back_up
from pipeline.store.database import (
    BUSY_TIMEOUT_SECONDS,
    make_engine,
    reading,
    refuse_unsafe_folder,
    writing,
)
from pipeline.store.schema import (
    EVENT,
    LEDGER_VERSION,
    ledger_version,
    refuse_newer,
    upgrade_ledger,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Ledger", "LedgerHead", "RecordedEvent", "create_ledger", "open_ledger"]

logger = logging.getLogger(__name__)

_GENESIS: Final = "0" * 64
_READ_SIZE: Final = 10_000  # rows fetched at a time
_KEYS_PER_QUERY: Final = 500  # SQLite allows a limited number of bound values
_CHAINED: Final = ("seq", "kind", "at", "actor", "software", "uid", "body", "previous")


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the ledger holds it."""

    seq: int
    at: dt.datetime
    actor: str
    software: str
    uid: str
    event: Event


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The end of the chain: how many events there are, and the hash that covers them all."""

    seq: int
    hash: str
    at: str


@dataclass(frozen=True, slots=True)
class _Row:
    seq: int
    kind: str
    at: str
    actor: str
    software: str
    uid: str
    body: str
    previous: str

    def hash(self) -> str:
        return sha256_of(canonical_json([getattr(self, name) for name in _CHAINED]))

    def values(self) -> dict[str, int | str]:
        return {name: getattr(self, name) for name in _CHAINED} | {"hash": self.hash()}


class Ledger:
    """An open ledger; make one with `create_ledger` or `open_ledger`.

    Parameters
    ----------
    engine
        The database.
    software
        What writes, for example ``"thresher 0.1.0"``.
    """

    def __init__(self, engine: sa.Engine, *, software: str) -> None:
        self._engine = engine
        self._software = software

    @property
    def where(self) -> str:
        """The database's address without a password, for messages."""
        address = self._engine.url.render_as_string(hide_password=True)
        return address.removeprefix("sqlite:///")

    def close(self) -> None:
        """Give the database back."""
        self._engine.dispose()

    def append(
        self,
        events: Sequence[Event],
        *,
        actor: str,
        now: dt.datetime,
        uids: Sequence[str] | None = None,
    ) -> list[int]:
        """Append events in one transaction: all of them or none.

        Parameters
        ----------
        events
            What happened, in order.
        actor
            Who caused it: a reviewer's pseudonym, or ``"thresher"``.
        now
            The time in UTC. A clock that went backwards is held at the ledger's last time.
        uids
            One key an event that makes appending idempotent; an event whose key is already in the
            ledger is not appended again.

        Returns
        -------
        list
            The sequence number of each event, in order (that of the earlier row where the key was
            already there).

        Raises
        ------
        StoreError
            The ledger is busy, full or read-only; nothing was appended.
        """
        keys = list(uids) if uids is not None else [uuid.uuid4().hex for _ in events]
        with writing(self._engine) as connection:
            known = _known(connection, keys) if uids is not None else {}
            head = _head(connection)
            at = max(_stamp(now), head.at)
            rows: list[_Row] = []
            for key, event in zip(keys, events, strict=True):
                if key in known:
                    continue
                previous = rows[-1].hash() if rows else head.hash
                seq = head.seq + len(rows) + 1
                body = canonical_json(event.model_dump(mode="json"))
                known[key] = seq
                rows.append(_Row(seq, event.kind, at, actor, self._software, key, body, previous))
            if rows:
                connection.execute(sa.insert(EVENT), [row.values() for row in rows])
            return [known[key] for key in keys]

    def head(self, *, without: Sequence[type[Event]] = ()) -> LedgerHead:
        """Return the end of the chain, or the last event that is not of the kinds ``without``."""
        with reading(self._engine) as connection:
            return _head(connection, without=[kind.kind for kind in without])

    def read(self, *kinds: type[Event], as_of: dt.datetime | None = None) -> list[RecordedEvent]:
        """Return the events of these kinds (all, when none is named) up to a time, in order.

        Raises
        ------
        StoreError
            An event cannot be understood: the ledger is damaged.
        """
        with reading(self._engine) as connection:
            return [self._recorded(row) for row in _select(connection, kinds, as_of)]

    def frame(self, kind: type[Event], *, as_of: dt.datetime | None = None) -> pl.DataFrame:
        """Return the events of one kind as columns: ``seq, at, actor, uid`` and the body as JSON.

        A million decisions are read without making a million objects; the caller decodes ``body``
        with the dtype that it needs.
        """
        with reading(self._engine) as connection:
            rows = list(_select(connection, (kind,), as_of))
        columns = ("seq", "at", "actor", "uid", "body")
        dtypes = {name: pl.UInt64 if name == "seq" else pl.String for name in columns}
        data = {name: [getattr(row, name) for row in rows] for name in columns}
        return pl.DataFrame(data, schema=dtypes).with_columns(
            pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC")
        )

    def broken_links(self) -> Iterator[tuple[int, str]]:
        """Yield each place where the chain does not hold: sequence number and what is wrong."""
        with reading(self._engine) as connection:
            rows = list(_select(connection, (), None))
        previous, expected = _GENESIS, 1
        for row in rows:
            if row.seq != expected:
                yield expected, f"events {expected} to {row.seq - 1} are missing"
            content = _Row(*(getattr(row, name) for name in _CHAINED))
            if row.previous != previous:
                yield row.seq, "does not follow the event before it"
            if content.hash() != row.hash:
                yield row.seq, "was changed after it was written"
            previous, expected = row.hash, row.seq + 1

    def _recorded(self, row: sa.Row[tuple[int, str]]) -> RecordedEvent:
        try:
            event = EVENT_TYPES[row.kind].model_validate_json(row.body)
        except (KeyError, ValueError) as error:
            raise StoreError(
                f"{self.where}, event {row.seq}", "cannot be understood", "run `thresher verify`"
            ) from error
        at = dt.datetime.fromisoformat(row.at)
        return RecordedEvent(row.seq, at, row.actor, row.software, row.uid, event)


def create_ledger(
    url: str, *, software: str, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS
) -> Ledger:
    """Make a new, empty ledger at this URL, or complete one that was left half made.

    Raises
    ------
    StoreError
        The place is unsafe for SQLite, or cannot be written.
    """
    engine = make_engine(url, busy_timeout_seconds=busy_timeout_seconds)
    if engine.dialect.name == "sqlite" and engine.url.database:
        refuse_unsafe_folder(Path(engine.url.database).parent)
    with writing(engine) as connection:
        upgrade_ledger(connection)
    return Ledger(engine, software=software)


def open_ledger(
    url: str, *, software: str, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS
) -> Ledger:
    """Open an existing ledger; an older one is brought up to date, a newer one refused.

    Raises
    ------
    StoreError
        There is no ledger, it is newer than this Thresher, busy, damaged or in an unsafe place.
    """
    engine = make_engine(url, busy_timeout_seconds=busy_timeout_seconds)
    if engine.dialect.name == "sqlite" and engine.url.database:
        path = Path(engine.url.database)
        if not path.is_file():
            raise StoreError(
                str(path), "there is no ledger", "make the review with `thresher init`"
            )
        refuse_unsafe_folder(path.parent)
    ledger = Ledger(engine, software=software)
    with reading(engine) as connection:
        version = ledger_version(connection)
    refuse_newer(version, where=ledger.where)
    if version != LEDGER_VERSION:
        if version is not None:
            copy = back_up(engine, version=version)
            logger.info("%s: version %s is kept in %s", ledger.where, version, copy)
        with writing(engine) as connection:
            upgrade_ledger(connection)
    return ledger


def _stamp(moment: dt.datetime) -> str:
    """Write a time so that stamps compare as text."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _head(connection: sa.Connection, *, without: Sequence[str] = ()) -> LedgerHead:
    query = sa.select(EVENT.c.seq, EVENT.c.hash, EVENT.c.at).order_by(EVENT.c.seq.desc()).limit(1)
    row = connection.execute(query.where(EVENT.c.kind.not_in(list(without)))).one_or_none()
    return LedgerHead(0, _GENESIS, "") if row is None else LedgerHead(*row)


def _known(connection: sa.Connection, keys: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        some = list(keys[start : start + _KEYS_PER_QUERY])
        query = sa.select(EVENT.c.uid, EVENT.c.seq).where(EVENT.c.uid.in_(some))
        known |= {row.uid: row.seq for row in connection.execute(query)}
    return known


def _select(
    connection: sa.Connection, kinds: Sequence[type[Event]], as_of: dt.datetime | None
) -> Iterator[sa.Row[tuple[int, str]]]:
    query = sa.select(EVENT).order_by(EVENT.c.seq)
    if kinds:
        query = query.where(EVENT.c.kind.in_([kind.kind for kind in kinds]))
    if as_of is not None:
        query = query.where(
            EVENT.c.at <= as_of.astimezone(dt.UTC).isoformat(timespec="microseconds")
        )
    yield from connection.execution_options(yield_per=_READ_SIZE).execute(query)
