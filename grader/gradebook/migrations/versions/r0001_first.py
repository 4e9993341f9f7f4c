"""The first schema: students, attempts, verdicts, marks, overrides, and the current score as a view."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
NAMES = ("first_name", "last_name", "email", "id_number", "canvas_id", "sis_user_id", "login", "section")

# Which of a student's attempts counts: a graded one before any that is ungraded, then the one
# received last, then the one judged last.
RANKED = """
CREATE VIEW ranked_attempts AS
SELECT id, student_id, submission_sha256, entry, received_at, judged_at, score, max, is_ungraded,
  ROW_NUMBER() OVER (
    PARTITION BY student_id ORDER BY is_ungraded, received_at DESC, judged_at DESC, id DESC
  ) AS rank
FROM attempts
"""

# A marking belongs to what was submitted and not to one verdict on it: judged again, a text keeps its marks.
# SQL cannot add fractions, so that sums are spelled out as 1/2+1+1/4.
SCORES = """
CREATE VIEW attempt_scores AS
SELECT s.id AS student_id, s.student, {names},
  r.id AS attempt_id, r.rank, r.entry, r.submission_sha256, r.received_at, r.score AS automatic, r.max, r.is_ungraded,
  (SELECT {aggregate}(k.points, '+')
   FROM markings m JOIN marks k ON k.marking_id = m.id
   WHERE m.student_id = r.student_id AND m.submission_sha256 = r.submission_sha256
     AND NOT EXISTS (
       SELECT 1 FROM markings n WHERE n.student_id = m.student_id
         AND n.submission_sha256 = m.submission_sha256 AND n.answer = m.answer AND n.id > m.id)
     AND EXISTS (
       SELECT 1 FROM check_results c
       WHERE c.attempt_id = r.id AND c.answer = m.answer AND c.outcome = 'review')
  ) AS marked,
  (SELECT {aggregate}(c.max, '+')
   FROM check_results c
   WHERE c.attempt_id = r.id AND c.outcome = 'review'
     AND NOT EXISTS (
       SELECT 1 FROM markings m WHERE m.student_id = r.student_id
         AND m.submission_sha256 = r.submission_sha256 AND m.answer = c.answer)
  ) AS pending,
  (SELECT o.points FROM overrides o WHERE o.student_id = s.id ORDER BY o.id DESC LIMIT 1) AS override,
  EXISTS (
    SELECT 1 FROM attempts b WHERE b.student_id = r.student_id AND b.is_ungraded
      AND (b.received_at > r.received_at OR (b.received_at = r.received_at AND b.judged_at > r.judged_at))
  ) AS newer_ungraded
FROM students s LEFT JOIN ranked_attempts r ON r.student_id = s.id
"""

CURRENT = "CREATE VIEW current_scores AS SELECT * FROM attempt_scores WHERE rank IS NULL OR rank = 1"


def upgrade() -> None:
    """Make everything."""
    _create_attempts()
    _create_decisions()
    aggregate = "string_agg" if op.get_bind().dialect.name == "postgresql" else "group_concat"
    names = ", ".join(f"s.{name}" for name in NAMES)
    for statement in (RANKED, SCORES.format(aggregate=aggregate, names=names), CURRENT):
        op.execute(statement)


def _create_attempts() -> None:
    op.create_table(
        "students",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student", sa.Text, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in NAMES),
    )
    op.create_table(
        "attempts",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        *(_text(name) for name in ("submission_sha256", "evidence_sha256", "course_sha256", "entry")),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        _text("score"),
        _text("max"),
        sa.Column("is_ungraded", sa.Boolean, nullable=False),
        _text("grader"),
        _text("report"),
        sa.UniqueConstraint(
            "student_id", "submission_sha256", "evidence_sha256", "course_sha256", name="attempts_once"
        ),
    )
    op.create_table(
        "check_results",
        sa.Column("attempt_id", KEY, sa.ForeignKey("attempts.id"), primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("part", "check_id", "kind", "answer", "outcome", "code", "score", "max")),
        sa.Column("mistake", sa.Text),
        sa.Column("follow_through", sa.Boolean, nullable=False),
    )


def _create_decisions() -> None:
    op.create_table(
        "markings",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        _text("submission_sha256"),
        sa.Column("attempt_id", KEY, sa.ForeignKey("attempts.id"), nullable=False),
        *(_text(name) for name in ("part", "answer", "who")),
        sa.Column("made_at", MOMENT, nullable=False),
        _text("why"),
    )
    op.create_index("markings_of_answer", "markings", ["student_id", "submission_sha256", "answer"])
    op.create_table(
        "marks",
        sa.Column("marking_id", KEY, sa.ForeignKey("markings.id"), primary_key=True, autoincrement=False),
        sa.Column("criterion", sa.Text, primary_key=True),
        _text("points"),
    )
    op.create_table(
        "overrides",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("student_id", KEY, sa.ForeignKey("students.id"), nullable=False),
        sa.Column("points", sa.Text),
        _text("who"),
        sa.Column("made_at", MOMENT, nullable=False),
        _text("why"),
    )
    op.create_index("overrides_of_student", "overrides", ["student_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
