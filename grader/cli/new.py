"""`grader new`: a small complete course, to be edited."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.screen import show
from grader.report.escape import escape
from grader.template import write_course


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--id", "course_id", metavar="ID", help="The course's id, which never changes; else made of DIR's name.")
@click.option("--title", metavar="TEXT", help="The course's title; else made of DIR's name.")
def command(folder: Path, course_id: str | None, title: str | None) -> None:
    """Make a new course in DIR: small, complete and valid, to be edited.

    DIR has to be missing or empty: nothing is ever overwritten.
    """
    for path in write_course(folder, course_id, title):
        show(f"{escape(str(path))}\n")
    show("\nThat is a whole course. Go into the folder, and try:\n\n")
    for words in ("validate", "grade submissions/ada.py", "starter"):
        show(f"  grader {words}\n")
