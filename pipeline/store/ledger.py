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

from pipeline.errors import ContractError, StoreError
from pipeline.events import EVENT_TYPES, Event, LedgerMoved
from pipeline.store.backup import back_up
from pipeline.store.chain import (
    ChainedRow,
    LedgerHead,
    bounds,
    broken_links,
    read_ends,
    read_head,
    stamp,
)
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

_READ_SIZE: Final = 10_000  # rows fetched at a time


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the ledger holds it."""

    seq: int
    at: dt.datetime
    actor: str
    software: str
    uid: str
    event: Event


class Ledger:
    """An open ledger; make one with `create_ledger` or `open_ledger`.

    Parameters
    ----------
    engine
        The database.
    software
        What writes, for example ``"thresher 0.1.0"``.
    last
        Show nothing after this event, and append nothing; None for all that there is.
    """

    def __init__(self, engine: sa.Engine, *, software: str, last: int | None = None) -> None:
        self._engine = engine
        self._software = software
        self._last = last

    def pinned(self, *, as_of: dt.datetime | None = None, last: int | None = None) -> Ledger:
        """Return the ledger as it is now, or was at a time or an event: it shows nothing later.

        Times never run backwards in a ledger, so one sequence number bounds them too. Nothing can
        be appended through it.
        """
        with reading(self._engine) as connection:
            bound = min((one for one in (self._last, last) if one is not None), default=None)
            head = read_head(connection, last=bound, as_of=as_of)
        return Ledger(self._engine, software=self._software, last=head.seq)

    @property
    def software(self) -> str:
        """What writes."""
        return self._software

    @property
    def engine(self) -> sa.Engine:
        """The database."""
        return self._engine

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
        ContractError
            It is a pinned one.
        """
        if self._last is not None:
            raise ContractError("nothing is appended to a pinned ledger: it would not show it")
        keys = list(uids) if uids is not None else [uuid.uuid4().hex for _ in events]
        with writing(self._engine) as connection:
            head, known = read_ends(connection, keys if uids is not None else ())
            self._refuse_retired(connection, head)
            at = max(stamp(now), head.at)  # the order of the ledger is the order of its times
            rows: list[ChainedRow] = []
            for key, event in zip(keys, events, strict=True):
                if key not in known:
                    row = ChainedRow.after(
                        head, event, at=at, actor=actor, software=self._software, uid=key
                    )
                    head, known[key] = row.head, row.seq
                    rows.append(row)
            if rows:
                connection.execute(sa.insert(EVENT), [row.values() for row in rows])
            return [known[key] for key in keys]

    def head(self, *, without: Sequence[type[Event]] = ()) -> LedgerHead:
        """Return the end of the chain, or the last event that is not of the kinds ``without``."""
        with reading(self._engine) as connection:
            kinds = [kind.kind for kind in without]
            return read_head(connection, without=kinds, last=self._last)

    def read(
        self, *kinds: type[Event], as_of: dt.datetime | None = None, after: int = 0
    ) -> list[RecordedEvent]:
        """Return the events of these kinds (all, when none is named) up to a time, in order.

        ``after`` leaves out the events up to that sequence number: what is new since then.

        Raises
        ------
        StoreError
            An event cannot be understood: the ledger is damaged.
        """
        with reading(self._engine) as connection:
            rows = self._select(connection, kinds, as_of, after)
            return [self._recorded(row) for row in rows]

    def frame(self, kind: type[Event], *, as_of: dt.datetime | None = None) -> pl.DataFrame:
        """Return the events of one kind as columns: ``seq, at, actor, uid`` and the body as JSON.

        A million decisions are read without making a million objects; the caller decodes ``body``
        with the dtype that it needs.
        """
        with reading(self._engine) as connection:
            rows = list(self._select(connection, (kind,), as_of))
        columns = ("seq", "at", "actor", "uid", "body")
        dtypes = {name: pl.UInt64 if name == "seq" else pl.String for name in columns}
        data = {name: [getattr(row, name) for row in rows] for name in columns}
        return pl.DataFrame(data, schema=dtypes).with_columns(
            pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC")
        )

    def broken_links(self) -> Iterator[tuple[int, str]]:
        """Yield each place where the chain does not hold: sequence number and what is wrong."""
        with reading(self._engine) as connection:
            rows = list(self._select(connection, (), None))
        yield from broken_links(rows)

    def refuse_retired(self) -> None:
        """Refuse a ledger that was moved to another store.

        Raises
        ------
        StoreError
            It was moved; the message says where to.
        """
        with reading(self._engine) as connection:
            self._refuse_retired(connection, read_head(connection))

    def _refuse_retired(self, connection: sa.Connection, head: LedgerHead) -> None:
        if head.kind != LedgerMoved.kind:
            return
        query = sa.select(EVENT.c.body).where(EVENT.c.seq == head.seq)
        moved = LedgerMoved.model_validate_json(connection.execute(query).scalar_one())
        raise StoreError(
            self.where, f"was moved to {moved.to}", "set [store] url in review.toml to that"
        )

    def _select(
        self,
        connection: sa.Connection,
        kinds: Sequence[type[Event]],
        as_of: dt.datetime | None,
        after: int = 0,
    ) -> Iterator[sa.Row[tuple[int, str]]]:
        bounded = bounds(last=self._last, as_of=as_of)
        query = sa.select(EVENT).where(EVENT.c.seq > after, *bounded).order_by(EVENT.c.seq)
        if kinds:
            query = query.where(EVENT.c.kind.in_([kind.kind for kind in kinds]))
        yield from connection.execution_options(yield_per=_READ_SIZE).execute(query)

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
    ledger.refuse_retired()
    return ledger
