"""`grader export` where a course withholds something: every format that students may read, at every stage."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import pipeline
from grader.batch.publication import Publication
from grader.cli import choice, main
from grader.course import Assignment, Criterion, Lateness, Level, MarkedExample, Rubric
from grader.errors import CourseError
from grader.gradebook import NO_POLICY, Gradebook, Marking, NewMarking, Override, Person, compute_final_grades
from tests.conftest import build_evidence

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
STAGES = {"practice": -1, "received": 1, "scores": 7, "feedback": 8}  # days after the due moment
FOR_STUDENTS = ("csv", "canvas", "moodle", "nbgrader", "junit", "gradescope")
COMMENT = "Say why it is two."
EXAMPLE = MarkedExample(text="A reason for it.", points={"reason": Fraction(1)}, why="It is a reason.")
HALF = Level(points=Fraction(1, 2), when="It is half a reason.")
REASON = Criterion(
    id="reason", points=Fraction(1), about="There is a reason.", levels=(HALF,), feedback="Give a reason."
)
RUBRIC = Rubric(
    schema="grader/rubric/v1",
    part="1a",
    answer="essay",
    points=Fraction(1),
    criteria=(REASON,),
    examples=(EXAMPLE, EXAMPLE),
)


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """Return an empty gradebook."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'grades.db'}") as opened:
        yield opened


@pytest.fixture
def record(book: Gradebook, released: Any) -> Callable[..., int]:
    """Return a function that judges and records what a student wrote, and marks the text; it gives the attempt."""

    def record_one(student: str, source: str, *, marked: bool = True) -> int:
        file = pipeline.read([write(source, student)], released.course.file.limits, student)
        evidence = build_evidence(file, source, released.probes_sha256, "full")
        attempt = book.record(pipeline.judge(released, evidence), DUE, f"{student}.py")
        if marked and "essay" in source:
            marking = Marking("essay", {"reason": Fraction(1, 2)}, "eve", DUE, COMMENT)
            book.mark([NewMarking(attempt.id, marking, RUBRIC)])
        return attempt.id

    folder = Path(book._engine.url.database or "").parent

    def write(source: str, student: str) -> Path:
        path = folder / f"{student}.py"
        path.write_text(source)
        return path

    return record_one


@pytest.fixture
def run(
    record: Callable[..., int], released: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Return a function that exports a class of two who are due and one whose extension runs, at a stage."""
    record("ada", "# %% tags=['1a']\na = 3\nb = 2\n# %% [markdown]\n# essay")
    record("cy", "a = 2")
    record("bob", "a = 2\nb = 2")
    monkeypatch.setattr(choice, "choose_course", lambda *_: tmp_path)
    monkeypatch.setattr(choice, "load_course", lambda _folder: released.course)

    def call(
        form: str, stage: str, *more: str, out: Path | str = "-", unfinished: tuple[str, ...] = ("--unfinished",)
    ) -> Result:
        at = (DUE + timedelta(days=STAGES[stage])).isoformat()
        url = f"sqlite:///{tmp_path / 'grades.db'}"
        arguments = ["export", "--db", url, "--format", form, "--out", str(out), "--at", at, *more]
        return CliRunner().invoke(main, [*arguments, *unfinished])

    return call


def read_all(result: Result, out: Path) -> str:
    """Return what was written: a text, or the files of a folder by name."""
    if not out.exists():
        return result.stdout
    return "".join(f"{path.parent.name}\n{path.read_text()}" for path in sorted(out.rglob("results.json")))


@pytest.mark.parametrize("stage", ["practice", "received"])
@pytest.mark.parametrize("form", FOR_STUDENTS)
def test_no_score_leaves_for_students_before_it_is_published(run: Any, tmp_path: Path, form: str, stage: str) -> None:
    """It is a wrong usage, that says from when; nothing is written."""
    result = run(form, stage, out=tmp_path / "out")
    assert result.exit_code == 2
    assert "no score is published yet (hw: from 2026-06-08T12:00+00:00)" in result.stderr
    assert "--staff" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", FOR_STUDENTS)
def test_points_from_scores_on_reasons_and_comments_from_feedback_on(run: Any, tmp_path: Path, form: str) -> None:
    """Whose extension runs has no line in either, and is named."""
    places = {stage: tmp_path / stage if form == "gradescope" else "-" for stage in ("scores", "feedback")}
    written = {}
    for stage, place in places.items():
        result = run(form, stage, out=place)
        assert result.exit_code == 0, result.output
        assert "not published yet: bob" in result.stderr
        written[stage] = read_all(result, tmp_path / stage)
        assert "ada" in written[stage]
        assert "bob" not in written[stage]
    assert COMMENT not in written["scores"]
    assert "a = 3" not in written["scores"]
    if form in {"junit", "gradescope"}:
        assert COMMENT in written["feedback"]
        assert "a = 3" in written["feedback"]


def test_no_sum_tells_marks_before_the_feedback(run: Any) -> None:
    """As on the student's own page, a marked text waits for a person until then."""
    found = {
        stage: {row["student"]: row for row in csv.DictReader(io.StringIO(run("csv", stage).stdout))}
        for stage in ("scores", "feedback")
    }
    ada = {stage: rows["ada"] for stage, rows in found.items()}
    assert (ada["scores"]["score"], ada["scores"]["human_score"], ada["scores"]["pending"]) == ("1", "0", "1")
    assert (ada["feedback"]["score"], ada["feedback"]["human_score"], ada["feedback"]["pending"]) == ("1.5", "0.5", "0")
    assert ada["scores"]["status"] == "waiting for marks"
    assert "1 wait for a person" in run("moodle", "scores").stdout


@pytest.mark.parametrize("form", FOR_STUDENTS)
def test_for_staff_everything_is_there_and_says_so(run: Any, tmp_path: Path, form: str) -> None:
    """At any moment; Canvas' and nbgrader's columns have no place for words."""
    out = tmp_path / "out"
    result = run(form, "practice", "--staff", out=out if form == "gradescope" else "-")
    assert result.exit_code == 0, result.output
    written = read_all(result, out)
    assert "bob" in written
    if form == "gradescope":
        data = json.loads((out / "ada" / "results.json").read_text())
        assert {data["visibility"], *(test["visibility"] for test in data["tests"])} == {"hidden"}
    elif form not in {"canvas", "nbgrader"}:
        assert "for staff alone" in written.casefold()


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_rows_for_analysis_are_staff_s_and_ask_for_no_course(
    run: Any, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold everything at any stage, also of a course that is wrong."""

    def find_wrong(_folder: Path) -> None:
        raise CourseError([])

    if form == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (pip install 'numgrade[parquet]')")
    monkeypatch.setattr(choice, "load_course", find_wrong)
    assert run(form, "practice", out=tmp_path / "rows").exit_code == 0
    assert (tmp_path / "rows").stat().st_size


def test_an_override_is_published_with_all_of_the_course(book: Gradebook, record: Any, released: Any) -> None:
    """Of two assignments, the points of the one that is out are added up anew; what a person set waits for both."""
    record("ada", "a = 2\nb = 2")
    record("cy", "a = 2\nb = 2")
    book.override("cy", Override(Fraction(2), "eve", DUE, "agreed"))
    later = Assignment(id="second", exercises=("2",), due=DUE + timedelta(days=30))
    first = Assignment(id="first", exercises=("1",), due=DUE)
    file = released.course.file.model_copy(update={"assignments": (first, later)})
    course = released.course.model_copy(update={"file": file})
    ada, cy = compute_final_grades(book, NO_POLICY)

    def publish(days: int) -> Publication:
        return Publication(course, book, DUE + timedelta(days=days))

    shown = publish(7).publish_grade(NO_POLICY, ada)
    assert shown is not None
    assert (shown.final, shown.row.max) == (1, 2)
    assert publish(7).publish_grade(NO_POLICY, cy) is None
    both = publish(37)
    assert [grade.final if grade else None for grade in (both.publish_grade(NO_POLICY, one) for one in (ada, cy))] == [
        2,
        2,
    ]


def test_who_submitted_nothing_is_no_secret(book: Gradebook, released: Any) -> None:
    """An empty row tells nothing; a score that a person set without a submission does."""
    book.upsert_students([Person(name) for name in ("dan", "eli")])
    book.override("eli", Override(Fraction(2), "eve", DUE, "agreed"))
    dan, eli = compute_final_grades(book, NO_POLICY)
    early, late = (Publication(released.course, book, DUE + timedelta(days=days)) for days in (1, 7))
    assert early.publish_grade(NO_POLICY, dan) == dan
    assert early.publish_grade(NO_POLICY, eli) is None
    assert late.publish_grade(NO_POLICY, eli) == eli


# ---------------------------------------------------------------- scores that may change

NOT_FINAL = ("csv", "canvas", "moodle", "nbgrader", "jsonl", "parquet")


@pytest.fixture
def half_marked(record: Callable[..., int], tmp_path: Path) -> Callable[..., Result]:
    """Return a function that exports a class of one who is done, and one whose text waits for a person."""
    record("ada", "a = 2\nb = 2")
    record("bob", "# %% tags=['1a']\na = 2\n# %% [markdown]\n# essay", marked=False)
    with Gradebook.open(f"sqlite:///{tmp_path / 'grades.db'}") as book:
        book.upsert_students([Person("dan")])

    def call(form: str, *more: object, out: Path | str | None = None) -> Result:
        url = f"sqlite:///{tmp_path / 'grades.db'}"
        place = out or tmp_path / "out"
        arguments = ["export", "--db", url, "--format", form, "--out", place, "--course", tmp_path, *more]
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def _course_here(tiny_grader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the course of two answers, which withholds nothing, be the one that is here."""
    monkeypatch.setattr(choice, "load_course", lambda _folder: tiny_grader.course)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given)


@pytest.mark.usefixtures("_course_here")
@pytest.mark.parametrize("form", NOT_FINAL)
def test_scores_that_may_change_are_refused(half_marked: Any, tmp_path: Path, form: str) -> None:
    """Nothing is written; it is said how many there are, in which parts, and what to do. Asked for, all is written."""
    result = half_marked(form)
    assert result.exit_code == 2
    assert "1 of 3 students have an unfinished score (to be marked by a person: 1a)" in result.stderr
    assert "`grader mark`" in result.stderr
    assert "--unfinished" in result.stderr
    assert not (tmp_path / "out").exists()
    asked = half_marked(form, "--unfinished")
    assert asked.exit_code == 0, asked.output
    assert "1 of 3 students have an unfinished score" in asked.stderr
    assert (tmp_path / "out").stat().st_size


@pytest.mark.usefixtures("_course_here")
def test_who_reads_the_file_is_told_what_is_unfinished(half_marked: Any) -> None:
    """By a column of the CSV and in Moodle's words; a line of JSON says that a check is under review."""
    rows = {
        row["student"]: row for row in csv.DictReader(io.StringIO(half_marked("csv", "--unfinished", out="-").stdout))
    }
    assert {name: row["status"] for name, row in rows.items()} == {
        "ada": "complete", "bob": "waiting for marks", "dan": "nothing submitted",
    }  # fmt: skip
    assert "1 wait for a person" in half_marked("moodle", "--unfinished", out="-").stdout
    assert '"outcome": "review"' in half_marked("jsonl", "--unfinished", out="-").stdout


@pytest.mark.usefixtures("_course_here")
@pytest.mark.parametrize("form", ["junit", "gradescope"])
def test_formats_that_say_what_is_open_are_written(half_marked: Any, tmp_path: Path, form: str) -> None:
    """What is decided is shown, and in words what waits for a person."""
    result = half_marked(form)
    assert result.exit_code == 0, result.output
    assert "unfinished score" in result.stderr
    out = tmp_path / "out"
    written = out.read_text() if form == "junit" else (out / "bob" / "results.json").read_text()
    assert ("skipped" if form == "junit" else "still to be marked by a person") in written


@pytest.mark.usefixtures("_course_here")
def test_an_override_is_finished_whatever_waits(half_marked: Any, tmp_path: Path) -> None:
    """A person has said the last word."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'grades.db'}") as book:
        book.override("bob", Override(Fraction(2), "eve", DUE, "agreed"))
    assert half_marked("canvas").exit_code == 0


def test_marks_that_are_not_shown_yet_count_as_open(run: Any) -> None:
    """In the stage of scores no file is final, and it is said why."""
    result = run("canvas", "scores", unfinished=())
    assert result.exit_code == 2
    assert "marks count as open until release.yaml's stage `feedback` shows them" in result.stderr
    assert run("canvas", "feedback", unfinished=()).exit_code == 0


# ---------------------------------------------------------------- lateness and rounding


def change_file(tiny_grader: Any, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Let course.yaml say something else."""
    file = tiny_grader.course.file.model_copy(update=values)
    course = tiny_grader.course.model_copy(update={"file": file})
    monkeypatch.setattr(choice, "load_course", lambda _folder: course)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given)


LATE = Lateness(percent_per_day=Fraction(100, 3))
HOMEWORK = Assignment(
    id="hw", exercises=("1", "2"), due=DUE - timedelta(hours=1), extensions={"bob": DUE, "zed\x1b": DUE}, late=LATE
)


def test_lateness_is_the_course_s_unless_a_file_says_otherwise(
    half_marked: Any, tiny_grader: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says which was used, another whose extension is of nobody that is known."""
    change_file(tiny_grader, monkeypatch, assignments=(HOMEWORK,))
    result = half_marked("csv", "--unfinished", out="-")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert {name: row["late_days"] for name, row in rows.items()} == {"ada": "1", "bob": "0", "dan": "0"}
    assert rows["ada"]["score_exact"] == "4/3"
    assert (
        "lateness: due 2026-06-01T11:00+00:00, 2 extensions, 33.333 % a day, at most 100 % (course.yaml of tiny)"
        in (result.stderr)
    )
    assert "warning: extensions of students whom the gradebook does not know: zed␛\n" in result.stderr
    late = tmp_path / "late.yaml"
    late.write_text("schema: grader/late/v1\n")
    result = half_marked("csv", "--unfinished", "--late", late, out="-")
    assert f"lateness: nothing is due, and nothing is taken off ({late})" in result.stderr
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert rows["ada"]["score"] == "2"


def test_of_several_due_moments_none_is_assumed(
    half_marked: Any, tiny_grader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where lateness costs something, the command asks for a file; rows for analysis know no lateness."""
    second = HOMEWORK.model_copy(update={"id": "hw2", "exercises": ("2",), "due": DUE + timedelta(days=9)})
    first = HOMEWORK.model_copy(update={"exercises": ("1",)})
    change_file(tiny_grader, monkeypatch, assignments=(first, second))
    result = half_marked("canvas", "--unfinished")
    assert result.exit_code == 2
    assert "--late FILE" in result.stderr
    assert half_marked("jsonl", "--unfinished").exit_code == 0
    assert half_marked("junit").exit_code == 0


@pytest.mark.parametrize(
    ("form", "place"), [("csv", "score"), ("canvas", "HW"), ("moodle", "HW"), ("nbgrader", "score")]
)
def test_scores_are_rounded_once_and_last(
    half_marked: Any, tiny_grader: Any, monkeypatch: pytest.MonkeyPatch, form: str, place: str
) -> None:
    """As course.yaml declares, after lateness; the exact score stays in the CSV, and in what shows decisions."""
    change_file(tiny_grader, monkeypatch, assignments=(HOMEWORK,), round="half_up", decimals=1)
    result = half_marked(form, "--unfinished", "--column-name", "HW", out="-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    ada = next(row for row in rows if "ada" in row.values())
    assert ada[place] == "1.3"
    if form == "csv":
        assert ada["score_exact"] == "4/3"


def test_gradescope_has_the_exact_score(
    half_marked: Any, tiny_grader: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a report, and no gradebook."""
    change_file(tiny_grader, monkeypatch, assignments=(HOMEWORK,), round="half_up", decimals=1)
    assert half_marked("gradescope").exit_code == 0
    assert json.loads((tmp_path / "out" / "ada" / "results.json").read_text())["score"] == 4 / 3


@pytest.mark.usefixtures("half_marked")
def test_staff_without_a_course_get_exact_scores_and_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No course is asked for, and nothing is taken off."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'grades.db'}"
    arguments = ["export", "--db", url, "--format", "csv", "--out", "-", "--staff", "--unfinished"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "lateness: nothing is due, and nothing is taken off (no course here, and no --late FILE)" in result.stderr


@pytest.mark.usefixtures("_course_here")
def test_names_on_the_roster_that_submitted_nothing_are_told(half_marked: Any, tmp_path: Path) -> None:
    """In one line, so many and no more: perhaps they submitted under another name."""
    roster = tmp_path / "roster.csv"
    roster.write_text("student\nada\n" + "".join(f"s{number:02}\n" for number in range(30)))
    result = half_marked("junit", "--roster", roster)
    (line,) = [one for one in result.stderr.splitlines() if "--roster" in one]
    assert line.startswith("grader: warning: --roster: nothing submitted by: s00, s01")
    assert line.endswith("s19 and 10 more")


@pytest.mark.usefixtures("_course_here")
def test_who_was_refused_is_told_and_on_the_list(half_marked: Any, tmp_path: Path) -> None:
    """Nobody is missing in silence whose last file could not be read."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'grades.db'}") as book:
        book.refuse("eve", "not a notebook")
    result = half_marked("csv", "--unfinished", out="-")
    assert "what these students submitted last could not be read, and does not count: eve\n" in result.stderr
    (row,) = [row for row in csv.DictReader(io.StringIO(result.stdout)) if row["student"] == "eve"]
    assert (row["score"], row["status"]) == ("", "refused")
