"""A second course, on other things than the first, needs no change of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.model import Report
from grader.pipeline import Grader, load_grader
from grader.validate import validate_course
from grader.validate.harness import list_results
from tests.crossings.samples.conftest import find_long_scores, plain, read_points

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "examples" / "numerics"
SAMPLES = FOLDER / "submissions"
EXPECTED: dict[str, Any] = yaml.safe_load((SAMPLES / "expected.yaml").read_text(encoding="utf-8"))
MADE: dict[str, Any] = yaml.safe_load((SAMPLES / "mistakes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_gets_what_its_folder_says(reports: dict[str, Report], name: str) -> None:
    """Score, part scores and points that wait for a human are as stated, and nothing is ungraded."""
    due, report = EXPECTED[name], reports[name]
    assert (report.score, report.pending, report.ungraded) == (due["score"], due.get("pending", 0), 0)
    if "parts" in due:
        scores = {part.id: part.score for exercise in report.exercises for part in exercise.parts if part.score}
        assert scores == due["parts"]


@pytest.mark.parametrize("student", MADE)
def test_known_mistake_is_named(reports: dict[str, Report], student: str) -> None:
    """Every check that the student attempted has the outcome, the points and the mistake that are written down."""
    report = reports[f"mistakes/{student}"]
    found: dict[str, Any] = {}
    for exercise in report.exercises:
        for part in exercise.parts:
            told = {check.id.removeprefix(f"{part.id}."): plain(check) for check in part.checks if _is_told(check)}
            found |= {part.id: told} if told else {}
    assert found == read_points(MADE[student])


def test_scores_can_be_read(numerics: Grader, reports: dict[str, Report]) -> None:
    """No sample student has a score of more than three decimals, unless the author declared such a share."""
    assert [name for report in reports.values() for name in find_long_scores(numerics.course, report)] == []


def _is_told(check: Any) -> bool:
    """Return whether the student attempted it, and no theorem holds there."""
    return check.outcome == "fail" or (check.outcome == "pass" and check.max > 0)


def test_every_sample_has_an_expectation(reports: dict[str, Report]) -> None:
    """No sample is there without a statement of what must come out."""
    assert set(reports) == {*EXPECTED, *(f"mistakes/{student}" for student in MADE)}


def test_every_use_of_a_mistake_is_made_by_somebody(numerics: Grader, reports: dict[str, Report]) -> None:
    """There is no mistake in an exercise that no sample student makes in that very answer."""
    made = {(name, check.mistake) for report in reports.values() for name, check in list_results(report).items()}
    listed = {
        (f"{part.id}.{check.id}", use.code)
        for exercise in numerics.course.exercises
        for part in exercise.parts
        for check in part.checks
        for use in getattr(check, "mistakes", ())
    }
    assert listed - made == set()


def test_the_course_is_valid() -> None:
    """The reference earns all points that the program decides, no mutant lives, and nothing is left to say."""
    validation = validate_course(FOLDER)
    assert validation.issues == ()
    assert validation.points == 36


def test_two_courses_in_one_process_do_not_meet() -> None:
    """Both courses have a package `reference` with an `inputs`; each is asked for its own values."""
    numerics, first = load_grader(FOLDER), load_grader(ROOT)
    assert numerics.oracle.value("linear-algebra", "la_rank") == 2
    assert first.oracle.value("1", "ex1_larger") == "equal"
    assert numerics.course.sha256 != first.course.sha256
    assert [one.id for one in numerics.course.assignments] == ["hw1", "hw2"]


def test_the_data_are_made_by_their_script(tmp_path: Path) -> None:
    """`make_measurements.py` writes the file that is there, byte for byte."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("make_measurements", FOLDER / "make_measurements.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write_measurements(tmp_path / "measurements.csv")
    assert (tmp_path / "measurements.csv").read_bytes() == (FOLDER / "data" / "measurements.csv").read_bytes()
