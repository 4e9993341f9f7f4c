"""Moodle: *Download all submissions* of an assignment. A folder for each student, or files with that as a prefix.

    Jane Doe_12345_assignsubmission_file_/hw1.ipynb          (to 4.1; later without the last underscore)
    Jane Doe_12345_assignsubmission_onlinetext_/onlinetext.html
    Jane Doe_12345_assignsubmission_file_hw1.ipynb           ("Download submissions in folders" switched off)

The name has no underscore (they become spaces) and, since Moodle cleans it, neither apostrophes nor other signs that
file systems dislike. The number is that of the participant in this one assignment, and in no roster. With "blind
marking" the name is "Participant"; of a group it is the group's, and the default group has no number. Neither names nor
the archive say when something came.

Source: Moodle, moodle/moodle, `mod/assign/classes/downloader.php` (`get_student_prefix`,
`load_submissionplugin_filelist`), and `mod/assign/locallib.php` of older versions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student

NAME, TITLE = "moodle", "Moodle"
_PREFIX = r"(?P<name>[^_]+)(?:_(?P<number>[0-9]+))?_assignsubmission_(?P<kind>[a-z]+)"
_FOLDER = re.compile(rf"{_PREFIX}_?", re.DOTALL)
_FILE = re.compile(rf"{_PREFIX}_(?P<target>.+)", re.DOTALL)


def sort(items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:  # noqa: ARG001 - the names say it all
    """Return whose each item is."""
    parsed = [(item, _parse(item)) for item in items]
    return Sorted(
        tuple(piece for _, piece in parsed if piece is not None),
        tuple(item for item, piece in parsed if piece is None),
    )


def _parse(item: Item) -> Piece | None:
    """Return whose item this is. What is refused, such as a link, may stand for either."""
    folder, file = _FOLDER.fullmatch(item.name), _FILE.fullmatch(item.name)
    found = folder if item.is_folder or (item.refusal and folder) else file
    if found is None:
        return None
    name, number, kind = found["name"], found["number"], found["kind"]
    student = Student(name, number or name)
    target = "" if found is folder else found["target"]
    return Piece(item.name, student, target, role="work" if kind == "file" else "text")
