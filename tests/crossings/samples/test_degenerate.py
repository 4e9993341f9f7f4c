"""Nothing follows from degenerate earlier answers: each pair of the follow-through list, in a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.judge.expectations import arguments_of
from grader.reference import Reference
from grader.spec import load_course
from grader.validate.evidence import collect_answers
from grader.validate.follow_through import follow_rule
from grader.validate.harness import ExerciseHarness, list_results

ROOT = Path(__file__).resolve().parents[3]
TABLE = yaml.safe_load(Path(__file__).with_name("degenerate.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(check, pair["uses"], case, id=f"{check} {case['own']} {case['answer']}")
    for check, pair in TABLE.items()
    for case in pair["cases"]
]
FUNCTIONS: dict[str, object] = {
    "zero": lambda _: 0.0,
    "half": lambda _: 0.5,
    "minus_one": lambda _: -1.0,
    "tiny": lambda _: 1e-300,
    "infinite": lambda _: math.inf,
    "undefined": lambda _: math.nan,
    "argument": lambda x: x,
    "double": lambda x: 2 * x,
    "minus": lambda x: -x,
    "spike": lambda x: float(x == 0.5),
    "noise": lambda x: 0.5 + 1e-9 * x,
    "square": lambda x: x * x,
    "fourth": lambda x: x**4 / 100,
    "distance": lambda x: abs(x - 0.5),
    "parabola": lambda x: -((x - 0.3) ** 2),
    "number": 0.5,
    "words": "a function",
}


@cache
def harness_of(exercise: str) -> ExerciseHarness:
    """Return the harness of an exercise of the real course, without its later ones."""
    course = load_course(ROOT)
    return ExerciseHarness(course, next(one for one in course.exercises if one.id == exercise), Reference(ROOT))


@pytest.mark.parametrize(("check", "uses", "case"), CASES)
def test_what_follows_has_the_points_of_the_table(check: str, uses: list[str], case: dict[str, Any]) -> None:
    """The later check has the points that are written down, whatever else is missing."""
    harness = harness_of(check[0])
    own = dict(zip(uses, map(take, case["own"]), strict=True))
    answer = check.split(".")[1]
    later = follow(harness, answer, own) if case["answer"] == "follows" else take(case["answer"])
    result = list_results(harness.report(collect_answers(harness.own_probes, {**own, answer: later})))[check]
    assert result.outcome != "ungraded", result.detail
    assert result.score == Fraction(str(case["points"])), (result.code, result.message)


@pytest.mark.parametrize(
    ("policy", "points"),
    [([1.0, 0.0], "1/2"), ([0.7, 0.3], "0"), ([0.0, 0.0], "0"), ([5.0, 0.0], "0"), ([math.nan, 0.0], "0")],
)
def test_a_share_is_kept_by_what_the_name_promises(policy: list[float], points: str) -> None:
    """The second probability underflows in a policy alone: zeros are none, nor is what does not sum to 1."""
    harness = harness_of("7")
    answers = collect_answers(harness.own_probes, {"ex7_pi_star": policy})
    result = list_results(harness.report(answers))["7d.ex7_pi_star[1]"]
    assert (result.score, result.mistake) == (Fraction(points), "underflow_to_zero" if points != "0" else None)


def test_the_table_has_every_pair() -> None:
    """No check of the course that is judged by earlier answers is without its degenerate cases, and one that pays."""
    course = load_course(ROOT)
    checks = [(part, check) for one in course.exercises for part in one.parts for check in part.checks]
    pairs = {f"{part.id}.{check.id}": rule[0] for part, check in checks if (rule := follow_rule(check))}
    assert {name: tuple(pair["uses"]) for name, pair in TABLE.items()} == pairs
    assert all(any(case["points"] for case in pair["cases"]) for pair in TABLE.values())


def take(value: object) -> object:
    """Return a value of the table: a function by its name, anything else as it is."""
    return FUNCTIONS[value] if isinstance(value, str) and value in FUNCTIONS else value


def follow(harness: ExerciseHarness, answer: str, own: Mapping[str, object]) -> object:
    """Return what the reference makes of earlier answers; some wrong value where it makes nothing of them."""
    (rule,) = [rule for _, check, _ in harness.list_checks() if check.answer == answer and (rule := follow_rule(check))]
    by: Callable[..., Any] = getattr(harness.module, rule[1])
    if harness.specs[answer].kind == "function":
        return lambda *arguments: by(*(value(*arguments) if callable(value) else 1.0 for value in own.values()))
    calls = {probe.name: probe.calls for probe in harness.probes}
    try:
        return by(
            *(
                [(arguments_of(call), value(*arguments_of(call))) for call in calls[name]] if callable(value) else value
                for name, value in own.items()
            )
        )
    except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError):
        return 0.123
