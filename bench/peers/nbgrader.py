"""nbgrader, as its documentation says: a source notebook, `generate_assignment`, submissions, `autograde`."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import nbformat

from bench.asking import Task
from bench.classroom import draw_cells
from bench.contender import Contender, activate, make_environment, renew_folder, run

PACKAGES = ("nbgrader", "ipykernel", "numpy", "scipy", "matplotlib")
_ASSIGNMENT = "bench"


def build(work: Path, environments: Path, few: int, many: int) -> Contender:
    """Make a course folder for each class size.

    Raises:
        Unavailable: nbgrader cannot be installed or cannot make the assignment here.
    """
    programs = make_environment(environments / "nbgrader", *PACKAGES)
    courses = {count: _build_course(work / f"nbgrader-{count}", programs, count) for count in (few, many)}

    def prepare(count: int) -> tuple[list[str], Path]:
        course = courses[count]
        shutil.rmtree(course / "autograded", ignore_errors=True)
        shutil.copy(course / "gradebook.fresh", course / "gradebook.db")
        return [str(programs / "nbgrader"), "autograde", _ASSIGNMENT], course

    def count_done(count: int) -> int:
        with sqlite3.connect(courses[count] / "gradebook.db") as database:
            query = "select count(distinct notebook_id) from grade where auto_score > 0"
            return int(database.execute(query).fetchone()[0])

    return Contender("nbgrader", "nbgrader autograde", few, many, prepare, count_done, activate(programs))


def _build_course(course: Path, programs: Path, count: int) -> Path:
    renew_folder(course)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n", encoding="utf-8"
    )
    source = course / "source" / _ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(build_source(), source / "hw.ipynb")
    run([str(programs / "nbgrader"), "generate_assignment", _ASSIGNMENT], course, activate(programs))
    for seed in range(count):
        place = course / "submitted" / f"student{seed:05}" / _ASSIGNMENT
        place.mkdir(parents=True)
        released = nbformat.read(course / "release" / _ASSIGNMENT / "hw.ipynb", as_version=4)
        nbformat.write(fill_in(released, seed), place / "hw.ipynb")
    shutil.copy(course / "gradebook.db", course / "gradebook.fresh")
    return course


def build_source() -> nbformat.NotebookNode:
    """Return the instructor's notebook: solutions to be cut out, and below each a locked cell with its asserts."""
    cells = []
    for index, cell in enumerate(draw_cells(0)):
        if cell.task is None or cell.part is None:
            cells.append(nbformat.v4.new_code_cell(cell.source, id=f"code-{index}"))
            continue
        cells.append(nbformat.v4.new_markdown_cell(f"### {cell.part}\n\n{cell.task.about}", id=f"text-{index}"))
        solution = f"### BEGIN SOLUTION\n{cell.task.right[0].replace('{seed}', '0')}\n### END SOLUTION"
        answer = _metadata(f"answer-{cell.part}", solution=True)
        cells.append(nbformat.v4.new_code_cell(solution, id=f"code-{index}", metadata=answer))
        test = _metadata(f"test-{cell.part}", grade=True, locked=True, points=len(cell.task.questions))
        cells.append(nbformat.v4.new_code_cell(join_tests(cell.task), id=f"test-{index}", metadata=test))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def join_tests(task: Task) -> str:
    """Return the asserts of a task, one a line."""
    return "\n".join(question.test for question in task.questions)


def fill_in(notebook: nbformat.NotebookNode, seed: int) -> nbformat.NotebookNode:
    """Return the released notebook as the student with this seed hands it in."""
    written = {f"answer-{cell.part}": cell.source for cell in draw_cells(seed) if cell.part}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = written.get(grade_id, cell.source)
    return notebook


def _metadata(grade_id: str, **flags: Any) -> dict[str, Any]:
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": base | {"grade_id": grade_id} | flags}
