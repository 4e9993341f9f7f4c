"""The schema as the code of today sees it. The migrations build it; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal,
)

from grader.gradebook.column_types import ExactPoints, ExactSum, PlainText, Utc

metadata = MetaData()
views = MetaData()  # apart, so that nobody creates a view as a table

# SQLite numbers rows by itself only where the key is its own INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def _assignment(*, primary_key: bool = False) -> Column[str]:
    """Return the column that says to which assignment something belongs, '' the whole course."""
    return Column("assignment", Text, primary_key=primary_key, nullable=False, server_default="")


# Those that the gradebook keeps apart; '' alone where it holds scores of the whole course.
assignments = Table("assignments", metadata, Column("assignment", Text, primary_key=True))

students = Table(
    "students",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student", PlainText, nullable=False, unique=True),
    Column("first_name", PlainText, nullable=False, default=""),
    Column("last_name", PlainText, nullable=False, default=""),
    Column("email", PlainText, nullable=False, default=""),
    Column("id_number", PlainText, nullable=False, default=""),
    Column("canvas_id", PlainText, nullable=False, default=""),
    Column("sis_user_id", PlainText, nullable=False, default=""),
    Column("login", PlainText, nullable=False, default=""),
    Column("section", PlainText, nullable=False, default=""),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("submission_sha256", Text, nullable=False),
    Column("evidence_sha256", Text, nullable=False),
    Column("course_sha256", Text, nullable=False),
    Column("entry", PlainText, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("judged_at", Utc, nullable=False),
    Column("score", ExactPoints, nullable=False),
    Column("max", ExactPoints, nullable=False),
    Column("is_ungraded", Boolean, nullable=False),
    Column("grader", Text, nullable=False),
    Column("report", Text, nullable=False),
    _assignment(),
    # Evidence names the questions, which no two assignments share: one attempt is never of both.
    UniqueConstraint("student_id", "submission_sha256", "evidence_sha256", "course_sha256", name="attempts_once"),
)

check_results = Table(
    "check_results",
    metadata,
    Column("attempt_id", Key, ForeignKey("attempts.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("part", Text, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("score", ExactPoints, nullable=False),
    Column("max", ExactPoints, nullable=False),
    Column("mistake", Text),
    Column("follow_through", Boolean, nullable=False),
    Column("text_sha256", Text),  # of a text that waits for a person
)

# Spelled out in each statement: a database does not take the index for a value that it is given apart.
REVIEW = literal("review", Text, literal_execute=True)
# A tenth of the checks or less, which everything that people do goes by.
_TO_MARK = check_results.c.outcome == REVIEW
Index(
    "texts_to_mark", check_results.c.attempt_id, check_results.c.answer,
    sqlite_where=_TO_MARK, postgresql_where=_TO_MARK,
)  # fmt: skip

markings = Table(
    "markings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("submission_sha256", Text, nullable=False),
    Column("attempt_id", Key, ForeignKey("attempts.id"), nullable=False),
    Column("part", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("who", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("why", PlainText, nullable=False),
    Column("text_sha256", Text),  # NULL where it was marked before hashes were kept
    Column("note", PlainText, nullable=False, server_default=""),
    Index("markings_of_answer", "student_id", "submission_sha256", "answer"),
)

marks = Table(
    "marks",
    metadata,
    Column("marking_id", Key, ForeignKey("markings.id"), primary_key=True, autoincrement=False),
    Column("criterion", Text, primary_key=True),
    Column("points", ExactPoints, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("points", ExactPoints),  # NULL takes an earlier override back
    Column("who", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("why", PlainText, nullable=False),
    _assignment(),
    Index("overrides_of_student", "student_id"),
)

# ---------------------------------------------------------------- what was submitted, and what came out of it

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),  # of the content before it was compressed
    Column("size_bytes", BigInteger, nullable=False),
    Column("compressed", LargeBinary, nullable=False),
)

# By the hash that an attempt names, so that whoever judges the same evidence by another course finds it again.
evidence = Table(
    "evidence",
    metadata,
    Column("evidence_sha256", Text, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("blob", Text, ForeignKey("blobs.sha256")),  # NULL where it was too large to be kept
    Column("times", Text),  # of the run, as JSON; NULL where they are not known
)

submitted_files = Table(
    "submitted_files",
    metadata,
    Column("submission_sha256", Text, primary_key=True),
    Column("name", PlainText, primary_key=True),
    Column("form", Text, nullable=False),  # "submitted", or "executed" where only the run's notebook was left
    Column("size_bytes", BigInteger, nullable=False),
    Column("blob", Text, ForeignKey("blobs.sha256")),  # NULL where it was too large to be kept
)

refusals = Table(
    "refusals",
    metadata,
    Column("student", PlainText, primary_key=True),
    Column("reason", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
    _assignment(primary_key=True),
)

# ---------------------------------------------------------------- what marking needs beside marks

review_secrets = Table(
    "review_secrets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: there is one
    Column("secret", Text, nullable=False),
)

review_events = Table(
    "review_events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("text_key", Text, nullable=False),  # the hash of its words, or the attempt where that is not known
    Column("answer", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "flag", "unflag" or "skip"
    Column("who", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("why", PlainText, nullable=False),
    Index("review_events_of_answer", "answer", "student_id"),
)

calibrations = Table(
    "calibrations",
    metadata,
    Column("who", PlainText, primary_key=True),
    Column("answer", Text, primary_key=True),
    Column("example_sha256", Text, primary_key=True),
    Column("points", Text, nullable=False),  # by criterion, as JSON of exact texts
    Column("made_at", Utc, nullable=False),
)

# Blind: they count for nothing, and are compared with the marking that was there, which they did not see.
second_markings = Table(
    "second_markings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("text_key", Text, nullable=False),  # the hash of its words, or the attempt where that is not known
    Column("answer", Text, nullable=False),
    Column("first_id", Key, ForeignKey("markings.id"), nullable=False),
    Column("who", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("why", PlainText, nullable=False),
    Column("note", PlainText, nullable=False),
    Column("points", Text, nullable=False),  # by criterion, as JSON of exact texts
    UniqueConstraint("student_id", "text_key", "answer", name="second_markings_once"),
)

# Who came in by an account, who tried to, and who left.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Key, primary_key=True),
    Column("who", PlainText, nullable=False),  # an account's name; empty where there is none of that name
    Column("kind", Text, nullable=False),  # "in", "wrong" or "out"
    Column("address", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
)

# ---------------------------------------------------------------- requests for another look

requests = Table(
    "requests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("submission_sha256", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("answer", Text),  # NULL where it is about the whole part
    Column("reason", PlainText, nullable=False),
    Column("sha256", Text, nullable=False),  # of what it says, by which a file that is read again is known
    Column("received_at", Utc, nullable=False),
    Column("points", ExactPoints, nullable=False),
    Column("state", Text, nullable=False),
    _assignment(),
    UniqueConstraint("student_id", "sha256", name="requests_once"),
)

request_events = Table(
    "request_events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("request_id", Key, ForeignKey("requests.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("who", PlainText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("points_before", ExactPoints),
    Column("points_after", ExactPoints),
    Column("of_score", Boolean, nullable=False),
    Column("why", PlainText, nullable=False),
    Index("request_events_of_request", "request_id"),
)

# ---------------------------------------------------------------- whose it is, and what became of it

owners = Table(
    "owners",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: there is one
    Column("course", Text, nullable=False),
)

# What of a course decides marks, so that it can be said later what changed.
course_versions = Table(
    "course_versions",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("pieces", Text, nullable=False),
    _assignment(primary_key=True),
)

judgings = Table(
    "judgings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("made_at", Utc, nullable=False),
    Column("course_sha256", Text, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("note", PlainText, nullable=False),
    _assignment(),
)

# The points that a student was told, whenever they were others than before.
publications = Table(
    "publications",
    metadata,
    Column("id", Key, primary_key=True),
    Column("student_id", Key, ForeignKey("students.id"), nullable=False),
    Column("submission_sha256", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("points", Text, nullable=False),  # the score, the parts and which were open, as JSON of exact texts
    _assignment(),
    Index("publications_of_student", "student_id"),
)


def _score_view(name: str) -> Table:
    return Table(
        name,
        views,
        Column("student_id", Key),
        *(Column(column.name, PlainText) for column in students.columns if column.name != "id"),
        Column("assignment", Text),
        Column("attempt_id", Key),
        Column("rank", Integer),
        Column("entry", PlainText),
        Column("submission_sha256", Text),
        Column("received_at", Utc),
        Column("automatic", ExactPoints),
        Column("max", ExactPoints),
        Column("is_ungraded", Boolean),
        Column("marked", ExactSum),
        Column("pending", ExactSum),
        Column("override", ExactPoints),
        Column("newer_ungraded", Boolean),
    )


# Of each text of an attempt, the marking that counts.
counted_markings = Table(
    "counted_markings",
    views,
    Column("attempt_id", Key),
    Column("answer", Text),
    Column("max", ExactPoints),
    Column("marking_id", Key),
)
attempt_scores = _score_view("attempt_scores")
current_scores = _score_view("current_scores")
