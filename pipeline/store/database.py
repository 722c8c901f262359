"""How the ledger's database is opened: durable, patient, and only where it is safe.

SQLite runs in WAL mode with ``synchronous=FULL`` (a decision is on the disk before it is
acknowledged), every writer takes the lock at once (``BEGIN IMMEDIATE``) and waits for others up to
the busy timeout. WAL needs shared memory, which network file systems and sync clients do not give:
such folders are refused. PostgreSQL, for teams, is reached by its URL; its writers take an advisory
lock, which a role that may only read and append can take as well (a table lock would need the right
to change rows).
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import event as sa_event

from pipeline.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["make_engine", "reading", "refuse_unsafe_folder", "translated", "writing"]

BUSY_TIMEOUT_SECONDS: Final = 30.0
_NETWORK_FILE_SYSTEMS: Final = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "fuse.rclone")
_SYNC_FOLDERS: Final = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "nextcloud")
_MOUNTS: Final = Path("/proc/mounts")
_LOCK_POSTGRESQL: Final = "SELECT pg_advisory_xact_lock(hashtext('thresher ' || current_schema()))"


def make_engine(url: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> sa.Engine:
    """Return an engine for the ledger at this URL; nothing is opened yet.

    Raises
    ------
    StoreError
        It is no database URL, or the driver for it is not installed.
    """
    try:
        parsed = sa.engine.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, pool_pre_ping=True)
    except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
        raise StoreError(
            "the ledger's url", f"cannot be used ({error})", "check [store] url and the extras"
        ) from error
    engine = sa.create_engine(
        parsed, connect_args={"timeout": busy_timeout_seconds, "check_same_thread": False}
    )
    sa_event.listen(engine, "connect", _prepare_sqlite)
    sa_event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # this module says BEGIN, not the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open one write transaction that no other writer can enter until it ends.

    Raises
    ------
    StoreError
        Another process holds the ledger for longer than the busy timeout, or it cannot be written.
    """
    with translated(engine), engine.connect() as connection:
        writer = connection.execution_options(is_writer=True)
        with writer.begin():
            if engine.dialect.name == "postgresql":
                writer.exec_driver_sql(_LOCK_POSTGRESQL)
            yield writer


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open one consistent view of the ledger."""
    with translated(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def translated(engine: sa.Engine) -> Iterator[None]:
    """Turn what a database says about its troubles into one of our own errors."""
    where = engine.url.render_as_string(hide_password=True).removeprefix("sqlite:///")
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StoreError(where, *_advice(str(error.orig))) from error
    except sa.exc.DatabaseError as error:
        raise StoreError(
            where, f"cannot be used ({error.orig})", "run `thresher verify`, or restore a copy"
        ) from error


def _advice(message: str) -> tuple[str, str]:
    if "locked" in message:
        return "is held by another process", "close the other program, or wait and try again"
    if "readonly" in message or "read-only" in message:
        return "cannot be written", "make the folder writable"
    if "full" in message:
        return "cannot be written: the disk is full", "free some space and try again"
    if "connection" in message:
        reason = " ".join(message.split())
        return f"cannot be reached ({reason})", "check [store] url, the network and the server"
    return f"cannot be opened ({message})", "check that the folder exists and can be written"


def refuse_unsafe_folder(folder: Path, *, mounts: str | None = None) -> None:
    """Refuse a folder in which SQLite's write-ahead log can lose decisions.

    Parameters
    ----------
    folder
        Where the ledger is, or will be.
    mounts
        The text of ``/proc/mounts``; read where the system has it.

    Raises
    ------
    StoreError
        The folder is on a network file system or inside a sync client's folder.
    """
    path = folder.resolve()
    synced = [part for part in path.parts if part.lower().startswith(_SYNC_FOLDERS)]
    kind = _file_system_of(path, _mounts() if mounts is None else mounts)
    if synced or kind.startswith(_NETWORK_FILE_SYSTEMS):
        what = f"lies in the sync folder {synced[0]!r}" if synced else f"is on a {kind} file system"
        raise StoreError(
            str(folder),
            f"{what}, where an SQLite ledger can lose decisions",
            "put the review on a local disk, or set [store] url to a PostgreSQL database",
        )


def _mounts() -> str:
    return _MOUNTS.read_text(errors="replace") if _MOUNTS.is_file() else ""


def _file_system_of(path: Path, mounts: str) -> str:
    rows = [line.split() for line in mounts.splitlines()]
    holding = [(row[1], row[2]) for row in rows if len(row) > 2 and path.is_relative_to(row[1])]  # noqa: PLR2004
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else ""
