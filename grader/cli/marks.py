"""`grader marks`: everything that people decided, who, when, what and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction

import click
from rich import box
from rich.table import Table

from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, db_option, json_option
from grader.cli.screen import look, publish
from grader.gradebook import Gradebook, Judging, KeptMarking
from grader.report.drawing import draw, plain
from grader.report.points import format_points

_WIDTH = 120


@dataclass(frozen=True)
class Decision:
    """One thing that a person decided; `state` says whether it counts, and else why not."""

    when: str
    who: str
    student: str
    answer: str
    points: str
    criteria: dict[str, str]
    why: str
    note: str
    state: str


@click.command("marks")
@click.argument("student", required=False)
@click.option("--answer", metavar="NAME", help="Only marks of this text.")
@db_option
@json_option("the list")
@course_options
def command(*, student: str | None, answer: str | None, db: str, json_place: str | None, chosen: CourseChoice) -> None:
    """List every mark and override (of one student): who, when, what and why, and whether it counts.

    Of all students, also when `grader judge --db` judged again, and its --note.
    """
    with chosen.open_near_gradebook(db) as book:
        judgings = [] if student is not None else map(_describe_judging, book.history.judgings())
        decisions = sorted((*list_decisions(book, student), *judgings), key=lambda one: one.when)
    shown = [one for one in decisions if answer is None or one.answer == answer]
    data = json.dumps([asdict(one) for one in shown], indent=2) + "\n"
    publish(render(shown, **look(_WIDTH)), data, json_place)


def list_decisions(book: Gradebook, student: str | None) -> Iterator[Decision]:
    """Yield what people decided: marks, then overrides."""
    for kept, state in book.marking_history(student):
        yield _describe_marking(kept, state)
    overrides = book.override_history(student)
    last = dict(overrides)
    for name, one in overrides:
        state = "replaced" if one is not last[name] else "counts" if one.points is not None else "takes back"
        yield Decision(_show(one.when), one.who, name, "(score)", _format(one.points), {}, one.why, "", state)


def _describe_judging(one: Judging) -> Decision:
    points = f"{one.moved} of {one.judged} moved"
    return Decision(_show(one.when), "(grader judge)", "(all)", "(judged again)", points, {}, one.note, "", "counts")


def _describe_marking(kept: KeptMarking, state: str) -> Decision:
    marking = kept.marking
    return Decision(
        when=_show(marking.when),
        who=marking.who,
        student=kept.student,
        answer=marking.answer,
        points=_format(marking.total if marking.points else None),
        criteria={name: _format(points) for name, points in marking.points.items()},
        why=marking.why,
        note=marking.note,
        state=state,
    )


def _format(points: Fraction | None) -> str:
    return "–" if points is None else format_points(points)


def _show(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")


def render(decisions: list[Decision], *, width: int, color: bool) -> str:
    """Return the table, one line and what was said below it for each decision."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    for name in ("when", "who", "student", "answer"):
        table.add_column(name)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("why", ratio=1)
    for one in decisions:
        said = " · ".join(part for part in (_list_criteria(one), one.why, one.note and f"staff: {one.note}") if part)
        style = "" if one.state == "counts" else "dim"
        cells = (one.when, one.who, one.student, one.answer, one.points, one.state, said)
        table.add_row(*(plain(cell, style) for cell in cells))
    count = f"{len(decisions)} decision{'' if len(decisions) == 1 else 's'}"
    return draw([table, plain(count)], width=width, color=color)


def _list_criteria(one: Decision) -> str:
    return ", ".join(f"{name} {points}" for name, points in one.criteria.items())
