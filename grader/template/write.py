"""Writes the template's files into a new folder, with an id and a title of its own."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.course import ExerciseId, Title
from grader.errors import UsageError, advise

TEMPLATE = Path(__file__).parent / "course"
LONGEST_ID = 60
_ID, _TITLE = "COURSE-ID", "COURSE-TITLE"  # stand in course.yaml
_WITH_DOT = {"gitignore": ".gitignore"}  # a file that begins with a dot would not be packed into a wheel
_MAY_BE_THERE = frozenset({".git"})  # an empty repository is an empty folder
_SHOWN = 5


def name_course(folder: Path) -> tuple[str, str]:
    """Return an id and a title for a course in `folder`, made of the folder's name whatever that is."""
    name = folder.resolve().name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    course_id = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST_ID].rstrip("-") or "course"
    words = re.sub(r"[-_\s]+", " ", name).strip()
    is_title = words.isprintable() and len(words) > 2  # bytes that are no UTF-8 are not printable
    return course_id, words[:1].upper() + words[1:] if is_title else f"Course {course_id}"


def write_course(folder: Path, course_id: str | None = None, title: str | None = None) -> list[Path]:
    """Write a small complete course into `folder`, which is made where it is missing, and return the files' paths.

    Args:
        folder: where it goes.
        course_id: what the course is called for ever; None makes it of the folder's name.
        title: what students read; None makes it of the folder's name.

    Raises:
        UsageError: something is there already, the id or the title is none, or the folder cannot be written.
    """
    own_id, own_title = name_course(folder)
    texts = _fill(check_id(own_id if course_id is None else course_id), check_title(title or own_title))
    return write_new(folder, texts)


def write_new(folder: Path, texts: Mapping[str, bytes]) -> list[Path]:
    """Write the files of a new course by their paths in `folder`, and return where they are.

    Raises:
        UsageError: something is there already, or the folder cannot be written.
    """
    _check_empty(folder)
    try:
        for name, content in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
    except OSError as error:
        if advise(error) is not None:
            raise
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / name for name in texts]


def _fill(course_id: str, title: str) -> dict[str, bytes]:
    """Return the template's files by their paths in the course, with this id and title."""
    files = {path.relative_to(TEMPLATE).as_posix(): path.read_bytes() for path in _list_files(TEMPLATE)}
    quoted = json.dumps(title, ensure_ascii=False)  # a JSON string is a YAML string
    text = files["course.yaml"].decode("utf-8").replace(_ID, course_id).replace(_TITLE, quoted)
    named = {_WITH_DOT.get(name, name): content for name, content in files.items()} | {"course.yaml": text.encode()}
    return dict(sorted(named.items()))


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def check_id(course_id: str) -> str:
    """Return an id that a course may have.

    Raises:
        UsageError: it is none.
    """
    try:
        return TypeAdapter(ExerciseId).validate_python(course_id)
    except ValidationError as error:
        expected = f"small letters, digits and hyphens, beginning with no hyphen, at most {LONGEST_ID}"
        raise UsageError(f"--id {course_id!r}: expected {expected}") from error


def check_title(title: str) -> str:
    """Return a title that a course may have.

    Raises:
        UsageError: it is none.
    """
    try:
        TypeAdapter(Title).validate_python(title)
    except ValidationError as error:
        raise UsageError(f"--title {title!r}: expected at least three characters") from error
    if not title.isprintable():
        raise UsageError(f"--title {title!r}: expected one line of printable characters")
    return title


def _check_empty(folder: Path) -> None:
    """Refuse a folder that holds anything: a new course never takes the place of somebody's work.

    Raises:
        UsageError: there is something.
    """
    try:
        names = sorted({path.name for path in folder.iterdir()} - _MAY_BE_THERE)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{folder}: expected an empty folder or none: {error.strerror}") from error
    if names:
        shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        raise UsageError(f"{folder} is not empty ({shown}): expected an empty folder or none; nothing was written")
