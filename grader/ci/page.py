"""The page that a pull request shows: what was refused or passed over, how late it is, and the summary of reports."""

from __future__ import annotations

from collections.abc import Iterator

from grader.ci.grading import Outcome
from grader.ci.plan import ForbiddenChange
from grader.report.escape import markdown
from grader.report.github import build_sections, fit_sections

COMMENT_BYTES = 60_000  # GitHub takes 65,536 characters
_LISTED = 50


def render_page(outcome: Outcome, lateness: str, limit_bytes: int) -> str:
    """Return the page in Markdown."""
    head = "\n".join(line for line in _head(outcome, lateness))
    return fit_sections([section for section in (head, *build_sections(outcome.reports)) if section], limit_bytes)


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
