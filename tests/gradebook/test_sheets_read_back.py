"""The files for Canvas and Moodle, read back by the rules that these systems publish of their own imports."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from grader.errors import UsageError
from grader.gradebook import NO_POLICY, Gradebook, Person, compute_final_grades
from grader.gradebook.sheets import render_canvas, render_moodle

NASTY = {
    "ada": Person(
        "ada", "Ada", "King, Countess of Lovelace", "ada@example.org", "17", "4711", "sis17", "al", "Group 1"
    ),
    "zoe": Person("zoe", 'Zoë "Z"', "Ångström", "zoe@example.org", "18", "", "", "zoe;1", ""),
    "eve": Person("eve", "=1+1", "@SUM(A1)", "eve@example.org", "19", "4712", "", "", "-2"),
    "bob": Person("bob", "Bob", "O'Neil; +1", "bob@example.org", "20", "", "sis20", "", ""),
}


@pytest.fixture
def grades(small_book: Gradebook, report_of: Callable[..., Any], noon: datetime) -> Any:
    """Return the final grades of people whose names hold all that CSV could trip over, and of one without a score."""
    small_book.upsert_students([*NASTY.values(), Person("dan", "Dan", "Absent")])
    for place, student in enumerate(NASTY):
        small_book.record(report_of(student, score=f"{place + 1}/4", submission_sha256=student), noon, f"{student}.py")
    return compute_final_grades(small_book, NO_POLICY)


# ---------------------------------------------------------------- Canvas


@dataclass(frozen=True)
class CanvasImport:
    """What Canvas' gradebook importer makes of a file: titles and ids of assignments, points, grades by person."""

    assignments: list[tuple[str, int | None]]
    points_possible: list[str]
    grades: dict[str, list[str]]


def import_to_canvas(text: str, people: Mapping[str, Person]) -> CanvasImport:
    """Read a file as `lib/gradebook_importer.rb` of instructure/canvas-lms does.

    https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades
    says which columns there are: name, ID, SIS User ID, SIS Login ID, Section, then each assignment. Of the program:
    `;` separates where it makes the first three lines alike and of more fields; the first row has to have `Student`
    and `ID`, and `Section` last of the columns of people; columns of totals (`Current Score` …) are not read; a row
    whose first cell holds `Points Possible` is about the assignments, and a column with `read only` there is left
    alone; a student is found by ID, else by SIS User ID, else by SIS Login ID, else by name; `1.234,5` and `1,234.5`
    are 1234.5.
    """
    assert not _is_semicolon_separated(text)
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert [re.sub(r"\s+", " ", one) for one in header[2:4]] == ["SIS User ID", "SIS Login ID"]
    assert "Section" in header[4]
    total = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
    places = [place for place, name in enumerate(header) if place > 4 and not total.search(name)]
    possible: list[str] = []
    grades = {}
    for row in rows:
        assert len(row) == len(header)
        if "Points Possible" in row[0]:
            possible = row
            continue
        student = _find_in_canvas(row, people)
        assert student not in grades, "Canvas would take the last of two rows"
        grades[student] = [_normalise(row[place].strip()) for place in places]
    writable = [place for place in places if not re.search(r"read\s+only", possible[place])]
    assert writable == places
    return CanvasImport([_split_title(header[one]) for one in places], [possible[one] for one in places], grades)


def _is_semicolon_separated(text: str) -> bool:
    lines = text.splitlines()[:3]
    counts = {}
    for separator in ";,":
        fields = {len(next(csv.reader([line], delimiter=separator))) for line in lines}
        counts[separator] = fields.pop() if len(fields) == 1 else 0
    return counts[";"] > counts[","]


def _split_title(name: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(.*)\s\((\d+)\)", name)
    return (name, None) if found is None else (found[1], int(found[2]))


def _normalise(field: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", field):
        return field
    *whole, last = re.split("[,.]", field)
    return ".".join(["".join(whole), last]) if whole else last


def _find_in_canvas(row: list[str], people: Mapping[str, Person]) -> str:
    """Return whom a row is about, as Canvas finds out; a new student would be nobody's."""
    for name, cell in (("canvas_id", row[1]), ("sis_user_id", row[2]), ("login", row[3])):
        found = [student for student, person in people.items() if cell and getattr(person, name) == cell]
        if found:
            return found[0]
    raise AssertionError(f"Canvas has no such student: {row}")


def test_canvas_reads_what_was_written(grades: Any) -> None:
    """Every student and score, whatever the name; who has no score has no row, so that Canvas keeps what it has."""
    known = NASTY | {"dan": Person("dan", login="dan")}
    found = import_to_canvas(render_canvas(grades, "Divergences (12)"), known)
    assert found.assignments == [("Divergences", 12)]
    assert found.points_possible == ["5"]
    assert found.grades == {"ada": ["0.25"], "zoe": ["0.5"], "eve": ["0.75"], "bob": ["1"]}


@pytest.mark.parametrize("name", ["Final Grade", "Current Score of homework", "x Override Status"])
def test_a_name_that_canvas_does_not_read_is_refused(grades: Any, name: str) -> None:
    """Canvas takes such a column for a total, and says nothing."""
    with pytest.raises(UsageError, match="Canvas does not import a column"):
        render_canvas(grades, name)


# ---------------------------------------------------------------- Moodle


def import_to_moodle(text: str, mapping: Mapping[str, str], people: Mapping[str, Person]) -> dict[str, dict[str, Any]]:
    """Read a file as `grade/import/csv/classes/load_data.php` of moodle/moodle does; return what people get.

    https://docs.moodle.org/en/Grade_import says how: the teacher says by which column users are found (id number,
    email address, …), and what each other column is: nothing, a grade, or the feedback of a grade. Of the program:
    headers and cells are trimmed; an unknown user or a grade that is no number ends the import of the whole file; an
    empty cell or `-` erases a grade; a grade may have the point for its decimals in any language; feedback without a
    grade in the same row goes in with an empty grade; above 100 points nothing goes in unless the site allows it.

    Args:
        text: the file.
        mapping: what each column is, by its header: `useridnumber`, `useremail`, `grade` or `feedback`.
        people: whom Moodle knows.
    """
    header, *rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    header = [name.strip() for name in header]
    assert len(set(header)) == len(header) > 1
    fields = {"useridnumber": "id_number", "useremail": "email"}
    imported: dict[str, dict[str, Any]] = {}
    for row in rows:
        assert len(row) == len(header), "Moodle refuses the file: csvweirdcolumns"
        cells = {mapping.get(name, ""): cell.strip() for name, cell in zip(header, row, strict=True)}
        (user,) = [kind for kind in cells if kind in fields]
        (student,) = [one for one, person in people.items() if getattr(person, fields[user]) == cells[user]]
        grade = None if cells["grade"] in {"", "-"} else float(cells["grade"])
        assert grade is not None, "Moodle erases the grade"
        assert grade <= 100
        imported[student] = {"grade": grade, "feedback": cells["feedback"]}
    return imported


@pytest.mark.parametrize(("column", "field"), [("ID number", "useridnumber"), ("Email address", "useremail")])
def test_moodle_reads_what_was_written(grades: Any, small_book: Gradebook, column: str, field: str) -> None:
    """By id number or address; each row has a grade and its feedback, and no row would erase one."""
    text = render_moodle(grades, "KL", small_book.report)
    found = import_to_moodle(text, {column: field, "KL": "grade", "KL (feedback)": "feedback"}, NASTY)
    assert {student: one["grade"] for student, one in found.items()} == {"ada": 0.25, "zoe": 0.5, "eve": 0.75, "bob": 1}
    assert found["ada"]["feedback"] == "1a: 0.25/3, 1b: 0/2. 2 wait for a person"


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_a_spreadsheet_runs_nothing_of_it(grades: Any, small_book: Gradebook, form: str) -> None:
    """Opened between export and import, no cell is a formula; names keep their letters."""
    text = render_canvas(grades, "KL") if form == "canvas" else render_moodle(grades, "KL", small_book.report)
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == []
    assert any("Ångström" in cell for cell in cells)
    assert any('Zoë "Z"' in cell for cell in cells)
    assert any(cell.startswith("'@SUM(A1)") for cell in cells)
