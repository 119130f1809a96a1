"""Run by Alembic with the connection that ``fdd_server.app.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from fdd_server.app.tables import TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="kernel.",
)
with context.begin_transaction():
    context.run_migrations()
