"""The data that one student was given of an exercise, and whether a submission was made for them.

Each student may have other data. A starter carries a mark of its student, which comes out of the box like an answer; by
another's data nobody is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.course import Draw, Exercise
from grader.judge.cache import Cache
from grader.judge.evidence import Answers
from grader.judge.expectations import Expectations
from grader.judge.verdict import NOTHING, Verdict, clean
from grader.model import EmptyValue, StrValue, Value

UNMARKED = "variant.unmarked"


@dataclass(frozen=True)
class Assigned:
    """What one student is judged by in one exercise of which each student has other data.

    Args:
        draw: what the student was given; None where nothing was.
        oracle: the reference's values for these data.
        cache: for all whose data are the same.
        owners: to whom each mark was given, of all students.
    """

    draw: Draw | None
    oracle: Expectations
    cache: Cache
    owners: Mapping[str, str] = field(default_factory=dict)


def find_withheld(exercise: Exercise, assigned: Assigned, student: str, answers: Answers) -> Verdict | None:
    """Return the verdict on whatever was answered where it is not known to be for the student's own data; else None.

    A mark that could not be read is held against nobody: the student's code came to a bad end, which is told as such.
    """
    name = exercise.mark
    value = answers.get(name).value
    if assigned.draw is None:
        carried = "" if isinstance(value, EmptyValue) else f", and {name} holds {_describe(value, assigned.owners)}"
        none = f"exercise {exercise.id}: expected a draw for {student} in variants.json (--variants), got none"
        return _unmarked(f"{none}{carried}")
    if answers.get(name).lost is not None and not answers.attempted(name):
        return None
    if isinstance(value, StrValue) and value.value == assigned.draw.mark:
        return None
    found = _describe(value, assigned.owners)
    return _unmarked(f"exercise {exercise.id}: expected the mark of {student} in {name}, got {found}")


def _describe(value: Value, owners: Mapping[str, str]) -> str:
    """Return in words for staff what stands in the place of a mark."""
    if isinstance(value, EmptyValue):
        return "none"
    if not isinstance(value, StrValue):
        return "something that is no mark"
    owner = owners.get(value.value)
    return f"{value.value[:40]!r}, which nobody was given" if owner is None else f"the mark of {owner}"


def _unmarked(detail: str) -> Verdict:
    message = "not graded yet: your teachers will look at which data this is an answer to. You lose no points"
    return Verdict("ungraded", UNMARKED, NOTHING, message, clean(detail))
