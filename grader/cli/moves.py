"""Whose points move when a class is judged again: as a table, and as JSON."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import chain

from rich import box
from rich.table import Table
from rich.text import Text

from grader.batch.comparison import Comparison
from grader.changes import Move
from grader.report.drawing import draw, plain
from grader.report.points import format_points

_MOST = 200  # of students; nobody reads on, and JSON has them all


def render_moves(comparison: Comparison, ending: str, *, width: int, color: bool) -> str:
    """Return a line for each check that moved, by student, and how many students moved; `ending` ends it."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("student", ratio=2)
    table.add_column("score", no_wrap=True)
    table.add_column("check", ratio=2)
    table.add_column("points", no_wrap=True)
    table.add_column("because of", ratio=4)
    for move in comparison.moves[:_MOST]:
        for row in _list_rows(move):
            table.add_row(*row)
    count = plain(f"{_count(comparison)}; {ending}.")
    return draw([table, count] if comparison.moves else [count], width=width, color=color)


def write_moves(comparison: Comparison) -> str:
    """Return the same as JSON; null stands for what is not decided."""
    moves = [
        {
            "student": move.student,
            "before": float(move.before),
            "after": float(move.after),
            "checks": [
                {"id": one.id, "before": _number(one.before), "after": _number(one.after), "why": list(one.why)}
                for one in move.checks
            ],
        }
        for move in comparison.moves
    ]
    return json.dumps({"judged": comparison.judged, "moves": moves}, indent=2) + "\n"


def _list_rows(move: Move) -> list[tuple[Text, ...]]:
    score = f"{format_points(move.before)} → {format_points(move.after)}"
    firsts = chain([(move.student, score)], [("", "")] * (len(move.checks) - 1))
    return [
        tuple(map(plain, (*first, one.id, f"{_show(one.before)} → {_show(one.after)}", "; ".join(one.why))))
        for first, one in zip(firsts, move.checks, strict=True)
    ]


def _count(comparison: Comparison) -> str:
    moves = comparison.moves
    said = f"{len(moves)} of {comparison.judged} submission{'' if comparison.judged == 1 else 's'} moved"
    up, down = (sum(sign * (move.after - move.before) > 0 for move in moves) for sign in (1, -1))
    left_out = f", {len(moves) - _MOST} not shown" if len(moves) > _MOST else ""
    return f"{said}: {up} up, {down} down{left_out}" if moves else said


def _show(points: Fraction | None) -> str:
    return "–" if points is None else format_points(points)


def _number(points: Fraction | None) -> float | None:
    return None if points is None else float(points)
