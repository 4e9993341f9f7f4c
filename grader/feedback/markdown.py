"""The feedback as Markdown: what wikis, forges and notebooks show. A student's words are encoded, never marked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from grader.feedback.causes import Cause, find_causes, rank_causes
from grader.feedback.items import Item, Said, build_said, show_points
from grader.feedback.marked import list_given
from grader.feedback.requests import (
    describe_change,
    describe_state,
    describe_subject,
    find_end,
    list_all_asked,
    list_asked,
    render_request,
    show_moment,
)
from grader.feedback.solved import Solved, list_examples, list_solved
from grader.feedback.work import Asked, Work
from grader.model import PartScore, Report
from grader.report.escape import markdown
from grader.report.points import explain_ungraded, format_points, name_points, show_override, show_score
from grader.report.text import MARKS, WORDS

_FIRST = 3


def render_markdown(work: Work) -> str:
    """Return the whole feedback, with a line break at the end."""
    causes = find_causes(work)
    lines = [*head_feedback(work), "", *summarise(work, causes)]
    for exercise in work.report.exercises:
        lines += ["", f"## Exercise {exercise.id}: {markdown(exercise.title)} ({show_points(exercise)})"]
        for part in exercise.parts:
            told = tell_part(work, part, causes)
            lines += ["", f"### {head_part(part)}", *([""] if told else []), *told]
    offer = tell_offer(work)
    lines += ["", *offer] if offer else []
    return "\n".join(lines).rstrip() + "\n"


def render_markdown_receipt(report: Report) -> str:
    """Return what is said of a submission of which no points are published."""
    files = ", ".join(map(markdown, report.files))
    lines = [f"# Receipt for {markdown(report.student)}", "", files, ""]
    return "\n".join([*lines, *(f"- {markdown(note)}" for note in report.notes)]) + "\n"


def head_feedback(work: Work) -> list[str]:
    """Return whose feedback it is; of one assignment, in which: there may be another page for another one."""
    head = f"# Feedback for {markdown(work.report.student)}"
    return [head, "", markdown(work.course.file.title)] if work.course.assignment else [head]


def render_markdown_refusal(student: str, reason: str) -> str:
    """Return why the files of a student could not be read, and what to submit instead."""
    return (
        f"# Feedback for {markdown(student)}\n\n**✗ Nothing could be graded.** {markdown(reason)}.\n\n"
        "Submit a Jupyter notebook (`.ipynb`) or a Python script (`.py`) that opens on your own machine.\n"
    )


def summarise(work: Work, causes: list[Cause]) -> Iterator[str]:
    """Yield the score, what happened while the code ran, and what cost most."""
    report = work.report
    decided = report.max - report.pending - report.ungraded
    so_far = " graded so far" if decided != report.max else ""
    if work.override is None:
        yield f"**{format_points(report.score)} of {name_points(decided)}**{so_far}"
    else:
        yield f"**{show_override(report, work.override)}**"
        yield f"· the parts give {show_score(report)}"
    if report.pending:
        yield f"· {name_points(report.pending)} still to be marked by a person"
    if report.ungraded:
        yield f"· {name_points(report.ungraded)} not graded {explain_ungraded(report)}: you lose no points"
    yield ""
    yield from (f"- {markdown(note)}" for note in report.notes)
    for asked in list_all_asked(work):
        yield from (f"- {markdown(describe_change(asked, one))}, see the answer there" for one in asked.answers)
    first = rank_causes(causes)[:_FIRST] if work.shows_feedback else []
    if first:
        yield from ("", "**Look here first**", "")
    for cause in first:
        also = f" (also in {', '.join(cause.parts[1:])})" if len(cause.parts) > 1 else ""
        yield f"1. −{format_points(cause.lost)} in {cause.home}: {markdown(cause.title)}{also}"


def head_part(part: PartScore) -> str:
    """Return the part's name with its points, in sign and words."""
    return f"{MARKS[part.status]} {part.id} {markdown(part.title)}: {show_points(part)}, {WORDS[part.status]}"


def tell_part(work: Work, part: PartScore, causes: Sequence[Cause]) -> list[str]:
    """Return what is said of a part, as the items of a list."""
    said = [*(f"- {markdown(note)}" for note in part.notes), *_tell(build_said(work, part, causes))]
    said += [line for answer in work.parts[part.id].answers for line in _tell_marked(work, part.id, answer.name)]
    said += [line for asked in list_asked(work, part.id) for line in _tell_asked(asked)]
    return [*said, *_tell_solved(list_solved(work, part))]


def tell_offer(work: Work) -> list[str]:
    """Return how another look is asked for and until when; nothing where nobody may."""
    parts: dict[datetime, list[str]] = {}
    for part in (part for exercise in work.report.exercises for part in exercise.parts):
        end = find_end(work, part)
        if end is not None:
            parts.setdefault(end, []).append(part.id)
    if not parts:
        return []
    first = next(iter(parts.values()))[0]
    return [
        "## Ask for another look",
        "",
        *(f"- {', '.join(names)}: until {show_moment(end)}" for end, names in parts.items()),
        "",
        f"Save this as `regrade-{first}.yaml` in your folder, with the part and your reason (20 to 2000 characters)",
        "in it, and submit it as you submitted your work, a file for each part:",
        "",
        "```yaml",
        *render_request(work, first).splitlines(),
        "```",
    ]


def _tell_asked(asked: Asked) -> Iterator[str]:
    """Yield what a student asked about a part and what was answered."""
    subject = markdown(describe_subject(asked.part, asked.answer))
    yield f"- **You asked for another look** at {subject}: {markdown(asked.reason)}"
    for one in asked.answers:
        yield f"  - {markdown(describe_change(asked, one))}. Answer: {markdown(one.text)}"
    if describe_state(asked):
        yield f"  - {describe_state(asked)}"


def _tell_marked(work: Work, part: str, answer: str) -> Iterator[str]:
    """Yield what a person gave for a text, by criterion, and what they wrote; then how other texts are marked."""
    mark, given = work.find_mark(part, answer), list_given(work, part, answer)
    if given or mark is not None:
        yield f"- **{markdown(answer)}**, {'marked by a person' if mark is not None else 'what markers look for'}:"
    for one in given:
        yield f"  - {MARKS[one.state]} {one.points}: {markdown(one.text)}"
    if mark is not None and mark.comment:
        yield f"  - Comment: {_on_one_line(mark.comment)}"
    for example in list_examples(work, part, answer):
        yield f"  - Another text, {example.points}: {_on_one_line(example.text)} — {_on_one_line(example.why)}"


def _tell_solved(solved: Sequence[Solved]) -> Iterator[str]:
    if solved:
        yield "- Solution:"
    for one in solved:
        yield f"  - **{markdown(one.label)}**: {markdown(one.text)}"
        for tried in one.inputs:
            own = f"; yours: {markdown(tried.own)}" if tried.own else ""
            yield f"    - {markdown(tried.call)}: {markdown(tried.expected)}{own}"


def _on_one_line(text: str) -> str:
    return markdown(" ".join(text.split()))


def _tell(said: Said) -> Iterator[str]:
    for item in (*said.items, *said.consistent):
        yield from _tell_item(item)
    if said.right:
        yield f"- {MARKS['pass']} Right: {', '.join(map(markdown, said.right))}"
    if said.theorems:
        yield f"- {MARKS['pass']} General properties that hold: {said.theorems}"


def _tell_item(item: Item) -> Iterator[str]:
    points = f" ({item.points})" if item.points else ""
    names = ", ".join(markdown(label) for label in item.labels)
    yield f"- {MARKS[item.state]} **{names}**{points}: {markdown(item.text)}"
    yield from (f"  - you gave {markdown(given)}" for given in item.given)
    yield from (f"  - because of it, {one.part} {markdown(one.label)}: {markdown(one.text)}" for one in item.follows)
