"""What a question and a task of the benchmark are, and how each is asked of our grader and of its peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "array", "bool", "choice", "function", "figure"]


@dataclass(frozen=True)
class Question:
    """One check. `rule` holds what the course's YAML says of it beyond id, answer and points."""

    id: str
    answer: str
    rule: dict[str, Any]
    test: str  # the same as an assert


@dataclass(frozen=True)
class Task:
    """One code cell: how it may be written, which names it leaves, and what is asked of them."""

    exercise: str
    about: str
    right: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    answers: tuple[tuple[str, Kind, dict[str, Any]], ...] = ()
    questions: tuple[Question, ...] = ()


def ask_close(answer: str, value: str, relative: float = 1e-6, entry: int | None = None) -> Question:
    """Return a check that a number, or one entry of an array, is close; `value` is the truth as Python source."""
    tolerance = {"relative": relative, "absolute": relative, "reason": "Rounding and other methods stay within it."}
    rule: dict[str, Any] = {"rule": "close", "tolerance": tolerance}
    place = ""
    if entry is not None:
        rule["entry"], place = entry, f"[{entry}]"
    test = f"assert np.isclose({answer}{place}, {value}, rtol={relative}, atol={relative})"
    return Question(answer + place, answer, rule, test)


def ask_exact(answer: str, value: str) -> Question:
    """Return a check that a bool or a choice is right."""
    return Question(answer, answer, {"rule": "exact"}, f"assert {answer} == {value}")


def ask_function(answer: str, inputs: str, cases: tuple[tuple[str, str], ...]) -> Question:
    """Return a check that a function is right; `cases` are (arguments, value) as source."""
    tolerance = {"relative": 1e-6, "absolute": 1e-6, "reason": "Rounding and other formulas stay within it."}
    rule = {"rule": "function", "inputs": inputs, "partial": "1/4", "tolerance": tolerance}
    test = "\n".join(f"assert np.isclose({answer}({given}), {value}, rtol=1e-6, atol=1e-6)" for given, value in cases)
    return Question(answer, answer, rule, test)


def ask_figure(aspect: str, test: str, **rule: Any) -> Question:
    """Return a check of one aspect of the plot."""
    return Question(f"ex4_figure.{aspect}", "ex4_figure", {"rule": "figure", "aspect": aspect, **rule}, test)
