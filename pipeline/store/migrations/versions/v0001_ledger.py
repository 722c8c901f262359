"""The ledger: one append-only table, which refuses to be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None

_REFUSAL = "the ledger is append-only"


def upgrade() -> None:
    """Make the table and the triggers that refuse UPDATE and DELETE."""
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("software", sa.Text, nullable=False),
        sa.Column("uid", sa.Text, nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("event_kind", "event", ["kind", "seq"])
    if op.get_bind().dialect.name == "postgresql":
        _refuse_in_postgresql()
    else:
        _refuse_in_sqlite()


def _refuse_in_sqlite() -> None:
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER refuse_{action.lower()} BEFORE {action} ON event "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _refuse_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
