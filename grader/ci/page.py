"""The page that a pull request shows: what was refused or passed over, how late it is, and the summary of reports."""

from __future__ import annotations

from collections.abc import Iterator

from grader.ci.grading import Graded, Outcome
from grader.ci.locate import locate_part
from grader.ci.plan import ForbiddenChange
from grader.model import PartStatus, Report
from grader.report.annotations import Annotation, Level
from grader.report.github import build_sections, fit_sections
from grader.report.lines import WORDS, build_lines, show_points
from grader.report.markdown import markdown

COMMENT_BYTES = 60_000  # GitHub takes 65,536 characters
_LISTED = 50
_LEVELS: dict[PartStatus, Level] = {"fail": "error", "ungraded": "error", "partial": "warning"}


def render_page(outcome: Outcome, lateness: str, limit_bytes: int) -> str:
    """Return the page in Markdown."""
    head = "\n".join(line for line in _head(outcome, lateness))
    return fit_sections([section for section in (head, *build_sections(outcome.reports)) if section], limit_bytes)


def build_annotations(outcome: Outcome) -> list[Annotation]:
    """Return annotations for parts that lost points, refused submissions, and files that should not have changed."""
    return [*_trespass_annotations(outcome), *(one for graded in outcome.graded for one in _student(graded))]


def _head(outcome: Outcome, lateness: str) -> Iterator[str]:
    if outcome.is_refused:
        yield "## Not graded: this change touches more than a submission of its author\n"
        yield "Take these changes back, and it will be graded:\n"
        yield from _listed(outcome.plan.forbidden_changes)
    elif outcome.plan.forbidden_changes:
        yield "> **Passed over:** the following was changed too and counts for nothing. The course and the grader"
        yield "> are those of the base.\n"
        yield from _listed(outcome.plan.forbidden_changes)
    if not outcome.is_refused and not outcome.graded:
        yield "No submission is touched by this change, so there is nothing to grade.\n"
    if lateness:
        yield f"{markdown(lateness)}\n"
    for graded in outcome.graded:
        student = markdown(graded.collected.entry.student)
        if graded.result is None:
            yield f"## {student}: nothing left to grade\n\nThis change deletes or moves away all of the submission.\n"
        elif graded.result.report is None:
            yield f"## {student}: refused\n\n{markdown(graded.result.reason)}\n"


def _listed(forbidden_changes: tuple[ForbiddenChange, ...]) -> Iterator[str]:
    for one in forbidden_changes[:_LISTED]:
        yield f"- {markdown(one.path)} ({markdown(one.why)})"
    if len(forbidden_changes) > _LISTED:
        yield f"- and {len(forbidden_changes) - _LISTED} more"
    yield ""


def _trespass_annotations(outcome: Outcome) -> list[Annotation]:
    level: Level = "error" if outcome.is_refused else "warning"
    told = "not graded because of this change" if outcome.is_refused else "passed over"
    return [Annotation(level, f"{one.path}: {told}", one.why, one.path) for one in outcome.plan.forbidden_changes]


def _student(graded: Graded) -> Iterator[Annotation]:
    student = graded.collected.entry.student
    if graded.result is None:
        yield Annotation("notice", student, "nothing is left of this submission")
    elif graded.result.report is None:
        yield Annotation("error", f"{student}: refused", graded.result.reason)
    elif graded.submission is not None:
        yield from _parts(graded, graded.result.report)


def _parts(graded: Graded, report: Report) -> Iterator[Annotation]:
    """Yield one annotation for each part that lost points, and one for all that was not attempted."""
    missing = [part.id for exercise in report.exercises for part in exercise.parts if part.status == "missing"]
    if missing:
        yield Annotation("notice", f"{report.student}: not attempted", ", ".join(missing))
    for exercise in report.exercises:
        for part in exercise.parts:
            level = _LEVELS.get(part.status)
            if level is None or graded.submission is None:
                continue
            location = locate_part(graded.submission, exercise.id, part)
            place = f" ({location.words})" if location.words else ""
            said = [f"{WORDS[part.status]}, {show_points(part)}{place}"]
            said += [f"{line.mark} {line.text}" for line in build_lines(part)]
            origin = graded.collected.origins.get(location.file, location.file)
            yield Annotation(level, f"{part.id} {part.title}", "\n".join(said), origin, location.line)
