"""Reads a list of students: a CSV file whose columns are named like the fields of `Person`."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

from grader.errors import UsageError
from grader.gradebook.records import Person

COLUMNS = tuple(field.name for field in fields(Person))
_BOM = "utf-8-sig"  # spreadsheets put a mark in front of UTF-8


def load_roster(path: Path) -> list[Person]:
    """Return the students in a CSV file with a header; `student` must be there, other columns are optional.

    Raises:
        UsageError: not such a file; says what is wrong with it, and in which line.
    """
    try:
        with path.open(encoding=_BOM, newline="") as file:
            return _parse_roster(csv.DictReader(file, strict=True), str(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not a CSV file in UTF-8: {error}") from error


def _parse_roster(lines: csv.DictReader[str], name: str) -> list[Person]:
    header = lines.fieldnames or ()
    unknown = [column for column in header if column not in COLUMNS]
    if "student" not in header or unknown:
        wrong = f"unknown {', '.join(unknown)}; " if unknown else ""
        raise UsageError(f"{name}:1: {wrong}expected the column student and any of {', '.join(COLUMNS[1:])}")
    people: dict[str, Person] = {}
    for line in lines:
        if None in line or None in line.values():
            raise UsageError(f"{name}:{lines.line_num}: expected as many cells as the header has, {len(header)}")
        person = Person(**{column: cell.strip() for column, cell in line.items()})
        if not person.student or person.student in people:
            raise UsageError(f"{name}:{lines.line_num}: student = {person.student!r}: expected a name of its own")
        people[person.student] = person
    return list(people.values())
