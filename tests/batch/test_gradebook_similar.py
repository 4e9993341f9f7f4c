"""A gradebook's students are compared by the attempt that counts; whose evidence it lacks is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.batch.gradebook_similar import compare_gradebook
from grader.batch.store import render_evidence
from grader.errors import UsageError
from grader.gradebook import Gradebook, Kept
from tests.conftest import build_evidence
from tests.gradebook.conftest import NOON
from tests.similar.conftest import write_long

Record = Callable[..., None]


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """Yield an empty gradebook."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}") as opened:
        yield opened


@pytest.fixture
def record(tiny_grader: Any, book: Gradebook) -> Record:
    """Return a function that records a student's script, an hour later each time; without evidence where asked."""
    from types import SimpleNamespace

    count = iter(range(100))

    def call(student: str, source: str, *, kept: bool = True, fault: str | None = None) -> None:
        hours = next(count)
        submission = SimpleNamespace(student=student, files=(SimpleNamespace(name="hw.py"),), sha256=f"{hours:064}")
        evidence = build_evidence(submission, source, tiny_grader.probes_sha256, "full")
        evidence = evidence.model_copy(update={"fault": fault})
        report = pipeline.judge(tiny_grader, evidence)
        files = Kept(render_evidence(evidence).encode(), {"hw.py": source.encode()}) if kept else Kept()
        book.record(report, NOON + timedelta(hours=hours), student, files)

    return call


def test_attempt_that_counts_is_compared(tiny_grader: Any, book: Gradebook, record: Record) -> None:
    """Who copied first and then wrote their own is in no pair; who copied last is."""
    own = write_long("alpha")
    record("ada", own)
    record("bob", own.replace("alpha", "beta"))
    record("cyd", "a = 2")
    assert compare_gradebook(tiny_grader.course, book, 5).found.count == 1
    record("bob", write_long("beta", step=7))
    assert compare_gradebook(tiny_grader.course, book, 5).found.count == 0
    record("cyd", own.replace("alpha", "gamma"))
    (view,) = compare_gradebook(tiny_grader.course, book, 5).views
    assert (view.pair.first, view.pair.second, view.elsewhere.first[0].place) == ("ada", "cyd", "hw.py")


def test_missing_evidence_is_told(tiny_grader: Any, book: Gradebook, record: Record) -> None:
    """The others are compared; what failed on our side has nothing to compare."""
    record("ada", write_long("alpha"))
    record("bob", write_long("alpha"))
    record("cyd", write_long("alpha"), kept=False)
    done = compare_gradebook(tiny_grader.course, book, 5)
    assert (done.found.students, done.found.count) == (2, 1)
    assert ["no evidence of cyd" in told for told in done.unusable] == [True]


def test_empty_gradebook_is_told(tiny_grader: Any, book: Gradebook) -> None:
    """With what to do."""
    with pytest.raises(UsageError, match="--db first"):
        compare_gradebook(tiny_grader.course, book, 5)
