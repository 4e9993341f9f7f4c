"""`grader doctor`: what this machine can do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.cli.app import EXIT_OURS
from grader.cli.options import course_option, json_option
from grader.cli.screen import look, publish
from grader.report.drawing import draw, plain
from grader.sandbox import Capability, Machine, inspect_machine
from grader.spec import choose_course, load_course
from grader.spec.packages import find_missing
from grader.spec.placement import is_course_near

SCHEMA = "grader/doctor/v1"
_NO_COURSE = (
    "No course here, so this is about the machine alone. To look at a course's packages too, name its folder: "
    "grader doctor --course DIR"
)


@click.command("doctor")
@json_option("what was found")
@course_option
def command(json_place: str | None, course_folder: Path | None) -> None:
    """Tell which isolation this machine gives, and how to get the rest; with a course, whether its packages are there.

    Needs no course. Exit status: 0 where students' code can be run at some level, 2 where the course is wrong or a
    package of it is not installed, 3 where students' code cannot be run at all.
    """
    folder = choose_course(course_folder) if course_folder is not None or is_course_near() else None
    packages = () if folder is None else load_course(folder).file.packages
    missing = find_missing(packages)
    machine = inspect_machine(tuple(name for name in packages if name not in missing))
    capabilities = (
        machine.capabilities if folder is None else (*machine.capabilities, _look_at_packages(packages, missing))
    )
    found = Machine(machine.level, capabilities)
    text = draw(_describe(found), **look()) + (f"\n{_NO_COURSE}\n" if folder is None else "")
    publish(text, _render_json(found), json_place)
    if machine.level is None:
        raise SystemExit(EXIT_OURS)
    if folder is not None and missing:
        load_course(folder, packages=True)  # says where each stands, and what to run


def _look_at_packages(packages: tuple[str, ...], missing: tuple[str, ...]) -> Capability:
    """Return whether what the course lets students import is installed."""
    if missing:
        return Capability("packages", False, f"not installed: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Capability("packages", True, ", ".join(packages) or "none beside NumPy and Matplotlib")


def _render_json(machine: Machine) -> str:
    """Return what was found; `level` is null where students' code cannot be run at all."""
    return json.dumps({"schema": SCHEMA, **asdict(machine)}, indent=2) + "\n"


def _describe(machine: Machine) -> Iterator[RenderableType]:
    level = machine.level or "none works here"
    yield plain(f"Isolation on this machine: {level}", "bold")
    if machine.level not in {"full", None}:
        yield plain(f"Grading starts only with --isolation {level}, or once the rest is there.")
    yield Text()
    grid = Table.grid(padding=(0, 2))
    for capability in machine.capabilities:
        mark, style = ("✓ ok", "green") if capability.ok else ("✗ lacking", "red")
        grid.add_row(plain(mark, style), plain(capability.layer), plain(_explain(capability)))
    yield grid


def _explain(capability: Capability) -> str:
    """Return what was seen, and where the layer is lacking how to get it."""
    if capability.ok:
        return capability.what
    needed = "" if capability.needed else " (not needed for full)"
    return f"{capability.what}{needed}{f'. To get it: {capability.fix}' if capability.fix else ''}"
