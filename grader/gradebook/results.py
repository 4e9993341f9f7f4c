"""The current reports in the formats that show single checks: JUnit XML and Gradescope's `results.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from grader.gradebook.book import Gradebook
from grader.gradebook.final_grades import FinalGrade
from grader.model import Report
from grader.report.gradescope import render_gradescope
from grader.report.junit import render_junit
from grader.report.points import json_points


def render_all_junit(book: Gradebook, final_grades: Sequence[FinalGrade]) -> str:
    """Return every student's current report as one JUnit file, with people's marks in it."""
    return render_junit(list(_reports(book, final_grades)))


def render_results(book: Gradebook, final_grades: Sequence[FinalGrade]) -> Iterator[tuple[str, str]]:
    """Yield each student that has a score, and their `results.json` with that score."""
    for final_grade in final_grades:
        if final_grade.final is None or final_grade.row.attempt_id is None:
            continue
        data = json.loads(render_gradescope(book.report(final_grade.row.attempt_id)))
        data["score"] = json_points(final_grade.final)  # it overrides the sum of the tests
        yield final_grade.row.person.student, json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _reports(book: Gradebook, final_grades: Sequence[FinalGrade]) -> Iterator[Report]:
    for final_grade in final_grades:
        if final_grade.row.attempt_id is not None:
            yield book.report(final_grade.row.attempt_id)
