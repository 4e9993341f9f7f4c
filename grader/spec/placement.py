"""Where a course may lie. Its Python runs on this machine, so it must never come from what is graded.

"Here" is the folder that the person stands in, which a student does not choose. What is graded is a student's: a folder
that is named, the folder of a file that is named, and whatever lies below.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import UsageError
from grader.spec.load import COURSE_FILE, find_course, list_courses

SUBMISSIONS = "submissions"
_SECRET = ("exercises", "rubrics", "reference", "data")  # folders of a course that no student's code may see


def choose_course(given: Path | None, graded: Iterable[Path] = ()) -> Path:
    """Return the folder of the course: `given` (--course), else the nearest one from here upward.

    Nothing of it is imported, and of its files only the name of `course.yaml` is looked at.

    Args:
        given: what --course says.
        graded: files and folders that the same command grades or judges.

    Raises:
        UsageError: there is no course, or it lies in, or is, what is graded.
    """
    if given is not None and not (given / COURSE_FILE).is_file():
        raise UsageError(f"--course = {str(given)!r}: no {COURSE_FILE} in this folder; expected the folder of a course")
    folder = find_course() if given is None else given
    if given is None:
        _refuse_course_of_a_student(folder)
    refuse_course_within(folder, graded)
    return folder


def is_course_near() -> bool:
    """Return whether there is a course here or above."""
    return any(list_courses(Path.cwd()))


def refuse_course_within(course: Path, graded: Iterable[Path]) -> None:
    """Refuse a course whose folder is, or lies below, a graded folder or the folder of a graded file.

    Links are resolved, and folders are compared by what they are and not by how they are written.

    Raises:
        UsageError: it does; says what to do.
    """
    for path in graded:
        for tree in _list_trees(path):
            if _is_within(_resolve(course), tree):
                raise UsageError(
                    f"the course {course} is, or lies in, what is graded ({path}), so it could be the student's own, "
                    "and a course's Python runs on this machine: name the course that you trust with --course DIR; "
                    f"if it is this one, move what is graded into a folder in it, such as {SUBMISSIONS}/"
                )


def refuse_file_within(option: str, path: Path, folders: Iterable[Path], why: str) -> None:
    """Refuse a file of the staff's that lies in one of these folders.

    Args:
        option: what names the file, for the message.
        path: the file; it need not be there yet.
        folders: where it must not lie; they need not be there yet. Links are resolved.
        why: what is wrong with that place.

    Raises:
        UsageError: it does; says what to do.
    """
    for folder in folders:
        if any(_is_within(place, _resolve(folder)) for place in (_resolve(path.parent), _resolve(path).parent)):
            raise UsageError(f"{option} = {str(path)!r} lies in {folder}, {why}: expected a place outside of it")


def list_course_folders(course: Path) -> tuple[Path, ...]:
    """Return the folders that hold the course, resolved: its own, and those that links in it lead to."""
    own = _resolve(course)
    parts = (_resolve(course / name) for name in _SECRET)
    return (own, *(part for part in parts if part.is_dir() and not part.is_relative_to(own)))


def _refuse_course_of_a_student(found: Path) -> None:
    """Refuse a course that was found here, among the submissions of another course.

    Whoever grades from a student's folder, inside the course, would otherwise take the one that the student put there.
    """
    for outer in found.parents:
        if (outer / COURSE_FILE).is_file() and found.relative_to(outer).parts[0] == SUBMISSIONS:
            raise UsageError(
                f"the nearest course from here, {found}, lies among the {SUBMISSIONS} of another one, {outer}, so it "
                "could be a student's own, and a course's Python runs on this machine: name the course that you trust "
                "with --course DIR"
            )


def list_graded_folders(graded: Iterable[Path]) -> list[Path]:
    """Return the folders that a student may have filled of what is graded: these, and those of files."""
    return [tree for path in graded for tree in _list_trees(path)]


def _list_trees(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield _resolve(path)
    else:
        yield _resolve(path.parent)
        yield _resolve(path).parent


def _resolve(path: Path) -> Path:
    return Path(os.path.realpath(path))  # unlike Path.resolve, has an answer for links in a circle too


def _is_within(folder: Path, tree: Path) -> bool:
    try:
        wanted = tree.stat()
        return any(os.path.samestat(place.stat(), wanted) for place in (folder, *folder.parents))
    except OSError:  # one of the two is not there, and whoever reads it will say so
        return folder.is_relative_to(tree)
