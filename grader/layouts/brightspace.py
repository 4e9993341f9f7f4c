"""Brightspace (D2L): *Download* of an assignment's submissions. A folder for each submission, named with its time.

    39786-640693 - Jane Doe - Oct 10, 2025 234 PM/hw1.ipynb
    │     │        │          └ when it came, in the time zone of whoever downloads; no colon in 2:34 PM
    │     │        └ the display name, which may have hyphens with spaces around them; of a group, the group's
    │     └ the number of the assignment's folder
    └ Brightspace's number of the student, which is in no roster
    index.html                                            who submitted what

Each submission has a folder of its own, of one student several. Also seen: "31 January, 2024 1159 PM", "11:59 PM",
24 hours, and no space before the hyphen of the date. Names of months are read in English.

Source: tests of the Brightspace collector `cqc_cpcc.utilities.brightspace_submissions` (Christopher Queen Consulting:
folder names of 2025 and 2026, hyphens in names, several attempts). The other spellings of dates are
accepted because they can mean nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student

NAME, TITLE = "brightspace", "Brightspace"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?:(?P<month>[A-Za-z]{3,9})\.? (?P<day>[0-9]{1,2})|(?P<first_day>[0-9]{1,2}) (?P<later_month>[A-Za-z]{3,9})\.?)"
    r",? (?P<year>[0-9]{4}),? (?P<hour>[0-9]{1,2})[:._]?(?P<minute>[0-9]{2})(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_NAME = re.compile(rf"(?P<user>[0-9]+)-(?P<folder>[0-9]+) - (?P<name>.+?) ?- {_DATE}", re.DOTALL)
_OWN = ("index.html",)


def sort(items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:  # noqa: ARG001 - the names say it all
    """Return whose each item is."""
    parsed = [(item, _parse(item)) for item in items if item.name not in _OWN]
    return Sorted(
        tuple(piece for _, piece in parsed if piece is not None),
        tuple(item for item, piece in parsed if piece is None),
        own=tuple(item.name for item in items if item.name in _OWN),
    )


def _parse(item: Item) -> Piece | None:
    found = _NAME.fullmatch(item.name) if item.is_folder or item.refusal else None
    submitted_at = None if found is None else parse_time(found.groupdict())
    if found is None or submitted_at is None:
        return None
    student = Student(found["name"], found["user"])
    return Piece(item.name, student, submitted_at=submitted_at, attempt=(submitted_at.isoformat(),))


def parse_time(found: dict[str, str]) -> datetime | None:
    """Return the moment whose parts these are; None where there is no such one."""
    month = (found["month"] or found["later_month"])[:3].lower()
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if month not in _MONTHS or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    day = int(found["day"] or found["first_day"])
    with suppress(ValueError):
        return datetime(int(found["year"]), _MONTHS.index(month) + 1, day, hour, int(found["minute"]))  # noqa: DTZ001 - the name says no zone
    return None
