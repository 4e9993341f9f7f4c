"""What the sandbox is asked for the students' check: the examples of functions, and what public theorems ask."""

from __future__ import annotations

from collections.abc import Iterable

from grader.judge.arguments import build_argument
from grader.judge.expectations import build_call
from grader.model import Call, Probe
from numgrade_student.calls import list_kinds
from numgrade_student.course import Answer, Args, PublicCourse
from numgrade_student.theorems import list_calls


def build_probes(course: PublicCourse) -> tuple[Probe, ...]:
    """Return one probe for each answer of the public course."""
    calls = list_calls(course)
    return tuple(
        Probe(name=answer.name, exercise=exercise.id, calls=_build_calls(answer, calls.get(answer.name, ())))
        for exercise, part in course.list_parts()
        for answer in part.answers
    )


def _build_calls(answer: Answer, rows: Iterable[Args]) -> tuple[Call, ...]:
    return tuple(dict.fromkeys(build_recorded_call(answer, row) for row in rows))


def build_recorded_call(answer: Answer, args: Args) -> Call:
    """Return the record of a call with these arguments."""
    kinds = list_kinds(answer, len(args))
    return build_call(
        *(
            build_argument(one, "function" if kind == "function" else "value")
            for one, kind in zip(args, kinds, strict=True)
        )
    )
