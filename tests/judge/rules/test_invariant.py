"""An invariant passes, fails with a counterexample, or cannot be asked; what is no number never breaks a theorem."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from grader.errors import CourseError
from grader.judge.expectations import MANY
from grader.judge.probes import build_probes
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    BoolValue,
    CallResult,
    CheckResult,
    EmptyValue,
    FloatValue,
    Lost,
    NoResult,
    Raised,
    Returned,
    SequenceValue,
)

Names = Sequence[str]
Rows = Sequence[tuple[Any, ...]]


# ---------------------------------------------------------------- theorems of a made-up course


def never_negative(names: Names, inputs: Rows, slack: float) -> Iterator[Any]:
    """Claim that no number is negative, of functions and of plain values."""

    def claim(name: str, args: tuple[Any, ...] | None) -> Any:
        def counterexample(result: Any) -> str | None:
            least = min(result) if isinstance(result, tuple) else result
            where = "is" if args is None else "gives"
            shown = f"your {name} {where} {least:.9g}" + ("" if args is None else " for {0}")
            return shown if least < -slack else None

        return [(name, args)], counterexample

    for name in names:
        yield from (claim(name, args) for args in inputs or [None])


def larger(names: Names, inputs: Rows, slack: float) -> Iterator[Any]:
    """Claim that the first function is nowhere below the second."""

    def counterexample(one: float, other: float) -> str | None:
        return f"{one:g} is below {other:g} ({{1}})" if one < other - slack else None

    one, other = names
    yield from (([(one, args, 1), (other, args, 1)], counterexample) for args in inputs)


def sums_to_one(names: Names, inputs: Rows, slack: float) -> Iterator[Any]:
    """Claim that the numbers of a plain value add up to 1, as far as three decimals tell."""
    assert not inputs
    allowed = max(slack, 1e-3)
    yield (
        [(names[0], None)],
        lambda result: None if abs(sum(result) - 1) <= allowed else f"your {names[0]} sums to {sum(result):g}",
    )


THEOREMS = (never_negative, larger, sums_to_one)
RIGHT: dict[str, Callable[[float], float]] = {"f": lambda x: x**2, "g": lambda x: x**2 / 2}


@pytest.fixture
def ask(quiz: Any) -> Callable[..., CheckResult]:
    """Return a function that judges a theorem about some names, given what the student has for them."""
    for theorem in THEOREMS:
        quiz.claim(theorem.__name__, theorem)

    def judge(theorem: str, of: Names, given: dict[str, Any], kind: str = "function") -> CheckResult:
        inputs = "numbers" if kind == "function" else None
        for name in of[1:]:
            quiz.ask(name, kind, rule="invariant", theorem="never_negative", of=(name,), inputs=inputs, points=0)
        quiz.ask(of[0], kind, id="law", rule="invariant", theorem=theorem, of=tuple(of), inputs=inputs, points=0)
        result: CheckResult = quiz.results(**given)["law"]
        return result

    return judge


# ---------------------------------------------------------------- functions


@pytest.mark.parametrize(("theorem", "names"), [("never_negative", ("f",)), ("larger", ("f", "g"))])
def test_passes_with_the_name_of_the_theorem(ask: Any, theorem: str, names: tuple[str, ...]) -> None:
    """A right function passes, and its message names the theorem and says what it states."""
    verdict = ask(theorem, names, {name: RIGHT[name] for name in names})
    assert (verdict.outcome, verdict.code) == ("pass", "invariant.holds")
    assert f"theorem of {theorem}" in verdict.message
    assert f"the statement of {theorem}" in verdict.message


def test_complex_results_are_asked_where_no_other_check_reads_them(quiz: Any) -> None:
    """A theorem about complex results holds or is violated, as in `grader check`, where no reference is asked."""

    def on_the_circle(names: Names, inputs: Rows, slack: float) -> Iterator[Any]:
        def counterexample(result: complex) -> str | None:
            return None if abs(abs(result) - 1) <= slack else f"your {names[0]} has modulus {abs(result):g} for {{0}}"

        yield from (([(names[0], args, 1)], counterexample) for args in inputs)

    quiz.claim("on_the_circle", on_the_circle)
    quiz.ask("f", "function", result="complex", rule="invariant", theorem="on_the_circle", of=("f",), inputs="numbers",
              id="law", points=0)  # fmt: skip
    functions = (lambda x: cmath.exp(1j * x), lambda x: 2 * cmath.exp(1j * x))
    assert [quiz.results(f=function)["law"].outcome for function in functions] == ["pass", "fail"]


def test_a_theorem_gets_what_the_inputs_gave(quiz: Any) -> None:
    """Whole numbers and infinities in arrays arrive as arrays, and may be handed on as they are."""
    rows = [(np.array([1, 2]),), (np.array([math.inf]),), ((0.5, 0.5),)]
    seen: list[type] = []

    def keeps_length(names: Names, inputs: Rows, slack: float) -> Iterator[Any]:
        del slack
        for (x,) in inputs:
            seen.append(type(x))
            yield [(names[0], (x,), len(x))], lambda *_: None

    quiz.code["rows"] = rows
    quiz.claim("keeps_length", keeps_length)
    quiz.ask("f", "function", rule="invariant", theorem="keeps_length", of=("f",), inputs="rows", id="law", points=0)
    assert quiz.results(f=lambda x: [float(one) for one in x])["law"].outcome == "pass"
    assert set(seen) == {np.ndarray, tuple}


def test_fails_with_the_simplest_counterexample_in_the_students_own_numbers(ask: Any) -> None:
    """A wrong function fails; the message shows its own number on the simplest input and the theorem in words."""
    verdict = ask("never_negative", ("f",), {"f": lambda x: 0.3 - x})
    assert (verdict.outcome, verdict.code, verdict.score) == ("fail", "invariant.violated", 0)
    assert verdict.message == (
        "your f gives -0.2 for x = 0.5; the statement of never_negative (theorem of never_negative)"
    )


def test_the_inputs_shown_are_those_that_the_theorem_names(ask: Any) -> None:
    """A counterexample may show the arguments of any of its calls."""
    verdict = ask("larger", ("f", "g"), {"f": RIGHT["g"], "g": RIGHT["f"]})
    assert "0.125 is below 0.25 (x = 0.5)" in verdict.message


def test_a_slack_of_the_checks_own_is_used(quiz: Any) -> None:
    """How far rounding may seem to break a theorem is the check's to say, and a student's slack otherwise."""
    quiz.claim("never_negative", never_negative)
    law = {"rule": "invariant", "theorem": "never_negative", "of": ("f",), "inputs": "numbers", "points": 0}
    quiz.ask("f", "function", id="plain", **law).ask("f", "function", id="wide", slack=0.1, **law)
    results = quiz.results(f=lambda _: -0.05)
    assert (results["plain"].outcome, results["wide"].outcome) == ("fail", "pass")
    assert quiz.results(f=lambda _: -1e-7)["plain"].outcome == "pass"


# ---------------------------------------------------------------- plain values


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([0.4, 0.3, 0.2, 0.1], "pass"),
        ([0.333, 0.333, 0.333], "pass"),
        ([0.5, 0.4], "fail"),
        ([0.5, math.nan], "blocked"),
    ],
)
def test_a_theorem_about_a_typed_array(ask: Any, values: list[float], outcome: str) -> None:
    """A plain value is asked for as it is."""
    value = ArrayValue(dtype="float", shape=(len(values),), values=tuple(one.hex() for one in values))
    verdict = ask("sums_to_one", ("r",), {"r": value}, kind="array")
    assert verdict.outcome == outcome, verdict.message


@pytest.mark.parametrize(("number", "outcome"), [(0.3, "pass"), (0.0, "pass"), (-0.3, "fail"), (-1e-9, "pass")])
def test_a_theorem_about_a_typed_number(ask: Any, number: float, outcome: str) -> None:
    """A number is a number, and rounding breaks nothing."""
    assert ask("never_negative", ("a",), {"a": number}, kind="number").outcome == outcome


def test_a_bool_is_no_number(ask: Any) -> None:
    """A value of another kind neither breaks nor keeps the theorem."""
    verdict = ask("never_negative", ("a",), {"a": BoolValue(value=True)}, kind="number")
    assert (verdict.outcome, verdict.code) == ("blocked", "check.blocked")


# ---------------------------------------------------------------- what is not there


def test_missing_where_the_answer_is_missing(ask: Any) -> None:
    """A function that was left out leaves its invariant missing."""
    assert ask("never_negative", ("f",), {"f": EmptyValue(type="ellipsis")}).outcome == "missing"


def test_lost_where_the_answer_was_lost(ask: Any) -> None:
    """A function that could not be read fails with the cause of that."""
    given = {"f": AnswerEvidence(value=EmptyValue(type="absent"), lost=Lost(cause="timed_out"))}
    assert ask("never_negative", ("f",), given).code == "run.timed_out"


def test_blocked_where_another_function_is_missing(ask: Any) -> None:
    """A theorem of two functions is blocked without the second, and says which it is."""
    verdict = ask("larger", ("f", "g"), {"f": RIGHT["f"]})
    assert verdict.outcome == "blocked"
    assert "rests on g" in verdict.message


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (Raised(error="ZeroDivisionError", message="division by zero"), "raised ZeroDivisionError for x = 0.5"),
        (NoResult(type="timed_out"), "took too long for x = 0.5"),
        (NoResult(type="lost"), "was not there any more for x = 0.5"),
        (Returned(value=FloatValue(value="nan")), "for x = 0.5 that is NaN"),
        (
            Returned(value=SequenceValue(form="list", items=(FloatValue(value="0x1p0"),) * 2)),
            "gave 2 numbers, expected 1",
        ),
    ],
    ids=["raised", "timed out", "lost", "nan", "two numbers"],
)
def test_a_call_without_a_number_breaks_no_theorem(quiz: Any, ask: Any, result: CallResult, shown: str) -> None:
    """Where a call gives no number the theorem is blocked, not broken, and the message says which call."""
    ask("larger", ("f", "g"), {})
    right = quiz.evidence(RIGHT).answers["f"]
    given = {"f": right.model_copy(update={"calls": (result, *right.calls[1:])}), "g": RIGHT["g"]}
    verdict = quiz.results(**given)["law"]
    assert verdict.outcome == "blocked"
    assert shown in verdict.message


def test_a_counterexample_counts_though_another_call_raised(quiz: Any, ask: Any) -> None:
    """A broken instance is reported even where an earlier one could not be asked."""
    ask("never_negative", ("f",), {})
    wrong = quiz.evidence({"f": lambda x: -x}).answers["f"]
    calls = (Raised(error="ValueError", message=""), *wrong.calls[1:])
    assert quiz.results(f=wrong.model_copy(update={"calls": calls}))["law"].code == "invariant.violated"


def test_a_number_in_place_of_a_function_blocks(ask: Any) -> None:
    """A name that holds no function cannot be asked."""
    verdict = ask("never_negative", ("f",), {"f": 0.3})
    assert verdict.outcome == "blocked"
    assert "not a function" in verdict.message


# ---------------------------------------------------------------- what the author got wrong


def nothing_holds(*_numbers: object) -> str:
    return "nothing holds"


def calls_itself(names: Names, inputs: Rows, slack: float) -> Any:
    return calls_itself(names, inputs, slack)


def yielding(item: Any) -> Any:
    return lambda names, inputs, _slack: iter([item(names, inputs)])


UNUSABLE: dict[str, tuple[Any, str]] = {
    "no pair": (yielding(lambda _n, _i: 3), "got 3"),
    "no list": (yielding(lambda _n, _i: ("f", nothing_holds)), "a list of what to ask and a function"),
    "no function": (yielding(lambda n, i: ([(n[0], i[0])], "broken")), "a list of what to ask and a function"),
    "a name alone": (yielding(lambda n, _i: ([n[0]], nothing_holds)), "expected to ask with"),
    "another name": (yielding(lambda _n, i: ([("h", i[0])], nothing_holds)), "asks for 'h': expected one of f"),
    "a list as name": (yielding(lambda _n, i: ([([], i[0])], nothing_holds)), "asks for []: expected one of f"),
    "a number as arguments": (yielding(lambda n, _i: ([(n[0], 0.5)], nothing_holds)), "expected a tuple of arguments"),
    "too many arguments": (yielding(lambda n, _i: ([(n[0], (1.0, 2.0))], nothing_holds)), "does not have"),
    "no argument": (yielding(lambda n, _i: ([(n[0], (object(),))], nothing_holds)), "expected a number"),
    "a count of text": (yielding(lambda n, i: ([(n[0], i[0], "1")], nothing_holds)), "asks for '1' numbers of f"),
    "a count of none": (yielding(lambda n, i: ([(n[0], i[0], 0)], nothing_holds)), "expected at least 1"),
    "too many instances": (lambda n, i, _s: (([(n[0], i[0])], nothing_holds) for _ in range(MANY + 1)), "more than"),
    "endless recursion": (calls_itself, "recursed too deeply"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_invariant_that_yields_something_else_is_the_authors_mistake(quiz: Any, case: str) -> None:
    """Before anybody is judged, the course's author reads which invariant it is and what it did."""
    theorem, words = UNUSABLE[case]
    with pytest.raises(CourseError, match=re.escape(words)) as caught:
        build_probes(ask_law(quiz, theorem).course, quiz.oracle)
    assert "unusable" in str(caught.value)


@pytest.mark.parametrize("found", [3, True, ["a"], {}, {"inconclusive": 3}], ids=repr)
def test_a_finding_that_is_none_leaves_the_check_ungraded(quiz: Any, found: object) -> None:
    """What an instance says is None, a sentence, or why it is inconclusive; anything else is the author's mistake."""
    ask_law(quiz, yielding(lambda names, inputs: ([(names[0], inputs[0])], lambda _: found)))
    result = quiz.results(f=abs)["law"]
    assert result.outcome == "ungraded"
    assert f"unusable: expected None, a sentence or an inconclusive, got {found!r}" in result.detail


def test_an_instance_may_be_inconclusive(quiz: Any) -> None:
    """The course may say itself that the numbers tell nothing; that blocks, and never breaks."""
    why = {"inconclusive": "f", "why": "is too small to tell"}
    ask_law(quiz, yielding(lambda names, inputs: ([(names[0], inputs[0])], lambda _: why)))
    result = quiz.results(f=abs)["law"]
    assert result.outcome == "blocked"
    assert "rests on f, which is too small to tell" in result.message


def test_an_instance_that_does_not_end_well_leaves_the_check_ungraded(quiz: Any) -> None:
    """It runs within the bounds of a course's own code."""

    def forever(number: float) -> Any:
        return forever(number)

    ask_law(quiz, yielding(lambda names, inputs: ([(names[0], inputs[0])], forever)))
    result = quiz.results(f=abs)["law"]
    assert (result.outcome, "recursed too deeply" in result.detail) == ("ungraded", True)


def ask_law(quiz: Any, theorem: Any) -> Any:
    """Return a course with one check of an invariant of the function `f`."""
    law = {"rule": "invariant", "theorem": "unusable", "of": ("f",), "inputs": "numbers", "points": 0}
    return quiz.claim("unusable", theorem).ask("f", "function", id="law", **law)


def test_an_invariant_that_is_not_there_is_the_authors_mistake(quiz: Any) -> None:
    """One that the catalogue does not have leaves its check ungraded."""
    ask_law(quiz, never_negative)
    assert quiz.results(f=abs)["law"].outcome == "pass"
    quiz.invariants.clear()
    result = quiz.results(f=abs)["law"]
    assert (result.outcome, "not in the catalogue" in result.detail) == ("ungraded", True)
