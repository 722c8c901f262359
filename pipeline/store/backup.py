"""A whole copy of a ledger while others go on writing.

Copying only the ``.sqlite`` file while its write-ahead log is live loses the newest events, so the
copy is made by the database itself: ``VACUUM INTO`` sees one consistent state.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.store.database import translated

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["back_up", "copy_sqlite"]


def copy_sqlite(engine: sa.Engine, path: Path) -> None:
    """Copy an SQLite ledger as it is now to a new file; others may write meanwhile.

    Raises
    ------
    StoreError
        The copy cannot be written.
    """
    path.unlink(missing_ok=True)  # of a copy that was cut off
    with translated(engine), closing(engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))


def back_up(engine: sa.Engine, *, version: str) -> str:
    """Keep the ledger as it is before it is brought to a newer version; say where the copy is."""
    name = f"event_v{version}"
    if engine.dialect.name == "sqlite":
        database = Path(str(engine.url.database))
        copy = database.with_name(f"{database.stem}-v{version}{database.suffix}")
        copy_sqlite(engine, copy)
        return str(copy)
    with translated(engine), engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TABLE {name} AS TABLE event")
    return f"table {name}"
