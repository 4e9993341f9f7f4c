"""Assignments kept apart: their names, and to which of them belongs what is kept of a student's work.

Texts that people mark get an index: they are a tenth of all checks, and pages ask for those of a whole class.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grader.gradebook.migrations.versions.r0001_first import CURRENT, NAMES

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
# Evidence names the questions, which no two assignments share: `attempts_once` keeps their attempts apart as it is.
SCOPED = ("attempts", "overrides", "requests", "judgings", "publications")

# Which of a student's attempts counts: a graded one before any that is ungraded, then the one
# received last, then the one judged last.
RANKED = """
CREATE VIEW ranked_attempts AS
SELECT id, student_id, assignment, submission_sha256, entry, received_at, judged_at, score, max, is_ungraded,
  ROW_NUMBER() OVER (
    PARTITION BY student_id, assignment ORDER BY is_ungraded, received_at DESC, judged_at DESC, id DESC
  ) AS rank
FROM attempts
"""

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

# SQL cannot add fractions, so that sums are spelled out as 1/2+1+1/4. A marking without points takes earlier ones back.
# Of a text that waits, each marking is looked up once: a database without statistics would else go through all pairs.
SCORES = """
CREATE VIEW attempt_scores AS
SELECT s.id AS student_id, s.student, {names}, w.assignment,
  r.id AS attempt_id, r.rank, r.entry, r.submission_sha256, r.received_at, r.score AS automatic, r.max, r.is_ungraded,
  (SELECT {aggregate}(k.points, '+')
   FROM counted_markings d JOIN marks k ON k.marking_id = d.marking_id
   WHERE d.attempt_id = r.id
  ) AS marked,
  (SELECT {aggregate}(d.max, '+')
   FROM counted_markings d
   WHERE d.attempt_id = r.id AND NOT EXISTS (SELECT 1 FROM marks k WHERE k.marking_id = d.marking_id)
  ) AS pending,
  (SELECT o.points FROM overrides o
   WHERE o.student_id = s.id AND o.assignment = w.assignment ORDER BY o.id DESC LIMIT 1
  ) AS override,
  EXISTS (
    SELECT 1 FROM attempts b
    WHERE b.student_id = r.student_id AND b.assignment = r.assignment AND b.is_ungraded
      AND (b.received_at > r.received_at OR (b.received_at = r.received_at AND b.judged_at > r.judged_at))
  ) AS newer_ungraded
FROM students s CROSS JOIN assignments w
  LEFT JOIN ranked_attempts r ON r.student_id = s.id AND r.assignment = w.assignment
"""


def upgrade() -> None:
    """Add the columns, and make the views anew; what there is belongs to the whole course."""
    for view in ("current_scores", "attempt_scores", "ranked_attempts", "counted_markings"):
        op.execute(f"DROP VIEW {view}")
    to_mark = sa.text("outcome = 'review'")
    op.create_index(
        "texts_to_mark", "check_results", ["attempt_id", "answer"], sqlite_where=to_mark, postgresql_where=to_mark
    )
    assignments = op.create_table("assignments", sa.Column("assignment", sa.Text, primary_key=True))
    op.execute(assignments.insert().values(assignment=""))
    for table in SCOPED:
        op.add_column(table, _assignment())
    _remake(
        "refusals",
        sa.Column("student", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    _remake(
        "course_versions",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("pieces", sa.Text, nullable=False),
    )
    aggregate = "string_agg" if op.get_bind().dialect.name == "postgresql" else "group_concat"
    names = ", ".join(f"s.{name}" for name in NAMES)
    for statement in (RANKED, COUNTED, SCORES.format(aggregate=aggregate, names=names), CURRENT):
        op.execute(statement)


def _remake(table: str, *columns: sa.Column[object]) -> None:
    """Make a table anew with the assignment in its key, which SQLite cannot change, and keep its rows."""
    names = ", ".join(column.name for column in columns)
    op.rename_table(table, f"old_{table}")
    op.create_table(table, *columns, _assignment(primary_key=True))
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM old_{table}")  # noqa: S608 - our own names
    op.drop_table(f"old_{table}")


def _assignment(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("assignment", sa.Text, primary_key=primary_key, nullable=False, server_default="")
