"""`grader doctor`: what this machine can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.cli.app import EXIT_OURS
from grader.cli.options import course_option
from grader.cli.screen import look, show
from grader.report.drawing import draw, plain
from grader.sandbox import Finding, Machine, inspect_machine
from grader.spec import find_course, load_course


@click.command("doctor")
@course_option
def command(course_folder: Path | None) -> None:
    """Tell which isolation this machine gives, and how to get the rest.

    Exit status: 0 where students' code can be run at some level, 3 where it cannot be run at all.
    """
    course = load_course(course_folder or find_course())
    machine = inspect_machine(course.file.packages)
    show(draw(_describe(machine), **look()))
    if machine.level is None:
        raise SystemExit(EXIT_OURS)


def _describe(machine: Machine) -> Iterator[RenderableType]:
    level = machine.level or "none works here"
    yield plain(f"Isolation on this machine: {level}", "bold")
    if machine.level not in {"full", None}:
        yield plain(f"Grading starts only with --isolation {level}, or once the rest is there.")
    yield Text()
    grid = Table.grid(padding=(0, 2))
    for finding in machine.findings:
        mark, style = ("✓ ok", "green") if finding.ok else ("✗ lacking", "red")
        grid.add_row(plain(mark, style), plain(finding.layer), plain(_explain(finding)))
    yield grid


def _explain(finding: Finding) -> str:
    """Return what was seen, and where the layer is lacking how to get it."""
    if finding.ok:
        return finding.what
    needed = "" if finding.needed else " (not needed for full)"
    return f"{finding.what}{needed}{f'. To get it: {finding.fix}' if finding.fix else ''}"
