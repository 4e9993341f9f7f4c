"""Slope charts: whose numbers are joined, which way they go, and what stays on the paper."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from grader import pipeline
from grader.feedback.plot import BOTTOM, FARTHEST, LEFT, TOP
from grader.model import AnswerEvidence, Evidence, FileEvidence
from grader.pipeline import Grader
from grader.stats import Pair, list_pairs
from grader.stats.curves import find_drawing_checks, is_drawn
from grader.stats.slopes import build_chart, build_charts, list_inside
from grader.stats.words import describe_chart
from tests.conftest import reduce
from tests.stats.conftest import answer_with, select_exercise


@pytest.fixture(scope="session")
def exercise_8() -> Grader:
    """The real course's last exercise, which joins divergences at two temperatures."""
    return select_exercise("8")


def list_of(grader: Grader, **values: Any) -> list[Pair]:
    """Return the pairs of a student with these answers."""
    report, evidence = answer_with(grader, **values)
    assert is_drawn(report, find_drawing_checks(grader.course)) == bool(values)
    return list(list_pairs(grader.course, report, evidence))


def test_pairs_are_those_of_the_course(exercise_8: Grader) -> None:
    """Both numbers as the student gave them, and accepted where both answers earn all."""
    right = {
        name: exercise_8.oracle.value("8", name)
        for name in ("ex8_kl_TS", "ex8_kl_TS_tau", "ex8_kl_ST", "ex8_kl_ST_tau")
    }
    forward, reverse = list_of(exercise_8, **right)
    assert forward.answers == ("ex8_kl_TS", "ex8_kl_TS_tau")
    assert forward.numbers == (right["ex8_kl_TS"], right["ex8_kl_TS_tau"])
    assert reverse.answers == ("ex8_kl_ST", "ex8_kl_ST_tau")
    assert (forward.is_accepted, reverse.is_accepted) == (True, True)
    wrong, other = list_of(exercise_8, **(right | {"ex8_kl_TS_tau": 7.0}))
    assert (wrong.is_accepted, wrong.direction, other.is_accepted) == (False, "up", True)


@pytest.mark.parametrize("second", [None, math.nan, math.inf, "much", [1.0, 2.0]])
def test_half_a_pair_is_none(exercise_8: Grader, second: Any) -> None:
    """Left out, or no finite number: there is nothing to join."""
    values = {"ex8_kl_TS": 0.1} if second is None else {"ex8_kl_TS": 0.1, "ex8_kl_TS_tau": second}
    assert list_of(exercise_8, **values) == []


def test_what_is_not_graded_is_not_drawn(exercise_8: Grader) -> None:
    """A number whose check we could not judge is neither accepted nor refused."""
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=(), submission_sha256="1" * 64,
        probes_sha256=exercise_8.probes_sha256, isolation="full",
        runs=(FileEvidence(file="a.py", answers={
            name: AnswerEvidence(value=reduce(0.1)) for name in ("ex8_kl_TS", "ex8_kl_TS_tau")
        }),),
    )  # fmt: skip
    ungraded = pipeline.judge(exercise_8, evidence.model_copy(update={"fault": "gone"}))
    assert list(list_pairs(exercise_8.course, ungraded, evidence)) == []


def build_pair(student: str, first: float, second: float, *, is_accepted: bool = True) -> Pair:
    """Return a student's pair."""
    return Pair("Forward", ("a", "b"), student, is_accepted, (first, second))


def test_ways_are_counted() -> None:
    """By verdict and with names, as plain counting gives them."""
    pairs = [
        build_pair("ada", 1, 2), build_pair("bo", 1, 3, is_accepted=False), build_pair("cy", 3, 1),
        build_pair("dan", 2, 2, is_accepted=False),
    ]  # fmt: skip
    chart = build_chart(pairs)
    assert [(row.direction, row.accepted, row.refused, row.students) for row in chart.rows] == [
        ("up", 1, 1, ("ada", "bo")), ("down", 1, 0, ("cy",)), ("level", 0, 1, ("dan",)),
    ]  # fmt: skip
    assert (chart.count, chart.medians) == (4, (1, 2))
    assert describe_chart(chart) == (
        "Forward: from a to b it goes up for 2, goes down for 1, stays as it is for 1 of 4 students; "
        "2 of 4 are accepted"
    )


def test_one_chart_for_each_pair_of_answers() -> None:
    """In the order in which they come."""
    other = replace(build_pair("ada", 1, 2), answers=("c", "d"))
    assert [one.answers for one in build_charts([build_pair("ada", 1, 2), other, build_pair("bo", 1, 2)])] == [
        ("a", "b"), ("c", "d"),
    ]  # fmt: skip


@pytest.mark.parametrize("wild", [1e6, -50.0, 1e300, -1e300])
def test_outlier_flattens_nothing(wild: float) -> None:
    """It is counted and not drawn; what is drawn lies on the paper."""
    calm = [build_pair(str(k), 1, 2 + k / 10) for k in range(30)]
    chart = build_chart([*calm, build_pair("w", 1, wild, is_accepted=False)])
    assert (chart.outside, len(chart.accepted_runs), chart.refused_runs) == (1, 30, ())
    assert chart.count == 31
    assert list_inside([*calm, build_pair("w", 1, wild, is_accepted=False)]) == calm
    for run in chart.accepted_runs:
        for place in run.split():
            x, y = map(float, place.split(","))
            assert LEFT <= x <= FARTHEST
            assert TOP <= y <= BOTTOM


def test_long_names_stay_on_the_paper() -> None:
    """The axis says their beginning; the sentence has them whole."""
    chart = build_chart([replace(build_pair("ada", 1, 2), answers=("a" * 24, "b" * 25))])
    assert [text for _, text in chart.x_ticks] == ["a" * 24, "b" * 23 + "…"]
    assert "b" * 25 in describe_chart(chart)


def test_accepted_numbers_are_always_in_the_frame() -> None:
    """Few right students among many wrong ones are no outliers."""
    wrong = [build_pair(str(k), 1, 1.5, is_accepted=False) for k in range(60)]
    chart = build_chart([*wrong, build_pair("ada", 5, 9)])
    assert (chart.outside, len(chart.accepted_runs)) == (0, 1)
