from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.judge import CODES
from grader.judge.context import read_result
from grader.judge.decoding import read_number
from grader.judge.describe import Invalid
from grader.model import AnswerEvidence, FloatValue, Lost, NoResult, OtherValue, Raised, Returned

CALLABLE = OtherValue(type="callable")


def truth(x: float) -> float:
    return x**2


def double(x: float) -> float:
    return 2 * x**2


def function(quiz: Any, name: str = "f", right: Any = truth, **check: Any) -> Any:
    rule = {"rule": "function", "inputs": "numbers", "partial": Fraction(1, 2)}
    return quiz.ask(name, "function", right, **{**rule, "tolerance": {"absolute": 1e-6, "relative": 1e-6}, **check})


def kl(p: np.ndarray, q: np.ndarray) -> float:
    if np.any((p > 0) & (q == 0)):
        return math.inf
    some = p > 0
    return float(np.sum(p[some] * np.log(p[some] / q[some])))


def test_a_right_function_passes(quiz: Any) -> None:
    """Agreement on every input earns all points."""
    result = function(quiz).results(f=truth)["f"]
    assert (result.outcome, result.code, result.score) == ("pass", "function.agrees", 1)


def test_an_int_and_a_float32_result_are_numbers(quiz: Any) -> None:
    """What a function returns is judged like any number, within the tolerance of float32."""
    assert function(quiz).results(f=lambda x: float(np.float32(x**2)))["f"].outcome == "pass"


def test_a_wrong_function_shows_its_simplest_failing_input(quiz: Any) -> None:
    """The message names the first failing call with the student's own result, and not the expected one."""
    result = function(quiz).results(f=lambda x: x**2 + (x < 0.2))["f"]
    assert "your f(0.1) returned 1.01, which is not correct" in result.message
    assert "0.01 " not in result.message
    assert "expected 0.01" in result.detail


def test_a_function_that_is_right_on_half_of_its_inputs_keeps_the_stated_share(quiz: Any) -> None:
    """Right on at least half, it keeps the share that the exercise states, never all; right on fewer, nothing."""
    calls = quiz.oracle.inputs("numbers", ())
    half = {x for (x,) in (call.args for call in calls[: len(calls) // 2])}
    most = function(quiz).results(f=lambda x: truth(x) if x != 0.5 else 0.0)["f"]
    assert (most.outcome, most.code, most.score) == ("fail", "function.partly_right", Fraction(1, 2))
    just = quiz.results(f=lambda x: truth(x) if x in half else -1.0 - x)["f"]
    assert (just.outcome, just.code, just.score) == ("fail", "function.partly_right", Fraction(1, 2))
    few = quiz.results(f=lambda x: truth(x) if x in half - {0.5} else -1.0 - x)["f"]
    assert (few.outcome, few.code, few.score) == ("fail", "function.disagrees", 0)
    assert f". It is right for {len(half) - 1} of {len(calls)} inputs" in few.message
    none = quiz.results(f=lambda x: -1.0 - x)["f"]
    assert (none.code, none.score) == ("function.disagrees", 0)


CRASHES = [
    (lambda x: 1 / (x - 0.5), "call.raised", "raised ZeroDivisionError"),
    (lambda _: "a", "value.wrong_type", "returned the string 'a', but should return a number"),
    (
        lambda x: [x],
        "value.shape_mismatch",
        "a list with one entry, but should return a single number: take the entry, x[0]",
    ),
    (lambda _: math.nan, "value.nan", "returned NaN (not a number)"),
    (lambda _: True, "value.wrong_type", "returned True, but should return a number"),
    (lambda x: None if x == 0.5 else x**2, "value.wrong_type", "returned None: does every branch end in `return`?"),
    (lambda _: math.inf, "function.disagrees", "it is finite there"),
]


@pytest.mark.parametrize(("wrong", "code", "words"), CRASHES)
def test_a_function_that_gives_no_number_is_told_why(quiz: Any, wrong: Any, code: str, words: str) -> None:
    """A crash and a result of another kind have their own codes."""
    result = function(quiz).results(f=wrong)["f"]
    assert (result.outcome, result.code) == ("fail", code)
    assert words in result.message
    assert code in CODES


def test_a_name_that_hides_a_function_is_told() -> None:
    """The students' check says it in the same words."""
    invalid = read_result(Raised(error="TypeError", message="'str' object is not callable", line=9), read_number)
    assert isinstance(invalid, Invalid)
    assert invalid.message == (
        "raised TypeError: 'str' object is not callable (line 9). "
        "A name that your function uses was given another value later in the notebook"
    )


def test_a_function_that_does_nothing_is_not_attempted(quiz: Any) -> None:
    """Returning None or the ellipsis, or raising NotImplementedError, on every call is the starter's function."""

    def unwritten(x: float) -> float:
        raise NotImplementedError

    function(quiz)
    assert quiz.results(f=lambda _: None)["f"].outcome == "missing"
    assert quiz.results(f=unwritten)["f"].outcome == "missing"


def test_a_value_in_place_of_a_function_is_refused(quiz: Any) -> None:
    """A number is no function."""
    result = function(quiz).results(f=1.0)["f"]
    assert (result.code, result.message) == ("value.wrong_type", "f is a number, but should be a function.")


def test_calls_that_were_lost_count_as_failing(quiz: Any) -> None:
    """A process that dies in the calls keeps what came back; the code names its end, or the time-out of the call."""
    calls = quiz.oracle.inputs("numbers", ())
    kept = tuple(Returned(value=FloatValue(value=truth(call.args[0]).hex())) for call in calls[:-2])  # type: ignore[arg-type]  # a float here
    rest = (NoResult(type="lost"),) * (len(calls) - 1)
    lost = Lost(cause="killed_by_signal", detail="11")
    function(quiz)
    result = quiz.results(f=AnswerEvidence(value=CALLABLE, calls=(*kept, *[NoResult(type="lost")] * 2), lost=lost))["f"]
    assert (result.code, result.score) == ("run.killed_by_signal", Fraction(1, 2))
    result = quiz.results(f=AnswerEvidence(value=CALLABLE, calls=(*kept[:1], *rest), lost=lost))["f"]
    assert (result.code, result.score) == ("run.killed_by_signal", 0)
    slow = AnswerEvidence(value=CALLABLE, calls=(NoResult(type="timed_out"),) * len(calls))
    assert quiz.results(f=slow)["f"].code == "call.timed_out"
    assert quiz.results(f=AnswerEvidence(value=CALLABLE, lost=lost))["f"].code == "run.killed_by_signal"


def test_evidence_that_answers_other_questions_is_our_fault(quiz: Any) -> None:
    """Results that do not belong to the calls of the check leave it ungraded."""
    short = AnswerEvidence(value=CALLABLE, calls=(Returned(value=FloatValue(value="0x1.0p+0")),))
    function(quiz)
    assert quiz.results(f=AnswerEvidence(value=CALLABLE))["f"].outcome == "ungraded"
    assert quiz.results(f=short)["f"].outcome == "ungraded"


def test_a_known_mistake_is_named_with_its_hint_and_share(quiz: Any) -> None:
    """A function that makes a listed mistake everywhere earns the mistake's share."""
    quiz.know("doubled", "1/4")
    quiz.table["f__doubled"] = double
    result = function(quiz, mistakes=({"code": "doubled", "wrong": "f__doubled"},)).results(f=double)["f"]
    assert (result.code, result.mistake, result.score) == ("mistake.known", "doubled", Fraction(1, 4))
    assert result.message == "your f: The title of doubled. The hint of doubled."


def test_a_mistake_that_explains_only_some_results_is_not_claimed(quiz: Any) -> None:
    """One result that the mistake does not give is enough to say nothing of it."""
    quiz.know("doubled", "1/4")
    quiz.table["f__doubled"] = double
    function(quiz, mistakes=({"code": "doubled", "wrong": "f__doubled"},))
    result = quiz.results(f=lambda x: double(x) if x != 0.5 else 7.0)["f"]
    assert result.mistake is None


def test_a_mistake_that_changes_nothing_is_never_claimed(quiz: Any) -> None:
    """Where the wrong function is right on every input, a wrong answer is not laid to it."""
    quiz.know("harmless", "1/4")
    quiz.table["f__harmless"] = truth
    function(quiz, mistakes=({"code": "harmless", "wrong": "f__harmless"},))
    assert quiz.results(f=double)["f"].mistake is None


# ---------------------------------------------------------------- mistakes that the course's own code recognises


def recognise(quiz: Any, rule: Any, *more: Any) -> Any:
    """Return a course whose rule `never_infinite` recognises the mistake `hidden`, before others."""
    quiz.know("hidden", "1/2").know("doubled", "1/4")
    quiz.code["never_infinite"] = rule
    quiz.table |= {"kl__hidden": lambda p, q: min(kl(p, q), 30.0), "kl__doubled": lambda p, q: 2 * kl(p, q)}
    uses = ({"code": "hidden", "wrong": "kl__hidden", "by": "never_infinite"}, *more)
    return function(quiz, "kl", kl, inputs="pairs", arguments=("p", "q"), mistakes=uses)


def clipped(p: np.ndarray, q: np.ndarray) -> float:
    return min(kl(p, q), 30.0)


def test_a_mistake_may_be_recognised_by_the_courses_own_rule(quiz: Any) -> None:
    """The rule says which call shows it, and the message shows that call with the student's own result."""
    result = recognise(quiz, lambda _trials: 4).results(kl=clipped)["kl"]
    assert (result.code, result.mistake, result.score) == ("mistake.known", "hidden", Fraction(1, 2))
    assert result.message == ("your kl([0.5, 0.5], [1, 0]) returned 30: The title of hidden. The hint of hidden.")


def test_a_rule_that_recognises_nothing_leaves_it_to_the_others(quiz: Any) -> None:
    """None is no mistake; the other known mistakes are looked for all the same."""
    recognise(quiz, lambda _trials: None, {"code": "doubled", "wrong": "kl__doubled"})
    assert quiz.results(kl=clipped)["kl"].mistake is None
    assert quiz.results(kl=lambda p, q: 2 * kl(p, q))["kl"].mistake == "doubled"


def test_a_rule_gets_plain_data(quiz: Any) -> None:
    """A trial is the arguments, the student's result or None, the expected one, and whether they agree."""
    seen: list[Any] = []
    recognise(quiz, seen.extend).results(kl=lambda _p, q: 0.0 if q[0] == 0.8 else None)
    first, second, *_ = seen
    assert (first["args"], first["result"], first["agrees"]) == (((0.8, 0.2), (0.5, 0.5)), None, False)
    assert (second["args"], second["result"], second["agrees"]) == (((0.5, 0.5), (0.8, 0.2)), 0.0, False)
    assert second["expected"] == pytest.approx(kl(np.array([0.5, 0.5]), np.array([0.8, 0.2])), abs=1e-15)
    assert all(type(trial["result"]) in {float, type(None)} and type(trial["expected"]) is float for trial in seen)


@pytest.mark.parametrize("found", ["0", True, -1, 99, 0.0, [0]])
def test_a_rule_that_points_at_no_trial_is_the_authors_mistake(quiz: Any, found: object) -> None:
    """Anything but None or the index of a trial leaves the check ungraded, and staff read what it was."""
    result = recognise(quiz, lambda _trials: found).results(kl=clipped)["kl"]
    assert result.outcome == "ungraded"
    assert f"got {found!r}" in result.detail
    assert "never_infinite" in result.detail


def test_a_rule_that_does_not_end_well_leaves_the_check_ungraded(quiz: Any) -> None:
    """It runs within the bounds of a course's own code: endless recursion is the author's mistake."""

    def forever(trials: Any) -> Any:
        return forever(trials)

    result = recognise(quiz, forever).results(kl=clipped)["kl"]
    assert result.outcome == "ungraded"
    assert "never_infinite: recursed too deeply" in result.detail


def test_a_rule_that_is_not_there_leaves_the_check_ungraded(quiz: Any) -> None:
    """It is the author's mistake, and no student's."""
    recognise(quiz, None)
    del quiz.code["never_infinite"]
    assert quiz.results(kl=clipped)["kl"].outcome == "ungraded"


def test_a_finite_result_where_the_truth_is_infinite_is_said_so(quiz: Any) -> None:
    """The message tells the structure, that it is infinite there."""
    message = function(quiz, "kl", kl, inputs="pairs", arguments=("p", "q")).results(kl=clipped)["kl"].message
    assert "returned 30; it should be infinite there" in message


def follow_bench(quiz: Any) -> Any:
    function(quiz, "f")
    quiz.table["g__from"] = lambda f: f + 1
    rule = {"uses": ("f",), "by": "g__from"}
    return function(quiz, "g", lambda x: x**2 + 1, follow_through=rule)


def test_a_function_that_follows_from_a_wrong_one_passes(quiz: Any) -> None:
    """The student's own results at the same inputs decide where the earlier function is wrong."""
    result = follow_bench(quiz).results(f=double, g=lambda x: double(x) + 1)["g"]
    assert (result.outcome, result.code, result.follow_through) == ("pass", "follow_through.consistent", True)


def test_nothing_follows_from_a_right_function(quiz: Any) -> None:
    """With the earlier function right, only the reference counts."""
    results = follow_bench(quiz).results(f=truth, g=lambda x: double(x) + 1)
    assert results["g"].outcome == "fail"


def test_nothing_follows_from_a_function_that_crashed(quiz: Any) -> None:
    """Where the earlier function gave nothing, the reference decides."""
    results = follow_bench(quiz).results(f=lambda x: 1 / (x - x), g=lambda x: x**2 + 1)
    assert (results["g"].outcome, results["g"].follow_through) == ("pass", False)


def test_a_function_due_up_to_a_constant_may_be_shifted(quiz: Any) -> None:
    """One number, the same for all inputs, may be added where the check says so, and only there."""
    shifted = function(quiz, up_to_constant=True).results(f=lambda x: truth(x) + 7.5)["f"]
    assert shifted.outcome == "pass"


def test_a_constant_function_earns_nothing_by_the_choice_of_the_constant(quiz: Any) -> None:
    """The one input that the constant makes agree counts for nothing."""
    result = function(quiz, up_to_constant=True).results(f=lambda x: -1.0 - x)["f"]
    assert (result.outcome, result.score) == ("fail", 0)


def test_a_known_mistake_is_recognised_up_to_the_constant_too(quiz: Any) -> None:
    """A wrong function shifted by a constant is still the wrong function."""
    quiz.know("doubled", "1/2")
    quiz.table["f__doubled"] = double
    uses = ({"code": "doubled", "wrong": "f__doubled"},)
    result = function(quiz, up_to_constant=True, mistakes=uses).results(f=lambda x: double(x) - 3.0)["f"]
    assert (result.mistake, result.score) == ("doubled", Fraction(1, 2))


def test_a_set_of_results_will_do_where_order_does_not_count(quiz: Any) -> None:
    """A function that returns the two roots as a set is right; where order counts it is not."""

    def roots(x: float) -> list[float]:
        return [-x, x]

    ask = {"rule": "function", "inputs": "numbers", "partial": 0}
    quiz.ask("f", "function", roots, order="any", **ask).ask("g", "function", roots, **ask)
    given = {name: lambda x: {x, -x} for name in ("f", "g")}
    results = quiz.results(**given)
    assert [(results[name].outcome) for name in ("f", "g")] == ["pass", "fail"]
