"""The report for a terminal and for `report.txt`: what a student reads. Never shows `detail`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.model import ExerciseScore, PartScore, PartStatus, Report
from grader.report.escape import escape
from grader.report.points import count_points, format_points
from grader.report.remarks import Remark, Remarks, build_remarks

DEFAULT_WIDTH = 80
_MIN_WIDTH = 40
_MARK_WIDTH = 11  # "✗ 0.185/0.5"
_Row = tuple[Text, Text]

# mark, word, style: the word says what the colour says
STATUS: dict[PartStatus, tuple[str, str, str]] = {
    "pass": ("✓", "right", "green"),
    "partial": ("◐", "partly right", "yellow"),
    "fail": ("✗", "wrong", "red"),
    "missing": ("○", "not attempted", "dim"),
    "review": ("…", "to be marked", "cyan"),
    "ungraded": ("!", "not graded", "magenta"),
}

# Public checks look at the form only: they must neither promise that it is right nor say that it is wrong.
_PUBLIC_WORDS: dict[PartStatus, str] = {"pass": "nothing amiss", "fail": "not ready"}


def render_text(report: Report, *, width: int = DEFAULT_WIDTH, color: bool = False) -> str:
    """Return the student's report, wrapped to `width` columns, with a line break at the end."""
    return draw([*_header(report), *_body(report)], width=width, color=color)


def draw(renderables: Iterable[RenderableType], *, width: int, color: bool) -> str:
    """Return what rich makes of `renderables`, whatever the environment says about terminals and colours."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=max(width, _MIN_WIDTH),
        force_terminal=color,
        force_jupyter=False,
        color_system="standard" if color else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for renderable in renderables:
        console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def plain(text: str, style: str = "") -> Text:
    """Return `text` escaped, as something that rich prints and never interprets."""
    return Text(escape(text), style=style)


def _header(report: Report) -> Iterator[RenderableType]:
    yield plain(f"Report for {report.student}", "bold")
    yield plain(", ".join(report.files), "dim")
    yield Text()
    if report.max:
        yield from _totals(report)
    for note in report.notes:
        yield plain(f"Note: {note}")


def _totals(report: Report) -> Iterator[RenderableType]:
    decided = report.max - report.pending - report.ungraded
    rows = [("Score so far", f"{format_points(report.score)} of {count_points(decided)} decided", "bold")]
    if report.pending:
        rows.append(("To be marked", f"{count_points(report.pending)}, by a person", "cyan"))
    if report.ungraded:
        rows.append(("Not graded", f"{count_points(report.ungraded)}. {_OUR_FAULT}", "magenta"))
    rows.append(("All together", count_points(report.max), ""))
    grid = Table.grid(padding=(0, 2))
    for name, value, style in rows:
        grid.add_row(plain(name, style), plain(value, style))
    yield grid


_OUR_FAULT = "Our fault, not yours: no points are lost, it will be graded again."


def _body(report: Report) -> Iterator[RenderableType]:
    told: dict[str, str] = {}  # what explains a mistake is said once in a report
    for exercise in report.exercises:
        yield Text()
        yield _heading(exercise)
        for part in exercise.parts:
            remarks = build_remarks(part, told)
            yield from _part(part, remarks)
            told |= {remark.explanation: part.id for remark in remarks.wrong if remark.explanation not in told}


def _heading(exercise: ExerciseScore) -> RenderableType:
    points = f"{format_points(exercise.score)}/{format_points(exercise.max)}" if exercise.max else ""
    return _row(plain(f"Exercise {exercise.id} · {exercise.title}", "bold"), plain(points, "bold"), plain(""))


def _part(part: PartScore, remarks: Remarks) -> Iterator[RenderableType]:
    mark, word, style = STATUS[part.status]
    if not part.max:
        word = _PUBLIC_WORDS.get(part.status, word)
    left = plain(f"  {mark} {part.id}  {part.title}")
    left.stylize(style, 2, 2 + len(mark))
    yield _row(left, plain(show_part_points(part)), plain(word, style))
    rows = list(build_rows(part, remarks))
    if rows:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(min_width=_MARK_WIDTH)
        for mark_and_points, said in rows:
            grid.add_row(mark_and_points, said)
        yield Padding(grid, (0, 0, 0, 6))


def show_part_points(part: PartScore) -> str:
    """Return score/max; no score is shown for what is partly our debt or wholly a person's to mark."""
    if not part.max:
        return ""
    undecided = part.ungraded > 0 or part.pending == part.max
    return f"{'–' if undecided else format_points(part.score)}/{format_points(part.max)}"


def _row(left: Text, points: Text, word: Text) -> RenderableType:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right", no_wrap=True, min_width=8)
    grid.add_column(no_wrap=True, min_width=13)
    grid.add_row(left, points, word)
    return grid


def build_rows(part: PartScore, remarks: Remarks) -> Iterator[_Row]:
    """Yield what is said below a part: failures in full, the rest in one line each."""
    for remark in remarks.ungraded:
        yield _remark(remark, "!", "magenta", show_score=False)
    for remark in remarks.wrong:
        yield _remark(remark, "✗", "red")
    for remark in remarks.blocked:
        yield _remark(remark, "–", "yellow")
    for note in part.notes:
        yield plain("·"), plain(f"Note: {note}")
    yield from _summary_rows(part, remarks)


def _summary_rows(part: PartScore, remarks: Remarks) -> Iterator[_Row]:
    """Yield names of what is right, missing or pending."""
    good = plain("✓", "green")
    if remarks.right and part.status != "pass":
        yield good, plain(f"Right: {', '.join(remarks.right)}")
    for remark in remarks.consistent:
        yield _remark(remark, "✓", "green")
    if remarks.formed:
        yield plain("✓"), plain(f"Of the right form; whether right is not said: {', '.join(remarks.formed)}")
    if remarks.theorems and (part.status != "pass" or remarks.formed):
        yield good, plain(_theorems(remarks.theorems))
    if remarks.missing and part.status != "missing":
        yield plain("○", "dim"), plain(f"Not attempted: {', '.join(remarks.missing)}")
    for remark in remarks.pending:
        yield _remark(remark, "…", "cyan", show_score=False)


def _theorems(count: int) -> str:
    return "1 general property holds" if count == 1 else f"{count} general properties hold"


def _remark(remark: Remark, mark: str, style: str, *, show_score: bool = True) -> _Row:
    """Return mark, points and message; names come first where the message does not begin with them."""
    score = format_points(remark.score) if show_score else "–"
    points = f" {score}/{format_points(remark.max)}" if remark.max else ""
    names = ", ".join(remark.labels)
    told = remark.message if remark.names_answers else f"{names}: {remark.message}"
    return plain(f"{mark}{points}", style), plain(told)
