"""The rule `todo`: an open task. A course that has one does not load, so that nothing is graded by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from grader.course import Answer, BaseCheck
from grader.errors import CourseError, Problem
from grader.judge.context import CheckContext
from grader.judge.rules.base import VALUES, FieldProblem, Rule
from grader.judge.verdict import Verdict

OPEN_TASK = "open task"  # with which the problem begins


class TodoCheck(BaseCheck):
    """An open task: by which rule the answer is judged is still to be decided. The course does not load until then.

    `grader import` writes it. To take the suggestion, put its keys in the place of `rule`, `tests`, `suggestion` and
    `left_out`.
    """

    rule: Literal["todo"]
    tests: str = Field("", description="What decided it where it came from, as code.")
    suggestion: str = Field("", description="The keys of a check that could take its place.")
    left_out: tuple[str, ...] = Field((), description="What of the tests the suggestion does not judge.")


class Todo(Rule[TodoCheck]):
    """By nothing yet."""

    record = TodoCheck
    kinds = (*VALUES, "figure", "expression")
    asks = "Nothing, as nothing is judged."
    says_whether_right = False

    def find_problems(self, check: TodoCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield the task itself, with what is suggested."""
        del answer
        first = next((line.removeprefix("rule:").strip() for line in check.suggestion.splitlines()), "")
        advice = f"the suggestion is {first}" if first else "none could be suggested"
        left = f"; not judged by it: {'; '.join(check.left_out)}" if first and check.left_out else ""
        yield ("rule",), f"{OPEN_TASK}: expected the rule that judges {check.answer}; {advice}{left}"

    def judge(self, context: CheckContext[TodoCheck]) -> Verdict:
        """Judge nothing.

        Raises:
            CourseError: always; the check is ungraded.
        """
        message = f"{OPEN_TASK}: no rule judges {context.name} yet"
        raise CourseError([Problem("reference", 1, context.name, message)])


RULE = Todo()
