"""Run by alembic: the connection comes from `pipeline.store.schema.upgrade_ledger`."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], transactional_ddl=True, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
