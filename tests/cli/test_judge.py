"""`grader judge`: whose points move, why, what is kept of it, and what students read then."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.cli import choice
from grader.course import Assignment, FeedbackOpening, Opening, ReleaseFile, Stages
from grader.gradebook import Gradebook
from grader.judge.cache import Cache
from grader.pipeline import Grader
from tests.batch.test_gradebook_feedback import Program, program

__all__ = ["program"]

MOVED = "1 of 3 submissions moved: 1 up, 0 down"
WHY = "check 1a.a: tolerance.absolute 0.001 → 2.0"


def change_course(made: Grader, monkeypatch: pytest.MonkeyPatch, **update: Any) -> None:
    """Let the program meet another version of the course."""
    course = made.course.model_copy(update={"sha256": "d" * 64, **update})
    changed = replace(made, course=course, cache=Cache())
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: changed)
    monkeypatch.setattr(choice, "load_course", lambda _folder: course)


@pytest.fixture
def widen(tiny_grader: Grader, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes the number's tolerance so wide that bob's 3 is right."""

    def change(**more: Any) -> None:
        first, second = tiny_grader.course.exercises
        (part,) = first.parts
        check = part.checks[0]
        wider = check.model_copy(update={"tolerance": check.tolerance.model_copy(update={"absolute": 2.0})})  # type: ignore[attr-defined]  # a close check
        parts = (part.model_copy(update={"checks": (wider, *part.checks[1:])}),)
        exercises = (first.model_copy(update={"parts": parts}), second)
        change_course(tiny_grader, monkeypatch, exercises=exercises, **more)

    return change


def read_reports(program: Program) -> dict[str, bytes]:
    """Return the reports in the folder of the batch."""
    return {path.parent.name: path.read_bytes() for path in program.out.glob("*/report.json")}


def scores(program: Program) -> dict[str, Fraction | None]:
    """Return the score of each student in the gradebook."""
    with Gradebook.open(program.url) as book:
        return {row.person.student: row.score for row in book.current_scores()}


@pytest.mark.parametrize("source", ["folder", "folder and gradebook", "gradebook"])
def test_diff_shows_and_writes_nothing(program: Program, widen: Any, source: str) -> None:
    """Who would move, by how much, because of which check and which change; as JSON too."""
    program.batch()
    widen()
    before, was = read_reports(program), scores(program)
    places: list[Any] = [program.out] if "folder" in source else []
    places += ["--db", program.url] if "gradebook" in source else []
    told = " ".join(program.call("judge", *places, "--diff").split())
    assert "bob 0 → 1 1a.a 0 → 1" in told
    assert f"{MOVED}; nothing was written." in told
    assert program.call("judge", *places, "--diff", "--json", "-") == program.call(
        "judge", *places, "--diff", "--json", "-"
    )
    data = json.loads(program.call("judge", *places, "--diff", "--json", "-"))
    check = {"id": "1a.a", "before": 0.0, "after": 1.0, "why": [WHY]}
    assert data == {"judged": 3, "moves": [{"student": "bob", "before": 0.0, "after": 1.0, "checks": [check]}]}
    assert (read_reports(program), scores(program)) == (before, was)
    with Gradebook.open(program.url) as book:
        assert book.history.judgings() == []


@pytest.mark.parametrize("with_folder", [True, False])
def test_gradebook_and_reports_come_along(program: Program, widen: Any, *, with_folder: bool) -> None:
    """With the reason in the history; once more nothing moves. Without a folder the gradebook's evidence is judged."""
    program.batch()
    widen()
    before = read_reports(program)
    if not with_folder:
        shutil.rmtree(program.out)
    places = [program.out] if with_folder else []
    told = program.call("judge", *places, "--db", program.url, "--note", "3 is near enough")
    assert f"{MOVED}; kept in the gradebook." in " ".join(told.split())
    assert scores(program)["bob"] == 1
    if with_folder:
        assert {name for name, text in read_reports(program).items() if text != before[name]} == set(before)
        assert json.loads((program.out / "bob" / "report.json").read_bytes())["score"] == 1
    assert "0 of 3 submissions moved" in program.call("judge", *places, "--db", program.url)
    listed = " ".join(program.call("marks", "--db", program.url).split())
    assert "(judged again) 1 of 3 moved counts 3 is near enough" in listed
    assert "judged again" not in program.call("marks", "bob", "--db", program.url)


def test_note_is_demanded_once_points_were_published(program: Program, widen: Any) -> None:
    """Before anything is written; and the student reads what changed until something else is told."""
    program.batch()
    assert "have changed" not in str(program.from_book())
    widen()
    before = read_reports(program)
    told = program.call("judge", program.out, "--db", program.url, expected=2)
    assert "points of this gradebook were published: expected --note TEXT" in told
    assert (read_reports(program), scores(program)["bob"]) == (before, 0)
    program.judge()
    for _ in range(2):
        pages = program.from_book()
        sentence = "changed since you were last told: 0 points before, 1 now; changed: 1a (0 → 1)."
        assert sentence in pages["bob/feedback.html"].decode()
        assert sentence in " ".join(pages["bob/report.txt"].decode().split())
        assert not any("have changed" in text.decode() for name, text in pages.items() if not name.startswith("bob"))


@pytest.mark.parametrize(
    ("scores_from", "expected"), [("2020-01-02T00:00:00+00:00", 2), ("2999-01-01T00:00:00+00:00", 0)]
)
def test_note_is_demanded_from_the_stage_of_scores_on(
    program: Program, widen: Any, scores_from: str, expected: int
) -> None:
    """Then points may have left the gradebook by another way."""
    program.batch()
    due = Assignment(id="all", exercises=("1", "2"), due=datetime(2020, 1, 1, tzinfo=UTC))
    stages = Stages(
        scores=Opening(**{"from": scores_from}), feedback=FeedbackOpening(**{"from": "2999-01-02T00:00:00+00:00"})
    )
    release = ReleaseFile(schema="grader/release/v1", stages=stages)
    file = pipeline.load_grader().course.file.model_copy(update={"assignments": (due,)})
    widen(release=release, file=file)
    program.call("judge", "--db", program.url, expected=expected)


def test_another_course_is_refused_by_name(
    program: Program, tiny_grader: Grader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By whatever writes or reads with a course; nothing is mixed."""
    program.batch()
    file = tiny_grader.course.file.model_copy(update={"id": "other"})
    change_course(tiny_grader, monkeypatch, file=file)
    for words in (
        ("judge", "--db", program.url),
        ("feedback", "--db", program.url, "--out", tmp_path / "pages"),
        ("batch", program.folder / "submissions", "--out", tmp_path / "other", "--db", program.url),
    ):
        assert "is the gradebook of the course tiny, and this is other" in program.call(*words, expected=2)


def test_commands_that_need_no_course_ask_the_one_that_is_near(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A score is not set in another course's gradebook, nor read from it; elsewhere nobody asks."""
    program.batch()
    program.call("override", "bob", "1", "--by", "eve", "--why", "ill", "--db", program.url, "--beyond")
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "course.yaml").write_text("schema: grader/course/v1\nid: other\ntitle: Other\n")
    monkeypatch.chdir(tmp_path / "near")
    for words in (
        ("override", "bob", "2", "--by", "eve", "--why", "ill", "--beyond"),
        ("unmark", "bob", "essay", "--by", "eve", "--why", "wrong"),
        ("marks",),
        ("regrade", "list"),
        ("export", "--format", "jsonl", "--out", "-"),
    ):
        assert "the gradebook of the course tiny, and this is other" in program.call(
            *words, "--db", program.url, expected=2
        )
    assert scores(program)["bob"] == 1


def test_wrong_usage_is_told(program: Program) -> None:
    """Nothing to judge, or a note that nothing would keep."""
    program.batch()
    assert "expected OUT, the folder of a batch, or --db URL" in program.call("judge", expected=2)
    for more in ((), ("--db", program.url)):
        words = "judge", program.out, "--note", " " if more else "typo", *more
        assert "--note TEXT is kept in the history of a gradebook" in program.call(*words, expected=2)


def test_evidence_that_was_not_kept_is_named(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are judged."""
    monkeypatch.setattr("grader.gradebook.kept.KEPT_BYTES", 10)
    program.batch()
    told = program.call("judge", "--db", program.url, expected=2)
    assert "the gradebook has no evidence of ada" in told
    assert "0 of 0 submissions moved" in told
