"""In whichever order a class is graded, marked, judged and exported: the same files and marks give the same grades."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from grader.gradebook import Gradebook, Marking, NewMarking
from tests.regrade.conftest import HALF, build_rubric

MOMENT = datetime(2026, 6, 3, tzinfo=UTC)
FIRST = {"ada": "a = 3\n# essay\n", "zoe": "a = 3\n# essay, Zoe's\n"}
LAST = {**FIRST, "ada": "a = 2\nb = 3\n# essay\n"}  # another answer, and the same words


class School:
    """A class with a gradebook; `steps` are what may come in any order once everybody has submitted something."""

    def __init__(self, call: Callable[..., str], folder: Path) -> None:
        self.call, self.folder = call, folder
        self.url, self.out = f"sqlite:///{folder / 'grades.db'}", folder / "out"
        folder.mkdir()
        self.submit(FIRST)
        self.steps: dict[str, Callable[[], object]] = {
            "mark ada": lambda: self.mark("ada", {"reason": HALF, "example": Fraction(0)}),
            "mark zoe": lambda: self.mark("zoe", {"reason": HALF, "example": HALF}),
            "submit again": lambda: self.submit(LAST),
            "judge": lambda: self.call("judge", self.out, "--db", self.url, "--note", "once more"),
            "export": self.export,
            "feedback": lambda: self.call("feedback", "--db", self.url, "--out", folder / "early"),
        }

    def submit(self, sources: dict[str, str]) -> None:
        """Let everybody submit, and grade them."""
        submissions = self.folder / "submissions"
        submissions.mkdir(exist_ok=True)
        for student, source in sources.items():
            path = submissions / f"{student}.py"
            path.write_text(source, encoding="utf-8")
            os.utime(path, (MOMENT.timestamp(), MOMENT.timestamp()))  # when it came in
        self.call("batch", submissions, "--out", self.out, "--db", self.url)

    def mark(self, student: str, points: dict[str, Fraction]) -> None:
        """Give points for a student's text."""
        with Gradebook.open(self.url) as book:
            (row,) = [row for row in book.current_scores() if row.person.student == student]
            assert row.attempt_id is not None
            book.mark([NewMarking(row.attempt_id, Marking("essay", points, "eve", MOMENT), build_rubric())])

    def export(self) -> list[tuple[str, str, str, str]]:
        """Return of each student what other systems get, but for the moment of submitting."""
        target = self.folder / "grades.csv"
        self.call("export", "--db", self.url, "--format", "csv", "--staff", "--unfinished", "--out", target)
        rows = csv.DictReader(target.read_text(encoding="utf-8").splitlines())
        return [(row["student"], row["automatic_score"], row["score_exact"], row["pending"]) for row in rows]

    def read_feedback(self) -> dict[str, str]:
        """Return the students' Markdown."""
        self.call("feedback", "--db", self.url, "--out", self.folder / "feedback", "--at", "2026-06-10T12:00Z")
        return {path.parent.name: path.read_text("utf-8") for path in (self.folder / "feedback").glob("*/feedback.md")}


@pytest.fixture
def expected(call: Callable[..., str], tmp_path: Path) -> School:
    """Return the class in the order in which a course goes."""
    school = School(call, tmp_path / "straight")
    for name in ("submit again", "judge", "mark ada", "mark zoe"):
        school.steps[name]()
    return school


@pytest.mark.parametrize("seed", range(12))
def test_order_does_not_matter(call: Callable[..., str], expected: School, tmp_path: Path, seed: int) -> None:
    """Marks belong to words and verdicts to files: neither knows what came first."""
    school = School(call, tmp_path / "shuffled")
    rng = random.Random(seed)
    once, again = list(school.steps), ["judge", "export", "feedback", "submit again"]
    order = rng.sample([*once, *again], len(once) + len(again))
    for name in order:
        school.steps[name]()
    assert school.export() == expected.export(), order
    assert school.read_feedback() == expected.read_feedback(), order


def test_final_grades_are_those_of_the_last_files_and_all_marks(expected: School) -> None:
    """So that what is compared is not two classes of zeros."""
    rows = {student: (automatic, score, pending) for student, automatic, score, pending in expected.export()}
    assert rows["ada"][1:] == ("3/2", "0")
    assert rows["zoe"][1:] == ("1", "0")
