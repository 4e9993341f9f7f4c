"""Bare Git repositories, one a student, as `git clone --bare` or a job that collects them makes them.

    repositories/
      received.csv          repository,received_at
      ada.git/HEAD …        ada,2026-05-01T21:58:03Z
      bob.git/HEAD …        bob,2026-05-01T22:04:40Z

The file is optional, and of whoever collected. Without it nothing is known of when a commit came: its own date, and a
tag's, say what the student wants them to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from grader.errors import SubmissionRefused
from grader.git import HEAD, is_head
from grader.layouts.identity import COLUMNS
from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student
from grader.submission.naming import shown

NAME, TITLE = "git", "bare Git repositories"
RECEIVED = "received.csv"
_REPOSITORY, _AT = "repository", "received_at"
_MOST_CHARS = 200
_YEARS = range(1970, 9999)  # which every time zone can show


def sort(items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:  # noqa: ARG001 - names have one reading
    """Return whose each repository is: whoever it is called like, without `.git`."""
    own = tuple(item.name for item in items if item.name == RECEIVED)
    try:
        times = parse_received(read(RECEIVED)) if own else {}
    except SubmissionRefused as error:
        return Sorted(strays=tuple(items), told=(str(error),))
    repositories = [item for item in items if _is_repository(item, read)]
    strays = tuple(item for item in items if item not in repositories and item.name not in own)
    pieces = tuple(_build_piece(item.name, times) for item in repositories)
    return Sorted(pieces, strays, own, tuple(_list_absent(items, times)))


def _is_repository(item: Item, read: Read) -> bool:
    try:
        return item.is_folder and is_head(read(f"{item.name}/{HEAD}"))
    except SubmissionRefused:
        return False


def _build_piece(item: str, times: Mapping[str, datetime]) -> Piece:
    name = _strip(item)
    # Of `ada` and `ada.git` neither is the newer attempt: they are two of one name.
    student = Student(name, item, (name,), COLUMNS)
    return Piece(item, student, submitted_at=times.get(name), is_repository=True)


def _strip(item: str) -> str:
    return item.removesuffix(".git") or item


def _list_absent(items: Sequence[Item], times: Mapping[str, datetime]) -> Iterator[str]:
    there = {_strip(item.name) for item in items}
    yield from (f"{shown(name)} is listed in {RECEIVED} and not there" for name in times if name not in there)


def parse_received(content: bytes) -> dict[str, datetime]:
    """Return when what is graded of each repository came, by its name without `.git`.

    Raises:
        SubmissionRefused: it is no such file.
    """
    times: dict[str, datetime] = {}
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        if not {_REPOSITORY, _AT} <= set(rows.fieldnames or ()):
            raise SubmissionRefused(f"{RECEIVED}: expected the columns {_REPOSITORY} and {_AT} in line 1")
        for row in rows:
            line = rows.line_num
            name = _strip(row[_REPOSITORY] or "")
            if name in times:
                raise SubmissionRefused(f"{RECEIVED}: {shown(name[:_MOST_CHARS])} is there twice (line {line})")
            times[name] = _parse_time(row[_AT] or "", line)
    except (UnicodeDecodeError, csv.Error) as error:
        raise SubmissionRefused(f"{RECEIVED} cannot be read as CSV in UTF-8: {error}") from error
    return times


def _parse_time(text: str, line: int) -> datetime:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year in _YEARS:
            return moment
    raise SubmissionRefused(
        f"{RECEIVED}: {_AT} = {shown(text[:_MOST_CHARS])!r} (line {line}): expected a moment with its zone, "
        "such as 2026-05-01T21:59:00Z"
    )
