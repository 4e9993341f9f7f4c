"""Canvas: *Download Submissions* of an assignment or of the gradebook. One flat folder of files.

    doejane_LATE_12345_678910_hw1-2.ipynb
    │       │    │     │      └ the student's file; a file of a name submitted before gets -1, -2, …
    │       │    │     └ Canvas's number of the file, greater for newer ones
    │       │    └ Canvas's number of the student (`canvas_id` in a roster)
    │       └ only where it was late
    └ the sortable name ("Doe, Jane") in lower case, letters, digits and underscores only; of a group, the group's

Text written in Canvas is `…_12345_text.html`, a link `…_12345_link.html`. Anonymous assignments have `anon_x7Kq2`
for name and number. A download has no times: only Canvas itself knows when something came, and whether that was late.

Source: Canvas, instructure/canvas-lms, `lib/content_zipper.rb` (`get_filename`, `add_upload_submission`,
`sanitize_file_name`, `sanitize_user_name`); the suffix: `Attachment.make_unique_filename` there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.layouts.pieces import Item, Piece, Read, Sorted, Student
from grader.submission.naming import shown

NAME, TITLE = "canvas", "Canvas"
_FILE = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>[0-9]+)_(?P<file>[0-9]+)_(?P<target>.+)", re.DOTALL)
_TEXT = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>[0-9]+)_(?:text|link)\.html", re.DOTALL)
_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_[A-Za-z0-9]+)_(?:(?P<file>[0-9]+)_(?P<target>.+)|(?:text|link)\.html)", re.DOTALL
)
_NUMBER_MORE = re.compile(r"[0-9]+_.+", re.DOTALL)
_AGAIN = re.compile(r"(?P<stem>.+)-[0-9]{1,3}(?P<extension>\.[^.]*)?", re.DOTALL)
_COLUMNS = ("canvas_id",)


def sort(items: Sequence[Item], read: Read) -> Sorted:  # noqa: ARG001 - the names say it all
    """Return whose each item is."""
    pieces: list[Piece] = []
    strays: list[Item] = []
    told: list[str] = []
    for item in items:
        piece = None if item.is_folder else parse_name(item.name)
        if piece is None:
            strays.append(item)
            continue
        pieces.append(piece)
        if not piece.student.name and not piece.student.key.startswith("anon_"):
            numbers = ", ".join(piece.student.ids)
            told.append(
                f"{shown(item.name)}: which of {numbers} is the student's number in Canvas the name does not tell; "
                f"read as {numbers.split(', ')[0]}"
            )
    return Sorted(tuple(_number_attempts(pieces)), tuple(strays), told=tuple(told))


def parse_name(name: str) -> Piece | None:
    """Return whose file this is, or None where the name is none of Canvas's."""
    if found := _ANONYMOUS.fullmatch(name):
        student = Student("", found["user"], label=found["user"])
    elif found := _TEXT.fullmatch(name) or _FILE.fullmatch(name):
        if not _is_word(found["name"]):
            return None
        student = _build_student(found)
    else:
        return None
    groups = found.groupdict()
    late = bool(groups["late"])
    if groups.get("file") is None:
        return Piece(name, student, role="text", late=late)
    return Piece(name, student, groups["target"], late=late, attempt=(int(groups["file"]),))


def _build_student(found: re.Match[str]) -> Student:
    """Return the student, without a name to be looked up by where three numbers follow each other.

    "group_5_12345_678_hw.ipynb" is of "group_5", number 12345, or of "group", number 5.
    """
    groups = found.groupdict()
    name, user = groups["name"], groups["user"]
    if groups.get("file") is not None and _NUMBER_MORE.fullmatch(groups["target"]):
        return Student("", user, (user, groups["file"]), _COLUMNS, label=name)
    return Student(name, user, (user,), _COLUMNS)


def _is_word(text: str) -> bool:
    """Return whether Canvas leaves this name as it is: Ruby's `[[:word:]]`, which unlike Python's has accents apart."""
    return all(char.isalnum() or unicodedata.category(char) in {"Mn", "Mc", "Me", "Nd", "Pc"} for char in text)


def _number_attempts(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Yield the pieces; of a student's files of one name, suffix aside, the newest alone is of the last attempt.

    It gets the name back that it was first submitted by.
    """
    students: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.role == "work":
            students[piece.student.key].append(piece)
        else:  # it has no name of its own, which a file's could be mistaken for
            yield piece
    for theirs in students.values():
        names = {piece.target for piece in theirs}
        families: defaultdict[str, list[Piece]] = defaultdict(list)
        for piece in theirs:
            families[_find_family(piece.target, names)].append(piece)
        for family, same in families.items():
            newest = max(piece.attempt for piece in same)
            for piece in same:
                yield replace(piece, target=family, attempt=(int(piece.attempt == newest),))


def _find_family(target: str, names: Iterable[str]) -> str:
    """Return the name that a file was first submitted by: "hw.ipynb" for "hw-2.ipynb" where there is a "hw.ipynb".

    Without one, the two of "lab-1.ipynb" and "lab-2.ipynb" may as well be two parts of the work.
    """
    again = _AGAIN.fullmatch(target)
    if again is None:
        return target
    first = again["stem"] + (again["extension"] or "")
    return first if first in names else target
