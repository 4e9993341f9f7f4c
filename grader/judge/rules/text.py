"""The rule `text`: was one submitted? What it is worth is for a person to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from grader.course import Answer, BaseCheck
from grader.judge.context import CheckContext
from grader.judge.describe import Invalid
from grader.judge.placeholder import starter_words
from grader.judge.rules.base import FieldProblem, Rule, Wrong
from grader.judge.verdict import NOTHING, Code, Verdict, failed, missing
from grader.judge.words import read_text
from grader.judge.written import Submitted, choose_text
from grader.model import EmptyValue
from numgrade_student.texts import is_untouched


class TextCheck(BaseCheck):
    """A person marks the text by the rubric of this part; until then its points are pending."""

    rule: Literal["text"]


class Text(Rule[TextCheck]):
    """By a person."""

    record = TextCheck
    kinds = ("text",)
    asks = "No Python: a rubric in `rubrics/`, with the same points."
    codes = {"text.review": Code("waits for a human", "review")}
    says_whether_right = False
    looks_for_itself = True

    def find_problems(self, check: TextCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield a text that nobody gets anything for."""
        del answer
        if not check.points:
            yield ("points",), "0: expected points, as a human marks the text for them"

    def judge(self, context: CheckContext[TextCheck]) -> Verdict:
        """Judge whether there is something to mark."""
        return check_text(context)

    def wrong_examples(self, check: TextCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield no text at all."""
        del check, answer, truth
        yield "empty", ""


def check_text(context: CheckContext[BaseCheck]) -> Verdict:
    """Return `review` where the student wrote something: in the answer's cell, below it, or in a string of its name."""
    placeholder = context.memoize("placeholder", lambda: starter_words(context.part, context.answer))
    texts = context.answers.texts(context.name)
    if (submitted := choose_text(texts, placeholder)) is not None:
        return _hand_over(context.name, submitted)
    if isinstance(context.value, EmptyValue):
        # With the starter's cell still as it was, nothing says that a variable was meant to hold the text.
        lost = None if texts else context.answers.judge_lost(context.name)
        return lost or missing(context.name)
    text = read_text(context.value)
    if isinstance(text, Invalid):
        return failed("value.wrong_type", f"{context.name} is not text; write it in a text cell, or as a string")
    return missing(context.name) if is_untouched(text, placeholder) else _hand_over(context.name, Submitted(text))


_BELOW = ". Its own cell is as it was, so what stands below it was taken for the answer"


def _hand_over(name: str, submitted: Submitted) -> Verdict:
    message = f"{name} was submitted; a person will read it{_BELOW if submitted.is_below else ''}"
    return Verdict("review", "text.review", NOTHING, message, text_sha256=submitted.sha256)


RULE = Text()
