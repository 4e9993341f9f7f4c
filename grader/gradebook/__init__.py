"""Keeps what was decided: attempts, verdicts, people's marks and overrides; SQLite or PostgreSQL, one schema.

Knows databases and the formats of other systems. Must never decide what an answer is worth, never let a failure of
ours lower a score, and never turn points into floats before they are written for another program.
"""

from grader.errors import UsageError

try:
    from grader.gradebook.book import Gradebook
    from grader.gradebook.late import NO_POLICY, LatePolicy, load_late
    from grader.gradebook.records import Attempt, Marking, Override, Person, ScoreRow
    from grader.gradebook.standing import Standing, settle
except ModuleNotFoundError as error:
    if error.name not in {"sqlalchemy", "alembic"}:
        raise
    raise UsageError(f"a gradebook needs {error.name}: pip install 'numgrade[gradebook]'") from error

__all__ = [
    "NO_POLICY",
    "Attempt",
    "Gradebook",
    "LatePolicy",
    "Marking",
    "Override",
    "Person",
    "ScoreRow",
    "Standing",
    "load_late",
    "settle",
]
