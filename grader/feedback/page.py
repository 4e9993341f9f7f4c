"""The page a student opens: self-contained HTML without a script, that nothing a student wrote can set in motion."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from grader.course import Answer, Part
from grader.feedback import plot
from grader.feedback.causes import Cause, find_causes, rank_causes
from grader.feedback.class_scores import draw_histogram
from grader.feedback.formulas import set_code, set_label, typeset
from grader.feedback.items import Said, build_said, show_points
from grader.feedback.marked import list_given
from grader.feedback.plot import Panel, draw_estimates, draw_figure
from grader.feedback.prose import render_prose
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
from grader.feedback.solved import Solved, list_drawn, list_examples, list_solved
from grader.feedback.work import Asked, Work
from grader.judge.rules.statistic import StatisticCheck
from grader.model import ArrayValue, ExerciseScore, FigureValue, PartScore, PartStatus, Report
from grader.release.spread import FEWEST_IN_A_BIN
from grader.report.escape import make_visible
from grader.report.points import explain_ungraded, format_points, name_points
from grader.report.text import MARKS, WORDS

FIRST = 3  # causes to look at first


@dataclass(frozen=True)
class Bar:
    """The points of an exercise as stretches of a bar: what kind, where it begins, how long, in percent."""

    stretches: tuple[tuple[str, float, float], ...]
    words: str


@dataclass(frozen=True)
class Figure:
    """A figure redrawn, or estimates drawn `over` the places where they were made."""

    name: str
    panels: tuple[Panel, ...]
    over: str = ""


@dataclass(frozen=True)
class Text:
    """A text answer, and once a person has marked it the criteria: state, points, what is said of it."""

    name: str
    body: Markup
    criteria: tuple[tuple[str, str, Markup], ...] = ()
    comment: Markup | None = None
    examples: tuple[tuple[str, Markup, Markup], ...] = ()  # points, text, and why it gets them

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: no text, and neither rubric nor examples."""
        return not (self.body or self.criteria or self.comment or self.examples)


@dataclass(frozen=True)
class RequestView:
    """A request for another look: what it is about, why, what becomes of it, and each answer with its points."""

    subject: str
    reason: tuple[str, ...]
    state: str
    answers: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class PartView:
    """One part of the page."""

    id: str
    title: Markup
    state: PartStatus
    points: str
    is_open: bool
    said: Said
    figures: tuple[Figure, ...]
    texts: tuple[Text, ...]
    solved: tuple[Solved, ...]
    notes: tuple[str, ...]
    requests: tuple[RequestView, ...]
    until: str  # when another look at it can be asked for; '' where it cannot
    offer: str  # such a request, ready to be copied


@dataclass(frozen=True)
class ExerciseView:
    """One exercise of the page; folded where nothing was lost."""

    id: str
    title: Markup
    points: str
    is_open: bool
    bar: Bar
    parts: tuple[PartView, ...]


def render_page(work: Work) -> str:
    """Return the whole page of a student."""
    causes = find_causes(work)
    report = work.report
    scale = max((exercise.max for exercise in report.exercises), default=Fraction(1))
    exercises = [_view_exercise(work, exercise, causes, scale) for exercise in report.exercises]
    return _render(
        "page.html",
        student=report.student,
        report=report,
        override=work.override,
        ungraded_because=explain_ungraded(report),
        decided=report.max - report.pending - report.ungraded,
        title=typeset(work.course.file.title),
        first=rank_causes(causes)[:FIRST],
        others=max(0, len(rank_causes(causes)) - FIRST),
        has_lost=any(exercise.is_open for exercise in exercises),
        missing=_list_missing(work),
        exercises=exercises,
        histograms=[draw_histogram(spread, report) for spread in work.class_scores],
        has_notebook=bool(work.sources),
        shows_feedback=work.shows_feedback,
        until=sorted({part.until for exercise in exercises for part in exercise.parts if part.until}),
        changes=[(one.part, describe_change(one, last)) for one in list_all_asked(work) for last in one.answers[-1:]],
    )


def render_refusal(course_title: str, student: str, reason: str) -> str:
    """Return the page of a student whose files could not be read: why, and what to submit instead."""
    return _render("refusal.html", title=typeset(course_title), student=student, reason=reason)


def render_receipt(course_title: str, report: Report) -> str:
    """Return the page of a student of whose work no points are published: that we have it, and which files."""
    return _render("receipt.html", title=typeset(course_title), student=report.student, report=report)


def _render(template: str, *, student: str, **context: object) -> str:
    return seal(_environment().get_template(template), build_style(student), student=student, **context)


def seal(template: Template, style: str, **context: object) -> str:
    """Return a page that allows itself one style sheet, by its hash, and nothing else.

    Args:
        template: extends `base.html`.
        style: our own, in which nothing is left of what others wrote that is not quoted.
        context: what the template shows.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    # The policy names the style by what stands between its tags, so nothing may be added to it.
    return template.render(style=Markup(style), style_sha256=digest, **context) + "\n"  # noqa: S704 - our own file, and a quoted name


@cache
def build_style(student: str) -> str:
    """Return the style sheet; the foot of each printed page names the student."""
    css = files("grader.feedback").joinpath("templates/page.css").read_text(encoding="utf-8")
    return css.replace("STUDENT", _quote_css(student))


def _quote_css(text: str) -> str:
    """Return what may stand in a string of a style sheet, whatever the name is."""
    shown = make_visible(text[:100])
    return "".join(char if char.isascii() and char.isalnum() else f"\\{ord(char):x} " for char in shown)


@cache
def _environment() -> Environment:
    return build_environment(PackageLoader("grader.feedback"))


def build_environment(loader: BaseLoader) -> Environment:
    """Return an environment in which every value is escaped, with the words and signs that all pages share."""
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"show": make_visible, "message": set_code, "label": set_label}
    environment.filters |= {"points": format_points, "name_points": name_points}
    environment.globals |= {"SIGNS": MARKS, "WORDS": WORDS, "paper": plot, "FEWEST": FEWEST_IN_A_BIN}
    return environment


# ---------------------------------------------------------------- exercises and parts


def _view_exercise(work: Work, exercise: ExerciseScore, causes: list[Cause], scale: Fraction) -> ExerciseView:
    parts = tuple(_view_part(work, part, causes) for part in exercise.parts)
    is_missing = all(part.state == "missing" for part in parts)
    return ExerciseView(
        id=exercise.id,
        title=typeset(exercise.title),
        points=show_points(exercise),
        is_open=any(part.is_open for part in parts) and not is_missing,
        bar=_build_bar(exercise, scale),
        parts=parts,
    )


def _view_part(work: Work, part: PartScore, causes: list[Cause]) -> PartView:
    asked, end = work.parts[part.id], find_end(work, part)
    return PartView(
        id=part.id,
        title=typeset(part.title),
        state=part.status,
        points=show_points(part),
        is_open=part.status in {"partial", "fail", "ungraded"} or bool(list_asked(work, part.id)),
        said=build_said(work, part, causes),
        figures=tuple(list_figures(work, asked, part)),
        texts=tuple(_list_texts(work, asked)),
        solved=list_solved(work, part),
        notes=part.notes,
        requests=tuple(map(_view_request, list_asked(work, part.id))),
        until="" if end is None else show_moment(end),
        offer="" if end is None else render_request(work, part.id),
    )


def _view_request(asked: Asked) -> RequestView:
    answers = tuple((describe_change(asked, one), render_prose(one.text)) for one in asked.answers)
    return RequestView(
        describe_subject(asked.part, asked.answer), tuple(asked.reason.splitlines()), describe_state(asked), answers
    )


def _build_bar(exercise: ExerciseScore, scale: Fraction) -> Bar:
    checks = [check for part in exercise.parts for check in part.checks]
    missing = sum((check.max for check in checks if check.outcome == "missing"), Fraction(0))
    lost = exercise.max - exercise.score - exercise.pending - exercise.ungraded - missing
    lengths = {
        "yours": exercise.score,
        "lost": lost,
        "missing": missing,
        "review": exercise.pending,
        "ungraded": exercise.ungraded,
    }
    names = {"lost": "lost", "missing": "not attempted", "review": "to be marked", "ungraded": "not graded"}
    words = [f"{format_points(exercise.score)} of {name_points(exercise.max)}"]
    words += [f"{format_points(lengths[kind])} {name}" for kind, name in names.items() if lengths[kind]]
    return Bar(tuple(_stretch(lengths, scale)), ", ".join(words))


def _stretch(lengths: dict[str, Fraction], scale: Fraction) -> Iterator[tuple[str, float, float]]:
    start = Fraction(0)
    for kind, points in lengths.items():
        if points:
            yield kind, round(float(100 * start / scale), 2), round(float(100 * points / scale), 2)
        start += points


def _list_missing(work: Work) -> list[str]:
    """Return of what nothing was attempted: whole exercises, those in a row in one, and single parts."""
    told: list[str] = []
    row: list[str] = []
    for exercise in work.report.exercises:
        missing = [part.id for part in exercise.parts if part.status == "missing"]
        if len(missing) == len(exercise.parts):
            row.append(exercise.id)
            continue
        told += [*_name_row(row), *missing]
        row = []
    return told + _name_row(row)


def _name_row(row: list[str]) -> list[str]:
    """Return exercises in a row in words: 'exercise 2', 'exercises 2, 3', 'exercises 2 to 5'."""
    if len(row) > 2:
        return [f"exercises {row[0]} to {row[-1]}"]
    return [f"exercise{'s' if len(row) > 1 else ''} {' and '.join(row)}"] if row else []


# ---------------------------------------------------------------- what the student made


def list_figures(work: Work, asked: Part, part: PartScore) -> Iterator[Figure]:
    """Yield what a student drew or estimated in a part, redrawn."""
    for answer in asked.answers:
        value = work.answers.get(answer.name).value
        figure = value if isinstance(value, FigureValue) else FigureValue(axes=())
        solutions = list_drawn(work, part, answer.name)
        if figure.axes or solutions:
            right = find_right_lines(work, answer.name, part)
            yield Figure(
                answer.name,
                draw_figure(answer.name, figure, right, solutions),
            )
    for check in asked.checks:
        if isinstance(check, StatisticCheck) and check.along is not None:
            xs, ys = (work.answers.get(name).value for name in (check.along, check.answer))
            if isinstance(xs, ArrayValue) and isinstance(ys, ArrayValue):
                solutions = list_drawn(work, part, check.answer, check.id)
                panels = draw_estimates(check.answer, check.along, xs, ys, solutions)
                yield Figure(check.answer, panels, over=check.along)


def find_right_lines(work: Work, name: str, part: PartScore) -> set[int] | None:
    """Return the lines of a figure that were taken for its curves; None where it was asked for none."""
    results = [check for check in part.checks if check.answer == name]
    asks = any(getattr(work.checks.get(check.id), "curve", None) for check in results)
    return {check.line for check in results if check.line is not None} if asks else None


def _list_texts(work: Work, part: Part) -> Iterator[Text]:
    for answer in part.answers:
        text = _view_text(work, part, answer)
        if text is not None and not text.is_empty:
            yield text


def _view_text(work: Work, part: Part, answer: Answer) -> Text | None:
    """Return a text with what a person gave for it; None of what is no text answer."""
    if answer.kind != "text":
        return None
    mark, given = work.find_mark(part.id, answer.name), list_given(work, part.id, answer.name)
    examples = list_examples(work, part.id, answer.name)
    return Text(
        name=answer.name,
        body=render_prose(work.find_text(part, answer)),
        criteria=tuple((one.state, one.points, typeset(one.text)) for one in given),
        comment=render_prose(mark.comment) if mark is not None and mark.comment else None,
        examples=tuple((one.points, render_prose(one.text), typeset(one.why)) for one in examples),
    )
