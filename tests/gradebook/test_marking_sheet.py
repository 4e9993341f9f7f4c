"""The sheet in which people mark: it comes back from a spreadsheet, and all that is wrong in it is told at once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course import Rubric
from grader.errors import UsageError
from grader.gradebook import Gradebook, NewMarking, TextToMark
from grader.gradebook.marking_sheet import (
    Marker,
    ReadSheet,
    parse_points,
    read_marking_sheet,
    render_marking_sheet,
)
from grader.model import Report

ReportOf = Callable[..., Report]
MarkOf = Callable[..., NewMarking]
Rows = list[dict[str, str]]


class Sheet:
    """A sheet of three texts, and the gradebook that they are in."""

    def __init__(self, book: Gradebook, rubric: Rubric, marker: Marker, path: Path) -> None:
        self.book, self.rubric, self.marker, self.path = book, rubric, marker, path
        self.write()

    @property
    def texts(self) -> list[TextToMark]:
        """The texts as they stand in the gradebook."""
        return self.book.texts("essay")

    def write(self) -> None:
        """Write the sheet anew."""
        words = [(text, f'{text.student} says: "so; it\n=is, so"') for text in self.texts]
        self.path.write_text(render_marking_sheet(self.rubric, words), "utf-8")

    def fill(self, change: Callable[[Rows], None], separator: str = ",", encoding: str = "utf-8-sig") -> None:
        """Change the rows as a spreadsheet would, which writes them in its own dialect."""
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = list(rows[0])
        change(rows)
        with self.path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=separator, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)

    def read(self) -> ReadSheet:
        """Return what it says."""
        return read_marking_sheet(self.path, self.rubric, self.texts, self.marker)


@pytest.fixture
def sheet(small_book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime, tmp_path: Path) -> Sheet:
    """Return a sheet: ada is marked, bob is not, and the third one has a name that is a formula."""
    ada = small_book.record(report_of("ada", text_sha256="a"), noon, "ada.py")
    for student in ("bob", "=cmd()"):
        small_book.record(report_of(student, text_sha256="b"), noon, student)
    rubric = mark_of(ada.id, 1).rubric
    small_book.mark([mark_of(ada.id, 1, why="=nearly", note="see page 2")])
    return Sheet(small_book, rubric, Marker("dan", noon + timedelta(hours=1)), tmp_path / "marks.csv")


def give(student: str, /, **cells: str) -> Callable[[Rows], None]:
    """Return what fills in a student's row."""

    def change(rows: Rows) -> None:
        next(row for row in rows if row["student"] == student).update(cells)

    return change


def test_unfilled_sheet_changes_nothing(sheet: Sheet) -> None:
    """Who is marked stays so, comment and note too, though a cell shows them otherwise; blank rows are no marks."""
    assert sheet.read() == ReadSheet([], unchanged=1, blank=2)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_sheet_comes_back_from_a_spreadsheet(sheet: Sheet, separator: str, encoding: str) -> None:
    """Whatever separates the cells; points are written as people do, and who marks is who read it in."""
    sheet.fill(give("bob", proof="full", form=" 1/3 ", comment=" Well done. "), separator, encoding)
    read = sheet.read()
    assert (read.unchanged, read.blank, read.problems) == (1, 1, ())
    ((text, new),) = read.new
    assert (text.student, new.marking.why, new.marking.who) == ("bob", "Well done.", "dan")
    assert new.marking.points == {"proof": Fraction(3, 2), "form": Fraction(1, 3)}
    sheet.book.mark([new])
    assert {text.student: text.marking and text.marking.total for text in sheet.texts} == {
        "ada": 1,
        "bob": Fraction(11, 6),
        "=cmd()": None,
    }


def test_name_that_is_a_formula_is_found_again(sheet: Sheet) -> None:
    """A cell shows it so that no spreadsheet runs it, and it comes back as the student's."""
    sheet.fill(give("'=cmd()", proof="1", form="0,5"))
    ((text, new),) = sheet.read().new
    assert (text.student, new.marking.points) == ("=cmd()", {"proof": 1, "form": Fraction(1, 2)})


@pytest.mark.parametrize(
    ("student", "cells", "said"),
    [
        ("bob", {"proof": "1"}, "bob: form is not marked: expected one of 1/2, 1/3, 0"),
        ("bob", {"proof": "5", "form": "0"}, "bob: proof = 5: expected one of 3/2, 1, 0"),
        ("bob", {"proof": "good", "form": "1/0"}, "proof: 'good' is not a number of points, full or none; form: '1/0'"),
        ("bob", {"student": "bop"}, "student = 'bop': the gradebook has no such text of theirs"),
        ("bob", {"student": "ada"}, "student = 'ada': expected one row, got another above"),
        ("bob", {"text_sha256": "c"}, "bob has changed the text since the sheet was written"),
        ("ada", {"marking": "0"}, "ada was marked by somebody else since the sheet was written"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(sheet: Sheet, student: str, cells: dict[str, str], said: str) -> None:
    """What is wrong is told with the line, and the rest of the sheet is read."""
    sheet.fill(give(student, **cells))
    (problem,) = sheet.read().problems
    assert said in problem
    assert problem.startswith(f"{sheet.path}:")


def test_all_that_is_wrong_is_told(sheet: Sheet) -> None:
    """One problem hides no other."""

    def change(rows: Rows) -> None:
        for row in rows:
            row["proof"] = "lots"

    sheet.fill(change)
    assert len(sheet.read().problems) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,points\n", "marks.csv:1: expected the columns student, text_sha256, marking, text, proof, form"),
        (b"", "marks.csv:1: expected the columns"),
        (b"student,text_sha256,marking,text,proof,form,comment,note\nada,1\n", ":2: expected as many cells as"),
        (b"\xff\xfe", "is not a CSV file in UTF-8"),
        (b'student,text_sha256,marking,text,proof,form,comment,note\n"ada', "is not a CSV file in UTF-8"),
    ],
)
def test_what_is_no_sheet_is_refused(sheet: Sheet, content: bytes, said: str) -> None:
    """Another file is told as such, with what was expected."""
    sheet.path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        sheet.read()


def test_sheet_without_end_is_refused(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """So much is read and no more."""
    monkeypatch.setattr("grader.gradebook.marking_sheet._SHEET_BYTES", 100)
    with pytest.raises(UsageError, match="at most 100 bytes"):
        sheet.read()


@pytest.mark.parametrize(
    ("text", "points"),
    [("full", "3/2"), ("None", "0"), ("0.5", "1/2"), ("0,5", "1/2"), ("½", "1/2"), ("1/3", "1/3"), (" 1 ", "1")],
)
def test_points_are_read_as_people_write_them(mark_of: MarkOf, text: str, points: str) -> None:
    """Words, decimals with point or comma, and fractions."""
    assert parse_points(mark_of(1, 1).rubric.criteria[0], text) == Fraction(points)
