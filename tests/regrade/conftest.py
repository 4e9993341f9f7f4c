"""A class whose feedback is out: its gradebook, and a folder in which its students ask for another look."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.course import Criterion, Level, MarkedExample, RegradeRules, Rubric
from grader.gradebook import Gradebook, Marking, NewMarking
from grader.judge.cache import Cache
from grader.model import Limits
from grader.regrade import Outcome, collect_requests
from tests.conftest import build_evidence

PUBLISHED = datetime(2026, 6, 9, 12, tzinfo=UTC)
MOMENT = datetime(2026, 6, 10, 12, tzinfo=UTC)
REASON = "My third sentence says exactly what the criterion asks for."
HALF = Fraction(1, 2)


def build_rubric() -> Rubric:
    """Return a rubric of two criteria for the only text, each with half of its points in between."""
    level = Level(points=Fraction(1, 4), when="It is said by half.")
    criteria = tuple(
        Criterion(id=name, points=HALF, about=f"The {name} is said.", levels=(level,), feedback=f"Say the {name}.")
        for name in ("reason", "example")
    )
    example = MarkedExample(text="One and one make two.", points={"reason": HALF}, why="It says the reason.")
    return Rubric(
        schema="grader/rubric/v1", part="1a", answer="essay", points=Fraction(1), criteria=criteria,
        examples=(example, example),
    )  # fmt: skip


def with_rules(grader: Any, **rules: Any) -> Any:
    """Return a grader whose course has a rubric and takes requests."""
    release = grader.course.release.model_copy(update={"regrade": RegradeRules(**rules)})
    return replace(grader, course=grader.course.model_copy(update={"release": release, "rubrics": (build_rubric(),)}))


@dataclass
class Classroom:
    """Ada's number is wrong; Zoe's too, and eve gave her text half of its point; Bob has more time."""

    grader: Any
    book: Gradebook
    folder: Path

    @property
    def course(self) -> Any:
        """The course."""
        return self.grader.course

    def submit(self, student: str, source: str, moment: datetime | None = None) -> int:
        """Record a submission of these lines, and return its attempt."""
        path = self.folder.parent / "submitted" / f"{student}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
        submission = pipeline.read([path], Limits(), student)
        evidence = build_evidence(submission, source, self.grader.probes_sha256, "full")
        report = pipeline.judge(self.grader, evidence)
        return self.book.record(report, moment or datetime(2026, 5, 30, tzinfo=UTC), path.name).id

    def mark(self, student: str, who: str = "eve", points: Any = (HALF, 0), **more: Any) -> None:
        """Give a text its points: for the reason, and for the example."""
        (row,) = [row for row in self.book.current_scores() if row.person.student == student]
        assert row.attempt_id is not None
        given = dict(zip(("reason", "example"), map(Fraction, points), strict=True))
        self.book.mark([NewMarking(row.attempt_id, Marking("essay", given, who, MOMENT, **more), build_rubric())])

    def sha256(self, student: str) -> str:
        """Return the hash of what counts of a student."""
        (row,) = [row for row in self.book.current_scores() if row.person.student == student]
        return str(row.submission_sha256)

    def ask(self, student: str, name: str = "regrade.yaml", **other: Any) -> Path:
        """Write a request about 1a; a key that is None is left out."""
        keys = {
            "schema": "grader/regrade/v1", "submission": self.sha256("ada"), "part": "1a", "reason": REASON,
        }  # fmt: skip
        keys |= {"submission": self.sha256(student)} if student in {"ada", "zoe", "bob"} else {}
        path = self.folder / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({key: value for key, value in (keys | other).items() if value is not None}))
        os.utime(path, (MOMENT.timestamp(), MOMENT.timestamp()))
        return path

    def mend(self, right: float = 3.0) -> None:
        """Mend the course, for which another number is right from now on, and judge everybody again."""
        oracle = self.grader.oracle
        oracle.value = lambda *_: right
        course = self.course.model_copy(update={"sha256": f"{right:.0f}" * 64})
        self.grader = replace(self.grader, course=course, oracle=oracle, cache=Cache())
        for student, source in (("ada", "a = 3\n"), ("bob", "a = 3\n# essay\n"), ("zoe", "a = 3\n# essay, Zoe's\n")):
            self.submit(student, source)

    def collect(self, now: datetime = MOMENT, at: datetime | None = None) -> list[Outcome]:
        """Take what is there."""
        return list(collect_requests(self.course, self.book, self.folder, now, at))

    def refusal(self, **more: Any) -> str:
        """Take the only file, and return why it was refused."""
        (outcome,) = self.collect(**more)
        assert (outcome.status, outcome.request) == ("refused", None)
        assert self.book.requests() == []
        return outcome.reason


def open_class(grader: Any, folder: Path, **rules: Any) -> Classroom:
    """Return such a class, in a folder of a test's own; somebody closes its book."""
    (folder / "requests").mkdir(exist_ok=True)
    book = Gradebook.open(f"sqlite:///{folder / 'grades.db'}")
    classroom = Classroom(with_rules(grader, **rules), book, folder / "requests")
    classroom.submit("ada", "a = 3\n")
    classroom.submit("bob", "a = 3\n# essay\n")
    classroom.submit("zoe", "a = 3\n# essay, Zoe's\n")
    classroom.mark("zoe", why="Say the example.")
    return classroom


@pytest.fixture
def open_classroom(released: Any, tmp_path: Path) -> Iterator[Callable[..., Classroom]]:
    """Yield a function that opens such a class, with rules of its own for requests."""
    opened = []

    def make(**rules: Any) -> Classroom:
        opened.append(open_class(released, tmp_path, **rules))
        return opened[-1]

    yield make
    for classroom in opened:
        classroom.book.close()


@pytest.fixture
def classroom(open_classroom: Callable[..., Classroom]) -> Classroom:
    """Return such a class."""
    return open_classroom()
