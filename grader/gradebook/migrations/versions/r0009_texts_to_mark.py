"""An index on the texts that people mark: a tenth of all checks, which most pages and every score ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the index."""
    to_mark = sa.text("outcome = 'review'")
    op.create_index(
        "texts_to_mark", "check_results", ["attempt_id", "answer"], sqlite_where=to_mark, postgresql_where=to_mark
    )
