"""What a report shows at each stage, and what is told of a submission whatever the stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from grader.course import Assignment
from grader.model import ExerciseScore, Report
from grader.release import Receipt, Stage, describe_receipt, withhold
from tests.report.conftest import build_check, build_part, build_report

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def build_whole() -> Report:
    """Return a report with a check of each kind of end."""
    return build_report(
        build_part(
            "1a",
            "partial",
            build_check("right", detail="it is 2"),
            build_check("wrong", "fail", "value.wrong", mistake="swapped", title="Swapped", hint="Look again."),
            build_check("gone", "missing", "answer.missing"),
            build_check("shape", "fail", "value.shape_mismatch"),
            build_check("nan", "fail", "value.nan", message="nan is NaN. Look at log(0).", hint="Look at log(0)."),
            build_check("lost", "fail", "run.raised"),
            build_check("call", "fail", "value.nan", kind="function"),
            build_check("crash", "fail", "call.raised", kind="function"),
            build_check("axes", "fail", "value.nan", kind="figure"),
            build_check("theorem", "fail", "value.nan", kind="invariant", max=0),
            build_check("after", "blocked", "check.blocked"),
            build_check("essay", "review", "text.pending", category="review"),
            build_check("ours", "ungraded", "check.ungraded"),
        ),
        notes=("Cell 3 stopped.",),
    )


def name_checks(report: Report) -> list[str]:
    """Return the checks that are left."""
    return [check.answer for exercise in report.exercises for part in exercise.parts for check in part.checks]


def test_without_a_policy_the_report_is_as_it_is() -> None:
    """Not even a note is added."""
    report = build_whole()
    assert withhold(report, None) is report


@pytest.mark.parametrize("stage", ["practice", "received"])
def test_no_points_before_they_are_published(stage: Stage) -> None:
    """Nor an exercise that could show that there are some."""
    report = withhold(build_whole(), {"1": stage})
    assert (report.exercises, report.score, report.max, report.pending, report.ungraded) == ((), 0, 0, 0, 0)


def test_scores_keep_the_form_alone() -> None:
    """Points by part stay; of the checks what the form of an answer shows, but not of a call with hidden arguments."""
    whole = build_whole()
    report = withhold(whole, {"1": "scores"})
    assert name_checks(report) == ["gone", "shape", "nan", "lost", "essay", "ours"]
    assert [(part.score, part.max, part.pending) for part in report.exercises[0].parts] == [
        (part.score, part.max, part.pending) for part in whole.exercises[0].parts
    ]
    assert report.score == whole.score == Fraction(1)
    (nan,) = [check for check in report.exercises[0].parts[0].checks if check.answer == "nan"]
    assert (nan.message, nan.hint) == ("nan is NaN.", "")


def test_no_piece_of_a_hint_is_left_where_the_message_was_cut() -> None:
    """The judge bounds messages, so that a long hint does not stand in its message whole."""
    hint = "Where p is zero the term is zero, whatever q is."
    cut = build_check("nan", "fail", "value.nan", message=f"nan is NaN. {hint[:30]}…", hint=hint)
    shown = withhold(build_report(build_part("1a", "fail", cut)), {"1": "scores"})
    assert shown.exercises[0].parts[0].checks[0].message == "nan is NaN."


def test_feedback_and_solutions_keep_everything() -> None:
    """Writers leave `detail` out, as without a policy."""
    for stage in ("feedback", "solutions"):
        assert withhold(build_whole(), {"1": stage}).exercises == build_whole().exercises


def test_each_exercise_has_its_own_stage() -> None:
    """What is not published is not in the sums; an exercise of no assignment is never published."""
    first, points = build_whole(), Fraction(1)
    second = ExerciseScore("2", "Another", points, points, points * 0, points * 0, (build_part("2a", "pass"),))
    both = Report(**{**vars(first), "exercises": (*first.exercises, second)})
    shown = withhold(both, {"1": "received", "2": "scores"})
    assert [exercise.id for exercise in shown.exercises] == ["2"]
    assert (shown.score, shown.max) == (1, 1)
    assert withhold(both, {}).exercises == ()


FILES = {"ada.ipynb": "f" * 64}


def test_a_receipt_of_very_many_files_is_cut() -> None:
    """The submission's hash covers all of them."""
    files = {f"{number}.py": "f" * 64 for number in range(22)}
    lines = Receipt("", files).list_lines("a" * 64)
    assert (len(lines), lines[0], lines[-1]) == (22, f"Submission {'a' * 64} (SHA-256).", "2 more files.")
    assert len(Receipt("", dict(list(files.items())[:20])).list_lines("a")) == 21


def test_the_receipt_is_told_at_every_stage_and_the_rest_at_its_own() -> None:
    """What the students' check says stands in practice alone; how the code ran is no part of a receipt."""
    stages: tuple[Stage, ...] = ("practice", "received", "scores", "feedback", "solutions")
    for stage in stages:
        notes = withhold(build_whole(), {"1": stage}, Receipt("Received today.", FILES), ("1a fine",)).notes
        assert f"Submission {'a' * 64} (SHA-256). Received today." in notes
        assert f"ada.ipynb: {'f' * 64} (SHA-256)." in notes
        assert ("1a fine" in notes) == (stage == "practice")
        assert ("Cell 3 stopped." in notes) == (stage != "received")


@pytest.mark.parametrize(("minutes", "words"), [(10, "on time"), (11, "late"), (-5, "on time")])
def test_a_receipt_says_whether_it_was_late(minutes: int, words: str) -> None:
    """By the student's own due moment and the grace."""
    late = {"grace_minutes": 10}
    assignment = Assignment.model_validate({"id": "hw", "exercises": ("1",), "late": late, "due": DUE})
    told = describe_receipt([assignment], "ada", DUE + timedelta(minutes=minutes))
    assert told.endswith(f"hw was due 2026-06-01T12:00+00:00: {words}.")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (24, "late, which takes 12.5 % off the score"),
        (47, "late, which takes 25 % off the score"),
        (48, "late, which takes 25 % off the score"),
        (49, "too late to count"),
    ],
)
def test_a_receipt_says_what_lateness_costs(hours: int, words: str) -> None:
    """So that nobody takes the points of the page for those that another system has."""
    late = {"percent_per_day": 12.5, "cut_off_days": 2}
    assignment = Assignment.model_validate({"id": "hw", "exercises": ("1",), "late": late, "due": DUE})
    assert describe_receipt([assignment], "ada", DUE + timedelta(hours=hours)).endswith(f": {words}.")


def test_a_receipt_has_all_moments_in_the_zone_of_the_due_moment() -> None:
    """Gradebooks know moments in UTC: 23:09 there may be after 23:59 here."""
    paris = timezone(timedelta(hours=1))
    assignment = Assignment(id="hw", exercises=("1",), due=datetime(2026, 3, 5, 23, 59, tzinfo=paris))
    told = describe_receipt([assignment], "ada", datetime(2026, 3, 5, 23, 9, tzinfo=UTC))
    assert told == "Received 2026-03-06T00:09+01:00; hw was due 2026-03-05T23:59+01:00: late."


def test_a_receipt_knows_extensions_and_says_nothing_of_what_nobody_knows() -> None:
    """No moment, no words; no due moment, no lateness."""
    later = Assignment(id="hw", exercises=("1",), due=DUE, extensions={"ben": DUE + timedelta(days=1)})
    at = DUE + timedelta(hours=1)
    assert describe_receipt([later], "ben", at).endswith("on time.")
    assert describe_receipt([later], "ada", at).endswith("late.")
    assert describe_receipt([later], "ada", None) == ""
    assert describe_receipt([Assignment(id="hw", exercises=("1",))], "ada", at) == "Received 2026-06-01T13:00+00:00."
