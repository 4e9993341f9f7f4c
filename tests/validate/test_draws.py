"""Data for single students, held against what holds for the printed ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Draw
from grader.pipeline import Grader, load_grader
from grader.validate import Issue, validate_course
from grader.validate.draws import DrawFaults, verify_draws
from tests.conftest import ROOT, copy_course, replace

RIGHT = {"z_T": (-1.0, -4.0, -2.0), "z_S": (4.0, -2.0, -1.0), "weight": 0.4}
EQUAL = {**RIGHT, "z_S": RIGHT["z_T"]}


@pytest.fixture(scope="module")
def loaded() -> Grader:
    """Return the real course made ready."""
    return load_grader(ROOT)


def find(grader: Grader, *draws: Draw, name: str = "8") -> list[Issue]:
    """Return what is wrong with the variant of an exercise and with these draws."""
    exercises = [exercise for exercise in grader.course.exercises if exercise.id == name]
    return list(verify_draws(grader.course, grader.oracle, exercises, draws))


def draw(values: dict[str, object], exercise: str = "8") -> Draw:
    """Return what ada was given."""
    return Draw(student="ada", exercise=exercise, draw=0, mark="a" * 24, values=values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (RIGHT, ""),
        (EQUAL, "mistake.collision"),
        ({**RIGHT, "z_T": (2.0, 0.0, -1.0), "z_S": (2.0, 0.0, -0.999)}, "mistake."),
        ({"z_T": (-1.0, -2.0, -3.0), "z_S": (2.0, 3.0, -1.0), "weight": 0.6}, "tolerance.too_wide"),
    ],
)
def test_what_no_mistake_can_be_told_in_is_found(loaded: Grader, values: dict[str, object], why: str) -> None:
    """Two mistakes that coincide, one that is the truth, a tolerance that comes near to one."""
    exercise = next(exercise for exercise in loaded.course.exercises if exercise.id == "8")
    found = DrawFaults(loaded.course, loaded.oracle).find(exercise, values)  # type: ignore[arg-type]
    assert why in found
    assert bool(found) == bool(why)


def test_equal_data_are_verified_once(loaded: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a class many may have the same."""
    exercise = next(exercise for exercise in loaded.course.exercises if exercise.id == "1")
    faults, asked = DrawFaults(loaded.course, loaded.oracle), []
    monkeypatch.setattr(faults, "_find", lambda *values: asked.append(values) or "")
    for _ in range(2):
        assert faults.find(exercise, {"p": (0.5, 0.5)}) == ""
    assert len(asked) == 1


def test_the_variants_of_the_course_are_usable(loaded: Grader) -> None:
    """Nothing is said of them, nor of data that are as good as ever."""
    assert find(loaded, draw(RIGHT)) == []
    assert find(loaded, name="1") == []


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (EQUAL, "mistake.collision"),
        ({"z_T": RIGHT["z_T"]}, "expected z_T, z_S, weight, got z_T"),
        ({**RIGHT, "weight": 0.95}, "weight: expected numbers from 0.3 to 0.9"),
    ],
)
def test_given_data_that_would_be_rejected_now_are_listed(loaded: Grader, values: dict[str, object], why: str) -> None:
    """With the student, so that somebody can judge them by hand; those of another exercise are its own matter."""
    (issue,) = find(loaded, draw(values), draw(values, "1"))
    assert (issue.code, issue.where) == ("variant.ambiguous", "8")
    assert "ada" in issue.message
    assert why in issue.message


def test_constant_that_is_not_as_printed_is_found(tmp_path: Path) -> None:
    """What is printed and what is judged by are written down twice."""
    folder = copy_course(tmp_path / "course")
    replace(folder / "exercises" / "ex8.yaml", "name: weight, value: 0.7", "name: weight, value: 0.8")
    (issue,) = find(load_grader(folder))
    assert (issue.code, issue.where) == ("variant.constant_differs", "8")
    assert "weight is given as 0.8, and WEIGHT is 0.7" in issue.message


def test_variant_of_which_no_draw_can_be_used_is_found(tmp_path: Path) -> None:
    """Before anybody asks for data."""
    folder = copy_course(tmp_path / "course")
    replace(
        folder / "reference" / "variants.py", '{"z_T": teacher, "z_S": student,', '{"z_T": teacher, "z_S": teacher,'
    )
    (issue,) = find(load_grader(folder))
    assert (issue.code, issue.where) == ("variant.unusable", "8")
    assert "none of 20 draws can be used" in issue.message
    assert issue.place.startswith("reference/variants.py:")


def test_code_that_fails_is_told_as_such(tmp_path: Path) -> None:
    """With file and line, like all code of the author's."""
    folder = copy_course(tmp_path / "course")
    replace(
        folder / "reference" / "variants.py", "    teacher, student = _three", "    teacher, student = 1 / 0, _three"
    )
    (issue,) = find(load_grader(folder))
    assert issue.code == "course.invalid"
    assert issue.where.startswith("reference/variants.py:")


def test_the_command_finds_them_too(tmp_path: Path) -> None:
    """With the file that says what was given out."""
    from grader.variants import render_variants

    path = tmp_path / "variants.json"
    path.write_text(render_variants("kl-divergence", [draw(EQUAL)]), encoding="utf-8")
    issues = validate_course(ROOT, ["8"], mutate=False, variants=path).issues
    assert [issue.code for issue in issues] == ["variant.ambiguous"]
    assert issues[0].place.startswith("exercises/ex8.yaml:")
