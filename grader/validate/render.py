"""The result for people: what holds, and what does not."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.report.drawing import draw, plain
from grader.report.escape import escape
from grader.report.points import format_points
from grader.validate.ignorant import STUDENTS
from grader.validate.result import Validation, count_results


def render_validation(validation: Validation, *, width: int = 100, color: bool = False) -> str:
    """Return what was verified as a table, then every problem in a line of its own, for editors and `grep`."""
    problems = "".join(f"{line}\n" for line in _list_problems(validation))
    return draw(_describe(validation), width=width, color=color) + problems


def _describe(validation: Validation) -> Iterator[RenderableType]:
    if validation.exercises:
        yield _summary(validation)
        yield Text()
        yield _table(validation)
        for student in STUDENTS:
            paid = (f"{one.check} {format_points(one.points)}" for one in validation.payments(student))
            yield plain(f"Paid to the {student} student: {', '.join(paid) or 'nothing'}", "dim")
            yield Text()
        quiet = validation.without_mutants
        if quiet:
            yield plain(f"Checks that catch no mutant, only wrong answers: {', '.join(quiet)}", "dim")
            yield Text()
    if not validation.issues:
        yield plain("✓ The course is valid.", "green")
        return
    count = len(validation.issues)
    yield plain(f"✗ {count} problem{'' if count == 1 else 's'}", "bold red")


def _list_problems(validation: Validation) -> Iterator[str]:
    for issue in validation.issues:
        place = f"{issue.place}: " if issue.place else ""
        yield escape(f"  {place}{issue.where}: {issue.code}: {issue.message}")


def _summary(validation: Validation) -> RenderableType:
    mutants = count_results(validation.mutant_results)
    grid = Table.grid(padding=(0, 2))
    grid.add_row(plain("reference", "bold"), plain(f"earns {format_points(validation.points)} points"))
    grid.add_row(plain("checks", "bold"), plain(f"{len(validation.checks)}, each put to right and wrong answers"))
    grid.add_row(plain("mistakes", "bold"), plain(f"{validation.mistakes} known ones, each made alone"))
    grid.add_row(plain("answers", "bold"), plain(f"{validation.wrong_answers} wrong ones, each submitted alone"))
    earned = " and ".join(f"{student} {format_points(validation.earned(student))}" for student in STUDENTS)
    grid.add_row(plain("ignorant", "bold"), plain(f"{earned} points: what two students earn who know nothing"))
    said = f"{mutants['total']} of the reference: {mutants['killed']} caught, "
    said += f"{mutants['equivalent']} declared equivalent, {mutants['alive']} alive"
    grid.add_row(plain("mutants", "bold"), plain(said))
    return grid


def _table(validation: Validation) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise")
    for name in ("mutants", "caught", "equivalent", "alive"):
        table.add_column(name, justify="right")
    for number in validation.exercises:
        counts = count_results(result for result in validation.mutant_results if number in result.exercises)
        cells = (number, *(str(counts[name]) for name in ("total", "killed", "equivalent", "alive")))
        table.add_row(*map(plain, cells))
    return table
