"""Writes the class: the course for our grader, and students' notebooks that differ by seed."""

from __future__ import annotations

import json
import random
import shutil
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from bench import inputs
from bench.asking import Task
from bench.questions import CURVES, DATA, IMPORTS, SYSTEM_DATA, TASKS

REFERENCE = "reference"
WRONG_SHARE = 0.2  # of the cells, so that both verdicts and their explanations are paid for
PACKAGES = ("scipy", "sympy")  # beside NumPy and Matplotlib


@dataclass(frozen=True)
class Placed:
    """A code cell of the notebook: its tags, the task it solves (None: data), and how this student wrote it."""

    exercise: str
    part: str | None
    task: Task | None
    source: str


def list_tasks() -> Iterator[tuple[str, Task]]:
    """Yield (part, task): 1a, 1b … in the order of the notebook."""
    counts: dict[str, int] = {}
    for task in TASKS:
        letter = string.ascii_lowercase[counts.get(task.exercise, 0)]
        counts[task.exercise] = counts.get(task.exercise, 0) + 1
        yield task.exercise + letter, task


def draw_cells(seed: int) -> list[Placed]:
    """Return the twenty code cells of the student with this seed."""
    rng = random.Random(seed)
    cells = [Placed("1", None, None, f"{IMPORTS}\n\n{DATA}")]
    for part, task in list_tasks():
        if part == "4a":
            cells.append(Placed("4", None, None, SYSTEM_DATA))
        sources = task.wrong if task.wrong and rng.random() < WRONG_SHARE else task.right
        source = rng.choice(sources).replace("{seed}", str(rng.randrange(1000)))
        cells.append(Placed(task.exercise, part, task, f"# student {seed}, part {part}\n{source}"))
    return cells


def build_notebook(seed: int) -> nbformat.NotebookNode:
    """Return one student's notebook: a question in Markdown above each answer, tags as the grader reads them."""
    cells = []
    for index, cell in enumerate(draw_cells(seed)):
        tags = [f"ex{cell.exercise}", *([cell.part] if cell.part else [])]
        if cell.task is not None:
            text = f"### {cell.part}\n\n{cell.task.about}"
            cells.append(nbformat.v4.new_markdown_cell(text, id=f"text-{index}", metadata={"tags": tags}))
        cells.append(nbformat.v4.new_code_cell(cell.source, id=f"code-{index}", metadata={"tags": tags}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_students(folder: Path, count: int, first: int = 0) -> None:
    """Write the notebooks of `count` students, named student00000.ipynb and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        nbformat.write(build_notebook(seed), folder / f"student{seed:05}.ipynb")


# ---------------------------------------------------------------- our course


def write_course(folder: Path) -> None:
    """Write the course for our grader: JSON, which is YAML too, and a reference package beside it."""
    exercises = sorted({task.exercise for task in TASKS})
    (folder / "exercises").mkdir(parents=True, exist_ok=True)
    (folder / REFERENCE).mkdir(exist_ok=True)
    (folder / REFERENCE / "__init__.py").write_text(
        '"""Right answers of the benchmark\'s class."""\n', encoding="utf-8"
    )
    _write_json(
        folder / "course.yaml",
        {
            "schema": "grader/course/v1",
            "id": "benchmark",
            "title": "A class for the benchmark",
            "packages": list(PACKAGES),
            "seed": 0,
        },
    )
    shutil.copy(inputs.__file__, folder / REFERENCE / "inputs.py")
    for exercise in exercises:
        _write_json(folder / "exercises" / f"ex{exercise}.yaml", build_exercise(exercise))
        module = folder / REFERENCE / f"exercise{exercise}.py"
        module.write_text(build_reference(exercise), encoding="utf-8")


def build_exercise(exercise: str) -> dict[str, Any]:
    """Return the content of one exercise file."""
    return {
        "schema": "grader/exercise/v1",
        "id": exercise,
        "title": f"Exercise {exercise} of the benchmark",
        "statement": "Answer every part in its own cell.",
        "parts": [_build_part(part, task) for part, task in list_tasks() if task.exercise == exercise],
    }


def _build_part(part: str, task: Task) -> dict[str, Any]:
    answers = [{"name": name, "kind": kind, "about": task.about, **more} for name, kind, more in task.answers]
    checks = [{"id": one.id, "answer": one.answer, "points": 1, **one.rule} for one in task.questions]
    return {
        "id": part, "title": task.about, "points": len(checks),
        "statement": f"{task.about} Answers: {', '.join(f'`{name}`' for name, _, _ in task.answers)}.",
        "answers": answers, "checks": checks,
    }  # fmt: skip


def build_reference(exercise: str) -> str:
    """Return the reference module: the first right way of every cell, its values behind functions of their names."""
    lines = ['"""Right answers, from the benchmark\'s own cells."""', IMPORTS, DATA, SYSTEM_DATA]
    values: list[str] = []
    for task in TASKS:
        kinds = {kind for _, kind, _ in task.answers}
        if task.exercise != exercise or "figure" in kinds:
            continue
        source = task.right[0].replace("{seed}", "0")
        lines.append("\n".join(line for line in source.splitlines() if not line.startswith("print(")))
        values += [name for name, kind, _ in task.answers if kind != "function"]
    lines.append(f"_values = {{name: globals()[name] for name in {values!r}}}")
    lines += [f"def {name}():\n    return _values[{name!r}]" for name in values]
    return "\n\n\n".join([*lines, CURVES.get(exercise, "")])


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
