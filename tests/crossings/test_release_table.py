"""Every writer of something that a student may read is held to the table of docs/release.md, row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.batch import EntryResult
from grader.ci.annotations import build_annotations
from grader.ci.grading import Graded, Outcome
from grader.ci.page import COMMENT_BYTES, render_page
from grader.ci.write import render_outputs
from grader.course import Assignment as CourseAssignment
from grader.course import Course, Criterion, MarkedExample, Rubric
from grader.feedback import (
    Answered,
    Asked,
    Mark,
    Work,
    build_notebook,
    render_answers,
    render_markdown,
    render_markdown_receipt,
    render_receipt,
)
from grader.feedback import render_page as render_feedback
from grader.git.collect import Collected
from grader.judge.solution import Solution, Tried, build_line
from grader.model import Cell, CheckResult, Evidence, FileEvidence, Report, Submission, SubmittedFile
from grader.release import STAGES, Receipt, Spread, Stage, choose_spreads, measure_spreads, withhold
from grader.report.annotations import render_annotations
from grader.report.classroom import render_classroom
from grader.report.classroom50 import Assignment, render_classroom50
from grader.report.gradescope import render_gradescope
from grader.report.json import render_json
from grader.report.junit import render_junit
from grader.report.text import render_text
from grader.submission import Entry
from tests.conftest import build_tiny_course
from tests.report.conftest import build_check, build_part, build_report

PAGE = Path(__file__).parents[2] / "docs" / "release.md"
# What stands for each row, by how the row begins. No word is in two rows.
MARKS = {
    "form": ("WRONGSHAPE",),
    "theorems": ("BROKENTHEOREM",),
    "receipt": ("ada.ipynb", "a" * 64, "f" * 64, "RECEIVEDLATE"),
    "score": ("7.25",),
    "right": ("VERDICT", "KNOWNMISTAKE"),
    "hints": ("HELPFULHINT",),
    "rubric": ("CRITERIONGIVEN", "MARKERSCOMMENT"),
    "other": ("CRITERIONMISSED", "EXAMPLEOFMARKERS"),
    "scores": ("Scores of 24 students", "Scores of the class · CLASSTITLE"),
    "expected": ("EXPECTEDVALUE", "ALLOWEDERROR", "HIDDENINPUT", "RIGHTTHERE", "SOLUTIONCURVE"),
    "requests": ("REASONOFTHEREQUEST", "ANSWEROFSTAFF"),
    "what": ("DETAILFORSTAFF",),
}
IN_PRACTICE = ("1a: WRONGSHAPE", "1a: BROKENTHEOREM")


def read_table() -> dict[str, dict[Stage, bool]]:
    """Return which stages show the rows of the page, by how the rows begin."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    assert rows[0] == ["what", *STAGES]
    found = {}
    for name, *cells in rows[2:]:
        assert set(cells) <= {"✓", "–"}
        found[re.split(r"[^a-z]", name)[0]] = {stage: cell == "✓" for stage, cell in zip(STAGES, cells, strict=True)}
    return found


TABLE = read_table()


def build_course() -> Course:
    """Return the tiny course with a rubric."""
    criteria = (
        Criterion(id="given", points=Fraction(1, 2), about="CRITERIONGIVEN is said", feedback="Say the first thing."),
        Criterion(
            id="missed", points=Fraction(1, 2), about="CRITERIONMISSED is said", feedback="Say the second thing."
        ),
    )
    example = MarkedExample(
        text="EXAMPLEOFMARKERS one and one", points={"given": Fraction(1, 2)}, why="It says the first thing."
    )
    rubric = Rubric(
        schema="grader/rubric/v1", part="1a", answer="essay", points=Fraction(1), criteria=criteria,
        examples=(example, example),
    )  # fmt: skip
    course: Course = build_tiny_course().model_copy(update={"rubrics": (rubric,)})
    return course


def build_whole() -> Report:
    """Return a report in which every row of the table has its words."""
    facts: dict[str, Any] = {"detail": "DETAILFORSTAFF", "max": Fraction("7.25")}
    known = "VERDICT a = 3: KNOWNMISTAKE. HELPFULHINT"
    checks: tuple[CheckResult, ...] = (
        build_check(
            "a",
            "fail",
            "mistake.known",
            message=known,
            hint="HELPFULHINT",
            title="KNOWNMISTAKE",
            shown="VERDICT a = 3",
            **facts,
        ),
        build_check("b", "fail", "value.shape_mismatch", message="b has the shape WRONGSHAPE", detail="DETAILFORSTAFF"),
        build_check("c", "fail", "value.nan", kind="invariant", message="BROKENTHEOREM", max=0),
        build_check("fig", "fail", "figure.lacking", kind="figure", answer="a", message="a has no line", max=0),
        build_check("essay", "review", "text.pending", kind="text", category="review"),
    )
    part = replace(build_part("1a", "partial", *checks), score=Fraction(1))
    return replace(build_report(part), files=("ada.ipynb",))


def build_work(stages: Mapping[str, Stage]) -> Work:
    """Return the work that feedback is made of."""
    cells = (Cell(0, "markdown", "Because one and one make two.", tags=("essay",)), Cell(1, "code", "a = 3"))
    run = FileEvidence(file="ada.ipynb", texts={"essay": "Because one and one make two."})
    evidence = Evidence.model_validate(
        {
            "schema": "grader/evidence/v1", "student": "ada", "files": ("ada.ipynb",), "submission_sha256": "a" * 64,
            "probes_sha256": "b" * 64, "isolation": "full", "runs": (run,),
        }
    )  # fmt: skip
    mark = Mark({"given": Fraction(1, 2), "missed": Fraction(0)}, "MARKERSCOMMENT")
    report = show(stages)
    inputs = (Tried("a(HIDDENINPUT)", "RIGHTTHERE", "3"),)
    solutions = {
        "1a.a": Solution("EXPECTEDVALUE", "ALLOWEDERROR"),
        "1a.b": Solution(allowed="ALLOWEDERROR", inputs=inputs, failing=1, tried=2),
        "1a.fig": Solution(curves=(build_line("SOLUTIONCURVE", (0.0, 1.0), (0.0, 1.0)),), along="x"),
    }
    answer = Answered(Fraction(1), Fraction(1), of_score=False, text="ANSWEROFSTAFF")
    asked = Asked("1a", None, "REASONOFTHEREQUEST", "answered", (answer,))
    given = {"stages": stages, "requests": (asked,), "solutions": solutions, "class_scores": build_class_scores(stages)}
    return Work(build_course(), report, evidence, {"ada.ipynb": cells}, {"essay": mark}, **given)


def build_class_scores(stages: Mapping[str, Stage]) -> tuple[Spread, ...]:
    """Return what a student sees of a class in which everybody is finished."""
    whole = build_whole()
    (exercise,) = whole.exercises
    scores = (Fraction(index % 8) for index in range(24))
    reports = [replace(whole, exercises=(replace(exercise, score=one, pending=Fraction(0)),)) for one in scores]
    file = build_course().file
    assignment = CourseAssignment(id="hw", title="CLASSTITLE", exercises=("1",))
    course = build_course().model_copy(update={"file": file.model_copy(update={"assignments": (assignment,)})})
    measured = measure_spreads(course, [(one, one) for one in reports], datetime(2026, 6, 1, tzinfo=UTC))
    return choose_spreads(course, stages, measured)


def show(stages: Mapping[str, Stage]) -> Report:
    """Return the report as far as these stages show it."""
    return withhold(build_whole(), stages, Receipt("RECEIVEDLATE.", {"ada.ipynb": "f" * 64}), IN_PRACTICE)


def write_all(stage: Stage) -> dict[str, str]:
    """Return what every writer writes at a stage."""
    stages: dict[str, Stage] = {"1": stage}
    return {**write_feedback(build_work(stages)), **write_ci(show(stages))}


def write_feedback(work: Work) -> dict[str, str]:
    """Return what `grader feedback` writes."""
    if not work.report.exercises:
        page = render_receipt("A tiny course", work.report)
        return {"page": page, "markdown": render_markdown_receipt(work.report), "text": render_text(work.report)}
    texts = {"page": render_feedback(work), "markdown": render_markdown(work), "text": render_text(work.report)}
    return texts | {"notebook": build_notebook(work), "answers": render_answers(work)}


def write_ci(report: Report) -> dict[str, str]:
    """Return what `grader ci` writes."""
    file = SubmittedFile("ada.ipynb", "notebook", "a" * 64, (Cell(0, "code", "a = 3"),))
    submission = Submission("ada", (file,), "a" * 64)
    entry = Entry("ada", "ada", "ada", (), None, ("ada",))
    outcome = Outcome((Graded(Collected(entry, {}), EntryResult(entry, "graded", "", report), submission),))
    run = Assignment("room", "hw", "ada", "tag", "commit", "release", "review", datetime(2026, 6, 1, tzinfo=UTC))
    return {
        "comment": render_page(outcome, "", COMMENT_BYTES),
        "annotations": render_annotations(build_annotations(outcome)),
        "outputs": render_outputs(outcome),
        "gradescope": render_gradescope(report),
        "classroom": render_classroom([report]),
        "classroom50": render_classroom50(report, run).replace("725", "7.25"),
        "junit": render_junit([report]),
        "json": render_json(report, "student"),
    }


def test_every_row_has_its_words() -> None:
    """A row that is added to the page is added here."""
    assert TABLE.keys() == MARKS.keys()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("row", MARKS)
def test_what_a_stage_withholds_is_in_no_file(row: str, stage: Stage) -> None:
    """Whatever writes it; and what it shows is on the student's page."""
    written = write_all(stage)
    for mark in MARKS[row]:
        if TABLE[row][stage]:
            assert mark in written["page"]
        else:
            assert [name for name, text in written.items() if mark in text] == []


@pytest.mark.parametrize("name", ["page", "text", "markdown", "comment", "gradescope", "json"])
def test_each_writer_shows_what_it_may(name: str) -> None:
    """Else nothing could be withheld from it: verdict, hint and theorem stand in the feedback and not in the scores."""
    for mark in ("VERDICT", "HELPFULHINT", "BROKENTHEOREM", "WRONGSHAPE", "7.25"):
        assert mark in write_all("feedback")[name]
    assert "WRONGSHAPE" in write_all("scores")[name]
    assert "WRONGSHAPE" in write_all("practice")[name]


@pytest.mark.parametrize("name", ["page", "markdown", "notebook"])
def test_marks_stand_in_all_that_is_feedback(name: str) -> None:
    """Else nothing could be withheld from it; what was looked for in vain, and what is right, with the solutions."""
    for mark in (*MARKS["rubric"], *MARKS["requests"]):
        assert mark in write_all("feedback")[name]
    for mark in (*MARKS["other"], *MARKS["expected"][:4]):
        assert mark in write_all("solutions")[name]


@pytest.mark.parametrize("name", ["annotations", "classroom", "classroom50", "junit"])
def test_services_are_told_the_verdict_with_the_feedback(name: str) -> None:
    """And of a submission that is only received, no points."""
    assert "VERDICT" in write_all("feedback")[name]
    assert "VERDICT" not in write_all("scores")[name]
    assert "7.25" not in write_all("received")[name]


@pytest.mark.parametrize("name", ["page", "markdown", "notebook"])
def test_scores_have_no_ranking_of_causes(name: str) -> None:
    """Of what was lost only the form is known there, and a list of that would be taken for all."""
    assert "Look here first" in write_all("feedback")[name]
    assert "Look here first" not in write_all("scores")[name]
    assert "Nothing was lost" not in write_all("scores")[name]


def test_a_later_stage_takes_nothing_away() -> None:
    """From `scores` on, what one stage shows, the next does too."""
    for row in TABLE.values():
        assert (row["scores"], row["feedback"], row["solutions"]) == tuple(
            sorted((row["scores"], row["feedback"], row["solutions"]))
        )
