"""Reads and writes `variants.json`: who was given which data. A file of staff, opened like one of a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from grader.course import Draw, VariantsFile
from grader.errors import SubmissionRefused, UsageError
from grader.submission.opening import Quota, read_paths

MOST_BYTES = 64 << 20


def read_file(option: str, path: Path, most_bytes: int) -> bytes:
    """Return the content of a file; no link is followed, and nothing waited for.

    Raises:
        UsageError: it is no such file, or too large.
    """
    try:
        if path.is_dir():
            raise UsageError(f"{option} = {str(path)!r}: expected a file, got a folder")
        ((_, content),) = read_paths(path, Quota(most_bytes, 2 * most_bytes, 1))
    except SubmissionRefused as error:
        raise UsageError(f"{option} = {str(path)!r}: expected a file of at most {most_bytes} bytes: {error}") from error
    return content


def read_variants(path: Path, course: str) -> tuple[Draw, ...]:
    """Return what was given out to the students of a course.

    Raises:
        UsageError: the file is no list of draws, of another course, or names a student's exercise or a mark twice.
    """
    content = read_file("--variants", path, MOST_BYTES)
    try:
        file = VariantsFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise UsageError(f"{path} is no variants.json: {where}: {first['msg']}") from error
    if file.course != course:
        raise UsageError(f"{path}: expected the data of the course {course}, got those of {file.course}")
    _check_once(path, ((draw.student, draw.exercise) for draw in file.draws))
    _check_once(path, (draw.mark for draw in file.draws))
    return file.draws


def _check_once(path: Path, keys: Iterable[object]) -> None:
    seen: set[object] = set()
    for key in keys:
        if key in seen:
            raise UsageError(f"{path}: expected {key} once, got it again")
        seen.add(key)


def render_variants(course: str, draws: Iterable[Draw]) -> str:
    """Return the file's text, a line for each draw, in the order of students and exercises."""
    ordered = sorted(draws, key=lambda draw: (draw.student, draw.exercise))
    lines = ",\n".join(f" {json.dumps(draw.model_dump(mode='json'))}" for draw in ordered)
    head = f'"schema": "grader/variants/v1", "course": {json.dumps(course)}'
    return f'{{{head}, "draws": [\n{lines}\n]}}\n'
