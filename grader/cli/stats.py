"""`grader stats`: the class page, from a gradebook. Runs nothing, and writes nothing into the gradebook."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from grader.batch.gradebook_stats import ClassReader
from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, db_option, json_option
from grader.cli.screen import look, note, publish
from grader.gradebook import Gradebook
from grader.report.escape import escape
from grader.report.write import check_place, write_atomically
from grader.stats import render_json, render_page, render_text

_WIDTH = 100


@click.command("stats")
@db_option
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Also write the page: one HTML file."
)
@click.option(
    "--shareable", is_flag=True, help="What everybody may see: no names, students counted by fives, from 20 on."
)
@json_option("the numbers")
@course_options
def command(*, db: str, out: Path | None, shareable: bool, json_place: str | None, chosen: CourseChoice) -> None:
    """Show what the class found hard: scores, parts, mistakes, checks that say nothing.

    Of each student the attempt that counts is looked at, without what people gave for texts.
    """
    course = chosen.find().load()
    gc.freeze()  # what imports and course hold stays: not to be looked through for every report that is read
    if out is not None:
        check_place(out)
    with Gradebook.open_for(db, course) as book:
        reader = ClassReader(course, book)
        stats = reader.share() if shareable else reader.compute()
    if out is not None:
        write_atomically(out, render_page(stats))
        note(f"grader: the page is {escape(str(out))}")
    publish(render_text(stats, **look(_WIDTH)), render_json(stats), json_place)
