"""What judging a class again changes: of every student, the report that stands beside the one that is made now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grader import pipeline
from grader.batch.regrading import find_all_evidence, read_current
from grader.batch.store import read_report
from grader.changes import CourseVersion, Move, compare_reports
from grader.errors import UsageError
from grader.model import Report
from grader.pipeline import Grader

FindBefore = Callable[[Path, Report], Report]  # the report that stands of a student, by folder and new report


@dataclass
class Comparison:
    """Whose points move, out of how many that were judged, and what could not be used and why."""

    version: CourseVersion
    find_version: Callable[[str], CourseVersion | None]
    judged: int = 0
    moves: list[Move] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    is_ungraded: bool = False  # something could not be decided because of a mistake on our side
    submissions: set[tuple[str, str]] = field(default_factory=set)  # that were judged: whose, and their SHA-256

    def __post_init__(self) -> None:
        """Look each version up once."""
        self.find_version = cache(self.find_version)

    def add(self, before: Report, after: Report) -> None:
        """Count a student who was judged again, and keep how the points move."""
        move = compare_reports(before, after, self.find_version(before.course_sha256), self.version)
        self.judged += 1
        self.submissions.add((after.student, after.submission_sha256))
        self.is_ungraded |= pipeline.is_ungraded(after)
        if move is not None:
            self.moves.append(move)


def compare_folders(grader: Grader, places: Iterable[Path], comparison: Comparison, find_before: FindBefore) -> None:
    """Judge the evidence in these folders (a batch's, or single students'), and write nothing.

    Raises:
        UsageError: a place holds no evidence at all.
    """
    for folder in find_all_evidence(places):
        try:
            after = pipeline.judge(grader, read_current(grader, folder))
            comparison.add(find_before(folder, after), after)
        except UsageError as error:
            comparison.unusable.append(str(error))


def find_written(folder: Path, _after: Report) -> Report:
    """Return the report that lies in a student's folder.

    Raises:
        UsageError: there is none that can be read.
    """
    return read_report(folder)
