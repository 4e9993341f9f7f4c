"""The current reports in the formats that show single checks: JUnit XML and Gradescope's `results.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from grader.gradebook.book import Gradebook
from grader.gradebook.standing import Standing
from grader.model import Report
from grader.report.gradescope import render_gradescope
from grader.report.junit import render_junit
from grader.report.points import json_points


def render_all_junit(book: Gradebook, standings: Sequence[Standing]) -> str:
    """Return every student's current report as one JUnit file, with people's marks in it."""
    return render_junit(list(_reports(book, standings)))


def render_results(book: Gradebook, standings: Sequence[Standing]) -> Iterator[tuple[str, str]]:
    """Yield each student that has a score, and their `results.json` with that score."""
    for standing in standings:
        if standing.final is None or standing.row.attempt_id is None:
            continue
        data = json.loads(render_gradescope(book.report(standing.row.attempt_id)))
        data["score"] = json_points(standing.final)  # it overrides the sum of the tests
        yield standing.row.person.student, json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _reports(book: Gradebook, standings: Sequence[Standing]) -> Iterator[Report]:
    for standing in standings:
        if standing.row.attempt_id is not None:
            yield book.report(standing.row.attempt_id)
