"""What Alembic runs: the migrations, in the connection and the transaction that ``migrate`` hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite changes a column by making its table anew.
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
