"""A request for another look is no part of the submission: not one byte of evidence, attempts or marks changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from grader.cli import choice
from grader.gradebook import Gradebook, Marking, NewMarking
from grader.gradebook.engine import read_transaction
from grader.gradebook.tables import metadata
from tests.ci.conftest import Runner
from tests.regrade.conftest import HALF, build_rubric, with_rules

NOON = "2026-06-10T12:00Z"
TEXT = "You are right. The second sentence says it."


class Class:
    """Ada submitted a file and Zoe a folder with data; both are marked. Each has a request to make."""

    def __init__(self, call: Callable[..., str], folder: Path) -> None:
        self.call, self.folder = call, folder
        self.url, self.out = f"sqlite:///{folder / 'grades.db'}", folder / "out"
        self.submissions = folder / "submissions"
        (self.submissions / "zoe").mkdir(parents=True)
        (self.submissions / "ada.py").write_text("a = 3\n# essay\n")
        (self.submissions / "zoe" / "hw.py").write_text("a = 3\n# essay, Zoe's\n")
        (self.submissions / "zoe" / "data.csv").write_text("1,2\n")
        self.batch()
        self.mark()

    def batch(self) -> None:
        """Grade and judge the class."""
        self.call("batch", self.submissions, "--out", self.out, "--db", self.url)
        self.call("judge", self.out, "--db", self.url, "--note", "once more")

    def mark(self) -> None:
        """Give each text half of its point."""
        with Gradebook.open(self.url) as book:
            for row in book.current_scores():
                assert row.attempt_id is not None
                points = {"reason": HALF, "example": Fraction(0)}
                marking = Marking("essay", points, "eve", datetime(2026, 6, 3, tzinfo=UTC))
                book.mark([NewMarking(row.attempt_id, marking, build_rubric())])

    def ask(self, student: str) -> None:
        """Put a request into the student's folder."""
        with Gradebook.open(self.url) as book:
            (row,) = [row for row in book.current_scores() if row.person.student == student]
        (self.submissions / student).mkdir(exist_ok=True)
        (self.submissions / student / "regrade.yaml").write_text(
            f'schema: grader/regrade/v1\nsubmission: "{row.submission_sha256}"\npart: 1a\nanswer: essay\n'
            "reason: The second sentence says what is asked.\n"
        )

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of the gradebook but those of requests and of the history of judging, without its moment."""
        dumped = {}
        with Gradebook.open(self.url) as book, read_transaction(book._engine) as connection:
            for name, table in metadata.tables.items():
                columns = [column for column in table.columns if column.name != "judged_at"]
                if not name.startswith(("request", "judgings")):
                    dumped[name] = sorted(map(tuple, connection.execute(select(*columns))), key=str)
        return dumped

    def files(self, folder: Path) -> dict[str, bytes]:
        """Return every file below a folder."""
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def marked(call: Callable[..., str], tmp_path: Path) -> Class:
    """Return such a class."""
    return Class(call, tmp_path)


def test_nothing_that_was_graded_or_marked_changes(marked: Class, sandboxes: Any) -> None:
    """Graded and judged again with requests in the folders: the same files, the same rows, and nothing is run."""
    rows, files, ran = marked.dump(), marked.files(marked.out), list(sandboxes.ran)
    for student in ("ada", "zoe"):
        marked.ask(student)
    marked.batch()
    assert marked.files(marked.out) == files
    assert marked.dump() == rows
    assert sandboxes.ran == ran
    told = marked.call("regrade", "collect", marked.submissions, "--db", marked.url, "--at", NOON)
    assert "2 taken, 0 taken before, 0 refused" in told
    assert marked.dump() == rows


def test_a_request_alone_is_no_attempt(marked: Class) -> None:
    """Of a folder with requests and nothing else a batch makes no student, and refuses nobody."""
    rows = marked.dump()
    for student in ("ada", "zoe"):
        marked.ask(student)
    (marked.submissions / "ada.py").unlink()
    shutil.rmtree(marked.submissions / "zoe")
    (marked.submissions / "bo.py").write_text("a = 2\n")
    marked.call("batch", marked.submissions, "--out", marked.folder / "other", "--db", marked.url)
    after = marked.dump()
    assert (after["refusals"], after["markings"]) == (rows["refusals"], rows["markings"])
    assert len(after["attempts"]) == len(rows["attempts"]) + 1


@pytest.mark.parametrize("what", ["zoe", "zoe/hw.py"])
def test_graded_alone_it_is_the_same(marked: Class, what: str) -> None:
    """A folder, and a file that a request lies beside."""
    reports = []
    for name in ("before", "after"):
        marked.call("grade", marked.submissions / what, "--json", marked.folder / f"{name}.json")
        reports.append((marked.folder / f"{name}.json").read_bytes())
        marked.ask("zoe")
    assert reports[0] == reports[1]
    assert b"regrade" not in reports[1]


def test_a_pull_request_with_one_grades_nobody(marked: Class, sandboxes: Any, tmp_path: Path) -> None:
    """And beside changed work it is no part of that."""
    folder = tmp_path / "repository"
    folder.mkdir()
    runner = Runner(folder, tmp_path)
    runner.git("init", "--quiet", "--initial-branch", "main")
    runner.commit({"course.yaml": "base\n", "submissions/zoe/hw.py": "a = 3\n"})
    marked.ask("zoe")
    request = (marked.submissions / "zoe" / "regrade.yaml").read_text()
    ran = len(sandboxes.ran)
    result = runner.run(event=runner.event(runner.propose({"submissions/zoe/regrade.yaml": request}), "zoe"))
    assert result.exit_code == 0, result.output
    assert len(sandboxes.ran) == ran
    assert "nothing to grade" in runner.summary


def test_a_request_is_answered_from_end_to_end(marked: Class) -> None:
    """Asked as the page offers it, answered by marks, read in every file, and by nobody's name."""
    target = marked.folder / "feedback"

    def write() -> dict[str, bytes]:
        marked.call("feedback", "--db", marked.url, "--out", target, "--at", NOON)
        return marked.files(target)

    before = write()
    assert b"Ask for another look at 1a (until 2026-06-16 12:00+00:00)" in before["ada/feedback.html"]
    assert "ada/regrade-answer.md" not in before
    for student in ("ada", "zoe"):
        marked.ask(student)
    marked.call("regrade", "collect", marked.submissions, "--db", marked.url, "--at", NOON)
    assert b"It waits for an answer." in write()["ada/feedback.html"]
    answer = ("--by", "bo the second", "--text", TEXT, "--points", "example=1/2")
    assert marked.call("regrade", "answer", 1, "--db", marked.url, *answer) == "1 ada, 1a essay: 0.5 → 1\n"
    after = write()
    for name in ("feedback.html", "feedback.ipynb", "feedback.md", "regrade-answer.md"):
        text = after[f"ada/{name}"].decode()
        assert "You are right. The second sentence says it." in text
        assert "bo the second" not in text
        assert "0.5 → 1" in text or "0.5 \\u2192 1" in text
    assert b"Ask for another look" not in after["ada/feedback.html"]
    with Gradebook.open(marked.url) as book:
        assert [row.marked for row in book.current_scores()] == [Fraction(1), HALF]


def test_a_request_stays_with_the_submission_that_it_is_about(marked: Class) -> None:
    """Of another one, which counts now, the page shows none."""
    marked.ask("ada")
    marked.call("regrade", "collect", marked.submissions, "--db", marked.url, "--at", NOON)
    (marked.submissions / "ada.py").write_text("a = 4\n")
    marked.batch()
    marked.call("feedback", "--db", marked.url, "--out", marked.folder / "feedback", "--at", NOON)
    page = (marked.folder / "feedback" / "ada" / "feedback.html").read_text(encoding="utf-8")
    assert "You asked for another look" not in page
    assert "Ask for another look at 1a" in page


def test_nothing_is_offered_after_the_last_moment(marked: Class) -> None:
    """From the folder of the batch, too."""
    for source in ((marked.out,), ("--db", marked.url)):
        marked.call("feedback", *source, "--out", marked.folder / "feedback", "--at", "2026-06-16T12:01Z")
        assert "Save this as" not in (marked.folder / "feedback" / "ada" / "feedback.html").read_text(encoding="utf-8")


def test_answers_are_taken_away_with_the_stage(marked: Class, monkeypatch: pytest.MonkeyPatch, released: Any) -> None:
    """A file of an earlier run is not left, where the policy shows no feedback any more."""
    marked.ask("ada")
    marked.call("regrade", "collect", marked.submissions, "--db", marked.url, "--at", NOON)
    marked.call("regrade", "answer", 1, "--db", marked.url, "--by", "bo", "--text", TEXT)
    target = marked.folder / "feedback"
    marked.call("feedback", "--db", marked.url, "--out", target, "--at", NOON)
    assert (target / "ada" / "regrade-answer.md").exists()
    course = with_rules(released).course
    stages = course.release.stages.model_copy(update={"feedback": None})
    release = course.release.model_copy(update={"stages": stages, "regrade": None})
    closed = replace(with_rules(released), course=course.model_copy(update={"release": release}))
    monkeypatch.setattr(choice, "load_course", lambda _folder: closed.course)
    marked.call("feedback", "--db", marked.url, "--out", target, "--at", NOON)
    assert not (target / "ada" / "regrade-answer.md").exists()
