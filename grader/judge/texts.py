"""Text answers: was one handed in? What it is worth is for a human to say."""

from __future__ import annotations

from grader.judge.case import Case
from grader.judge.values import Refusal, read_text
from grader.judge.verdict import NOTHING, Verdict, failed, lost, missing
from grader.model import EmptyValue
from grader.spec.model import TextCheck
from grader.spec.texts import is_untouched, text_placeholder


def check_text(case: Case[TextCheck]) -> Verdict:
    """Return `review` where the student wrote something: a tagged cell, or a string variable of the answer's name."""
    placeholder = case.oracle.derive(case.key("placeholder"), lambda: text_placeholder(case.part, case.answer))
    tagged = case.answers.text(case.name)
    if tagged is not None and not is_untouched(tagged, placeholder):
        return _hand_over(case.name)
    if isinstance(case.value, EmptyValue):
        cause = case.answers.lost(case.name)
        # With the starter's cell still as it was, nothing says that a variable was meant to hold the text.
        return lost(case.name, cause) if cause and tagged is None else missing(case.name)
    written = read_text(case.value)
    if isinstance(written, Refusal):
        return failed("value.wrong_type", f"{case.name} is not text; write it in a text cell, or as a string")
    return missing(case.name) if is_untouched(written, placeholder) else _hand_over(case.name)


def _hand_over(name: str) -> Verdict:
    return Verdict("review", "text.review", NOTHING, f"{name} was handed in; a person will read it")
