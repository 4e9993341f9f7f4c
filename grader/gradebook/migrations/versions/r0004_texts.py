"""Marks belong to the text that was read: its hash beside checks and markings, and a note to staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grader.gradebook.migrations.versions.r0001_first import CURRENT, NAMES

revision = "0004"
down_revision = "0003"

# Of each text that waits for a person, the last marking of the same words, NULL for none. Where their hash is
# not known (recorded or marked before hashes were kept), what was submitted tells whether they are the same.
COUNTED = """
CREATE VIEW counted_markings AS
SELECT c.attempt_id, c.answer,
  (SELECT MAX(m.id) FROM markings m
   WHERE m.student_id = a.student_id AND m.answer = c.answer
     AND (m.text_sha256 = c.text_sha256
       OR ((m.text_sha256 IS NULL OR c.text_sha256 IS NULL) AND m.submission_sha256 = a.submission_sha256))
  ) AS marking_id
FROM check_results c JOIN attempts a ON a.id = c.attempt_id
WHERE c.outcome = 'review'
"""

# SQL cannot add fractions, so that sums are spelled out as 1/2+1+1/4. A marking without points takes earlier ones back.
SCORES = """
CREATE VIEW attempt_scores AS
SELECT s.id AS student_id, s.student, {names},
  r.id AS attempt_id, r.rank, r.entry, r.submission_sha256, r.received_at, r.score AS automatic, r.max, r.is_ungraded,
  (SELECT {aggregate}(k.points, '+')
   FROM counted_markings d JOIN marks k ON k.marking_id = d.marking_id
   WHERE d.attempt_id = r.id
  ) AS marked,
  (SELECT {aggregate}(c.max, '+')
   FROM check_results c
   WHERE c.attempt_id = r.id AND c.outcome = 'review'
     AND NOT EXISTS (
       SELECT 1 FROM counted_markings d JOIN marks k ON k.marking_id = d.marking_id
       WHERE d.attempt_id = c.attempt_id AND d.answer = c.answer)
  ) AS pending,
  (SELECT o.points FROM overrides o WHERE o.student_id = s.id ORDER BY o.id DESC LIMIT 1) AS override,
  EXISTS (
    SELECT 1 FROM attempts b WHERE b.student_id = r.student_id AND b.is_ungraded
      AND (b.received_at > r.received_at OR (b.received_at = r.received_at AND b.judged_at > r.judged_at))
  ) AS newer_ungraded
FROM students s LEFT JOIN ranked_attempts r ON r.student_id = s.id
"""


def upgrade() -> None:
    """Add the columns, and make the views anew."""
    for view in ("current_scores", "attempt_scores"):
        op.execute(f"DROP VIEW {view}")
    op.add_column("check_results", sa.Column("text_sha256", sa.Text))
    op.add_column("markings", sa.Column("text_sha256", sa.Text))
    op.add_column("markings", sa.Column("note", sa.Text, nullable=False, server_default=""))
    aggregate = "string_agg" if op.get_bind().dialect.name == "postgresql" else "group_concat"
    names = ", ".join(f"s.{name}" for name in NAMES)
    for statement in (COUNTED, SCORES.format(aggregate=aggregate, names=names), CURRENT):
        op.execute(statement)
