"""`grader feedback`: what students get. Imports no sandbox, and runs nothing of the course."""

from __future__ import annotations

from pathlib import Path

import click

from grader.batch.feedback import write_feedback
from grader.cli.app import EXIT_OURS, EXIT_USAGE
from grader.cli.options import course_option
from grader.cli.screen import say, show
from grader.report.escape import escape
from grader.spec import choose_course, load_course


@click.command("feedback")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="OUT")
@click.option(
    "--out",
    "target",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where each student's folder goes; OUT itself will do.",
)
@course_option
def command(out: Path, target: Path, course_folder: Path | None) -> None:
    """Write for each student an HTML page, the notebook with remarks, Markdown and text.

    OUT is a folder that `grader batch` wrote.
    """
    done = write_feedback(load_course(choose_course(course_folder, (out,))), out, target)
    count = f"{done.written} student{'' if done.written == 1 else 's'}"
    show(f"{count}: {escape(str(target))}/<student>/feedback.html\n")
    for reason in (*done.unusable, *done.failed):
        say(f"grader: error: {reason}")
    if done.failed:
        raise SystemExit(EXIT_OURS)
    if done.unusable:
        raise SystemExit(EXIT_USAGE)
