"""Texts that people mark are found by an index, and each once for a score: pages ask for those of a whole class."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grader.gradebook.migrations.versions.r0001_first import CURRENT, NAMES

revision = "0009"
down_revision = "0008"

# As in 0004, and with the most that each text can give.
COUNTED = """
CREATE VIEW counted_markings AS
SELECT c.attempt_id, c.answer, c.max,
  (SELECT MAX(m.id) FROM markings m
   WHERE m.student_id = a.student_id AND m.answer = c.answer
     AND (m.text_sha256 = c.text_sha256
       OR ((m.text_sha256 IS NULL OR c.text_sha256 IS NULL) AND m.submission_sha256 = a.submission_sha256))
  ) AS marking_id
FROM check_results c JOIN attempts a ON a.id = c.attempt_id
WHERE c.outcome = 'review'
"""

# As in 0004; pending is what has no marking, or one that took earlier ones back and gives no points.
SCORES = """
CREATE VIEW attempt_scores AS
SELECT s.id AS student_id, s.student, {names},
  r.id AS attempt_id, r.rank, r.entry, r.submission_sha256, r.received_at, r.score AS automatic, r.max, r.is_ungraded,
  (SELECT {aggregate}(k.points, '+')
   FROM counted_markings d JOIN marks k ON k.marking_id = d.marking_id
   WHERE d.attempt_id = r.id
  ) AS marked,
  (SELECT {aggregate}(d.max, '+')
   FROM counted_markings d
   WHERE d.attempt_id = r.id AND NOT EXISTS (SELECT 1 FROM marks k WHERE k.marking_id = d.marking_id)
  ) AS pending,
  (SELECT o.points FROM overrides o WHERE o.student_id = s.id ORDER BY o.id DESC LIMIT 1) AS override,
  EXISTS (
    SELECT 1 FROM attempts b WHERE b.student_id = r.student_id AND b.is_ungraded
      AND (b.received_at > r.received_at OR (b.received_at = r.received_at AND b.judged_at > r.judged_at))
  ) AS newer_ungraded
FROM students s LEFT JOIN ranked_attempts r ON r.student_id = s.id
"""


def upgrade() -> None:
    """Add the index, and make the views anew."""
    for view in ("current_scores", "attempt_scores", "counted_markings"):
        op.execute(f"DROP VIEW {view}")
    to_mark = sa.text("outcome = 'review'")
    op.create_index(
        "texts_to_mark", "check_results", ["attempt_id", "answer"], sqlite_where=to_mark, postgresql_where=to_mark
    )
    aggregate = "string_agg" if op.get_bind().dialect.name == "postgresql" else "group_concat"
    names = ", ".join(f"s.{name}" for name in NAMES)
    for statement in (COUNTED, SCORES.format(aggregate=aggregate, names=names), CURRENT):
        op.execute(statement)
