"""A ledger is copied to another store, row by row with its hashes, and the old one retired.

The old ledger is held while the copy is made, so that nothing is appended to it meanwhile. The copy
is complete and checked before the old ledger gets its last event: a crash leaves the old ledger in
force, or both complete, never a decision in neither.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.events import LedgerMoved
from pipeline.store.chain import ChainedRow, LedgerHead, broken_links, read_head, stamp
from pipeline.store.database import make_engine, reading, writing
from pipeline.store.ledger import Ledger, create_ledger
from pipeline.store.schema import EVENT

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["move_ledger"]

_ROWS_AT_A_TIME: Final = 10_000


def move_ledger(source: Ledger, url: str, *, actor: str, now: dt.datetime) -> Ledger:
    """Copy a ledger to an empty store, retire it, and return the new one.

    Parameters
    ----------
    source
        The ledger in force.
    url
        The new store's SQLAlchemy URL.
    actor
        Who moves it.
    now
        The time of the old ledger's last event.

    Raises
    ------
    StoreError
        The new store cannot be used, or holds another ledger; the old one stays in force.
    """
    _put_retired_aside(url)
    target = create_ledger(url, software=source.software)
    if target.where == source.where:
        target.close()
        raise StoreError(target.where, "is where the ledger is", "name another store")
    try:
        with writing(source.engine) as here:
            head = read_head(here)
            _copy(here, target, head)
            last = LedgerMoved(to=target.where)
            row = ChainedRow.after(
                head,
                last,
                at=max(stamp(now), head.at),
                actor=actor,
                software=source.software,
                uid=uuid.uuid4().hex,
            )
            here.execute(sa.insert(EVENT), [row.values()])
    except StoreError:
        target.close()
        raise
    return target


def _copy(here: sa.Connection, target: Ledger, head: LedgerHead) -> None:
    """Copy every row; what a move that was cut off has copied is taken as it is."""
    rows = here.execute(sa.select(EVENT).order_by(EVENT.c.seq)).mappings()
    with writing(target.engine) as there:
        found = read_head(there)
        if found == head:
            return
        if found.seq:
            raise StoreError(target.where, "holds another ledger", "name an empty store")
        for part in rows.partitions(_ROWS_AT_A_TIME):
            there.execute(sa.insert(EVENT), [dict(row) for row in part])
        copied = there.execute(sa.select(EVENT).order_by(EVENT.c.seq)).all()
        broken = next(broken_links(copied), None)
        if broken or read_head(there) != head:
            raise StoreError(
                target.where, "holds something else than was copied", "see `thresher verify`"
            )


def _put_retired_aside(url: str) -> None:
    """Make room where an SQLite file holds a ledger that was moved away earlier."""
    engine = make_engine(url)
    path = Path(engine.url.database or "")
    if engine.dialect.name != "sqlite" or not path.is_file():
        return
    with reading(engine) as connection:
        head = read_head(connection)
    engine.dispose()
    if head.kind == LedgerMoved.kind:
        path.rename(path.with_name(f"{path.stem}-until-{head.seq}{path.suffix}"))
