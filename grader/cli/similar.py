"""`grader similar`: pairs of submissions that are too alike. Imports no sandbox, and runs nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.table import Table

from grader.batch.similar import Similar, compare_folder
from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, json_option
from grader.cli.screen import look, note, publish, say
from grader.course import Course
from grader.errors import list_some
from grader.report.drawing import draw, plain
from grader.report.escape import escape
from grader.report.write import check_place, write_atomically
from grader.similar import Alike, Match, PairView, render_page
from grader.similar.page import HINT, show_both

_WIDTH = 120
_PARTS = 6  # named in the table


@click.command("similar")
@click.argument("out", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[OUT]")
@click.option("--db", metavar="URL", help="Compare the work in this gradebook, in place of OUT.")
@click.option(
    "--out",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write a page with the pairs side by side, as HTML.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1, max=200),
    default=20,
    show_default=True,
    metavar="N",
    help="How many pairs at most, the most alike first.",
)
@json_option("the pairs")
@course_options
def command(  # noqa: PLR0913 - one for each option
    *,
    out: Path | None,
    db: str | None,
    page: Path | None,
    most: int,
    json_place: str | None,
    chosen: CourseChoice,
) -> None:
    """List pairs of submissions that are more alike than the class is.

    OUT is a folder that `grader batch` wrote; with --db none is needed. A hint for a person to look at, and no verdict;
    for staff alone.
    """
    if page is not None:
        check_place(page)
    course = chosen.find_for_batch(() if out is None else (out,)).load()
    match out, db:
        case Path(), None:
            done = compare_folder(course, out, most)
        case None, str():
            done = _compare_gradebook(course, db, most)
        case _:
            raise click.UsageError("expected either OUT, the folder of a batch, or --db URL, a gradebook")
    for reason in done.unusable:
        say(f"grader: warning: not compared: {reason}")
    for student, end in done.found.cut.items():
        say(f"grader: warning: {student}: longer than what is compared: read only to {end}")
    if page is not None:
        write_atomically(page, render_page(course.file.title, done.found, done.views))
        note(f"grader: the page is {escape(str(page))}")
    publish(render(done, **look(_WIDTH)), json.dumps(build_data(done), indent=2) + "\n", json_place)


def _compare_gradebook(course: Course, db: str, most: int) -> Similar:
    from grader.batch.gradebook_similar import compare_gradebook  # noqa: PLC0415 - a folder needs no database
    from grader.gradebook import Gradebook  # noqa: PLC0415 - the same

    with Gradebook.open_for(db, course) as book:
        return compare_gradebook(course, book, most)


def build_data(done: Similar) -> dict[str, Any]:
    """Return what was found as JSON's types; shares are between 0 and 1."""
    return {
        "schema": "grader/similar/v1",
        "hint": HINT,
        "students": done.found.students,
        "alike": done.found.count,
        "unusable": list(done.unusable),
        "read_only_to": dict(done.found.cut),
        "pairs": [_describe(view) for view in done.views],
    }


def _describe(view: PairView) -> dict[str, Any]:
    pair = view.pair
    return {
        "first": pair.first,
        "second": pair.second,
        "rank": round(pair.rank, 4),
        "code": _describe_match(pair.code),
        "text": _describe_match(pair.text),
        "longest_run": {"tokens": view.run.tokens, "first": view.run.first, "second": view.run.second},
    }


def _describe_match(match: Match) -> dict[str, Any]:
    parts = {part: _describe_alike(alike) for part, alike in match.parts.items()}
    return {**_describe_alike(match.whole), "rank": round(match.rank, 4), "parts": parts}


def _describe_alike(alike: Alike) -> dict[str, float]:
    return {"first": round(alike.first, 4), "second": round(alike.second, 4)}


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
        shares = (show_both(match.whole) for match in (pair.code, pair.text))
        table.add_row(*map(plain, (pair.first, pair.second, *shares, _name_parts(pair.parts), longest)))
    return table


def _name_parts(parts: Sequence[str]) -> str:
    """Return the parts that stand out; of many, the first."""
    return list_some(parts, _PARTS)
