"""Finds the line of a student's file that an annotation belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import Cell, PartScore, Submission, SubmittedFile


@dataclass(frozen=True)
class SourceLocation:
    """A line of a file, counted from 1, and in words which cell that is ('' for a plain script)."""

    file: str
    line: int
    words: str


def locate_part(submission: Submission, exercise: str, part: PartScore) -> SourceLocation:
    """Return where a part is answered: where an answer without full points is bound, else its cell, else the file.

    Later files and cells come first, because the later of two attempts counts.
    """
    wanted = sorted(part.checks, key=lambda check: check.score == check.max)
    names = list(dict.fromkeys(check.answer for check in wanted))
    pairs = [(file, cell) for file in reversed(submission.files) for cell in reversed(file.cells)]
    for name in names:
        for file, cell in pairs:
            if (offset := _binding(name, cell)) is not None:
                return _locate(file, cell, offset)
    for file, cell in _tagged(pairs, exercise, part.id):
        return _locate(file, cell, 0)
    return SourceLocation(submission.files[0].name, 1, "")


def _tagged(pairs: list[tuple[SubmittedFile, Cell]], exercise: str, part: str) -> Iterator[tuple[SubmittedFile, Cell]]:
    yield from ((file, cell) for file, cell in pairs if cell.part == part or part in cell.tags)
    yield from ((file, cell) for file, cell in pairs if cell.exercise == exercise or exercise in cell.tags)


def _binding(name: str, cell: Cell) -> int | None:
    """Return on which line of the cell, counted from 0, the name is bound; for text, where it is the cell's tag."""
    if cell.kind == "markdown":
        return 0 if name in cell.tags else None
    # Not a parser: it only has to find the line, and student code is never compiled out here.
    found = re.search(rf"^[ \t]*(?:def[ \t]+)?{re.escape(name)}\b[ \t]*(?:\(|=(?!=)|:|,)", cell.source, re.MULTILINE)
    return cell.source.count("\n", 0, found.start()) if found else None


def _locate(file: SubmittedFile, cell: Cell, offset: int) -> SourceLocation:
    words = "" if file.style == "script" else f"cell {cell.index + 1} of {file.name}"
    is_known = file.style != "notebook" or cell.line > 1  # a notebook on one line has no lines to point at
    return SourceLocation(file.name, cell.line + offset if is_known else 1, words)
