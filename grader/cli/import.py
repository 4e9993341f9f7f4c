"""`grader import`: the beginning of a course from an assignment of nbgrader or Otter Assign."""  # noqa: N999 - modules are named after commands

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click

from grader.cli.screen import show
from grader.importing import READERS, Imported, import_assignment
from grader.importing.suggest import Draft
from grader.judge.placeholder import show_points
from grader.report.escape import escape


@click.command("import")
@click.argument("format_", metavar="|".join(READERS), type=click.Choice(list(READERS)))
@click.argument("source", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", "folder", metavar="COURSE", required=True, type=click.Path(path_type=Path),
              help="The new course's folder, missing or empty: nothing is ever overwritten.")  # fmt: skip
@click.option("--accept-suggestions", "accept", is_flag=True, help="Take the suggested rules, in place of open tasks.")
@click.option("--id", "course_id", metavar="ID", help="The course's id, which never changes; else made of COURSE.")
@click.option("--title", metavar="TEXT", help="The course's title; else made of COURSE.")
def command(  # noqa: PLR0913 - one for each option
    *, format_: str, source: Path, folder: Path, accept: bool, course_id: str | None, title: str | None
) -> None:
    """Make a course of the assignment in DIR, to be finished.

    DIR is the folder with the source version of an nbgrader assignment or with the master notebook of Otter Assign, or
    that notebook. Statements, points, ids, data that the notebooks name and the instructor's solution are carried over.
    How an answer is judged is an open task with a suggested rule, made of the tests; until each is decided, `grader
    validate` lists it and nothing is graded. Importing executes nothing of the assignment; its solution runs on this
    machine, outside the sandbox, at `grader validate` and whenever the course is used: read it first.
    """
    imported = import_assignment(format_, source, folder, accept=accept, names=(course_id, title))
    show("".join(f"{escape(line)}\n" for line in _describe(imported, folder)))


def _describe(imported: Imported, folder: Path) -> Iterator[str]:
    points = sum((part.points for part in imported.parts), Fraction(0))
    texts = [part for part in imported.parts if part.text]
    yield f"{folder}: {len(imported.paths)} files"
    yield ""
    yield "Carried over"
    counts = (
        (len(imported.exercises), "exercise"),
        (len(imported.parts), "part"),
        (len(imported.drafts), "tested answer"),
    )
    yield f"  {', '.join(_count(*one) for one in counts)}, {_count(len(texts), 'text')} for people to mark"
    yield f"  {show_points(points)}; the instructor's solution as reference/ and as the sample student solution"
    if imported.data:
        yield f"  data: {', '.join(imported.data)}"
    yield from _describe_tasks(imported)
    if imported.left_out:
        yield ""
        yield "Not carried over, or not as it was"
        yield from (f"  {one}" for one in imported.left_out)
    if imported.problems:
        yield ""
        yield "To be corrected"
        yield from (f"  {problem}" for problem in imported.problems)
    yield ""
    yield "The solution in reference/ runs on this machine, outside the sandbox, at grader validate and whenever the"
    yield "course is used: read it first."
    yield ""
    yield "Go into the folder, and try:"
    yield ""
    yield "  grader validate"
    if not imported.open_tasks:
        yield "  grader grade submissions/solution"


def _describe_tasks(imported: Imported) -> Iterator[str]:
    if imported.open_tasks:
        yield ""
        yield "Open tasks: choose a rule for each"
        yield from (f"  {_describe_task(draft)}" for draft in imported.open_tasks)
    taken = [draft for draft in imported.drafts if draft not in imported.open_tasks]
    if taken:
        yield ""
        yield "Suggestions taken: look at each"
        yield from (f"  {_describe_task(draft)}" for draft in taken)


def _describe_task(draft: Draft) -> str:
    on = f" on {_count(len(draft.inputs), 'input')}" if draft.inputs and draft.rule else ""
    rule = f"{draft.rule['rule']}{on}" if draft.rule is not None else "nothing can be suggested"
    return f"{draft.name} ({draft.kind}, {show_points(draft.points)}): {rule}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
