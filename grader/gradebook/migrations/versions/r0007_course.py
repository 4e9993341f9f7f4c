"""Whose gradebook it is, the versions of its course, when it was judged again, and what students were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "owners",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("course", sa.Text, nullable=False),
    )
    op.create_table(
        "course_versions",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("pieces", sa.Text, nullable=False),
    )
    op.create_table(
        "judgings",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("course_sha256", sa.Text, nullable=False),
        sa.Column("judged", sa.Integer, nullable=False),
        sa.Column("moved", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        sa.Column("submission_sha256", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("points", sa.Text, nullable=False),
    )
    op.create_index("publications_of_student", "publications", ["student_id"])
