"""Reads a course from its folder, and shows everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from grader.course import Course, CourseFile, Exercise, Options, ReleaseFile, Rubric
from grader.errors import CourseError, Problem, UsageError
from grader.model import Frozen
from grader.reference import find_file_problems, hash_course_files
from grader.spec.files import ExerciseFile
from grader.spec.known import Known
from grader.spec.links import Files, find_link_problems
from grader.spec.packages import find_package_problems
from grader.spec.problems import find_exercise_problems
from grader.spec.statements import find_statement_problems
from grader.spec.wording import describe_value, explain_errors
from grader.spec.yaml12 import Document, KeyPath, parse_yaml

COURSE_FILE, RELEASE_FILE = "course.yaml", "release.yaml"
MAX_FILE_BYTES = 1 << 20
# Keys of `course.yaml` and of exercises that decide no mark.
_NO_MARK = frozenset({"decimals", "options", "round", "slopes"})

_Record = TypeVar("_Record", bound=Frozen)


def list_courses(start: Path) -> Iterator[Path]:
    """Yield the folders with a `course.yaml`, from `start` upward."""
    yield from (folder for folder in (start, *start.parents) if (folder / COURSE_FILE).is_file())


def find_course(start: Path | None = None) -> Path:
    """Return the folder of the course: the nearest one with a `course.yaml`, from `start` (None: here) upward.

    Raises:
        UsageError: there is none; says where it was looked for and what to do.
    """
    first = (start or Path.cwd()).resolve()
    for folder in list_courses(first):
        return folder
    raise UsageError(
        f"no course: {COURSE_FILE} is neither in {first} nor in a folder above it; "
        "name the course's folder with --course DIR, or make a new course with `grader new DIR`"
    )


def read_options(folder: Path) -> Options:
    """Return the options that the course in `folder` sets; none of a file that is wrong, as loading it will say."""
    try:
        return Options.model_validate(_read_keys(folder).get("options") or {})
    except ValidationError:
        return Options()


def read_near_id(given: Path | None = None) -> str | None:
    """Return the id of the course in the folder that is `given`, else of the nearest one; None where there is none.

    For commands that need nothing else of a course, and work without one. A file that is wrong has none.
    """
    folder = given or next(list_courses(Path.cwd()), None)
    found = None if folder is None else _read_keys(folder).get("id")
    return found if isinstance(found, str) else None


def read_assignment_ids(folder: Path) -> list[str]:
    """Return the ids of the assignments of the course in `folder`, as `read_near_id` reads its id."""
    listed = _read_keys(folder).get("assignments")
    ids = (one.get("id") for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict))
    return [one for one in ids if isinstance(one, str)]


def _read_keys(folder: Path) -> Mapping[str, Any]:
    """Return what `course.yaml` says, unchecked; nothing where it cannot be read."""
    try:
        data = parse_yaml(read_text(folder / COURSE_FILE, COURSE_FILE), COURSE_FILE).data
    except CourseError:
        return {}
    return data if isinstance(data, dict) else {}


def load_course(folder: Path, *, known: Known | None = None, packages: bool = False) -> Course:
    """Return the course in `folder`; none of its code runs but what `known` loads.

    Args:
        folder: holds `course.yaml`, `exercises/*.yaml` and `rubrics/*.yaml`.
        known: the names that its code defines; None where the caller does not run it.
        packages: whether the packages that students may import have to be installed here.

    Raises:
        CourseError: something is wrong; carries every problem of every file.
    """
    return read_course(folder, known=known, packages=packages)[0]


def read_course(
    folder: Path, *, known: Known | None = None, packages: bool = False, proposed: Mapping[str, str] | None = None
) -> tuple[Course, Files]:
    """Return the course in `folder` as `load_course` does, and its files, which know where everything is written.

    `proposed` are texts of files, by name, that are read in the place of what is there.

    Raises:
        CourseError: something is wrong; carries every problem of every file.
    """
    reader = _Reader(folder, proposed or {})
    reader.problems += find_file_problems(folder)
    course = reader.read(COURSE_FILE, CourseFile)
    exercises = reader.read_all("exercises", ExerciseFile)
    rubrics = reader.read_all("rubrics", Rubric)
    # A link that leads nowhere is a wrong file, never none: without one nothing is withheld.
    has_release = os.path.lexists(folder / RELEASE_FILE)
    release = reader.read(RELEASE_FILE, ReleaseFile) if has_release else None
    if not exercises and not reader.problems:
        message = "expected an exercise in exercises/, such as ex1.yaml, got none"
        reader.problems.append(Problem("exercises", 1, "(folder)", message))
        reader.is_complete = False
    for document, exercise in exercises:
        reader.problems += _check_exercise(document, exercise)
    for document, rubric in rubrics:
        reader.problems += _check_file_name(document, rubric.part, {rubric.part, rubric.answer})
    if course is not None and packages:
        reader.problems += find_package_problems(*course)
    files = None
    # A file that could not be read would make every name that it defines look unknown.
    if course is not None and reader.is_complete:
        files = Files(course, tuple(exercises), tuple(rubrics), known, release)
        reader.problems += find_link_problems(files)
    problems = dict.fromkeys((*reader.problems, *(known.problems if known is not None else ())))
    if course is None or files is None or problems:
        raise CourseError(sorted(problems, key=lambda problem: (problem.file, problem.line)))
    found = [exercise for _, exercise in exercises], [rubric for _, rubric in rubrics]
    built = _build_course(course[1], *found, hash_course_files(folder))
    return built if release is None else built.model_copy(update={"release": release[1]}), files


def _build_course(file: CourseFile, exercises: Sequence[Exercise], rubrics: list[Rubric], code: str) -> Course:
    """Return a course in its own order, with the SHA-256 of all that decides a mark.

    Of the YAML that is what it says: comments and layout do not count. `code` names the rest, reference and data.
    """
    listed = [name for assignment in file.assignments for name in assignment.exercises]
    exercises = sorted(exercises, key=lambda exercise: _place_exercise(exercise.id, listed))
    parts = {part.id: place for place, part in enumerate(part for exercise in exercises for part in exercise.parts)}
    rubrics = sorted(rubrics, key=lambda rubric: (parts.get(rubric.part, len(parts)), rubric.answer))
    content = {
        "code": code,
        "file": dump_deciding(file),
        "exercises": [dump_deciding(exercise) for exercise in exercises],
        "rubrics": [dump_deciding(rubric) for rubric in rubrics],
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    sha256 = hashlib.sha256(canonical.encode("ascii")).hexdigest()
    return Course(file=file, exercises=tuple(exercises), rubrics=tuple(rubrics), sha256=sha256)


def _place_exercise(name: str, listed: list[str]) -> tuple[int, int, str]:
    """Return what exercises are sorted by: their place in the assignments, then numbers, then words."""
    place = listed.index(name) if name in listed else len(listed)
    return place, int(name) if name.isdigit() else 1 << 30, name


def dump_deciding(record: Frozen) -> dict[str, Any]:
    """Return what of a part of the author's YAML decides marks, as JSON's types."""
    dumped = record.model_dump(mode="json", by_alias=True)
    return {key: value for key, value in dumped.items() if key not in _NO_MARK}


def _check_exercise(document: Document, exercise: Exercise) -> Iterator[Problem]:
    yield from _check_file_name(document, exercise.id, {exercise.tag}, key="id")
    for path, message in find_exercise_problems(exercise):
        yield document.problem(path, message)
    yield from find_statement_problems(document, exercise)


def _check_file_name(document: Document, shown: str, stems: set[str], key: str = "part") -> Iterator[Problem]:
    """Yield a problem where the file is not named for what is in it; with it, no two files can hold the same id."""
    if Path(document.file).stem not in stems:
        names = " or ".join(f"{stem}.yaml" for stem in sorted(stems))
        yield document.problem((key,), f"{shown}: expected in a file named {names}")


class _Reader:
    """Reads the files of a course and collects what is wrong with them, each by itself."""

    def __init__(self, folder: Path, proposed: Mapping[str, str]) -> None:
        self.folder, self.proposed = folder, proposed
        self.problems: list[Problem] = []
        self.is_complete = True  # every file gave a record

    def read_all(self, folder: str, record: type[_Record]) -> list[tuple[Document, _Record]]:
        found = []
        for path in sorted((self.folder / folder).glob("*")):
            if path.name.startswith("."):  # editors keep locks and backups under such names
                continue
            name = f"{folder}/{path.name}"
            if path.suffix.lower() in {".yml", ".yaml"} and path.suffix != ".yaml":
                self.problems.append(Problem(name, 1, "(file)", f"not read: expected .yaml, got {path.suffix}"))
                self.is_complete = False
            elif path.is_dir() and path.suffix != ".yaml":
                self.problems.append(
                    Problem(name, 1, "(file)", f"not read: expected a file in {folder}/, got a folder")
                )
            if path.suffix == ".yaml" and (pair := self.read(name, record)) is not None:
                found.append(pair)
        return found

    def read(self, name: str, record: type[_Record]) -> tuple[Document, _Record] | None:
        try:
            text = self.proposed[name] if name in self.proposed else read_text(self.folder / name, name)
            document = parse_yaml(text, name)
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
            got = "got a folder" if path.is_dir() else "there is none" if not path.exists() else "got something else"
            raise CourseError([Problem(name, 1, "(file)", f"expected a file here, {got}")])
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CourseError([Problem(name, 1, "(file)", f"cannot be read: {error.strerror}")]) from error
    if len(content) > MAX_FILE_BYTES:
        raise CourseError([Problem(name, 1, "(file)", f"expected at most {MAX_FILE_BYTES} bytes, got more")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CourseError(
            [Problem(name, line, "(file)", f"expected UTF-8, got the byte 0x{content[error.start]:02x}")]
        ) from error


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
        raise CourseError(explain_errors(error, document, record)) from error


def _walk_leaves(data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _walk_leaves(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk_leaves(value, (*path, index))
    else:
        yield path, data
