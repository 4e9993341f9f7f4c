"""Requests for another look: how a student makes one, and what was answered. Never by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from grader.feedback.work import Answered, Asked, Work
from grader.model import PartScore
from grader.release import shows_feedback
from grader.report.escape import make_visible, markdown
from grader.report.points import format_points

_STATES = {
    "open": "It waits for an answer.",
    "answered": "",
    "escalated": "Somebody else looks at it once more.",
    "final": "This answer is final.",
    "withdrawn": "It was withdrawn.",
}
# Shorter than a reason may be, so that nobody submits it by mistake.
_REASON = "Write your reason."


def list_asked(work: Work, part: str) -> list[Asked]:
    """Return what the student asked about a part; nothing where its feedback is not out."""
    is_shown = shows_feedback(work.find_stage(part))
    return [one for one in work.requests if one.part == part and is_shown]


def list_all_asked(work: Work) -> list[Asked]:
    """Return what the student asked, in the order of the report."""
    parts = (part.id for exercise in work.report.exercises for part in exercise.parts)
    return [one for part in parts for one in list_asked(work, part)]


def describe_subject(part: str, answer: str | None) -> str:
    """Return what a request is about: '5d', or '5d ex5d_text'."""
    return part if answer is None else f"{part} {answer}"


def describe_change(asked: Asked, answered: Answered) -> str:
    """Return the points before and after an answer: '5d: 0.5 → 1', '5d: still 1'."""
    subject = "Your score" if answered.of_score else describe_subject(asked.part, asked.answer)
    if answered.before == answered.after:
        return f"{subject}: still {format_points(answered.after)}"
    return f"{subject}: {format_points(answered.before)} → {format_points(answered.after)}"


def describe_state(asked: Asked) -> str:
    """Return what becomes of a request next; '' where it is answered."""
    return _STATES[asked.state]


def find_end(work: Work, part: PartScore) -> datetime | None:
    """Return until when the page offers another look at a part; None where nobody may ask any more.

    Nor is it offered where nothing was lost, or nothing attempted.
    """
    release = work.course.release
    if release is None or release.regrade is None or not shows_feedback(work.find_stage(part.id)):
        return None
    made = [one for one in list_asked(work, part.id) if one.state != "withdrawn"]
    is_lost = part.status != "missing" and part.score + part.pending + part.ungraded < part.max
    if len(made) >= release.regrade.per_part or not is_lost:
        return None
    exercise = next(one.id for one in work.report.exercises if part in one.parts)
    return work.request_ends.get(exercise)


def show_moment(moment: datetime) -> str:
    """Return a moment with its time zone."""
    return moment.isoformat(sep=" ", timespec="minutes")


def render_request(work: Work, part: str) -> str:
    """Return a request about a part, ready to be copied but for the reason."""
    submission = make_visible(work.report.submission_sha256)
    return (
        f'schema: grader/regrade/v1\nsubmission: "{submission}"\npart: "{make_visible(part)}"\nreason: |\n  {_REASON}\n'
    )


def render_answers(work: Work) -> str:
    """Return `regrade-answer.md`: every answer, with what was asked; '' where there is none."""
    answered = [one for one in list_all_asked(work) if one.answers]
    return "\n".join(line for one in answered for line in _tell_answers(one)).lstrip("\n")


def _tell_answers(asked: Asked) -> Iterator[str]:
    for answered in asked.answers:
        yield from ("", f"## {markdown(describe_change(asked, answered))}", "", "You asked:", "")
        yield from (f"> {markdown(line)}" for line in asked.reason.splitlines())
        yield ""
        yield from (markdown(line) for line in answered.text.splitlines())
        yield ""
    if describe_state(asked):
        yield from (describe_state(asked), "")
