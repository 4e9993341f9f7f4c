"""Each format, read back by a program that was not written here."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import main
from grader.gradebook import Gradebook, NewMarking, Override, Person
from grader.model import Report

Export = Callable[..., Result]


@pytest.fixture
def export(
    small_book: Gradebook,
    sqlite_url: str,
    report_of: Callable[..., Report],
    mark_of: Callable[..., NewMarking],
    noon: datetime,
) -> Export:
    """Return a function that exports a class: marked, late, ungraded, absent, overridden, and one with a formula."""
    ada = small_book.record(report_of("ada", score="1/3"), noon, "ada.py")
    small_book.mark([mark_of(ada.id, "3/2", why="nearly")])
    small_book.record(report_of("bob", score=2), noon + timedelta(hours=30), "bob.py")
    small_book.record(report_of("cy", ungraded=True), noon, "cy.py")
    small_book.record(report_of("=HYPERLINK(1)", score=1), noon, "=HYPERLINK(1).py")
    small_book.upsert_students(
        [
            Person("ada", "Ada", "Lovelace", "ada@example.org", "17", "4711", "sis17", "al", "Group 1"),
            Person("dan", "Dan", "@SUM(A1)"),
        ]
    )
    small_book.override("bob", Override(Fraction(3, 4), "eve", noon, "agreed"))

    def call(form: str, out: Path | str, *more: object) -> Result:
        arguments = ["export", "--db", sqlite_url, "--format", form, "--out", out, "--unfinished", *more]
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return call


def read_csv(text: str) -> list[dict[str, str]]:
    """Return the rows as Python's own reader sees them."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def by(rows: list[dict[str, str]], column: str) -> dict[str, dict[str, str]]:
    """Return the rows by the cell in a column."""
    return {row[column]: row for row in rows}


def test_csv_says_everything(export: Export) -> None:
    """One line for each student, with decimals and exactly; no score is an empty cell and not a zero."""
    rows = by(read_csv(export("csv", "-").stdout), "student")
    assert list(rows) == ["'=HYPERLINK(1)", "ada", "bob", "cy", "dan"]
    ada = rows["ada"]
    assert (ada["score"], ada["score_exact"], ada["max_score"]) == (str(11 / 6), "11/6", "5")
    assert (ada["automatic_score"], ada["human_score"], ada["status"]) == (str(1 / 3), "1.5", "complete")
    assert (rows["bob"]["raw_score"], rows["bob"]["override"], rows["bob"]["score"]) == ("2", "0.75", "0.75")
    assert (rows["cy"]["automatic_score"], rows["cy"]["score"], rows["cy"]["status"]) == ("", "", "ungraded")
    assert (rows["dan"]["score"], rows["dan"]["status"]) == ("", "nothing submitted")
    assert rows["dan"]["last_name"] == "'@SUM(A1)"


def test_late_policy_from_a_file(export: Export, tmp_path: Path) -> None:
    """Lateness is taken off in every format; the raw score stands beside it."""
    late = tmp_path / "late.yaml"
    late.write_text("schema: grader/late/v1\ndue: 2026-02-28T12:00:00Z\npercent_per_day: 10\n")
    rows = by(read_csv(export("csv", "-", "--late", late).stdout), "student")
    ada = rows["ada"]
    assert (ada["raw_score"], ada["late_days"], ada["score_exact"]) == (str(11 / 6), "1", "33/20")
    assert rows["bob"]["score"] == "0.75"


def test_canvas(export: Export) -> None:
    """Canvas' columns, the points possible in the second line, and no line for who has no score."""
    rows = read_csv(export("canvas", "-", "--column-name", "Divergences (12)").stdout)
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Divergences (12)"]
    assert (rows[0]["Student"].strip(), rows[0]["Divergences (12)"]) == ("Points Possible", "5")
    students = by(rows[1:], "Student")
    assert list(students) == ["'=HYPERLINK(1)", "Lovelace, Ada", "bob"]
    ada = students["Lovelace, Ada"]
    assert (ada["ID"], ada["SIS User ID"], ada["SIS Login ID"], ada["Section"]) == ("4711", "sis17", "al", "Group 1")
    assert students["bob"]["SIS Login ID"] == "bob"


def test_moodle(export: Export) -> None:
    """A column to find the student by, the grade and the feedback; neither ever without the other."""
    rows = by(read_csv(export("moodle", "-", "--column-name", "KL").stdout), "ID number")
    assert list(rows) == ["'=HYPERLINK(1)", "17", "bob"]
    assert rows["17"]["Email address"] == "ada@example.org"
    assert rows["17"]["KL"] == str(11 / 6)
    assert rows["17"]["KL (feedback)"] == "1a: 0.333/3, 1b: 1.5/2"
    assert "set by a person" in rows["bob"]["KL (feedback)"]
    assert "2 wait for a person" in rows["'=HYPERLINK(1)"]["KL (feedback)"]


def test_nbgrader(export: Export, tmp_path: Path) -> None:
    """Nbgrader's columns in nbgrader's order, moments in its form."""
    late = tmp_path / "late.yaml"
    late.write_text("schema: grader/late/v1\ndue: 2026-03-01T00:00:00Z\npercent_per_day: 10\n")
    rows = read_csv(export("nbgrader", "-", "--column-name", "KL", "--late", late).stdout)
    assert list(rows[0]) == [
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
        "late_submission_penalty", "score", "max_score",
    ]  # fmt: skip
    ada = by(rows, "student_id")["ada"]
    moments = [datetime.strptime(ada[name], "%Y-%m-%d %H:%M:%S.%f") for name in ("duedate", "timestamp")]  # noqa: DTZ007 - nbgrader's form
    assert moments == [datetime(2026, 3, 1), datetime(2026, 3, 1, 12)]  # noqa: DTZ001 - the same
    assert float(ada["raw_score"]) - float(ada["late_submission_penalty"]) == pytest.approx(float(ada["score"]))
    assert float(ada["score"]) == pytest.approx(33 / 20)


def test_junit(export: Export, tmp_path: Path) -> None:
    """A JUnit library reads it, with people's marks in it and our failure as an error."""
    junitparser = pytest.importorskip("junitparser")
    path = tmp_path / "junit.xml"
    assert export("junit", path).exit_code == 0
    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromfile(str(path))}
    assert len(suites) == 4
    ada, cy = suites["ada: exercise 1"], suites["cy: exercise 1"]
    assert (ada.tests, ada.failures, ada.skipped, ada.errors) == (2, 1, 0, 0)
    assert (cy.errors, cy.skipped) == (1, 1)


def test_gradescope(export: Export, tmp_path: Path) -> None:
    """A folder for each student with a score; the score is the final one, and no expected value is shown."""
    result = export("gradescope", tmp_path / "out")
    assert result.exit_code == 0
    folders = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert folders == ["%3DHYPERLINK%281%29", "ada", "bob"]
    data = {name: json.loads((tmp_path / "out" / name / "results.json").read_text()) for name in folders}
    assert data["ada"]["score"] == 11 / 6
    assert data["bob"]["score"] == 0.75
    assert sum(test["max_score"] for test in data["ada"]["tests"]) == 5
    assert "expected 2" not in json.dumps(data)


def test_json_lines_and_parquet_say_the_same(export: Export, tmp_path: Path) -> None:
    """Both hold every check of every attempt; pyarrow reads the one and json the other, and they agree."""
    reason = "pyarrow is not installed (pip install 'numgrade[parquet]')"
    parquet = pytest.importorskip("pyarrow.parquet", reason=reason)
    for name in ("jsonl", "parquet"):
        assert export(name, tmp_path / name).exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    table = parquet.read_table(tmp_path / "parquet").to_pylist()
    for row in table:
        row["received_at"] = row["received_at"].isoformat()
    assert table == lines
    assert len(lines) == 8
    third = next(line for line in lines if line["student"] == "ada")
    assert (third["score"], third["score_exact"], third["check"], third["current"]) == (1 / 3, "1/3", "1a.a", True)
    assert export("jsonl", "-").stdout == (tmp_path / "jsonl").read_text()
    assert export("parquet", "-").exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".tmp") == []


def test_roster_is_taken_first(export: Export, tmp_path: Path) -> None:
    """Names from a CSV file, a spreadsheet's mark in front of it, are in the export and stay in the gradebook."""
    roster = tmp_path / "roster.csv"
    roster.write_text("student,last_name,canvas_id\nbob,Babbage,99\n", encoding="utf-8-sig")
    for more in (("--roster", roster), ()):
        rows = by(read_csv(export("canvas", "-", *more).stdout), "ID")
        assert rows["99"]["Student"] == "Babbage"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name\nbob\n", ":1: unknown name; expected the column student"),
        ("student,grade\nbob,1\n", "unknown grade"),
        ("student,email\nbob\n", ":2: expected as many cells as the header has, 2"),
        ("student\nbob,x\n", ":2: expected as many cells as the header has, 1"),
        ("student\nbob\nbob\n", ":3: student = 'bob'"),
        ("student,email\n,x\n", ":2: student = ''"),
        ("", "column student"),
        ('student\n"bob\n', "not a CSV file"),
    ],
)
def test_wrong_roster_is_told(export: Export, tmp_path: Path, content: str, told: str) -> None:
    """What is wrong with a list of students is told with its line, and nothing is exported."""
    roster = tmp_path / "roster.csv"
    roster.write_text(content)
    result = export("csv", tmp_path / "out.csv", "--roster", roster)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("form", "place"),
    [("csv", "nowhere"), ("jsonl", "nowhere"), ("jsonl", "file"), ("parquet", "file"), ("gradescope", "file")],
)
def test_place_that_cannot_be_written_is_told(export: Export, tmp_path: Path, form: str, place: str) -> None:
    """A wrong place is wrong usage and not a bug."""
    (tmp_path / "file").write_text("")
    result = export(form, tmp_path / place / "out")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_gradebook_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A slip in the URL makes no empty gradebook and no empty export."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    result = CliRunner().invoke(main, ["export", "--db", url, "--format", "csv", "--out", "-"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (tmp_path / "other.db").exists()


def test_debt_is_told(export: Export) -> None:
    """Who exports learns how many students something is owed to."""
    told = "2 of 5 students have an unfinished score (to be marked by a person: 1b; ungraded: 1a)"
    assert told in export("csv", "-").stderr


def test_student_names_are_unique_folders(export: Any, tmp_path: Path, small_book: Gradebook, report_of: Any) -> None:
    """Two students never share a folder, whatever they are called."""
    small_book.record(report_of("%3DHYPERLINK%281%29"), datetime(2026, 1, 1).astimezone(), "x.py")
    export("gradescope", tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 4
