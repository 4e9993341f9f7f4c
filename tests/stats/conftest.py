"""Classes of made-up students of two real exercises, drawn at random, and the same numbers computed naively."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader import pipeline
from grader.course import Course
from grader.feedback import Work
from grader.judge.probes import build_probes
from grader.judge.score import change_parts, sum_checks
from grader.model import AnswerEvidence, CheckResult, Evidence, FileEvidence, PartScore, Report, RunFailure
from grader.oracle import Oracle
from grader.pipeline import Grader
from grader.report.json import render_json
from grader.stats import Facts, Reader
from tests.conftest import ROOT, reduce
from tests.feedback.conftest import browser, build_work, exercise_5, nasty_work

__all__ = ["browser", "build_work", "exercise_5", "nasty_work"]

Class = Callable[..., list[Report]]
_MISTAKES = ("bits_not_nats", "direction_swapped", "tv_without_half", None, None)
_MODULES = ("pandas", "torch")


@pytest.fixture
def course(exercise_5: Grader) -> Course:
    """Return the course of the two exercises."""
    return exercise_5.course


@pytest.fixture
def draw_class(build_work: Callable[..., Work]) -> Class:
    """Return a function that draws the reports of a class: every check by itself, points and statuses to match."""
    blank = build_work({}).report

    def draw(count: int, seed: int, ungraded: float = 0.1) -> list[Report]:
        rng = np.random.default_rng(seed)
        return [_draw_report(blank, f"student{index}", rng, ungraded) for index in range(count)]

    return draw


def _draw_report(blank: Report, student: str, rng: np.random.Generator, ungraded: float) -> Report:
    skill = rng.uniform(0.1, 0.95)
    breaks = rng.uniform() < ungraded
    drawn = change_parts(blank, lambda part: _draw_part(part, rng, skill, breaks=breaks))
    return replace(drawn, student=student, submission_sha256=f"{student:0>64}", evidence_sha256=f"{student:0>64}")


def _draw_part(part: PartScore, rng: np.random.Generator, skill: float, *, breaks: bool) -> PartScore:
    checks = tuple(_draw_check(check, rng, skill, breaks=breaks) for check in part.checks)
    score = sum((check.score for check in checks), Fraction(0))
    automatic = sum((check.max for check in checks if check.kind != "text"), Fraction(0))
    if any(check.outcome == "ungraded" for check in checks):
        status: Any = "ungraded"
    elif all(check.outcome == "missing" for check in checks if check.kind != "text"):
        status = "missing" if automatic or all(check.outcome == "missing" for check in checks) else "review"
    else:
        status = "pass" if score == automatic else "partial" if score else "fail"
    return replace(part, checks=checks, status=status, **sum_checks(checks))


def _draw_check(check: CheckResult, rng: np.random.Generator, skill: float, *, breaks: bool) -> CheckResult:
    if check.kind == "text":
        return replace(check, outcome="review" if rng.uniform() < skill else "missing", category="review")
    if breaks and rng.uniform() < 0.1:
        return replace(
            check, outcome="ungraded", category="ours", code="check.ungraded", score=Fraction(0), detail="gone"
        )
    chance = rng.uniform()
    if chance < skill or check.id.endswith("ex1_larger"):  # one check that says nothing
        return replace(check, outcome="pass", category="right", code="value.close", score=check.max)
    if chance > 0.95:
        return replace(check, outcome="missing", category="missing", code="answer.missing", score=Fraction(0))
    if chance > 0.9:
        return _stop(check, rng)
    return _fail(check, rng)


def _stop(check: CheckResult, rng: np.random.Generator) -> CheckResult:
    kind: Any = rng.choice(["raised", "timed_out", "out_of_memory"])
    error = "ModuleNotFoundError" if kind == "raised" else ""
    message = f"it stopped: No module named '{rng.choice(_MODULES)}'" if error else "it stopped"
    cause = RunFailure("a.ipynb", kind, 1, 1, error)
    stopped = replace(check, outcome="fail", category="run", code=f"run.{kind}", score=Fraction(0))
    return replace(stopped, cause=cause, message=message)


def _fail(check: CheckResult, rng: np.random.Generator) -> CheckResult:
    if check.kind == "invariant":
        message = f"at input {rng.integers(0, 50)} it does not hold"
        return replace(check, outcome="fail", category="theorem", code="invariant.violated", message=message)
    mistake = rng.choice(np.array(_MISTAKES, dtype=object))
    share = Fraction(int(rng.integers(0, 2)), 2) if mistake else Fraction(0)
    category: Any = "mistake" if mistake else "wrong"
    failed = replace(check, outcome="fail", category=category, code="value.wrong", score=check.max * share)
    return replace(failed, mistake=mistake, title=f"Title of {mistake}" if mistake else "")


def read_facts(course: Course, reports: Sequence[Report]) -> list[Facts]:
    """Return the facts of reports."""
    reader = Reader(course)
    return [reader.read(report) for report in reports]


# ---------------------------------------------------------------- the same, from the JSON alone


def compute_naively(reports: Sequence[Report]) -> dict[str, Any]:
    """Return the numbers of a class from its report.json files, by plain loops over plain data."""
    found = [json.loads(render_json(report)) for report in reports]
    graded = [one for one in found if one["ungraded"] == 0]
    scores = [sum(check["score"] for check in _list_checks(one) if check["kind"] != "text") for one in graded]
    return {
        "graded": len(graded),
        "scores": scores,
        "quartiles": [float(np.percentile(scores, q)) for q in (25, 50, 75)] if len(scores) > 1 else None,
        "parts": _describe_parts(found, graded),
        "mistakes": _describe_mistakes(found),
        "theorems": _count_students(found, lambda one: [c["id"] for c in _list_checks(one) if _is_broken(c)]),
        "endings": _count_students(found, lambda one: [c["cause"]["kind"] for c in _list_checks(one) if "cause" in c]),
        "silent": _describe_silent(found),
    }


def _list_checks(report: Any) -> list[Any]:
    return [check for exercise in report["exercises"] for part in exercise["parts"] for check in part["checks"]]


def _is_broken(check: Any) -> bool:
    return bool(check["kind"] == "invariant" and check["outcome"] == "fail")


def _count_students(found: list[Any], names: Callable[[Any], list[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in found:
        for name in set(names(one)):
            counts[name] = counts.get(name, 0) + 1
    return counts


def _describe_parts(found: list[Any], graded: list[Any]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for one in found:
        for exercise in one["exercises"]:
            for part in exercise["parts"]:
                row = rows.setdefault(part["id"], {"counts": {}, "scores": [], "pairs": []})
                row["counts"][part["status"]] = row["counts"].get(part["status"], 0) + 1
                score = sum(check["score"] for check in part["checks"] if check["kind"] != "text")
                if part["ungraded"] == 0:
                    row["scores"].append(score)
                if one in graded:
                    total = sum(check["score"] for check in _list_checks(one) if check["kind"] != "text")
                    row["pairs"].append((score, total - score))
    return rows


def _describe_mistakes(found: list[Any]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for one in found:
        for exercise in one["exercises"]:
            for part in exercise["parts"]:
                for check in part["checks"]:
                    if check["mistake"]:
                        row = rows.setdefault(check["mistake"], {"students": set(), "parts": set(), "lost": 0})
                        row["students"].add(one["submission"]["student"])
                        row["parts"].add(part["id"])
                        row["lost"] += check["max"] - check["score"]
    return rows


def _describe_silent(found: list[Any]) -> dict[str, tuple[int, bool]]:
    shares: dict[str, list[float]] = {}
    for one in found:
        for check in _list_checks(one):
            if check["max"] and check["kind"] != "text" and check["outcome"] in ("pass", "fail"):
                shares.setdefault(check["id"], []).append(check["score"] / check["max"])
    return {
        name: (len(all_), min(all_) == 1) for name, all_ in shares.items() if len(all_) >= 5 and set(all_) in ({1}, {0})
    }


def compare_with_naive(stats: Any, naive: dict[str, Any]) -> None:
    """Hold the numbers of a class against those that were computed naively."""
    assert stats.graded == naive["graded"]
    _compare_scores(stats.scores, naive)
    assert {row.id for row in stats.parts} == set(naive["parts"])
    for row in stats.parts:
        _compare_part(row, naive["parts"][row.id])
    assert {row.code for row in stats.mistakes} == set(naive["mistakes"])
    for row in stats.mistakes:
        known = naive["mistakes"][row.code]
        assert (set(row.students), set(row.parts), row.count) == (
            known["students"],
            known["parts"],
            len(known["students"]),
        )
        assert float(row.lost) == pytest.approx(known["lost"], abs=1e-9)
    assert {one.kind: one.count for one in stats.endings} == naive["endings"]
    assert {one.id: (one.count, one.is_right) for one in stats.silent} == naive["silent"]


def _compare_scores(scores: Any, naive: dict[str, Any]) -> None:
    if scores is None:
        assert naive["scores"] == []
        return
    assert scores.count == len(naive["scores"]) == sum(one.count for one in scores.bins)
    assert (scores.quartiles is None) == (naive["quartiles"] is None)
    if scores.quartiles is not None:
        assert [float(value) for value in scores.quartiles] == pytest.approx(naive["quartiles"], abs=1e-6)
    for index, one in enumerate(scores.bins):
        is_last = index == len(scores.bins) - 1
        inside = [s for s in naive["scores"] if one.low - 1e-9 <= s < one.high - 1e-9 or (is_last and s >= one.low)]
        assert one.count == len(inside)


def _compare_part(row: Any, naive: dict[str, Any]) -> None:
    assert {state: count for state, count in row.counts.items() if count} == naive["counts"]
    if row.max and naive["scores"]:
        assert float(row.mean) == pytest.approx(np.mean(naive["scores"]), abs=1e-9)
    else:
        assert row.mean is None
    own, rest = zip(*naive["pairs"], strict=True) if naive["pairs"] else ((), ())
    if len(own) < 20 or np.ptp(own) < 1e-9 or np.ptp(rest) < 1e-9:
        assert row.discrimination is None
    else:
        a, b = np.array(own) - np.mean(own), np.array(rest) - np.mean(rest)
        assert row.discrimination == pytest.approx(float(a @ b / np.sqrt((a @ a) * (b @ b))), abs=1e-9)


def select_exercise(name: str) -> Grader:
    """Return the grader of one exercise of the real course."""
    made = pipeline.load_grader(ROOT)
    course = pipeline.select_exercises(made.course, [name])
    oracle = Oracle(course, made.oracle.reference)
    return Grader(course, oracle, build_probes(course, oracle))


def answer_with(grader: Grader, **values: Any) -> tuple[Report, Evidence]:
    """Return the report and the evidence of a student with these answers."""
    answers = {name: AnswerEvidence(value=reduce(value)) for name, value in values.items()}
    evidence = Evidence(
        schema="grader/evidence/v1",
        student="ada",
        files=("ada.py",),
        submission_sha256="1" * 64,
        probes_sha256=grader.probes_sha256,
        isolation="full",
        runs=(FileEvidence(file="ada.py", answers=answers),),
    )
    return pipeline.judge(grader, evidence), evidence
