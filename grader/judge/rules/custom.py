"""The rule `custom`: a rule of the course's own, a function of its `reference/rules.py`.

The function is called as `name(value, used, options)` with plain data: the answer's value as read by its kind; for
each answer under `uses` a dict with its `value` (None where it was not attempted or cannot be read) and the `problem`
with it, a predicate that follows the name, or ""; and the check's `options`. It returns a dict:

    {"share": 1, "code": "grid.ok", "message": "…"}      a share of the points from 0 to 1, a stable code, a sentence
    {"blocked": "grid", "why": "was rejected: …"}         it rests on an answer that is not there

`detail` may hold what only staff should see. `category` says what kind of reason a failure is, which decides what a
report says first: `malformed` (an answer of the wrong form), `nearly` (close to right), or `wrong`, where it is left
out. The rule never meets an object of a student's, and what it raises leaves
the check ungraded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from grader.course import Answer, BaseCheck, Name
from grader.errors import CourseError, Problem
from grader.judge.bounds import bounded
from grader.judge.compare import expect_numbers
from grader.judge.context import CheckContext
from grader.judge.decoding import show_numbers
from grader.judge.describe import Invalid
from grader.judge.forms import reject_form
from grader.judge.rules.base import KeyPath, Named, Rule, Use
from grader.judge.solution import Solution
from grader.judge.verdict import NOTHING, Verdict, blocked, clean
from grader.model import Category, Outcome

Option = bool | int | float | str | tuple[bool | int | float | str, ...]
_SHARE = re.compile(r"[0-9]{1,9}(/[1-9][0-9]{0,8})?")
_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class CustomCheck(BaseCheck):
    """The course's own rule `by` says so; `wrong` are the reference's wrong answers that it must not pass."""

    rule: Literal["custom"]
    by: Name = Field(description="The function of `reference/rules.py` that judges.")
    uses: tuple[Name, ...] = Field((), description="Other answers of the student's that it gets.")
    options: dict[str, Option] = Field(default_factory=dict, description="What it gets beside the answers.")
    wrong: Annotated[
        tuple[Name, ...], Field(min_length=1, description="Functions of the reference: answers that must not pass.")
    ]


class Custom(Rule[CustomCheck]):
    """By the course's own code, bounded in time and memory."""

    record = CustomCheck
    kinds = ("number", "integer", "complex", "array", "string", "bool", "choice", "set", "dict", "table", "function")
    asks = (
        "`by` is a function of `reference/rules.py`. A function without arguments, named like the answer, returns "
        "what the rule passes; each of `wrong` what it must not."
    )

    def uses(self, check: CustomCheck) -> Iterator[Use]:
        """Yield the other answers that the rule gets."""
        yield from (Use(("uses", index), name) for index, name in enumerate(check.uses))

    def names(self, check: CustomCheck) -> Iterator[Named]:
        """Yield the rule."""
        yield Named(("by",), "rules", check.by)

    def functions(self, check: CustomCheck, answer: Answer) -> Iterator[tuple[KeyPath, str]]:
        """Yield the reference's answer and the wrong ones."""
        yield ("answer",), answer.name
        yield from ((("wrong", index), name) for index, name in enumerate(check.wrong))

    def wrong_answers(self, check: CustomCheck) -> tuple[str, ...]:
        """Return those that the check names."""
        return check.wrong

    def judge(self, context: CheckContext[CustomCheck]) -> Verdict:
        """Ask the course's rule."""
        check = context.check
        value = context.student_value(context.name)
        if isinstance(value, Invalid):
            return reject_form(context, value)
        used = {name: _describe_used(context, name) for name in check.uses}
        rule = context.oracle.rule(check.by)
        with bounded(check.by):
            found = rule(value, used, dict(check.options))
        return _parse_verdict(context, found)

    def solve(self, context: CheckContext[CustomCheck]) -> Solution | None:
        """Return the reference's answer, one of those that the rule passes."""
        if context.answer.kind in {"dict", "table", "function"}:
            return None
        found = context.oracle.value(context.exercise_id, context.name)
        is_number = context.answer.kind in {"number", "integer", "complex", "array"}
        return Solution(f"For example {show_numbers(expect_numbers(found)) if is_number else repr(found)}")


def _describe_used(context: CheckContext[CustomCheck], name: str) -> dict[str, object]:
    if not context.answers.attempted(name):
        return {"value": None, "problem": ""}
    value = context.student_value(name)
    if isinstance(value, Invalid):
        return {"value": None, "problem": value.message}
    return {"value": value, "problem": ""}


def _parse_verdict(context: CheckContext[CustomCheck], found: object) -> Verdict:
    """Return the verdict that a course's rule gave as plain data.

    Raises:
        CourseError: it is none.
    """
    rule = context.check.by
    if not isinstance(found, Mapping):
        raise _wrong(rule, f"expected to return a dict, got {found!r:.80}")
    if "blocked" in found:
        return _parse_blocked(context, found)
    share, code = _parse_share(rule, found.get("share")), found.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _wrong(rule, f"expected a code such as grid.ok, got {code!r:.80}")
    message, detail = found.get("message"), found.get("detail", "")
    if not isinstance(message, str) or not message.strip():
        raise _wrong(rule, f"expected a message, got {message!r:.80}")
    category = _parse_category(rule, found.get("category")) if share != 1 else None
    outcome: Outcome = "pass" if share == 1 else "fail"
    return Verdict(outcome, code, share, clean(message), clean(str(detail)), category=category)


def _parse_category(rule: str, category: object) -> Category | None:
    match category:
        case None | "malformed" | "nearly" | "wrong":
            return category
        case _:
            raise _wrong(rule, f"expected a category: malformed, nearly or wrong, got {category!r:.80}")


def _parse_blocked(context: CheckContext[CustomCheck], found: Mapping[object, object]) -> Verdict:
    rule, needed, why = context.check.by, found["blocked"], found.get("why")
    if needed not in context.check.uses:
        known = ", ".join(context.check.uses) or "none"
        raise _wrong(rule, f"blocked by {needed!r:.80}: expected one of the answers that the check uses ({known})")
    if why is None:
        return blocked(context.name, str(needed))
    if not isinstance(why, str) or not why.strip():
        raise _wrong(rule, f"blocked by {needed} because of {why!r:.80}: expected a predicate that follows its name")
    return blocked(context.name, str(needed), why)


def _parse_share(rule: str, share: object) -> Fraction:
    number = None
    if isinstance(share, bool | int | Fraction):
        number = Fraction(share)
    elif isinstance(share, float) and math.isfinite(share):
        number = Fraction(str(share))
    # Not every text that a Fraction can be made of: it would be hours over "1e999999999".
    elif isinstance(share, str) and _SHARE.fullmatch(share):
        number = Fraction(share)
    if number is None or not NOTHING <= number <= 1:
        raise _wrong(rule, f"expected a share of the points from 0 to 1, got {share!r:.80}")
    return number


def _wrong(rule: str, message: str) -> CourseError:
    return CourseError([Problem("reference", 1, rule, message)])


RULE = Custom()
