"""A term of two assignments in one gradebook, from the students' files to the total; each by itself in every step."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.gradebook import Gradebook
from tests.conftest import copy_course, replace
from tests.crossings.examples.conftest import FOLDER
from tests.fake_canvas import TOKEN, FakeCanvas, Student, serve

# Two days begun after hw1 was due, 20 % of it; long before hw2 is. Dina's extension for hw1 runs.
SUBMITTED = datetime.fromisoformat("2026-11-08T12:00:00+01:00")
STUDENTS = ("partial/dina.py", "partial/emil.ipynb", "right/anna.ipynb")
TEXT = "data_interval_text"
RELEASE = """schema: grader/release/v1
stages:
  scores: {from: due}
  feedback: {from: due, requires: {pending: 99}}
regrade: {until: 20 days after feedback}
"""
HW1_OUT, HW2_OUT = "2026-11-20T12:00:00+01:00", "2026-11-28T12:00:00+01:00"


def call(*words: object, status: int = 0) -> str:
    """Run a command and return what it says."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the course, the class, and the reports of both assignments."""
    home = tmp_path_factory.mktemp("term")
    copy_course(home / "course", FOLDER)
    replace(home / "course" / "course.yaml", "    exercises: [data]\n", "    exercises: [data]\n    weight: 3\n")
    (home / "class").mkdir()
    for name in STUDENTS:
        shutil.copy(FOLDER / "submissions" / name, home / "class")
    for path in (home / "class").iterdir():
        os.utime(path, (SUBMITTED.timestamp(),) * 2)
    for assignment in ("hw1", "hw2"):
        done = CliRunner().invoke(main, words_of_batch(home, assignment))
        if done.exit_code and "isolation level full" in done.output:
            pytest.skip("this machine does not give isolation level full")
        assert done.exit_code == 0, done.output
    return home


def words_of_batch(home: Path, assignment: str, *more: str) -> list[str]:
    """Return how an assignment of the class is graded."""
    words = ["batch", home / "class", "--out", home / assignment, "--assignment", assignment, "--jobs", "1"]
    return [*map(str, words), "--course", str(home / "course"), *more]


class Term:
    """The class in a gradebook."""

    def __init__(self, home: Path, url: str) -> None:
        """Keep both assignments there, of which everything was run before."""
        self.home, self.url, self.course = home, url, home / "course"
        for assignment in ("hw1", "hw2"):
            call(*words_of_batch(home, assignment, "--db", url))

    def ask(self, command: str, *words: object, assignment: str = "", status: int = 0) -> str:
        """Run a command on the gradebook."""
        chosen = ("--assignment", assignment) if assignment else ()
        return call(*command.split(), *words, "--db", self.url, "--course", self.course, *chosen, status=status)

    def export(self, *words: object, assignment: str = "") -> Mapping[str, Mapping[str, str]]:
        """Return the rows of the CSV by student."""
        out = self.home / "scores.csv"
        self.ask("export", "--format", "csv", "--out", out, *words, assignment=assignment)
        return {row["student"]: row for row in csv.DictReader(out.read_text().splitlines())}


@pytest.fixture
def term(graded: Path, url: str) -> Term:
    """Return the class in an empty gradebook of each kind of database."""
    return Term(graded, url)


@pytest.fixture
def small_term(graded: Path, sqlite_url: str) -> Term:
    """Return the class in a gradebook in SQLite, for what does not depend on the database."""
    return Term(graded, sqlite_url)


@pytest.fixture
def released(small_term: Term) -> Iterator[Term]:
    """Yield the class of a course that shows scores and feedback of each assignment when it was due."""
    path = small_term.course / "release.yaml"
    path.write_text(RELEASE)
    yield small_term
    path.unlink()


def test_scores_marks_and_overrides_are_each_assignment_s_own(term: Term) -> None:
    """Lateness too: hw1 came two days late, but for Dina; hw2 came in time."""
    points = ["uncertainty_of_the_mean=full", "limits=none"]
    term.ask("mark", "emil", TEXT, *points, "--by", "eve", assignment="hw2")
    assert "this course has no such text" in term.ask(
        "mark", "emil", TEXT, *points, "--by", "eve", assignment="hw1", status=2
    )
    term.ask("override", "anna", "20", "--by", "eve", "--why", "was ill", assignment="hw1")
    first, second = term.export(assignment="hw1"), term.export("--unfinished", assignment="hw2")
    found = {name: (row["raw_score"], row["score"], row["max_score"]) for name, row in first.items()}
    assert found == {"anna": ("28", "20", "28"), "dina": ("6.75", "6.75", "28"), "emil": ("1", "0.8", "28")}
    found = {name: (row["raw_score"], row["score"], row["max_score"]) for name, row in second.items()}
    assert found == {"anna": ("8", "8", "10"), "dina": ("2", "2", "10"), "emil": ("4.5", "4.5", "10")}
    assert [row["override"] for row in second.values()] == ["", "", ""]
    decided = {one: json.loads(term.ask("marks", "--json", "-", assignment=one)) for one in ("hw1", "hw2")}
    assert [[row["student"] for row in rows] for rows in decided.values()] == [["anna"], ["emil"]]


def test_columns_are_named_like_the_assignment(small_term: Term) -> None:
    """In another system a second assignment is not taken for the first."""
    words = ("export", "--format", "moodle", "--out", "-", "--unfinished")
    for one in ("hw1", "hw2"):
        assert f",{one}," in small_term.ask(*words, assignment=one)


def test_the_total_is_what_the_exports_come_to(term: Term) -> None:
    """Weighed one to three, by another calculation; who submitted nothing to one of them has nothing there."""
    (term.home / "class" / "zoe.py").write_text("a = 1\n")
    call(*words_of_batch(term.home, "hw2", "--db", term.url))
    (term.home / "class" / "zoe.py").unlink()
    singles = [term.export("--unfinished", assignment=one) for one in ("hw1", "hw2")]
    total = term.export("--total", "--unfinished")
    assert set(total) == {"anna", "dina", "emil", "zoe"}
    for student, row in total.items():
        shares = [
            Fraction(one[student]["score_exact"] or 0) / most for one, most in zip(singles, (28, 10), strict=True)
        ]
        expected = 100 * (1 * shares[0] + 3 * shares[1]) / 4
        assert Fraction(row["total_exact"]) == expected
        assert float(row["total"]) == pytest.approx(float(expected), abs=1e-12)
        assert [row["hw1"], row["hw2"]] == [one[student]["score"] for one in singles]
        assert (row["hw1_max"], row["hw2_max"]) == ("28", "10")
        assert row["status"] == ("unfinished" if student in {"anna", "emil"} else "complete")
    assert total["zoe"]["hw1"] == ""


def test_kinds_are_not_mixed(term: Term, tmp_path: Path) -> None:
    """The whole course is not graded into a gradebook by assignments, nor read from it; nor the other way round."""
    refusal = "holds scores by assignment: hw1, hw2; say which with --assignment"
    for command in ("stats", "marks", "similar", "export --format jsonl --out -", "feedback --out pages"):
        assert refusal in term.ask(command, status=2)
    folders = term.home / "class", "--out", tmp_path / "all", "--course", term.course
    assert refusal in call("batch", *folders, "--db", term.url, status=2)
    whole = f"sqlite:///{tmp_path / 'whole.db'}"
    Gradebook.open(whole, course="numerics").refuse("ada", "no notebook")
    told = call(*words_of_batch(term.home, "hw1", "--db", whole), status=2)
    assert "holds scores of the whole course, and this is its assignment hw1" in told


def test_a_folder_of_another_assignment_is_refused(small_term: Term, tmp_path: Path) -> None:
    """By whatever writes to it or reads it; without a name, each takes the folder's own."""
    home, course = small_term.home, ("--course", small_term.course)
    told = call("batch", home / "class", "--out", home / "hw1", *course, "--assignment", "hw2", status=2)
    assert "hw1 holds reports of the assignment hw1, and this is the assignment hw2" in told
    assert "this is the whole course" in call("batch", home / "class", "--out", home / "hw1", *course, status=2)
    for words in (("judge",), ("feedback", "--out", tmp_path / "pages"), ("similar",), ("mistakes",)):
        told = call(words[0], home / "hw1", *words[1:], *course, "--assignment", "hw2", status=2)
        assert "hw1 holds reports of the assignment hw1" in told
        call(words[0], home / "hw1", *words[1:], *course)
    report = json.loads((home / "hw1" / "dina" / "report.json").read_text())
    assert (report["score"], report["max"]) == (6.75, 28)
    call("judge", home / "hw1", *course, "--db", small_term.url)
    told = call("judge", home / "hw2" / "dina", *course, "--db", small_term.url, "--diff")
    assert "0 of 1 submission moved" in told


def test_the_class_page_and_the_list_of_pairs_are_of_one_assignment(small_term: Term) -> None:
    """Points, parts and texts."""
    told = {one: json.loads(small_term.ask("stats", "--json", "-", assignment=one)) for one in ("hw1", "hw2")}
    parts = {one: {part["id"] for part in stats["parts"]} for one, stats in told.items()}
    assert parts["hw2"] == {"table", "largest", "interval"}
    assert not parts["hw1"] & parts["hw2"]
    assert "3 students compared" in small_term.ask("similar", assignment="hw1")


def test_each_assignment_is_released_by_its_own_due_moment(released: Term) -> None:
    """While hw2 is not due, it tells nothing, and of the total there is nothing to tell yet."""
    shown = released.ask("release", "--dry-run", "emil", "--at", HW1_OUT, assignment="hw1")
    assert "hw1: emil is in stage feedback" in shown
    assert "hw2" not in shown
    shown = released.ask("release", "--dry-run", "emil", "--at", HW1_OUT, assignment="hw2")
    assert "hw2: emil is in stage practice" in shown
    assert set(released.export("--at", HW1_OUT, assignment="hw1")) == {"anna", "dina", "emil"}
    words = ("export", "--format", "csv", "--out", "-", "--unfinished", "--at", HW1_OUT)
    assert "no score is published yet" in released.ask(*words[:1], *words[1:], assignment="hw2", status=2)
    told = released.ask(*words[:1], *words[1:], "--total", status=2)
    assert "assignment hw2: no score is published yet" in told
    assert set(released.export("--total", "--unfinished", "--at", HW2_OUT)) == {"anna", "dina", "emil"}


def test_what_students_were_told_is_each_assignment_s_own(released: Term, tmp_path: Path) -> None:
    """A reason for judging again is demanded where points were published."""
    for assignment in ("hw1", "hw2"):
        released.ask("feedback", "--out", tmp_path / assignment, "--at", HW1_OUT, assignment=assignment)
    assert "feedback.ipynb" in {path.name for path in (tmp_path / "hw1" / "emil").iterdir()}
    assert "feedback.ipynb" not in {path.name for path in (tmp_path / "hw2" / "emil").iterdir()}
    told = {}
    for assignment in ("hw1", "hw2"):
        with Gradebook.open(released.url, create=False, assignment=assignment) as book:
            told[assignment] = book.history.has_told()
    assert told == {"hw1": True, "hw2": False}


def test_a_request_is_of_the_assignment_whose_part_it_names(released: Term) -> None:
    """It is taken there, and shown and answered nowhere else."""
    report = json.loads((released.home / "hw1" / "emil" / "report.json").read_text())
    folder = released.home / "asking" / "emil"
    folder.mkdir(parents=True)
    (folder / "regrade.yaml").write_text(
        f'schema: grader/regrade/v1\nsubmission: "{report["submission"]["sha256"]}"\npart: system\n'
        "reason: The product of the two matrices is what is asked.\n"
    )
    words = (folder.parent, "--at", HW1_OUT)
    assert "1 taken, 0 taken before, 0 refused" in released.ask("regrade collect", *words, assignment="hw1")
    assert "0 taken, 0 taken before, 1 refused" in released.ask("regrade collect", *words, assignment="hw2")
    assert "system" in released.ask("regrade list", assignment="hw1")
    assert "0 requests" in released.ask("regrade list", assignment="hw2")
    assert "no request 1" in released.ask(
        "regrade withdraw", 1, "--by", "eve", "--why", "a slip", assignment="hw2", status=2
    )
    assert "1 withdrawn" in released.ask("regrade withdraw", 1, "--by", "eve", "--why", "a slip", assignment="hw1")


def test_an_assignment_is_pushed_by_itself(small_term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its points, after its own lateness."""
    pytest.importorskip("canvasapi", reason="canvasapi is not installed (pip install 'numgrade[canvas]')")
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    with serve(FakeCanvas([Student(101, "emil")], points_possible=28)) as canvas:
        words = ("--url", canvas.url, "--course-id", 7, "--assignment-id", 9, "--no-feedback", "--write")
        small_term.ask("push canvas", *words, assignment="hw1", status=3)  # Canvas knows nobody else
        assert canvas.find("emil").score == pytest.approx(0.8)
        told = small_term.ask("push canvas", *words, "--unfinished", assignment="hw2", status=2)
        assert "10" in told


def test_one_file_is_graded_by_one_assignment(graded: Path, tmp_path: Path) -> None:
    """As in a batch; a pull request's reports too, with that assignment's lateness alone."""
    course = "--course", graded / "course"
    done = call("grade", graded / "class" / "dina.py", *course, "--assignment", "hw2", "--json", tmp_path / "one.json")
    report = json.loads((tmp_path / "one.json").read_text())
    assert ((report["score"], report["max"]), "linear-algebra" in done) == ((2, 10), False)
    written: dict[str, Any] = json.loads((graded / "hw2" / "dina" / "report.json").read_text())
    assert report["exercises"] == written["exercises"]
    out = tmp_path / "ci"
    call(
        "ci", graded / "class" / "emil.ipynb", *course, "--assignment", "hw1", "--out", out,
        "--at", "2026-11-20T12:00:00+01:00", "--isolation", "full",
    )  # fmt: skip
    summary = (out / "summary.md").read_text()
    assert "late &#40;14 days begun&#41;" in summary
    report = json.loads((out / "emil" / "report.json").read_text())
    assert (report["score"], report["max"]) == (1, 28)


def test_what_is_given_out_is_one_assignment_s(graded: Path, tmp_path: Path) -> None:
    """Starters, kit and the zip for Gradescope."""
    course = "--course", graded / "course", "--assignment", "hw2"
    call("starter", *course, "--out", tmp_path / "starter")
    call("kit", *course, "--out", tmp_path / "kit")
    for name in ("starter", "kit"):
        assert {path.stem for path in (tmp_path / name).glob("*.ipynb")} == {"data", "all"}
    call("gradescope", *course, "--out", tmp_path / "a.zip")
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "zip")
    assert "--isolation full --assignment hw2" in (tmp_path / "zip" / "run_autograder").read_text()
