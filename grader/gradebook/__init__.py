"""Keeps what was decided: attempts, verdicts, people's marks and overrides; SQLite or PostgreSQL, one schema.

Knows databases and the formats of other systems. Must never decide what an answer is worth, never let a failure of
ours lower a score, and never turn points into floats before they are written for another program.
"""

from grader.errors import UsageError
from grader.late import NO_POLICY, LatePolicy

try:
    from grader.gradebook.book import Gradebook
    from grader.gradebook.final_grades import FinalGrade, compute_final_grade, compute_final_grades
    from grader.gradebook.kept import KEPT_BYTES, Kept, KeptFile
    from grader.gradebook.records import (
        Attempt,
        JudgedBy,
        Judging,
        KeptMarking,
        MarkedTwice,
        Marking,
        NewMarking,
        NewRequest,
        Override,
        Person,
        Refusal,
        Request,
        RequestEvent,
        ReviewEvent,
        ScoreRow,
        SignInEvent,
        TextToMark,
        Told,
    )
    from grader.gradebook.review_log import ReviewLog
except ModuleNotFoundError as error:
    if error.name not in {"sqlalchemy", "alembic"}:
        raise
    raise UsageError(f"a gradebook needs {error.name}: pip install {error.name}") from error

__all__ = [
    "KEPT_BYTES",
    "NO_POLICY",
    "Attempt",
    "FinalGrade",
    "Gradebook",
    "JudgedBy",
    "Judging",
    "Kept",
    "KeptFile",
    "KeptMarking",
    "LatePolicy",
    "MarkedTwice",
    "Marking",
    "NewMarking",
    "NewRequest",
    "Override",
    "Person",
    "Refusal",
    "Request",
    "RequestEvent",
    "ReviewEvent",
    "ReviewLog",
    "ScoreRow",
    "SignInEvent",
    "TextToMark",
    "Told",
    "compute_final_grade",
    "compute_final_grades",
]
