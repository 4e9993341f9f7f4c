"""A rule of the course's own: what it gets, what it may return, and that whatever else it does is never a verdict."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.model import CheckResult
from grader.spec.files import ExerciseFile

OK = {"share": 1, "code": "grid.ok", "message": "x is a grid"}


def ask(quiz: Any, rule: Any, kind: str = "number", *, given: Any = None, **check: Any) -> CheckResult:
    """Return the verdict of a rule on the answer `x`."""
    quiz.code["judge"] = rule
    quiz.ask("x", kind, rule="custom", by="judge", wrong=("x__wrong",), **{"points": 4, **check})
    result: CheckResult = quiz.results(**({"x": 1.0} if given is None else given))["x"]
    return result


# ---------------------------------------------------------------- what it returns


@pytest.mark.parametrize(
    ("share", "outcome", "score"),
    [
        (1, "pass", 4),
        (1.0, "pass", 4),
        (True, "pass", 4),
        ("1/3", "fail", Fraction(4, 3)),
        (Fraction(1, 8), "fail", Fraction(1, 2)),
        (0.25, "fail", 1),
        (0.1, "fail", Fraction(2, 5)),
        (0, "fail", 0),
        (False, "fail", 0),
    ],
)
def test_a_share_becomes_points(quiz: Any, share: object, outcome: str, score: Fraction | int) -> None:
    """The whole passes; less fails and keeps its exact share of the points."""
    result = ask(quiz, lambda *_: {**OK, "share": share})
    assert (result.outcome, result.score, result.code, result.message) == (outcome, score, "grid.ok", "x is a grid")


def test_details_are_for_staff(quiz: Any) -> None:
    """What only staff should see stays out of the message."""
    result = ask(quiz, lambda *_: {**OK, "share": 0, "detail": "expected 7"})
    assert (result.message, result.detail) == ("x is a grid", "expected 7")


@pytest.mark.parametrize(("given", "category"), [({}, "wrong"), ({"category": "malformed"}, "malformed")])
def test_a_rule_says_what_kind_of_failure_it_is(quiz: Any, given: dict[str, str], category: str) -> None:
    """A code of the course's own has no category but the one that the rule gives."""
    assert ask(quiz, lambda *_: {**OK, **given, "share": 0}).category == category


def test_another_category_is_the_authors_fault(quiz: Any) -> None:
    """A course's rule cannot say that the student's code crashed, nor that it is ours."""
    assert ask(quiz, lambda *_: {**OK, "share": 0, "category": "ours"}).code == "check.ungraded"


def test_a_message_is_bounded_and_harmless(quiz: Any) -> None:
    """A rule may show what the student wrote, so its words are cleaned like any others."""
    result = ask(quiz, lambda *_: {**OK, "message": "\x1b[2J\u202e" + "A" * 9999, "detail": "\x07"})
    assert len(result.message) <= 500
    assert (result.message + result.detail).isprintable()


@pytest.mark.parametrize(("why", "words"), [({}, "rests on y"), ({"why": "was refused: it is odd"}, "is odd")])
def test_a_rule_may_rest_on_an_answer_that_is_not_there(quiz: Any, why: dict[str, str], words: str) -> None:
    """Then the check is blocked, names what it rests on, and earns nothing."""
    quiz.ask("y", "number", 1.0, rule="close")
    result = ask(quiz, lambda *_: {"blocked": "y", **why}, uses=("y",))
    assert (result.outcome, result.code, result.score) == ("blocked", "check.blocked", 0)
    assert words in result.message


MALFORMED: dict[str, tuple[object, str]] = {
    "nothing": (None, "expected to return a dict, got None"),
    "a bool": (True, "expected to return a dict, got True"),
    "a list": ([OK], "expected to return a dict, got [{"),
    "an empty dict": ({}, "expected a share of the points from 0 to 1, got None"),
    "no share": ({"code": "grid.ok", "message": "m"}, "expected a share of the points from 0 to 1, got None"),
    "a share above 1": ({**OK, "share": 1.5}, "from 0 to 1, got 1.5"),
    "a share below 0": ({**OK, "share": -1}, "from 0 to 1, got -1"),
    "a share of NaN": ({**OK, "share": math.nan}, "from 0 to 1, got nan"),
    "an infinite share": ({**OK, "share": math.inf}, "from 0 to 1, got inf"),
    "a share in words": ({**OK, "share": "all"}, "from 0 to 1, got 'all'"),
    "a share over 0": ({**OK, "share": "1/0"}, "from 0 to 1, got '1/0'"),
    "a huge share": ({**OK, "share": "1e999999999"}, "from 0 to 1, got '1e999999999'"),
    "a NumPy bool": ({**OK, "share": np.True_}, "from 0 to 1, got "),
    "an array as share": ({**OK, "share": np.ones(2)}, "from 0 to 1, got array"),
    "no code": ({"share": 1, "message": "m"}, "expected a code such as grid.ok, got None"),
    "a code in words": ({**OK, "code": "it is fine"}, "expected a code such as grid.ok, got 'it is fine'"),
    "a code that is a number": ({**OK, "code": 3}, "expected a code such as grid.ok, got 3"),
    "a code with a line": ({**OK, "code": "grid.ok\n"}, "expected a code such as grid.ok, got"),
    "no message": ({"share": 1, "code": "grid.ok"}, "expected a message, got None"),
    "an empty message": ({**OK, "message": " "}, "expected a message, got ' '"),
    "a message of bytes": ({**OK, "message": b"m"}, "expected a message, got b'm'"),
    "blocked by nobody": ({"blocked": None}, "blocked by None: expected one of the answers that the check uses (y)"),
    "blocked by a stranger": ({"blocked": "nobody"}, "blocked by 'nobody': expected one of the answers"),
    "blocked for a number": ({"blocked": "y", "why": 3}, "blocked by y because of 3: expected a predicate"),
    "blocked for nothing": ({"blocked": "y", "why": " "}, "blocked by y because of ' '"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_verdict_leaves_the_check_ungraded(quiz: Any, case: str) -> None:
    """It is the author's mistake: no points are lost or given, and staff read which rule returned what."""
    found, words = MALFORMED[case]
    quiz.ask("y", "number", 1.0, rule="close")
    result = ask(quiz, lambda *_: found, uses=("y",))
    assert (result.outcome, result.code) == ("ungraded", "check.ungraded")
    assert words in result.detail
    assert result.detail.startswith("reference:1: judge: ")
    assert words not in result.message


# ---------------------------------------------------------------- what it raises


def test_a_rule_that_is_not_there_leaves_the_check_ungraded(quiz: Any) -> None:
    """No function, no verdict."""
    ask(quiz, lambda *_: OK)
    del quiz.code["judge"]
    assert quiz.results(x=1.0)["x"].outcome == "ungraded"


def test_endless_recursion_leaves_the_check_ungraded(quiz: Any) -> None:
    """It is bounded like all of the course's own code."""

    def forever(*arguments: object) -> object:
        return forever(*arguments)

    result = ask(quiz, forever)
    assert (result.outcome, "judge: recursed too deeply" in result.detail) == ("ungraded", True)


# ---------------------------------------------------------------- what it gets


def test_a_rule_gets_plain_data(quiz: Any) -> None:
    """A number is a float, an array an array, a set a frozenset; the options are those of the check."""
    seen: list[Any] = []

    def judge(*arguments: Any) -> Any:
        seen.append(arguments)
        return OK

    options = {"low": -3.0, "names": ("a", "b"), "strict": True}
    ask(quiz, judge, options=options)
    quiz.ask("a", "array", rule="custom", by="judge", wrong=("w",))
    quiz.ask("s", "set", rule="custom", by="judge", wrong=("w",), choices=("u", "v"))
    seen.clear()
    quiz.results(x=2, a=[1, 2.5], s=["U", "u", "V"])
    (number, used, given), (array, _, nothing), (chosen, _, _) = seen
    assert (type(number), number, used, given) == (float, 2.0, {}, options)
    assert (array.dtype, array.tolist(), nothing) == (np.float64, [1.0, 2.5], {})
    assert chosen == frozenset({"u", "v"})


def test_a_rule_cannot_change_the_options_of_the_next_student(quiz: Any) -> None:
    """Each student's verdict gets the options as the author wrote them."""

    def judge(_value: object, _used: object, options: dict[str, Any]) -> Any:
        options["left"] -= 1
        return {**OK, "share": options["left"] == 0}

    assert ask(quiz, judge, options={"left": 1}).outcome == "pass"
    assert quiz.results(x=1.0)["x"].outcome == "pass"


def test_a_rule_is_told_of_the_answers_that_it_uses(quiz: Any) -> None:
    """A value where there is one; else None, with what is wrong with it, or with nothing where nobody answered."""
    seen: list[Any] = []
    quiz.ask("y", "number", 1.0, rule="close")
    rule = lambda _value, used, _options: seen.append(used["y"]) or OK  # noqa: E731
    ask(quiz, rule, uses=("y",), given={"x": 1.0, "y": 3.0})
    for other in ("three", None):
        quiz.results(x=1.0, y=other)
    right, refused, absent = seen
    assert right == {"value": 3.0, "problem": ""}
    assert refused["value"] is None
    assert refused["problem"].startswith("is the string 'three'")
    assert absent == {"value": None, "problem": ""}


@pytest.mark.parametrize(
    ("given", "outcome", "code"), [(None, "missing", "answer.missing"), ("one", "fail", "value.wrong_type")]
)
def test_a_rule_is_not_asked_of_what_is_no_answer(quiz: Any, given: object, outcome: str, code: str) -> None:
    """What was left out is missing, and what is of another kind fails, as for every rule."""

    def never(*_arguments: object) -> Any:
        raise AssertionError

    result = ask(quiz, never, given={"x": given})
    assert (result.outcome, result.code) == (outcome, code)


# ---------------------------------------------------------------- with the loaded course


def test_what_a_rule_raises_is_at_its_line(quiz: Any, tmp_path: Any) -> None:
    """An exception of the author's is no verdict; staff read its file and line."""
    from grader.judge import PreparedCourse, judge
    from grader.oracle import Oracle
    from grader.reference import Reference

    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / "__init__.py").touch()
    (reference / "rules.py").write_text(
        "def by_zero(value, used, options):\n    return 1 / 0\n\n\ndef exits(value, used, options):\n"
        "    raise SystemExit(0)\n\n\ndef assumes(value, used, options):\n    return used['nobody']\n"
    )
    names = {"by_zero": "2: by_zero: raised ZeroDivision", "exits": "6: exits: raised SystemExit", "assumes": "KeyErr"}
    for name in names:
        quiz.ask("x", "number", id=name, rule="custom", by=name, wrong=("w",))
    oracle = Oracle(quiz.course, Reference(tmp_path))
    report = judge(PreparedCourse(quiz.course, oracle), quiz.hand_in(quiz.evidence({"x": 1.0})))
    checks = {check.id.removeprefix("1a."): check for check in report.exercises[0].parts[0].checks}
    for name, words in names.items():
        assert checks[name].outcome == "ungraded"
        assert "reference/rules.py" in checks[name].detail
        assert words in checks[name].detail


def test_a_custom_check_names_a_wrong_answer() -> None:
    """Without one the validator could never see it fail."""
    fields = ExerciseFile.model_json_schema()["$defs"]["CustomCheck"]
    assert "wrong" in fields["required"]
    assert fields["properties"]["wrong"]["minItems"] == 1
