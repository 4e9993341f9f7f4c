"""Blackboard: *Assignment File Download* of the Grade Center. One flat folder of files, a receipt for each attempt.

    HW 1_jdoe_attempt_2024-01-31-12-00-00_hw1.ipynb
    │    │            │                   └ the student's file
    │    │            └ when the attempt came, in the server's time zone
    │    └ the user name (`login` in a roster)
    └ the assignment; both it and the user name may have underscores
    HW 1_jdoe_attempt_2024-01-31-12-00-00.txt           the receipt: "Name: Jane Doe (jdoe)", then text and comments

Where the user name begins is read in the receipt; of whoever has none, it follows the assignment that the receipts of
the others tell. Without any, it is what stands behind the last underscore, unless two would then be one.

Sources: nbgrader, `nbgrader/plugins/zipcollect.py` (its example); kwurst/bb-file-cleanup
(README and `bbcleanup.py`: names and receipts); vangef/BBGradebookOrganiser.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from grader.errors import SubmissionRefused
from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student
from grader.submission.naming import shown

NAME, TITLE = "blackboard", "Blackboard"
_NAME = re.compile(
    r"(?P<head>.+?)_attempt_(?P<at>[0-9]{4}(?:-[0-9]{2}){5})(?:(?P<receipt>\.txt)|_(?P<target>.+))", re.DOTALL
)
_RECEIPT = re.compile(r"\s*Name:[ \t]*(?P<name>[^\r\n]*?)[ \t]*\((?P<user>[^()\r\n]+)\)[ \t]*(?:\r?\n|$)")
_COLUMNS = ("login", "student", "id_number", "sis_user_id")


def sort(items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:  # noqa: ARG001 - names have one reading
    """Return whose each item is. Receipts of names that fit are read."""
    found = {item.name: match for item in items if (match := _parse(item))}
    receipts = {
        match["head"]: receipt
        for name, match in found.items()
        if match["receipt"] and (receipt := _read_receipt(name, match["head"], read))
    }
    heads = dict.fromkeys(match["head"] for match in found.values())
    students, told = _find_students(tuple(heads), receipts)
    return Sorted(
        tuple(_build_piece(name, match, students[match["head"]]) for name, match in found.items()),
        tuple(item for item in items if item.name not in found),
        told=told,
    )


def _parse(item: Item) -> re.Match[str] | None:
    found = None if item.is_folder else _NAME.fullmatch(item.name)
    return found if found is not None and _parse_time(found["at"]) is not None else None


def _parse_time(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")  # noqa: DTZ007 - the name says no zone
    return None


def _build_piece(name: str, found: re.Match[str], student: Student) -> Piece:
    return Piece(
        name,
        student,
        found["target"] or "",
        role="receipt" if found["receipt"] else "work",
        submitted_at=_parse_time(found["at"]),
        attempt=(found["at"],),
    )


def _read_receipt(file: str, head: str, read: Read) -> tuple[str, str] | None:
    """Return name and user name, where the receipt is readable and is of whom its file's name says."""
    with suppress(SubmissionRefused):
        found = _RECEIPT.match(read(file)[:4096].decode("utf-8", "replace"))
        if found is not None and head.endswith(f"_{found['user']}"):
            return found["name"], found["user"]
    return None


def _find_students(
    heads: Sequence[str], receipts: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, Student], tuple[str, ...]]:
    """Return the student of each head, "HW 1_jdoe", and what is odd about it."""
    users = {head: _guess_user(head, receipts) for head in heads}
    heads_of: defaultdict[str, list[str]] = defaultdict(list)
    for head, user in users.items():
        heads_of[user].append(head)
    students, told = {}, []
    for user, same in heads_of.items():
        if len(same) > 1:
            told.append(
                f"{', '.join(map(shown, same))}: where the user name begins cannot be told without receipts (.txt); "
                "each is a student of that whole name"
            )
        for head in same:
            key = user if len(same) == 1 else head
            name = receipts[head][0] if head in receipts else ""
            students[head] = Student(name, key, (key,), _COLUMNS, label=key)
    return students, tuple(told)


def _guess_user(head: str, receipts: Mapping[str, tuple[str, str]]) -> str:
    if head in receipts:
        return receipts[head][1]
    assignments = {known.removesuffix(user) for known, (_, user) in receipts.items()}
    for assignment in assignments if len(assignments) == 1 else ():
        if head.startswith(assignment):
            return head.removeprefix(assignment)
    return head.rpartition("_")[2]
