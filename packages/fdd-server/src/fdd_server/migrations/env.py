"""Run by Alembic with the connection and tables that ``fdd_server.app.migrate`` hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["tables"],
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="kernel.",
)
with context.begin_transaction():
    context.run_migrations()
