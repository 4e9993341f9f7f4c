"""Annotations for GitHub's runner: workflow commands that mark a line of a file in a pull request.

The runner silently drops what goes over 10 annotations of a kind in a step (and 50 in a job): what does not fit is
put together in the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grader.report.escape import escape

Level = Literal["error", "warning", "notice"]
LEVELS: tuple[Level, ...] = ("error", "warning", "notice")
PER_LEVEL = 10


@dataclass(frozen=True)
class Annotation:
    """One remark at a place. `file` is the path in the repository, or '' for none; `line` counts from 1."""

    level: Level
    title: str
    message: str
    file: str = ""
    line: int = 1


def render_annotations(annotations: Sequence[Annotation]) -> str:
    """Return the workflow commands, one a line, at most ten of a kind."""
    chosen = [one for level in LEVELS for one in _fit([a for a in annotations if a.level == level])]
    return "".join(f"{_command(one)}\n" for one in chosen)


def _fit(annotations: list[Annotation]) -> list[Annotation]:
    if len(annotations) <= PER_LEVEL:
        return annotations
    kept, rest = annotations[: PER_LEVEL - 1], annotations[PER_LEVEL - 1 :]
    names = ", ".join(one.title for one in rest)
    message = f"{len(rest)} more, told in the summary of this job: {names}"
    return [*kept, Annotation(rest[0].level, f"{len(rest)} more", message, rest[0].file, rest[0].line)]


def _command(one: Annotation) -> str:
    place = f"file={_property(one.file)},line={one.line}," if one.file else ""
    return f"::{one.level} {place}title={_property(one.title)}::{_data(one.message)}"


def _data(text: str) -> str:
    """Return text as a command carries it; line breaks are kept, each line is escaped."""
    lines = [escape(line).replace("%", "%25") for line in text.split("\n")]
    return "%0A".join(lines)


def _property(text: str) -> str:
    return escape(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
