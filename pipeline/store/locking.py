"""One run of a review at a time, wherever the others are; one learner at a time on a machine.

The stages of a run write what the next one reads; two at once would do all work twice. Beside an
SQLite ledger a lock file is held, which the system lets go when the process ends, however it ends;
on PostgreSQL an advisory lock of the session, which the server lets go when the connection ends.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from pipeline.errors import StoreError
from pipeline.store.database import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from pipeline.store.ledger import Ledger

__all__ = ["learning_alone", "running_alone"]

_ASK_AGAIN_SECONDS: Final = 0.25
_TRY: Final = "SELECT pg_try_advisory_lock(hashtext('thresher run ' || current_schema()))"
_LET_GO: Final = "SELECT pg_advisory_unlock(hashtext('thresher run ' || current_schema()))"


@contextmanager
def running_alone(ledger: Ledger, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the review for one run; people go on deciding meanwhile.

    Parameters
    ----------
    ledger
        The review's ledger.
    wait_seconds
        How long to wait for a run that is going on.

    Raises
    ------
    StoreError
        Another run is going on.
    """
    database = ledger.engine.url.database
    if ledger.engine.dialect.name == "postgresql" or database is None:
        with reading(ledger.engine) as connection:
            _take_advisory(connection, ledger.where, wait_seconds)
            try:
                yield
            finally:
                connection.exec_driver_sql(_LET_GO)
        return
    lock = FileLock(Path(database).with_suffix(".run.lock"))
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise _taken(ledger.where) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def learning_alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else on this machine learns from this review, and hold the place.

    Parameters
    ----------
    folder
        The review's folder for what can be made again; made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "learning.lock"):
        yield


def _take_advisory(connection: sa.Connection, where: str, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while not connection.exec_driver_sql(_TRY).scalar_one():
        if time.monotonic() >= until:
            raise _taken(where)
        time.sleep(_ASK_AGAIN_SECONDS)


def _taken(where: str) -> StoreError:
    return StoreError(where, "another run of this review is going on", "wait until it has ended")
