"""What was submitted and what came out of it: blobs by their hash, evidence, files; and whose files were refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; attempts recorded before have nothing in them until they are judged again."""
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("compressed", sa.LargeBinary, nullable=False),
    )
    op.create_table("evidence", sa.Column("evidence_sha256", sa.Text, primary_key=True), *_content())
    op.create_table(
        "submitted_files",
        sa.Column("submission_sha256", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("form", sa.Text, nullable=False),
        *_content(),
    )
    op.create_table(
        "refusals",
        sa.Column("student", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def _content() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("blob", sa.Text, sa.ForeignKey("blobs.sha256")),
    )
