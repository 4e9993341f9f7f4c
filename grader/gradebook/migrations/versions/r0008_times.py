"""How long a run took, beside the evidence that it gave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; what was recorded before has no times until the batch is run again, which executes nothing."""
    op.add_column("evidence", sa.Column("times", sa.Text))
