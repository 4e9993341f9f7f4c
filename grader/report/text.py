"""The report for a terminal and for `report.txt`: what a student reads. Never shows `detail`.

What it says of a part is there as plain lines, too, for formats that are no terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.model import ExerciseScore, PartScore, PartStatus, Report
from grader.report.escape import escape
from grader.report.layout import MIN_WIDTH, Page, Piece, Style
from grader.report.points import explain_ungraded, format_points, name_points, show_override, show_score
from grader.report.remarks import Remark, Remarks, build_remarks, end_sentence

DEFAULT_WIDTH = 80
_INDENT = 6
_MARK_WIDTH = 11  # "✗ 0.185/0.5"
_POINTS_WIDTH = 8
_WORD_WIDTH = 13  # "not attempted"
_Row = tuple[Piece, Piece]

# mark, word, style: the word says what the colour says
STATUS: dict[PartStatus, tuple[str, str, Style]] = {
    "pass": ("✓", "right", "green"),
    "partial": ("◐", "partly right", "yellow"),
    "fail": ("✗", "wrong", "red"),
    "missing": ("○", "not attempted", "dim"),
    "review": ("…", "to be marked", "cyan"),
    "ungraded": ("!", "not graded", "magenta"),
}

# Public checks look at the form only: they must neither promise that it is right nor say that it is wrong.
_PUBLIC_WORDS: dict[PartStatus, str] = {"pass": "no problem", "fail": "look again"}


def render_text(
    report: Report, *, width: int = DEFAULT_WIDTH, color: bool = False, override: Fraction | None = None
) -> str:
    """Return the student's report, wrapped to `width` columns, with a line break at the end.

    `override` is a score that a person set in the place of what the parts give.
    """
    page = Page(max(width, MIN_WIDTH), color)
    lines = [*_header(page, report, override), *_body(page, report)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _piece(text: str, style: Style = "") -> Piece:
    """Return `text` escaped, as all text of a report must be."""
    return Piece(escape(text), style)


def _header(page: Page, report: Report, override: Fraction | None) -> Iterator[str]:
    yield from page.line(_piece(f"Report for {report.student}", "bold"))
    yield from page.line(_piece(", ".join(report.files), "dim"))
    yield ""
    if override is not None:
        yield from page.line(_piece(show_override(report, override), "bold"))
    if report.max:
        yield from _totals(page, report, "bold" if override is None else "")
    for note in report.notes:
        yield from page.line(_piece(f"Note: {note}"))


def _totals(page: Page, report: Report, style: Style) -> Iterator[str]:
    decided = report.max - report.pending - report.ungraded
    told = [show_score(report) if style else f"The parts give {show_score(report)}"]
    if report.pending:
        told.append(f"{name_points(report.pending)} still to be marked by a person")
    if decided != report.max:
        told.append(f"{format_points(report.max)} in total")
    yield from page.line(_piece(" · ".join(told if decided else told[1:]), style))
    if report.ungraded:
        why = f"{name_points(report.ungraded)} not graded {explain_ungraded(report)}."
        yield from page.line(_piece(f"{why} You lose no points; we will grade it again.", "magenta"))


def _body(page: Page, report: Report) -> Iterator[str]:
    told: dict[str, str] = {}  # what explains a mistake is said once in a report
    for exercise in report.exercises:
        yield ""
        yield from _heading(page, exercise)
        for part in exercise.parts:
            remarks = build_remarks(part, told)
            yield from _part(page, part)
            yield from page.grid(list(build_rows(part, remarks)), indent=_INDENT, least=_MARK_WIDTH)
            told |= {remark.explanation: part.id for remark in remarks.wrong if remark.explanation not in told}


def _heading(page: Page, exercise: ExerciseScore) -> Iterator[str]:
    points = f"{format_points(exercise.score)}/{format_points(exercise.max)}" if exercise.max else ""
    return _row(page, _piece(f"Exercise {exercise.id} · {exercise.title}", "bold"), _piece(points, "bold"), Piece(""))


def _part(page: Page, part: PartScore) -> Iterator[str]:
    mark, word, style = STATUS[part.status]
    if not part.max:
        word = _PUBLIC_WORDS.get(part.status, word)
    left = _piece(f"  {mark} {part.id}  {part.title}")
    first, *others = _row(page, left, _piece(show_part_points(part)), _piece(word, style))
    yield first.replace(mark, page.paint(mark, style), 1)
    yield from others


def _row(page: Page, left: Piece, points: Piece, word: Piece) -> Iterator[str]:
    """Return the lines of a text with points and a word in columns at the right margin."""
    aligned = Piece(points.text.rjust(_POINTS_WIDTH), points.style)
    return page.row(left, aligned, Piece(word.text.ljust(_WORD_WIDTH), word.style))


def show_part_points(part: PartScore) -> str:
    """Return score/max; no score is shown for what is partly our debt or wholly a person's to mark."""
    if not part.max:
        return ""
    undecided = part.ungraded > 0 or part.pending == part.max
    return f"{'–' if undecided else format_points(part.score)}/{format_points(part.max)}"


def build_rows(part: PartScore, remarks: Remarks) -> Iterator[_Row]:
    """Yield what is said below a part: failures in full, the rest in one line each."""
    for remark in remarks.ungraded:
        yield _remark(remark, "!", "magenta", show_score=False)
    for remark in remarks.wrong:
        yield _remark(remark, "✗", "red")
    for remark in remarks.blocked:
        yield _remark(remark, "–", "yellow")
    for note in part.notes:
        yield _piece("·"), _piece(f"Note: {note}")
    yield from _summary_rows(part, remarks)


def _summary_rows(part: PartScore, remarks: Remarks) -> Iterator[_Row]:
    """Yield names of what is right, missing or pending."""
    good = _piece("✓", "green")
    if remarks.right and part.status != "pass":
        yield good, _piece(f"Right: {', '.join(remarks.right)}")
    for remark in remarks.consistent:
        yield _remark(remark, "✓", "green")
    if remarks.formed:
        yield _piece("✓"), _piece(f"Of the right form, and not checked further: {', '.join(remarks.formed)}")
    if remarks.theorems and (part.status != "pass" or remarks.formed):
        yield good, _piece(_theorems(remarks.theorems))
    if remarks.missing and part.status != "missing":
        yield _piece("○", "dim"), _piece(f"Not attempted: {', '.join(remarks.missing)}")
    for hint in remarks.hints:
        yield _piece("○", "dim"), _piece(hint)
    for remark in remarks.pending:
        yield _remark(remark, "…", "cyan", show_score=False)


def _theorems(count: int) -> str:
    return "1 general property holds" if count == 1 else f"{count} general properties hold"


def _remark(remark: Remark, mark: str, style: Style, *, show_score: bool = True) -> _Row:
    """Return mark, points and message; names come first where the message does not begin with them."""
    score = format_points(remark.score) if show_score else "–"
    points = f" {score}/{format_points(remark.max)}" if remark.max else ""
    names = ", ".join(remark.labels)
    told = remark.message if remark.names_answers else f"{names}: {remark.message}"
    return _piece(f"{mark}{points}", style), _piece(end_sentence(told))


# ---------------------------------------------------------------- as plain lines

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
