"""The ledger refuses a row that would replace another, or leave a gap.

SQLite runs no DELETE trigger for the row that an ``INSERT OR REPLACE`` pushes out, so the first
version's triggers could be passed by.
"""

from __future__ import annotations

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"

_REFUSAL = "the ledger is append-only: a new event follows the last one"
_IS_WRONG = (
    "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event) "
    "OR EXISTS (SELECT 1 FROM event WHERE uid = NEW.uid)"
)


def upgrade() -> None:
    """Make the trigger that refuses to insert anything but the next event."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_replacing() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {_IS_WRONG} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER refuse_replacing BEFORE INSERT ON event "
            "FOR EACH ROW EXECUTE FUNCTION refuse_replacing()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER refuse_replacing BEFORE INSERT ON event WHEN {_IS_WRONG} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
