"""For every known mistake a student who made it: the report names it and gives exactly the stated share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

SAMPLES = Path(__file__).parents[3] / "submissions"
STUDENTS = sorted(yaml.safe_load((SAMPLES / "mistakes.yaml").read_text(encoding="utf-8")))
# student, check: what a student gets who made the mistake, where the lesson's own numbers are known
NUMBERS = {
    ("sd_for_variance", "2b.ex2_kl_12"): "1.30685282",
    ("sd_for_variance", "2b.ex2_kl_21"): "0.443147181",
    ("tau_squared", "8d.ex8_loss"): "0.214855184",
    ("student_not_tempered_in_the_loss", "8d.ex8_loss"): "0.182515987",
    ("ce_tempered", "8d.ex8_loss"): "0.207799624",
}
# student, check: a mistake was made there, and gives the right number
HIDDEN = [
    ("direction_swapped", "1a.ex1_kl_pq"),
    ("direction_swapped", "1a.ex1_kl_qp"),
    ("direction_swapped", "4b.ex4_kl_marginal"),
    ("direction_swapped", "5d.ex5_at_001.jsd"),
    ("axis_swapped", "4b.ex4_kl_marginal"),
    ("axis_swapped", "4b.ex4_kl_conditional"),
    ("reference_dropped", "7d.ex7_pi_star[0]"),
    ("reference_dropped", "7d.ex7_kl_star"),
    ("underflow_to_zero", "7d.ex7_pi_star[0]"),
    ("underflow_to_zero", "7d.ex7_kl_star"),
    ("smoothing_hides_inf", "1a.ex1_kl_pq"),
    ("smoothing_hides_inf", "4a.ex4_kl_joint"),
    ("smoothing_hides_inf", "5a.ex5_kl"),
    ("smoothing_hides_inf", "5b.ex5_pinsker_slack"),
    ("bits_not_nats", "1b.ex1_larger"),
    ("bits_not_nats", "1d.ex1_jensen_rhs"),
    ("sd_for_variance", "2d.ex2_kl_at_standard"),
]


@pytest.mark.parametrize("student", STUDENTS)
def test_a_sample_is_judged_as_expected(graded: Any, student: str) -> None:
    """Every check that the student attempted has the outcome, the points and the mistake that are written down."""
    assert graded.found("mistakes", student) == graded.expected("mistakes")[student]


def test_every_sample_has_its_expectation(graded: Any) -> None:
    """The folder and the file name the same students."""
    assert sorted(graded.reports["mistakes"]) == STUDENTS


def test_every_code_of_the_catalogue_is_made_by_its_student(graded: Any) -> None:
    """The student named after the code made that mistake, and the report says so."""
    for mistake in graded.course.course.file.mistakes:
        checks = graded.checks("mistakes", mistake.code).values()
        assert mistake.code in {check.mistake for check in checks}


def test_every_use_of_a_mistake_is_made_by_somebody(graded: Any) -> None:
    """There is no mistake in an exercise that no sample student makes in that very answer."""
    made = {(check.id, check.mistake) for check in graded.all_checks()}
    listed = {
        (f"{part.id}.{check.id}", use.code)
        for exercise in graded.course.course.exercises
        for part in exercise.parts
        for check in part.checks
        for use in getattr(check, "mistakes", ())
    }
    assert listed - made == set()


def test_a_named_mistake_has_its_share_everywhere(graded: Any) -> None:
    """Wherever a mistake is named the points are its share of the check's, to the last fraction."""
    shares = {mistake.code: mistake.share for mistake in graded.course.course.file.mistakes}
    named = [check for check in graded.all_checks() if check.mistake]
    assert len(named) > 150
    assert [check.id for check in named if check.score != shares[check.mistake] * check.max] == []


@pytest.mark.parametrize(("student", "check"), HIDDEN)
def test_a_mistake_that_gives_the_right_number_is_not_claimed(graded: Any, student: str, check: str) -> None:
    """The printed data cannot show it, so it has full points and no mistake."""
    result = graded.checks("mistakes", student)[check]
    assert (result.outcome, result.mistake, result.follow_through) == ("pass", None, False)
    assert result.score == result.max


@pytest.mark.parametrize(("student", "check"), NUMBERS)
def test_the_students_own_number_is_the_known_one(graded: Any, student: str, check: str) -> None:
    """The message shows the number that the wrong way of reckoning is known to give."""
    assert f"= {NUMBERS[student, check]}:" in graded.checks("mistakes", student)[check].message
