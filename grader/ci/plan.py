"""What of a change is to be graded, and what it should not have touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.git.pattern import Pattern, find_place
from grader.git.repository import FileChange
from grader.submission.naming import is_request


@dataclass(frozen=True)
class ForbiddenChange:
    """A path that a change touches and has no business with."""

    path: str
    why: str


@dataclass(frozen=True)
class Plan:
    """The students whose submissions are graded, and what was found beside them."""

    students: tuple[str, ...]
    forbidden_changes: tuple[ForbiddenChange, ...]


def plan_changes(changes: Iterable[FileChange], patterns: tuple[Pattern, ...], author: str | None) -> Plan:
    """Sort the changed paths; with an `author`, only that student's submission may be edited.

    A renamed file counts at both ends: taking it away from somebody is an edit of theirs.
    """
    students: dict[str, None] = {}
    forbidden_changes: dict[str, ForbiddenChange] = {}
    for path in _paths(changes):
        place = find_place(patterns, path)
        if place is None:
            forbidden_changes[path] = ForbiddenChange(path, "not part of a submission")
        elif author is not None and not is_same(place.student, author):
            forbidden_changes[path] = ForbiddenChange(path, f"the submission of {place.student}, edited by {author}")
        elif not is_request(place.name.rpartition("/")[2]):  # asks for another look, and changes no submission
            students[place.student] = None
    return Plan(tuple(sorted(students)), tuple(forbidden_changes[path] for path in sorted(forbidden_changes)))


def is_same(student: str, login: str) -> bool:
    """Return whether a folder is a login's; GitHub takes no notice of case."""
    return student.casefold() == login.casefold()


def _paths(changes: Iterable[FileChange]) -> Iterator[str]:
    for change in changes:
        yield change.path
        if change.status == "R" and change.old_path is not None:
            yield change.old_path
