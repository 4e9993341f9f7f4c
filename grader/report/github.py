"""Reports for GitHub: the step summary in Markdown. For students: never shows `detail`.

Text of students is encoded character by character, so that it can neither close a table nor mention anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from grader.model import ExerciseScore, PartScore, PartStatus, Report
from grader.report.escape import markdown
from grader.report.points import explain_ungraded, format_points, name_points, show_score
from grader.report.text import MARKS, WORDS, build_lines, show_part_points

SUMMARY_BYTES = 1_000_000  # GitHub drops a summary of more than 1 MiB whole
_CUT = "\n> **Cut here:** {left} of {total} sections did not fit. The whole report is in the uploaded files.\n"
_CUT_BYTES = 200
_REMARK_CHARS = 140


def render_summary(reports: Sequence[Report], limit_bytes: int = SUMMARY_BYTES) -> str:
    """Return the summary of these reports: all tables first, then what is said part by part, folded.

    Sections that would not fit into `limit_bytes` of UTF-8 are left out whole, and the end says how many.
    """
    return fit_sections(build_sections(reports), limit_bytes)


def build_sections(reports: Sequence[Report]) -> list[str]:
    """Return the tables, then the folded messages of each exercise that has any."""
    details = [_details(report, exercise) for report in reports for exercise in report.exercises]
    return [*(_table(report) for report in reports), *(section for section in details if section)]


def fit_sections(sections: Sequence[str], limit_bytes: int) -> str:
    """Return the sections one below the other, as many as fit, with a note where some do not."""
    kept, used = [], 0
    for section in sections:
        size = len(section.encode()) + 1
        if used + size > limit_bytes - _CUT_BYTES:
            break
        kept.append(section)
        used += size
    text = "\n".join(kept)
    left = len(sections) - len(kept)
    return text + _CUT.format(left=left, total=len(sections)) if left else text


def _table(report: Report) -> str:
    lines = [f"## {markdown(report.student)}: {_headline(report)}", ""]
    lines += [f"> {markdown(note)}\n" for note in report.notes]
    if not report.exercises:
        return "\n".join(lines)
    lines += ["| Result | Part | | Points | First thing to look at |", "|---|---|---|---:|---|"]
    lines += [row for exercise in report.exercises for row in _rows(exercise)]
    return "\n".join([*lines, ""])


def _rows(exercise: ExerciseScore) -> Iterator[str]:
    """Yield the exercise's row and one for each part; a single row where nothing was attempted."""
    points = f"**{format_points(exercise.score)}/{format_points(exercise.max)}**"
    titled = f"**{markdown(exercise.id)}** | **{markdown(exercise.title)}** | {points}"
    if all(part.status == "missing" for part in exercise.parts):
        yield f"| {_status('missing')} | {titled} | {', '.join(part.id for part in exercise.parts)} |"
        return
    yield f"| | {titled} | |"
    yield from (_row(part) for part in exercise.parts)


def _headline(report: Report) -> str:
    """Return the score and what is open, in one line."""
    if not report.exercises:
        return "no points are published"
    told = [show_score(report)]
    if report.pending:
        told.append(f"{format_points(report.pending)} to be marked by a person")
    if report.ungraded:
        told.append(f"{format_points(report.ungraded)} not graded {explain_ungraded(report)}")
    return " · ".join(told)


def _row(part: PartScore) -> str:
    return (
        f"| {_status(part.status)} | {part.id} | {markdown(part.title)} | {show_part_points(part)} | {_first(part)} |"
    )


def _status(status: PartStatus) -> str:
    return f"{MARKS[status]}&nbsp;{WORDS[status].replace(' ', '&nbsp;')}"


def _first(part: PartScore) -> str:
    """Return the beginning of the most urgent remark; the whole of it stands below the table."""
    lines = build_lines(part)
    if part.status in {"fail", "partial", "ungraded"} and lines:
        return markdown(shorten(lines[0].text, _REMARK_CHARS, placeholder=" …"))
    if part.pending and part.status == "pass":
        return f"{name_points(part.pending)} still to be marked by a person"
    return ""


def _details(report: Report, exercise: ExerciseScore) -> str:
    """Return the folded messages of an exercise; nothing where nothing is to be said."""
    lines = [line for part in exercise.parts for line in _said(part)]
    if not lines:
        return ""
    title = f"{markdown(report.student)} · Exercise {markdown(exercise.id)} · {markdown(exercise.title)}"
    return "\n".join([f"<details><summary>{title}</summary>", "", *lines, "", "</details>", ""])


def _said(part: PartScore) -> Iterator[str]:
    lines = build_lines(part)
    if not lines:
        return
    yield f"\n**{part.id}** {markdown(part.title)} — {WORDS[part.status]}, {show_part_points(part)}\n"
    for line in lines:
        yield f"- {line.mark} {markdown(line.text)}"
