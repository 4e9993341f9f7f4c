"""The public course: what it says of each answer, which theorems it holds, and that it is the same every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.course import Course
from grader.kit import build_public_course, compile_public_course
from grader.spec import load_course

ROOT = Path(__file__).resolve().parents[2]
COURSES = [ROOT, ROOT / "examples" / "numerics"]


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the course of this repository."""
    return load_course(ROOT)


def find_answer(compiled: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what is said of one answer."""
    parts = (part for exercise in compiled["exercises"] for part in exercise["parts"])
    return next(answer for part in parts for answer in part["answers"] if answer["name"] == name)


def list_invariants(compiled: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is said of each theorem."""
    parts = [part for exercise in compiled["exercises"] for part in exercise["parts"]]
    return [invariant for part in parts for invariant in part["invariants"]]


def change_check(course: Course, check_id: str, **changes: object) -> Course:
    """Return the course with one check changed."""
    exercises = []
    for exercise in course.exercises:
        parts = []
        for part in exercise.parts:
            checks = [one.model_copy(update=changes) if one.id == check_id else one for one in part.checks]
            parts.append(part.model_copy(update={"checks": tuple(checks)}))
        exercises.append(exercise.model_copy(update={"parts": tuple(parts)}))
    return course.model_copy(update={"exercises": tuple(exercises)})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ex1_r", {"kind": "array", "shape": [4], "about": "A distribution r with D(p‖r) = 0."}),
        ("ex1_larger", {"kind": "choice", "choices": ["pq", "qp", "equal"]}),
        ("ex2_kl_12", {"kind": "number", "unit": "nats"}),
        ("ex3_var_q", {"range": [0.05, 1.0], "default": 0.25, "optional": True}),
        ("ex5_figure", {"shows": ["axis_labels", "legend"]}),
        ("ex5_at_001", {"keys": ["kl", "reverse_kl", "tv", "jsd"]}),
        ("ex1_kl_pq_exact", {"calls": ["exp", "ln", "log", "log10", "log2", "sqrt"]}),
        ("ex1_kl", {"parameters": [{"name": "p", "kind": "value"}, {"name": "q", "kind": "value"}]}),
    ],
)
def test_each_answer_says_its_kind_and_form(course: Course, name: str, expected: dict[str, Any]) -> None:
    """Name, kind and form come from the author's file; keys that say nothing are left out."""
    answer = find_answer(build_public_course(course, set()), name)
    assert answer | expected == answer
    assert not [key for key, value in answer.items() if value in ("", [], None) or value is False]


def test_expressions_with_variables_name_them_and_not_where_they_lie() -> None:
    """Where an expression is compared is nobody's business."""
    compiled = build_public_course(load_course(COURSES[1]), set())
    assert find_answer(compiled, "ode_amplification")["variables"] == ["z"]
    assert find_answer(compiled, "la_eigenvalues")["any_order"] is True
    assert find_answer(compiled, "ode_rk4")["parameters"][0] == {"name": "f", "kind": "function"}


def test_texts_bring_the_starters_own_words(course: Course) -> None:
    """What stands in the starter's cell is known as nobody's answer."""
    answer = find_answer(build_public_course(course, set()), "ex1d_text")
    assert "ex1d_text" in answer["placeholder"]


def test_a_theorem_is_public_only_where_all_of_it_may_be_known(course: Course) -> None:
    """Not one that lies outside of public/, is hidden, settles an answer, or has hidden inputs only."""
    theorems = {theorem.name for theorem in course.file.invariants}
    check_id = "normalisation.ex1_r"

    def is_public(changed: Course, known: set[str] = theorems) -> bool:
        return check_id in {one["id"] for one in list_invariants(build_public_course(changed, known))}

    assert is_public(course)
    assert not is_public(course, theorems - {"normalisation"})
    assert not is_public(change_check(course, check_id, visibility="hidden"))
    assert not is_public(change_check(course, check_id, settles=("ex1_r",)))
    assert not is_public(change_check(course, check_id, inputs="distribution_pairs"))
    assert is_public(change_check(course, check_id, inputs="distribution_pairs", examples="pairs"))


def test_theorems_are_said_in_their_public_words(course: Course) -> None:
    """The sentence for students before the due moment takes the place of the one for afterwards."""
    worded = [one.model_copy(update={"public": "they add up to one"}) for one in course.file.invariants]
    file = course.file.model_copy(update={"invariants": tuple(worded)})
    compiled = build_public_course(course.model_copy(update={"file": file}), {"normalisation"})
    assert {one["says"] for one in list_invariants(compiled)} == {"they add up to one"}


@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_the_files_are_the_public_modules_and_one_of_ours(folder: Path) -> None:
    """`public/` is copied byte for byte, nothing else of the reference comes along, and twice is the same."""
    course = load_course(folder)
    files = compile_public_course(course, folder)
    modules = {path.name for path in (folder / "reference" / "public").glob("*.py")}
    assert set(files) == {"course.json", *(f"public/{name}" for name in modules)}
    for name in modules:
        assert files[f"public/{name}"] == (folder / "reference" / "public" / name).read_bytes()
    assert files == compile_public_course(course, folder)
    assert json.loads(files["course.json"])["schema"] == "numgrade/public-course/v1"


def test_a_theorem_outside_of_public_is_not_compiled() -> None:
    """ELBO ≤ log evidence carries its constant, and stays at home."""
    compiled = json.loads(compile_public_course(load_course(ROOT), ROOT)["course.json"])
    assert "elbo_below_evidence" not in {one["theorem"] for one in list_invariants(compiled)}


def test_what_a_sign_means_is_not_said(course: Course) -> None:
    """Whether divergences can be negative is what 1b asks: the words speak of the student's own number alone."""
    compiled = build_public_course(course, {"non_negativity"})
    says = {invariant["says"] for invariant in list_invariants(compiled)}
    assert says == {"this number is negative, so check the sign and the weight of each of its terms"}
