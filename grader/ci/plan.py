"""What of a change is to be graded, and what it should not have touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.ci.git import Change
from grader.ci.pattern import Pattern, find_place


@dataclass(frozen=True)
class Trespass:
    """A path that a change touches and has no business with."""

    path: str
    why: str


@dataclass(frozen=True)
class Plan:
    """The students whose submissions are graded, and what was found beside them."""

    students: tuple[str, ...]
    trespasses: tuple[Trespass, ...]


def plan_changes(changes: Iterable[Change], patterns: tuple[Pattern, ...], author: str | None) -> Plan:
    """Sort the changed paths; with an `author`, only that student's submission may be edited.

    A renamed file counts at both ends: taking it away from somebody is an edit of theirs.
    """
    students: dict[str, None] = {}
    trespasses: dict[str, Trespass] = {}
    for path in _paths(changes):
        place = find_place(patterns, path)
        if place is None:
            trespasses[path] = Trespass(path, "not part of a submission")
        elif author is not None and not is_same(place.student, author):
            trespasses[path] = Trespass(path, f"the submission of {place.student}, edited by {author}")
        else:
            students[place.student] = None
    return Plan(tuple(sorted(students)), tuple(trespasses[path] for path in sorted(trespasses)))


def is_same(student: str, login: str) -> bool:
    """Return whether a folder is a login's; GitHub takes no notice of case."""
    return student.casefold() == login.casefold()


def _paths(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        yield change.path
        if change.status == "R" and change.old_path is not None:
            yield change.old_path
