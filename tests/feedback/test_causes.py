"""A cause is told once, with what it cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from grader.feedback import Work
from grader.feedback.causes import find_causes, rank_causes
from grader.feedback.items import build_said
from grader.model import AnswerEvidence, CellRun, EmptyValue, Lost, Raised
from tests.feedback.conftest import build_figure


def _kl(p: float, q: float) -> float:
    return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))


def build_without_half(build_work: Callable[..., Work]) -> Work:
    """Return the work of a student whose only fault is a forgotten half."""

    def jsd(theta: float) -> float:
        m = (theta + 0.5) / 2
        return (_kl(theta, m) + _kl(0.5, m)) / 2

    curves = {
        "kl": lambda theta: _kl(theta, 0.5),
        "reverse_kl": lambda theta: _kl(0.5, theta),
        "tv": lambda theta: 2 * abs(theta - 0.5),
        "jsd": jsd,
    }
    answers = {f"ex5_{name}": curve for name, curve in curves.items()}
    at_001 = {name: curve(0.01) for name, curve in curves.items()}
    return build_work({**answers, "ex5_figure": build_figure(**curves), "ex5_at_001": at_001})


def test_one_forgotten_half_is_one_cause(build_work: Callable[..., Work]) -> None:
    """The function, the curve, the value at 0.01 and Pinsker's inequality fail; the student is told once."""
    work = build_without_half(build_work)
    causes = [cause for cause in find_causes(work) if cause.title == "Total variation without its half"]
    assert len(causes) == 1
    assert [one.check.id for one in causes[0].checks] == ["5a.ex5_tv", "5d.ex5_at_001.tv"]
    assert "5a.ex5_figure.tv" in [one.check.id for one in causes[0].consequences]
    assert causes[0].home == "5a"
    assert "5d" in causes[0].parts
    assert causes[0].lost == sum((one.lost for one in (*causes[0].checks, *causes[0].consequences)), Fraction(0))


def test_every_failed_check_has_one_cause(build_work: Callable[..., Work]) -> None:
    """None is lost, none is told twice, and points add up to what the report lacks."""
    work = build_without_half(build_work)
    found = [one.check.id for cause in find_causes(work) for one in (*cause.checks, *cause.consequences)]
    checks = [check for exercise in work.report.exercises for part in exercise.parts for check in part.checks]
    assert sorted(found) == sorted(check.id for check in checks if check.outcome == "fail")
    lost = sum((check.max - check.score for check in checks if check.outcome == "fail"), Fraction(0))
    assert sum((cause.lost for cause in find_causes(work)), Fraction(0)) == lost


def test_most_costly_comes_first(build_work: Callable[..., Work]) -> None:
    """By points, not by the number of checks; what cost nothing is no cause to look at first."""
    ranked = rank_causes(find_causes(build_without_half(build_work)))
    assert [cause.lost for cause in ranked] == sorted((cause.lost for cause in ranked), reverse=True)
    assert all(cause.lost for cause in ranked)


def test_a_stopped_cell_is_one_cause(build_work: Callable[..., Work]) -> None:
    """All that it would have set fails for one reason, told with the place."""
    lost = AnswerEvidence(
        value=EmptyValue(type="absent"), lost=Lost(cause="raised", cell=1, detail="NameError: name 'Q' (line 3)")
    )
    error = Raised(error="NameError", message="name 'Q' is not defined", line=3)
    work = build_work(
        {"ex1_kl_pq": lost, "ex1_kl_qp": lost, "ex1_r": lost},
        run={"cells": (CellRun(index=1, status="raised", error=error),)},
    )
    (cause,) = find_causes(work)
    assert cause.title.startswith("Cell 2 stopped")
    assert cause.parts == ["1a", "1c"]


def test_explanation_is_told_at_home_and_named_elsewhere(build_work: Callable[..., Work]) -> None:
    """Where the mistake shows again, the student is sent to where it is explained."""
    work = build_without_half(build_work)
    causes = find_causes(work)
    parts = {part.id: part for exercise in work.report.exercises for part in exercise.parts}
    home = next(item for item in build_said(work, parts["5a"], causes).items if "ex5_tv" in item.labels)
    assert "half of that sum" in home.text
    assert home.follows
    other = next(item for item in build_said(work, parts["5d"], causes).items if "ex5_at_001.tv" in item.labels)
    assert other.text == "Total variation without its half, as in 5a."
    assert other.see == "5a"


def test_missing_is_no_cause(build_work: Callable[..., Work]) -> None:
    """What was not attempted is named as that."""
    assert find_causes(build_work({})) == []
