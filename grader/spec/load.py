"""Reads a course from its folder, and shows everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from grader.errors import CourseError, Problem, UsageError
from grader.model import Frozen
from grader.spec.links import Files, find_link_problems
from grader.spec.model import Course, CourseFile, Exercise, Rubric
from grader.spec.rules import find_exercise_problems
from grader.spec.wording import describe_value, explain_errors
from grader.spec.yaml12 import Document, KeyPath, parse_yaml

COURSE_FILE = "course.yaml"
MAX_FILE_BYTES = 1 << 20

_Record = TypeVar("_Record", bound=Frozen)


def find_course(start: Path | None = None) -> Path:
    """Return the folder of the course: the nearest one with a `course.yaml`, from `start` upward.

    Without `start` the search begins in the current folder, and ends with the checkout that this package stands in.

    Raises:
        UsageError: there is none; says where it was looked for.
    """
    first = (start or Path.cwd()).resolve()
    folders = [first, *first.parents]
    if start is None:
        folders.append(Path(__file__).resolve().parents[2])
    for folder in folders:
        if (folder / COURSE_FILE).is_file():
            return folder
    beside = "" if start is not None else f", nor in {folders[-1]}"
    raise UsageError(f"no course: {COURSE_FILE} is neither in {first} nor in a folder above it{beside}")


def load_course(
    folder: Path,
    *,
    theorems: Collection[str] | None = None,
    generators: Collection[str] | None = None,
) -> Course:
    """Return the course in `folder`.

    Args:
        folder: holds `course.yaml`, `exercises/ex1.yaml` … and `rubrics/1d.yaml` ….
        theorems: names that an invariant may use; None where the caller does not know them.
        generators: names that a function check may use under `inputs`; None likewise.

    Raises:
        CourseError: something is wrong; carries every problem of every file.
    """
    reader = _Reader(folder)
    course = reader.read(COURSE_FILE, CourseFile)
    exercises = reader.read_all("exercises", Exercise)
    rubrics = reader.read_all("rubrics", Rubric)
    if not exercises and not reader.problems:
        reader.problems.append(Problem("exercises", 1, "(folder)", "no exercises: expected ex1.yaml and so on"))
    for document, exercise in exercises:
        reader.problems += _check_exercise(document, exercise)
    for document, rubric in rubrics:
        reader.problems += _check_file_name(document, rubric.part, {rubric.part, rubric.answer})
    # A file that could not be read would make every name that it defines look unknown.
    if course is not None and reader.is_complete:
        files = Files(course, tuple(exercises), tuple(rubrics), theorems, generators)
        reader.problems += find_link_problems(files)
    if course is None or reader.problems:
        raise CourseError(sorted(reader.problems, key=lambda problem: (problem.file, problem.line)))
    return build_course(course[1], [exercise for _, exercise in exercises], [rubric for _, rubric in rubrics])


def build_course(file: CourseFile, exercises: list[Exercise], rubrics: list[Rubric]) -> Course:
    """Return a course in its own order, with the SHA-256 of what it says: comments and layout do not count."""
    exercises = sorted(exercises, key=lambda exercise: int(exercise.id))
    rubrics = sorted(rubrics, key=lambda rubric: (int(rubric.part[:-1]), rubric.part, rubric.answer))
    content = {
        "file": _dump(file),
        "exercises": [_dump(exercise) for exercise in exercises],
        "rubrics": [_dump(rubric) for rubric in rubrics],
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    sha256 = hashlib.sha256(canonical.encode("ascii")).hexdigest()
    return Course(file=file, exercises=tuple(exercises), rubrics=tuple(rubrics), sha256=sha256)


def _dump(record: Frozen) -> Any:
    return record.model_dump(mode="json", by_alias=True)


def _check_exercise(document: Document, exercise: Exercise) -> Iterator[Problem]:
    yield from _check_file_name(document, exercise.id, {f"ex{exercise.id}"}, key="id")
    for path, message in find_exercise_problems(exercise):
        yield document.problem(path, message)


def _check_file_name(document: Document, shown: str, stems: set[str], key: str = "part") -> Iterator[Problem]:
    """Yield a problem where the file is not named for what is in it; with it, no two files can hold the same id."""
    if Path(document.file).stem not in stems:
        names = " or ".join(f"{stem}.yaml" for stem in sorted(stems))
        yield document.problem((key,), f"{shown}: expected in a file named {names}")


class _Reader:
    """Reads the files of a course and collects what is wrong with them, each by itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.is_complete = True  # every file gave a record

    def read_all(self, folder: str, record: type[_Record]) -> list[tuple[Document, _Record]]:
        found = []
        for path in sorted((self.folder / folder).glob("*")):
            if path.name.startswith("."):  # editors keep locks and backups under such names
                continue
            name = f"{folder}/{path.name}"
            if path.suffix == ".yml":
                self.problems.append(Problem(name, 1, "(file)", "not read: expected the ending .yaml"))
            if path.suffix == ".yaml" and (pair := self.read(name, record)) is not None:
                found.append(pair)
        return found

    def read(self, name: str, record: type[_Record]) -> tuple[Document, _Record] | None:
        try:
            document = parse_yaml(read_text(self.folder / name, name), name)
            return document, _validate(document, record)
        except CourseError as error:
            self.problems += error.problems
            self.is_complete = False
            return None


def read_text(path: Path, name: str) -> str:
    """Return the text of a file of the course; `name` is how problems call it.

    Raises:
        CourseError: not a file, over 1 MiB, not UTF-8, or not to be read at all.
    """
    try:
        if not path.is_file():  # also keeps us from waiting at a FIFO
            raise CourseError([Problem(name, 1, "(file)", "expected a file here")])
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CourseError([Problem(name, 1, "(file)", f"cannot be read: {error.strerror}")]) from error
    if len(content) > MAX_FILE_BYTES:
        raise CourseError([Problem(name, 1, "(file)", f"too large: expected at most {MAX_FILE_BYTES} bytes")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CourseError([Problem(name, line, "(file)", f"not UTF-8: byte 0x{content[error.start]:02x}")]) from error


def _validate(document: Document, record: type[_Record]) -> _Record:
    """Return the document as a record.

    Raises:
        CourseError: it is none; carries every problem.
    """
    problems = [
        document.problem(path, f"{describe_value(value)}: expected a finite number")
        for path, value in _walk_leaves(document.data, ())
        if isinstance(value, float) and not math.isfinite(value)
    ]
    if problems:
        raise CourseError(problems)
    try:
        # Strict records take tuples, and YAML has lists: only in JSON are the two the same thing.
        return record.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise CourseError(explain_errors(error, document)) from error


def _walk_leaves(data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _walk_leaves(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk_leaves(value, (*path, index))
    else:
        yield path, data
