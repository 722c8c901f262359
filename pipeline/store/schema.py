"""Which version of the ledger this Thresher writes, and how an older one is brought up to it."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from pipeline.errors import StoreError

__all__ = ["EVENT", "LEDGER_VERSION", "ledger_version", "refuse_newer", "upgrade_ledger"]

LEDGER_VERSION: Final = "0002"
_SCRIPTS: Final = "pipeline.store:migrations"

EVENT: Final = sa.table(
    "event",
    sa.column("seq", sa.BigInteger),
    sa.column("kind", sa.Text),
    sa.column("at", sa.Text),
    sa.column("actor", sa.Text),
    sa.column("software", sa.Text),
    sa.column("uid", sa.Text),
    sa.column("body", sa.Text),
    sa.column("previous", sa.Text),
    sa.column("hash", sa.Text),
)


def ledger_version(connection: sa.Connection) -> str | None:
    """Return the version of the ledger behind a connection, or None where there is no ledger."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if version is None else str(version)


def refuse_newer(version: str | None, *, where: str) -> None:
    """Refuse a ledger that a newer Thresher wrote.

    Raises
    ------
    StoreError
        The ledger's version is not known here.
    """
    if version is not None and version > LEDGER_VERSION:
        raise StoreError(
            where,
            f"was written by a newer Thresher (ledger {version}, this one knows {LEDGER_VERSION})",
            "upgrade Thresher; nothing was changed",
        )


def upgrade_ledger(connection: sa.Connection, *, version: str = LEDGER_VERSION) -> None:
    """Bring the ledger behind a connection up to a version."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, version)
