"""What of a course decides marks, piece by piece: kept with what it judged, so that it can be said what changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from grader.course import Course
from grader.reference import hash_each_file
from grader.spec.load import dump_deciding

SCHEMA = "grader/course-version/v1"
# What people read; no points move by it.
_PROSE = frozenset({"about", "guessable", "hint", "public", "reason", "statement", "title", "unit"})
_SHORT = 60  # characters of a value that are shown; of a longer one only that it is another
_NOTHING: Final = object()


@dataclass(frozen=True)
class CourseVersion:
    """A version of a course: whose, its SHA-256, and what each check, known mistake and file says, by name."""

    course: str
    sha256: str
    pieces: Mapping[str, Any]

    def find_changes(self, old: CourseVersion, names: Iterable[str]) -> list[str]:
        """Return what of these pieces is another than in the old version, in words for staff."""
        return [change for name in names for change in self._find_change(old, name)]

    def list_shared(self, old: CourseVersion) -> list[str]:
        """Return the names of the pieces that are no check's own, nor a known mistake's: what any check may rest on."""
        return [name for name in sorted({*self.pieces, *old.pieces}) if not name.startswith(("check ", "mistake "))]

    def _find_change(self, old: CourseVersion, name: str) -> Iterator[str]:
        before, after = old.pieces.get(name, _NOTHING), self.pieces.get(name, _NOTHING)
        if before is after or before == after:
            return
        if before is _NOTHING or after is _NOTHING:
            yield f"{name} is {'new' if before is _NOTHING else 'gone'}"
        elif isinstance(before, str):  # the hash of a file
            yield f"{name} changed"
        elif changed := [*_list_changed(before, after)]:
            yield f"{name}: {', '.join(changed)}"


def describe_version(course: Course, folder: Path) -> CourseVersion:
    """Return this version of the course in `folder`.

    Raises:
        CourseError: one of its files cannot be read.
    """
    return CourseVersion(course.file.id, course.sha256, dict(_list_pieces(course, folder)))


def render_version(version: CourseVersion) -> str:
    """Return a version as JSON."""
    data = {"schema": SCHEMA, **asdict(version)}
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def parse_version(text: str) -> CourseVersion:
    """Return the version that `render_version` wrote.

    Raises:
        ValueError: it is something else.
    """
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("pieces"), dict):
        raise ValueError(f"expected a version of a course of schema {SCHEMA}")
    return CourseVersion(str(data.get("course")), str(data.get("sha256")), data["pieces"])


def _list_pieces(course: Course, folder: Path) -> Iterator[tuple[str, Any]]:
    for exercise in course.exercises:
        rest = dump_deciding(exercise)
        for part, bare in zip(exercise.parts, rest["parts"], strict=True):
            for check, said in zip(part.checks, bare.pop("checks"), strict=True):
                yield f"check {part.id}.{check.id}", said
        yield f"exercise {exercise.id}", rest
    for mistake in course.file.mistakes:
        yield f"mistake {mistake.code}", dump_deciding(mistake)
    left_out = {"mistakes", "assignments", "title", "submit"}  # they are named above, or move no points
    yield "course.yaml", {key: value for key, value in dump_deciding(course.file).items() if key not in left_out}
    yield from hash_each_file(folder)


def _list_changed(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Yield the keys whose values are others, with both where they are short."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted((before.keys() | after.keys()) - _PROSE):
            yield from _list_changed(before.get(key), after.get(key), f"{place}.{key}" if place else key)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _list_changed(one, other, f"{place}[{number}]")
    else:
        shown = f"{_show(before)} → {_show(after)}"
        yield f"{place} {shown}" if len(shown) <= _SHORT else f"{place} changed"


def _show(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value)
