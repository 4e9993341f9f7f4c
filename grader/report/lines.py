"""What is said about a part as plain lines: the terminal report's wording, for formats that are no terminal."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import PartScore, PartStatus
from grader.report.remarks import build_remarks
from grader.report.text import STATUS, build_rows, show_part_points

MARKS: dict[PartStatus, str] = {status: mark for status, (mark, _, _) in STATUS.items()}
WORDS: dict[PartStatus, str] = {status: word for status, (_, word, _) in STATUS.items()}


@dataclass(frozen=True)
class Line:
    """One thing said: a mark with points ("✗ 0/0.5"), and the words. Both are escaped, neither shows `detail`."""

    mark: str
    text: str


def build_lines(part: PartScore) -> tuple[Line, ...]:
    """Return what is said below a part, the most useful first."""
    return tuple(Line(mark.text, said.text) for mark, said in build_rows(part, build_remarks(part)))


def show_points(part: PartScore) -> str:
    """Return score/max of a part; no score is shown for what is not decided."""
    return show_part_points(part)
