"""Canvas: *Download Submissions* of an assignment or of the gradebook. One flat folder of files.

    doejane_LATE_12345_678910_hw1-2.ipynb
    │       │    │     │      └ the student's file; a file of a name submitted before gets -1, -2, …
    │       │    │     └ Canvas's number of the file, greater for newer ones
    │       │    └ Canvas's number of the student (`canvas_id` in a roster)
    │       └ only where it was late
    └ the sortable name ("Doe, Jane") in lower case, letters, digits and underscores only; of a group, the group's

Text written in Canvas is `…_12345_text.html`, a link `…_12345_link.html`. Anonymous assignments have `anon_x7Kq2`
for name and number. A download has no times: only Canvas itself knows when something came, and whether that was late.

Students choose the names of their files, and mostly their own: "garcia_12346_1_12399_67891_hw.py" may be anybody's of
three numbers. Every place where numbers can be Canvas's is a reading of the name. The true one is among them, and its
numbers are as long as those of names with one reading; where others are too, a roster may know one person of them by
number and name; where that fails, nobody gets the file.

Source: Canvas, instructure/canvas-lms, `lib/content_zipper.rb` (`get_filename`, `add_upload_submission`,
`sanitize_file_name`, `sanitize_user_name`); the suffix: `Attachment.make_unique_filename` there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from grader.layouts.identity import fold_name, list_names
from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student

NAME, TITLE = "canvas", "Canvas"
_NUMBERS = re.compile(
    r"(?P<late>_LATE)?_(?P<user>[1-9][0-9]*)_(?:(?P<file>[1-9][0-9]*)_(?P<target>.+)|(?:text|link)\.html)", re.DOTALL
)
_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_[A-Za-z0-9]+)_(?:(?P<file>[0-9]+)_(?P<target>.+)|(?:text|link)\.html)", re.DOTALL
)
_AGAIN = re.compile(r"(?P<stem>.+)-[0-9]{1,3}(?P<extension>\.[^.]*)?", re.DOTALL)
_COLUMNS = ("canvas_id",)
_SHOWN = 80
_ELSEWHERE_DIGITS = 14  # of the number, with that of the other Canvas, of who has an account in another one


def sort(items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:  # noqa: ARG001 - the names say it all
    """Return whose each item is; where a name can be read in several ways and nothing settles it, nobody's."""
    readings = {item: [] if item.is_folder else list_readings(item.name) for item in items}
    anonymous = {item: _read_anonymous(item.name) for item, found in readings.items() if not item.is_folder}
    if all(anonymous[item] for item, found in readings.items() if found):
        readings |= {item: [piece] for item, piece in anonymous.items() if piece is not None}
    settle = _Settler([found[0] for found in readings.values() if len(found) == 1], people).settle
    settled = {item: settle(found) for item, found in readings.items() if found}
    return Sorted(
        tuple(_number_attempts(piece for piece in settled.values() if piece is not None)),
        tuple(item for item, found in readings.items() if not found),
        unsettled=tuple(
            replace(item, refusal=_say_unsettled(readings[item])) for item, piece in settled.items() if piece is None
        ),
    )


def list_readings(name: str) -> list[Piece]:
    """Return whose file this may be, by each place in its name where numbers can be Canvas's."""
    found = ((place, _NUMBERS.fullmatch(name, place)) for place, char in enumerate(name) if char == "_" and place)
    heads = ((name[:place], numbers) for place, numbers in found if numbers is not None)
    return [
        _build_piece(name, Student(head, numbers["user"], (numbers["user"],), _COLUMNS), numbers)
        for head, numbers in heads
        if _is_word(head) and not head.endswith("_LATE")  # which is Canvas's, for a student's are in lower case
    ]


def _read_anonymous(name: str) -> Piece | None:
    found = _ANONYMOUS.fullmatch(name)
    return None if found is None else _build_piece(name, Student("", found["user"], label=found["user"]), found)


def _build_piece(name: str, student: Student, found: re.Match[str]) -> Piece:
    late = bool(found["late"])
    if found["file"] is None:
        return Piece(name, student, role="text", late=late)
    return Piece(name, student, found["target"], late=late, attempt=(int(found["file"]),))


class _Settler:
    """Tells which reading of a name is the true one, by those that have one reading and by a roster."""

    def __init__(self, certain: Sequence[Piece], people: Sequence[Person]) -> None:
        known = {person.canvas_id: list_names(person) for person in people if person.canvas_id}
        self._known = known
        self._heads = {piece.student.key: piece.student.name for piece in certain}
        self._user_digits = {len(number) for number in (*(piece.student.key for piece in certain), *known)}
        self._file_digits = {len(str(number)) for piece in certain for number in piece.attempt}

    def settle(self, readings: Sequence[Piece]) -> Piece | None:
        """Return the reading that fits the others, or the one among several that is of somebody on the roster."""
        fitting = [piece for piece in readings if self._fits(piece)] or readings
        if len(readings) == 1 or len(fitting) == 1:
            return fitting[0]
        known = [piece for piece in fitting if piece.student.key in self._known]
        is_same = len(known) == 1 and fold_name(known[0].student.name) in self._known[known[0].student.key]
        return known[0] if is_same else None

    def _fits(self, piece: Piece) -> bool:
        student = piece.student
        is_called_so = self._heads.get(student.key, student.name) == student.name  # in all of one download
        return (
            is_called_so
            and _is_as_long(student.key, self._user_digits)
            and all(_is_as_long(str(number), self._file_digits) for number in piece.attempt)
        )


def _is_as_long(number: str, digits: Collection[int]) -> bool:
    """Return whether a number may be one of those of so many digits: one more or less, for Canvas counts on."""
    return not digits or len(number) >= _ELSEWHERE_DIGITS or min(digits) - 1 <= len(number) <= max(digits) + 1


def _say_unsettled(readings: Sequence[Piece]) -> str:
    numbers = ", ".join(dict.fromkeys(piece.student.key for piece in readings))
    return (
        f"can be of any student with one of the numbers {numbers[:_SHOWN]} in Canvas: expected a --roster whose "
        "canvas_id and name tell whose it is, or the file renamed"
    )


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
