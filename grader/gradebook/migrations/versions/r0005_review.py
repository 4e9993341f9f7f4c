"""What marking needs beside marks: a secret for short names, notes, trial marks of examples, second marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; the secret is drawn when somebody first marks."""
    op.create_table(
        "review_secrets",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("secret", sa.Text, nullable=False),
    )
    op.create_table(
        "review_events",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        sa.Column("text_key", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("review_events_of_answer", "review_events", ["answer", "student_id"])
    op.create_table(
        "calibrations",
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("answer", sa.Text, primary_key=True),
        sa.Column("example_sha256", sa.Text, primary_key=True),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "second_markings",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        sa.Column("text_key", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("first_id", KEY, sa.ForeignKey("markings.id"), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.UniqueConstraint("student_id", "text_key", "answer", name="second_markings_once"),
    )
