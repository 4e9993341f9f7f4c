"""Shared mistakes for whoever writes the course: as text with what to add to the course, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from grader.errors import list_some
from grader.judge.arguments import show_call
from grader.judge.decoding import Numbers, show_numbers
from grader.report.drawing import draw, plain
from grader.report.escape import escape
from grader.unnamed.changes import Explanation
from grader.unnamed.find import Explained, Unnamed
from grader.unnamed.questions import Reading
from grader.validate.mutants import shorten

SCHEMA = "grader/mistakes/v1"
SHOWN_NAMES, SHOWN_RESULTS, SHOWN_OTHERS = 6, 3, 3


def render_unnamed(unnamed: Unnamed, *, width: int = 100, color: bool = False) -> str:
    """Return the groups, the largest first, each with its explanation and what makes it a known mistake."""
    blocks = [_head(unnamed), *(_show_group(one) for one in unnamed.groups)]
    parts = [draw(block, width=width, color=color) for block in blocks]
    return "\n".join(part + _show_snippet(one) for part, one in zip(parts, (None, *unnamed.groups), strict=True))


def _head(unnamed: Unnamed) -> Iterator[RenderableType]:
    count = len(unnamed.groups)
    if count:
        found = f"{count} wrong result{'s are' if count != 1 else ' is'} shared that no known mistake explains."
        yield plain(f"{_count_students(unnamed.students)}: {found}", "bold")
    else:
        found = "no wrong result is shared that no known mistake explains."
        yield plain(f"{_count_students(unnamed.students)}: {found}", "green")
    for exercise, students in unnamed.left_out.items():
        who = f"{_count_students(students)} with data of their own"
        yield plain(f"Left out: exercise {exercise} of {who}; what they gave is compared with nobody's.", "yellow")


def _count_students(count: int) -> str:
    return f"{count} student{'s' * (count != 1)}"


def _show_group(one: Explained) -> Iterator[RenderableType]:
    yield plain(f"{one.question.id}: {len(one.group.students)} students", "bold")
    grid = Table.grid(padding=(0, 1))
    for label, text, style in _list_lines(one):
        grid.add_row(plain(f"  {label}:", "dim"), plain(text, style))
    yield grid


def _list_lines(one: Explained) -> Iterator[tuple[str, str, str]]:
    yield "students", list_some(one.group.students, SHOWN_NAMES), ""
    yield "gave", "; ".join(_show_results(one)), ""
    if not one.explanations:
        yield "explained by", f"nothing that was found ({_count(one)})", "yellow"
        return
    first, *others = one.explanations
    yield "explained by", first.words, "green"
    for other in others[:SHOWN_OTHERS]:
        yield "or", other.words, ""
    if len(others) > SHOWN_OTHERS:
        yield "or", f"{len(others) - SHOWN_OTHERS} more that give the same", ""
    if one.could_be_chance:
        fit = f"{len(one.explanations)} of {_count(one)} give{'s' * (not others)} these results"
        yield "caution", f"could also be by chance: few, round or coarse numbers; {fit}", "yellow"


def _count(one: Explained) -> str:
    tried = f"{one.tried:,} changes tried"
    return f"{tried}, then the time was over" if one.is_over_time else tried


def _show_results(one: Explained) -> Iterator[str]:
    """Yield the first results that tell the group from the truth."""
    rows = zip(one.question.calls, one.group.centre, one.question.truth, strict=True)
    wrong = [(call, own) for call, own, true in rows if own != true]
    for call, own in wrong[:SHOWN_RESULTS]:
        shown = show_numbers(own) if isinstance(own, Numbers) else f"({own})"
        if not call.args:
            yield shown
        else:
            yield f"{shorten(show_call(one.question.answer.name, call))} = {shown}"


def _show_snippet(one: Explained | None) -> str:
    """Return what is to be added, as it is to be added: not wrapped."""
    if one is None or one.snippet is None:
        return ""
    snippet = one.snippet
    pieces = [
        ("course.yaml, under mistakes", snippet.catalogue),
        (f"the check {one.question.check.id} of exercise {one.question.exercise.id}, under mistakes", snippet.use),
        *((f"{path}, at the end", text.strip("\n") + "\n") for path, text in snippet.files.items()),
    ]
    if not snippet.files:
        pieces.append((f"the exercise's reference: a function {snippet.wrong}, to be written by hand", ""))
    return "".join(f"  add to {where}:\n{_indent(text)}" for where, text in pieces)


def _indent(text: str) -> str:
    return "".join(
        f"    {' ' * (len(line) - len(line.lstrip()))}{escape(line.strip())}".rstrip() + "\n"
        for line in text.splitlines()
    )


# ---------------------------------------------------------------- for programs


def build_json(unnamed: Unnamed) -> str:
    """Return the groups for programs; numbers that JSON does not have are texts."""
    document = {
        "schema": SCHEMA,
        "students": unnamed.students,
        "left_out": dict(unnamed.left_out),
        "groups": [_build_group(one) for one in unnamed.groups],
    }
    return json.dumps(document, ensure_ascii=True, indent=1, allow_nan=False) + "\n"


def _build_group(one: Explained) -> dict[str, Any]:
    snippet = one.snippet
    return {
        "check": one.question.id,
        "answer": one.question.answer.name,
        "students": list(one.group.students),
        "results": [_build_reading(reading) for reading in one.group.centre],
        "explanations": [_build_explanation(explanation) for explanation in one.explanations],
        "could_be_chance": one.could_be_chance,
        "tried": one.tried,
        "is_over_time": one.is_over_time,
        "snippet": None
        if snippet is None
        else {
            "code": snippet.code,
            "catalogue": snippet.catalogue,
            "use": snippet.use,
            "wrong": snippet.wrong,
            "files": dict(snippet.files),
        },
    }


def _build_explanation(explanation: Explanation) -> dict[str, Any]:
    return {"words": explanation.words, "changes": [change.name for change in explanation.changes]}


def _build_reading(reading: Reading) -> Any:
    if isinstance(reading, str):
        return {"code": reading}
    return {"shape": list(reading.shape), "values": [_build_number(number) for number in reading.values]}


def _build_number(number: complex) -> Any:
    if isinstance(number, complex):
        return [_build_number(number.real), _build_number(number.imag)]
    return number if math.isfinite(number) else str(number)
