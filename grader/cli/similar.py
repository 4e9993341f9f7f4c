"""`grader similar`: pairs of submissions that are too alike. Imports no sandbox, and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.table import Table

from grader.batch.similar import Similar, compare_class
from grader.cli.options import course_option, json_option
from grader.cli.screen import look, note, publish, say
from grader.report.drawing import draw, plain
from grader.report.escape import escape
from grader.report.write import check_place, write_atomically
from grader.similar import Alike, PairView, render_page
from grader.similar.page import HINT, show_both
from grader.spec import choose_course, load_course

_WIDTH = 120


@click.command("similar")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="OUT")
@click.option(
    "--out",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with the pairs side by side, as HTML.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1, max=1000),
    default=20,
    show_default=True,
    metavar="N",
    help="How many pairs at most, the most alike first.",
)
@json_option("the pairs")
@course_option
def command(*, out: Path, page: Path | None, most: int, json_place: str | None, course_folder: Path | None) -> None:
    """List pairs of submissions that are more alike than the class is.

    OUT is a folder that `grader batch` wrote. A hint for a person to look at, and no verdict; for staff alone.
    """
    if page is not None:
        check_place(page)
    course = load_course(choose_course(course_folder, (out,)))
    done = compare_class(course, out, most)
    for reason in done.unusable:
        say(f"grader: warning: not compared: {reason}")
    if page is not None:
        write_atomically(page, render_page(course.file.title, done.found, done.views))
        note(f"{escape(str(page))}: the pairs side by side")
    publish(render(done, **look(_WIDTH)), json.dumps(build_data(done), indent=2) + "\n", json_place)


def build_data(done: Similar) -> dict[str, Any]:
    """Return what was found as JSON's types; shares are between 0 and 1."""
    return {
        "schema": "grader/similar/v1",
        "hint": HINT,
        "students": done.found.students,
        "alike": done.found.count,
        "unusable": list(done.unusable),
        "pairs": [_describe(view) for view in done.views],
    }


def _describe(view: PairView) -> dict[str, Any]:
    pair = view.pair
    return {
        "first": pair.first,
        "second": pair.second,
        "rank": round(pair.rank, 4),
        "code": _describe_alike(pair.code),
        "text": _describe_alike(pair.text),
        "parts": {part: _describe_alike(alike) for part, alike in pair.parts.items()},
        "longest_run": {"tokens": view.run.tokens, "first": view.run.first, "second": view.run.second},
    }


def _describe_alike(alike: Alike) -> dict[str, float]:
    return {"first": round(alike.first, 4), "second": round(alike.second, 4), "rare": round(alike.rare, 2)}


def render(done: Similar, *, width: int, color: bool) -> str:
    """Return the table, and what it does not say."""
    found = done.found
    count = f"{found.students} students compared; {found.count} pair{'' if found.count == 1 else 's'} alike"
    shown = f", of which the first {len(done.views)} are listed" if found.count > len(done.views) else ""
    parts = [plain(f"{count}{shown}."), plain(HINT)]
    return draw([_build_table(done), *parts] if done.views else parts, width=width, color=color)


def _build_table(done: Similar) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("first", ratio=1)
    table.add_column("second", ratio=1)
    for name in ("code", "text"):
        table.add_column(name, no_wrap=True)
    table.add_column("parts", ratio=1)
    table.add_column("longest run of code", ratio=2)
    for view in done.views:
        pair, run = view.pair, view.run
        longest = f"{run.tokens} tokens: {run.first}; {run.second}" if run.tokens else "–"
        cells = (pair.first, pair.second, show_both(pair.code), show_both(pair.text), ", ".join(pair.parts), longest)
        table.add_row(*map(plain, cells))
    return table
