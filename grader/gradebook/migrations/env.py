"""Where Alembic starts: runs the migrations on the connection, and in the transaction, that the caller holds."""

from __future__ import annotations

from alembic import context

from grader.gradebook.tables import metadata

# SQLite's schema changes are transactional too, once Python's driver is kept from committing before them.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
