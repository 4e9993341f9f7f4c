"""What counts is judged again with what came last, where these are two."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.batch.comparison import Comparison
from grader.batch.gradebook_judging import judge_counting
from grader.batch.store import render_evidence
from grader.changes import CourseVersion
from grader.gradebook import Gradebook, Kept, LatePolicy
from grader.judge.cache import Cache
from grader.model import Limits, Report
from tests.conftest import build_evidence

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
STRICT = LatePolicy(due=DUE, cut_off_days=Fraction(1))


@pytest.fixture
def submit(tiny_grader: Any, tmp_path: Path) -> Any:
    """Return a function that records a submission of these lines by a student, and returns its report."""

    def record(book: Gradebook, student: str, source: str, moment: datetime) -> Report:
        path = tmp_path / f"{student}.py"
        path.write_text(source)
        submission = pipeline.read([path], Limits(), student)
        evidence = build_evidence(submission, source, tiny_grader.probes_sha256, "full")
        report = pipeline.judge(tiny_grader, evidence)
        book.record(report, moment, path.name, Kept(render_evidence(evidence).encode(), submission.tree))
        return report

    return record


@pytest.mark.parametrize("writes", [True, False])
def test_what_counts_is_judged_beside_what_came_too_late(
    tiny_grader: Any, submit: Any, tmp_path: Path, *, writes: bool
) -> None:
    """The folder of a batch has what a student submitted last; bob's was refused, and zoe is of another folder."""
    row = {"student": "bob", "entry": "bob.py", "folder": "bob", "status": "refused", "reason": "not a script"}
    (tmp_path / "batch.json").write_text(json.dumps([row]))
    with Gradebook.open(f"sqlite:///{tmp_path / 'grades.db'}") as whole:
        book = whole.under(STRICT)
        submit(book, "ada", "a = 3\n", DUE)
        last = submit(book, "ada", "a = 4\n", DUE + timedelta(days=2))
        for student in ("bob", "zoe"):
            submit(book, student, "a = 3\n", DUE)
        book.refuse("bob", "not a script")
        tiny_grader.oracle.value = lambda *_: 3.0
        course = tiny_grader.course.model_copy(update={"sha256": "d" * 64})
        mended = replace(tiny_grader, course=course, cache=Cache())
        comparison = Comparison(CourseVersion("tiny", "d" * 64, {}), lambda _sha256: None)
        comparison.add(last, last)
        judge_counting(mended, book, comparison, [tmp_path], write=writes)
        assert [(move.student, move.before, move.after) for move in comparison.moves] == [("ada", 0, 1), ("bob", 0, 1)]
        scores = {row.person.student: row.score for row in book.current_scores()}
        assert scores == {"ada": int(writes), "bob": int(writes), "zoe": 0}
        assert [refusal.student for refusal in book.refusals()] == ["bob"]
