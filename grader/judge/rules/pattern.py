"""The rule `pattern`: a string matches a pattern as a whole.

Patterns have RE2's syntax and are matched by an engine that takes linear time whatever a student writes: no lookahead,
no references back to groups. A string of more than 10,000 characters is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import re2
from pydantic import Field

from grader.course import Answer, BaseCheck
from grader.errors import CourseError, Problem
from grader.judge.context import CheckContext
from grader.judge.describe import Invalid
from grader.judge.forms import reject_form
from grader.judge.rules.base import FieldProblem, Rule, Wrong
from grader.judge.rules.common import Normalise, ReferenceName
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict, clean, failed, passed
from grader.judge.words import normalise, read_string

LONGEST = 10_000  # characters of a student's string
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 8 << 20


class PatternCheck(BaseCheck):
    """A string matches `pattern` as a whole, once it is brought to its normal form; `wrong` are strings that must not.

    The reference's function of the answer's name, or `reference`, gives a string that matches.
    """

    rule: Literal["pattern"]
    pattern: Annotated[
        str, Field(min_length=1, max_length=1000, description="In RE2's syntax; it has to match the whole string.")
    ]
    normalise: Normalise = ("space",)
    reference: ReferenceName = None
    wrong: Annotated[tuple[str, ...], Field(min_length=1, description="Strings that must not match.")]


class Pattern(Rule[PatternCheck]):
    """By a pattern, in linear time."""

    record = PatternCheck
    kinds = ("string",)
    asks = "A function without arguments, named like the answer or by `reference`, that returns a string that matches."
    codes = {
        "pattern.matches": Code("a string of the form asked for", "right"),
        "pattern.differs": Code("a string of another form", "wrong"),
        "pattern.too_long": Code("a string of more than 10,000 characters", "wrong"),
    }

    def find_problems(self, check: PatternCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield a pattern that is none, or that lets a wrong string pass."""
        del answer
        try:
            pattern = compile_pattern(check.pattern)
        except ValueError as error:
            yield ("pattern",), f"{check.pattern!r}: expected RE2's syntax: {error}"
            return
        for index, text in enumerate(check.wrong):
            if pattern.fullmatch(normalise(text, check.normalise)):
                yield ("wrong", index), f"{text!r} matches the pattern: expected a string that must not"

    def judge(self, context: CheckContext[PatternCheck]) -> Verdict:
        """Judge a string."""
        text = read_string(context.value)
        if isinstance(text, Invalid):
            return reject_form(context, text)
        if len(text) > LONGEST:
            message = f"{context.name} has {len(text)} characters; at most {LONGEST} are read"
            return failed("pattern.too_long", message)
        pattern = context.memoize("pattern", lambda: _compile(context))
        if pattern.fullmatch(normalise(text, context.check.normalise)):
            return passed("pattern.matches", f"{context.name} is right")
        shown = f"{context.name} = '{clean(text, 80)}' is not correct"
        return failed("pattern.differs", shown, f"pattern {context.check.pattern}")

    def solve(self, context: CheckContext[PatternCheck]) -> Solution | None:
        """Return a string that matches."""
        example = context.oracle.value(context.exercise_id, context.check.reference_name)
        return Solution(f"For example {str(example)!r}")

    def wrong_examples(self, check: PatternCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield the strings that must not match."""
        del answer, truth
        yield from ((f"'{text}'", text) for text in check.wrong)


def compile_pattern(pattern: str) -> Any:
    """Return a pattern that matches in linear time.

    Raises:
        ValueError: it is none; says why.
    """
    try:
        return re2.compile(pattern, options=_OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from error


def _compile(context: CheckContext[PatternCheck]) -> Any:
    try:
        return compile_pattern(context.check.pattern)
    except ValueError as error:
        raise CourseError([Problem("exercises", 1, f"{context.check.id}.pattern", str(error))]) from error


RULE = Pattern()
