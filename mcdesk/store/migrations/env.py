"""Alembic's entry: migrate on the connection handed in.

Must not: open connections of its own.
"""

from alembic import context

from mcdesk.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
