"""The real course is validated, and a course with one thing wrong is not: each problem is named where it stands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.course import Course
from grader.judge.rules.invariant import InvariantCheck
from grader.spec.problems import find_exercise_problems
from grader.validate import Validation, build_json, render_validation, validate_course
from grader.validate.follow_through import verify_own_mistakes
from grader.validate.harness import ExerciseHarness
from grader.validate.issues import CODES, Issue
from grader.validate.mistakes import make_mistakes
from grader.validate.result import count_results
from grader.validate.theorems import CLAIMS
from grader.validate.verification import _find_attempts, verify_reference

Edit = Callable[[Any], None]


def part_of(data: Any, name: str) -> Any:
    """Return the part that holds the check `name`."""
    return next(part for part in data["parts"] if any(check["id"] == name for check in part["checks"]))


def check_in(data: Any, name: str) -> Any:
    """Return the check `name` of an exercise's data."""
    return next(check for check in part_of(data, name)["checks"] if check["id"] == name)


def put(name: str, **keys: object) -> Edit:
    """Return the edit that gives keys of a check other values."""
    return lambda data: check_in(data, name).update(keys)


def allow(name: str, absolute: float) -> Edit:
    """Return the edit that gives a check another tolerance."""
    return lambda data: check_in(data, name)["tolerance"].update(absolute=absolute)


def list_mistake(name: str, code: str, **keys: object) -> Edit:
    """Return the edit that lists a mistake at a check, in the place of one with the same code."""

    def edit(data: Any) -> None:
        check = check_in(data, name)
        check["mistakes"] = [one for one in check["mistakes"] if one["code"] != code] + [{"code": code, **keys}]

    return edit


def guess(name: str, reason: str) -> Edit:
    """Return the edit that gives an answer another reason why it may be guessed."""

    def edit(data: Any) -> None:
        (answer,) = [one for part in data["parts"] for one in part["answers"] if one["name"] == name]
        answer["guessable"] = reason

    return edit


def delete(name: str) -> Edit:
    """Return the edit that deletes a check."""

    def edit(data: Any) -> None:
        part = part_of(data, name)
        part["checks"] = [check for check in part["checks"] if check["id"] != name]

    return edit


def double(name: str) -> Edit:
    """Return the edit that asks the same twice, for half the points each."""

    def edit(data: Any) -> None:
        check = check_in(data, name)
        check["points"] /= 2
        part_of(data, name)["checks"].append({**check, "id": "again"})

    return edit


BROKEN: dict[str, tuple[str, Edit, str, str]] = {
    "tolerance too wide": ("8", allow("ex8_loss", 1e-2), "tolerance.too_wide", "8d.ex8_loss"),
    "tolerance too narrow": (
        "2", allow("ex2_kl_at_standard", 1e-13), "tolerance.below_error", "2d.ex2_kl_at_standard",
    ),
    "anything passes": ("1", allow("ex1_r", 1e3), "check.never_fails", "1c.ex1_r"),
    "a wrong answer that passes": ("3", put("ex3_minima", wrong=["ex3_minima"]), "wrong.passes", "3b.ex3_minima"),
    "one check twice": ("1", double("ex1_kl_pq"), "check.redundant", "1a.again"),
    "points do not add up": ("1", put("ex1_kl_pq", points=0.75), "course.invalid", "exercises/ex1.yaml"),
    "a check deleted": ("1", delete("ex1_kl_pq"), "course.invalid", "exercises/ex1.yaml"),
    "share above one": (
        "1", list_mistake("ex1_kl_pq", "bits_not_nats", wrong="ex1_kl_pq__bits_not_nats", share=2), "course.invalid",
        "exercises/ex1.yaml",
    ),
    "no such wrong answer": (
        "1", list_mistake("ex1_kl_pq", "bits_not_nats", wrong="ex1_nothing"), "course.invalid",
        "exercises/ex1.yaml",
    ),
    "no such reference": ("1", put("ex1_kl_pq", reference="ex1_nothing"), "course.invalid", "exercises/ex1.yaml"),
    "another reference": ("1", put("ex1_kl_pq", reference="ex1_jensen_rhs"), "reference.not_full", "1a.ex1_kl_pq"),
    "mistake equal to the truth": (
        "1", list_mistake("ex1_kl_pq", "direction_swapped", wrong="ex1_kl_qp"), "mistake.same_as_truth",
        "1a.ex1_kl_pq",
    ),
    "two mistakes, one value": (
        "2", list_mistake("ex2_kl_12", "missing_half", wrong="ex2_kl_12__missing_half"), "mistake.collision",
        "2b.ex2_kl_12",
    ),
    "a mistake that hides another": (
        "1", list_mistake("ex1_kl_pq_exact", "log10_not_ln", wrong="ex1_kl_pq_exact__bits_not_nats"),
        "mistake.not_recognised", "1a.ex1_kl_pq_exact",
    ),
    "a mistake without an example": (
        "2", list_mistake("ex2_kl_equal_var", "tau_squared"), "course.invalid", "exercises/ex2.yaml",
    ),
    "another kind follows": (
        "1", put("ex1_nonnegative", follow_through={"uses": ["ex1_kl_pq", "ex1_kl_qp"], "by": "ex1_larger__from"}),
        "course.invalid", "reference/exercise1.py",
    ),
    "a mistake on own values that is another one": (
        "7",
        list_mistake(
            "ex7_kl_star", "bits_not_nats", wrong="ex7_kl_star__bits_not_nats",
            **{"from": "ex7_kl_star__log10_not_ln__from"},
        ),
        "mistake.from_differs", "7d.ex7_kl_star",
    ),
    "a wrong answer that is right": (
        "3", put("ex3_mu_grid", wrong=["ex3_mu_grid"]), "wrong.passes", "3b.ex3_mu_grid",
    ),
    "a theorem deleted": ("2", delete("non_negativity.ex2_kl_equal_var"), "theorem.not_asked", "exercise 2"),
    "a theorem that nobody claims": (
        "2", put("non_negativity.ex2_kl_equal_var", theorem="zero_iff_equal"), "theorem.not_claimed",
        "2c.non_negativity.ex2_kl_equal_var",
    ),
    "a guess that is paid": ("1", guess("ex1_r", ""), "check.pays_ignorance", "1c.ex1_r"),
    "consistency that is paid": ("4", guess("ex4_gap", ""), "check.pays_ignorance", "4c.ex4_gap"),
    "a declared guess that is not paid": ("1", guess("ex1_kl_pq", "It may be guessed."), "guessable.not_paid", "1a"),
    "a theorem that is false": (
        "5", put("jsd_at_most_ln2.ex5_jsd", of=["ex5_reverse_kl"]), "theorem.broken", "5a.jsd_at_most_ln2.ex5_jsd",
    ),
}  # fmt: skip


def test_the_course_is_valid(validated: Validation) -> None:
    """The reference earns its 79 points, and nothing is left to say against the course."""
    assert validated.issues == ()
    assert validated.points == 79


def test_a_mistake_that_is_never_named_on_own_values_is_told(
    harness_of: Callable[[str], ExerciseHarness], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `from` by which no student with a wrong earlier answer gets the mistake's name explains nothing."""
    assert list(verify_own_mistakes(harness_of("7"))) == []
    monkeypatch.setattr("grader.validate.follow_through._go_on_from_wrong", lambda *_: iter(()))
    issues = list(verify_own_mistakes(harness_of("7")))
    assert {issue.code for issue in issues} == {"mistake.from_unreachable"}
    assert len(issues) == 4


def test_a_share_that_is_not_the_stated_one_is_told(
    harness_of: Callable[[str], ExerciseHarness], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake that is named and earns something else than the course says is a problem of its own."""
    monkeypatch.setattr("grader.validate.mistakes._share", lambda *_: Fraction(1, 7))
    issues = {one.code for one in make_mistakes(harness_of("1")) if isinstance(one, Issue)}
    assert issues == {"mistake.wrong_share"}


def test_points_that_no_check_misses_are_told(
    harness_of: Callable[[str], ExerciseHarness], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every check is content and points are missing all the same, that is said."""
    harness = harness_of("1")
    less = harness.report({})
    monkeypatch.setattr(harness, "report", lambda *_args, **_keys: less)
    monkeypatch.setattr("grader.validate.verification.is_caught", lambda _result: False)
    assert [issue.code for issue in verify_reference(harness)] == ["reference.points"]


def test_many_mutants_are_caught_in_every_exercise(validated: Validation) -> None:
    """Each exercise has dozens of mutants, most of them caught, and none alive."""
    counts = count_results(validated.mutant_results)
    assert counts["total"] >= 150
    assert counts["alive"] == 0
    by_exercise = Counter(
        number for result in validated.mutant_results if result.status == "killed" for number in result.exercises
    )
    assert set(by_exercise) == set("12345678")
    assert min(by_exercise.values()) >= 50


def test_every_theorem_is_broken_by_something(validated: Validation) -> None:
    """No invariant is there for nothing: a mutant, a known mistake or a wrong answer breaks it."""
    for check in validated.checks:
        assert check.mutants + check.mistakes + check.wrong_answers > 0, check.check


def test_no_check_can_be_deleted(course: Course, harness_of: Callable[[str], ExerciseHarness]) -> None:
    """Without any one check the loader finds the points wrong, or the reference claims a theorem that is not asked."""
    for exercise in course.exercises:
        claims = getattr(harness_of(exercise.id).module, CLAIMS, {})
        for index, part in enumerate(exercise.parts):
            for check in part.checks:
                if isinstance(check, InvariantCheck):
                    assert check.theorem in claims[check.answer], check.id
                    continue
                less = part.model_copy(update={"checks": tuple(one for one in part.checks if one is not check)})
                parts = (*exercise.parts[:index], less, *exercise.parts[index + 1 :])
                assert list(find_exercise_problems(exercise.model_copy(update={"parts": parts}))), check.id


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_course_is_told_so(name: str, change: Callable[[str, Edit], Path]) -> None:
    """One wrong line in an exercise gives the problem that it is, at the check where it is."""
    number, edit, code, where = BROKEN[name]
    validation = validate_course(change(f"exercises/ex{number}.yaml", edit), (number,), mutate=False)
    found = [issue for issue in validation.issues if issue.code == code]
    assert any(issue.where.startswith(where) for issue in found), validation.issues


def test_a_follow_through_that_nothing_reaches_is_told_so(change: Callable[[str, Edit], Path]) -> None:
    """Where the same follows from every earlier answer, right or wrong, the key is there for nothing."""
    folder = change("exercises/ex1.yaml", lambda _data: None)
    path = folder / "reference/exercise1.py"
    name = "def ex1_nonnegative__from("
    source = path.read_text("utf-8")
    assert source.count(name) == 1
    start, rest = source.split(name)
    path.write_text(
        f"{start}{name}_pq: float, _qp: float) -> bool:\n    return True\n\n\ndef _replaced({rest}", "utf-8"
    )
    validation = validate_course(folder, ("1",), mutate=False)
    assert [(issue.code, issue.where) for issue in validation.issues] == [
        ("follow_through.unreachable", "1b.ex1_nonnegative")
    ]


def test_every_problem_is_seen() -> None:
    """Each code of the list is the expectation of some test, so that no branch was never run."""
    elsewhere = {
        "starter.points",
        "starter.not_missing",
        "mutant.alive",
        "follow_through.unreachable",
        "mistake.from_unreachable",
        "mistake.wrong_share",
        "reference.points",
    }
    elsewhere |= {"validation.stopped"}  # tests/crossings/author
    elsewhere |= {"variant.constant_differs", "variant.unusable", "variant.ambiguous"}  # test_draws.py
    elsewhere |= {"equivalent.unknown", "equivalent.wrong_kind", "equivalent.caught"}
    assert {code for _, _, code, _ in BROKEN.values()} | elsewhere == set(CODES)


def test_a_reference_that_is_not_there_is_a_problem(change: Callable[[str, Edit], Path]) -> None:
    """A reference that cannot be imported is the author's mistake, not a crash."""
    folder = change("course.yaml", lambda _data: None)
    (folder / "reference/__init__.py").unlink()
    validation = validate_course(folder)
    assert [issue.code for issue in validation.issues] == ["course.invalid"]
    assert "reference/" in validation.issues[0].message


def test_answers_are_no_starter(harness_of: Callable[[str], ExerciseHarness]) -> None:
    """A starter that held the answers would earn points, and validation would say so."""
    harness = harness_of("8")
    codes = {issue.code for issue in _find_attempts("the starter", harness.report(harness.truth))}
    assert codes == {"starter.points", "starter.not_missing"}


def test_json_has_what_programs_need(validated: Validation) -> None:
    """The JSON counts the mutants, says which check catches which, and lists the problems."""
    plain = json.loads(build_json(validated))
    mutants = plain["mutants"]
    assert mutants["total"] == mutants["killed"] + mutants["alive"] + mutants["equivalent"]
    assert plain["problems"] == []
    assert plain["checks"]["1a.ex1_kl"]["mutants"] > 0
    assert all(one["reason"] for one in plain["equivalents"])


def test_people_read_every_problem(change: Callable[[str, Edit], Path], validated: Validation) -> None:
    """The text ends with what is wrong, or says that nothing is."""
    assert render_validation(validated).rstrip().endswith("✓ The course is valid.")
    broken = validate_course(change("exercises/ex8.yaml", allow("ex8_loss", 1e-2)), ("8",), mutate=False)
    assert "8d.ex8_loss: tolerance.too_wide" in render_validation(broken)
