"""Requests for another look, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "requests",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        *(_text(name) for name in ("submission_sha256", "part")),
        sa.Column("answer", sa.Text),
        *(_text(name) for name in ("reason", "sha256")),
        sa.Column("received_at", MOMENT, nullable=False),
        *(_text(name) for name in ("points", "state")),
        sa.UniqueConstraint("student_id", "sha256", name="requests_once"),
    )
    op.create_table(
        "request_events",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("request_id", KEY, sa.ForeignKey("requests.id"), nullable=False),
        *(_text(name) for name in ("state", "who")),
        sa.Column("made_at", MOMENT, nullable=False),
        _text("text"),
        *(sa.Column(name, sa.Text) for name in ("points_before", "points_after")),
        sa.Column("of_score", sa.Boolean, nullable=False),
        _text("why"),
    )
    op.create_index("request_events_of_request", "request_events", ["request_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
