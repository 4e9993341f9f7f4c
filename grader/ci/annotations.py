"""What the files view of a pull request shows, and the line of a student's file that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.ci.grading import Graded, Outcome
from grader.model import Cell, PartScore, PartStatus, Report, Submission, SubmittedFile
from grader.report.annotations import Annotation, Level
from grader.report.text import WORDS, build_lines, show_part_points

_LEVELS: dict[PartStatus, Level] = {"fail": "error", "ungraded": "error", "partial": "warning"}


@dataclass(frozen=True)
class SourceLocation:
    """A line of a file, counted from 1, and in words which cell that is ('' for a plain script)."""

    file: str
    line: int
    words: str


def build_annotations(outcome: Outcome) -> list[Annotation]:
    """Return annotations for parts that lost points, refused submissions, and files that should not have changed."""
    return [*_annotate_forbidden(outcome), *(one for graded in outcome.graded for one in _annotate_student(graded))]


def _annotate_forbidden(outcome: Outcome) -> list[Annotation]:
    level: Level = "error" if outcome.is_refused else "warning"
    effect = "not graded because of this change" if outcome.is_refused else "passed over"
    return [Annotation(level, f"{one.path}: {effect}", one.why, one.path) for one in outcome.plan.forbidden_changes]


def _annotate_student(graded: Graded) -> Iterator[Annotation]:
    student = graded.collected.entry.student
    if graded.result is None:
        yield Annotation("notice", student, "nothing is left of this submission")
    elif graded.result.report is None:
        yield Annotation("error", f"{student}: refused", graded.result.reason)
    elif graded.submission is not None:
        yield from _annotate_parts(graded, graded.result.report)


def _annotate_parts(graded: Graded, report: Report) -> Iterator[Annotation]:
    """Yield one annotation for each part that lost points, and one for all that was not attempted."""
    missing = [part.id for part in report.list_parts() if part.status == "missing"]
    if missing:
        yield Annotation("notice", f"{report.student}: not attempted", ", ".join(missing))
    for exercise in report.exercises:
        for part in exercise.parts:
            level = _LEVELS.get(part.status)
            if level is None or graded.submission is None:
                continue
            location = locate_part(graded.submission, exercise.id, part)
            place = f" ({location.words})" if location.words else ""
            said = [f"{WORDS[part.status]}, {show_part_points(part)}{place}"]
            said += [f"{line.mark} {line.text}" for line in build_lines(part)]
            origin = graded.collected.origins.get(location.file, location.file)
            yield Annotation(level, f"{part.id} {part.title}", "\n".join(said), origin, location.line)


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
