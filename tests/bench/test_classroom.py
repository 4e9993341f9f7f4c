"""The benchmark's class: every contender is asked the same, and students differ."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from bench.classroom import PACKAGES, REFERENCE, build_notebook, draw_cells, list_tasks, write_course, write_students
from bench.peers.nbgrader import build_source, fill_in
from bench.peers.otter import build_tests
from bench.questions import TASKS
from grader.pipeline import load_grader
from grader.validate import validate_course

QUESTIONS = sum(len(task.questions) for task in TASKS)


def test_twenty_code_cells_and_thirty_checks() -> None:
    """The class has the size that the results claim."""
    code = [cell for cell in build_notebook(3).cells if cell.cell_type == "code"]
    assert (len(code), QUESTIONS) == (20, 30)


def test_same_seed_same_notebook() -> None:
    """A class can be generated again, byte for byte."""
    assert nbformat.writes(build_notebook(5)) == nbformat.writes(build_notebook(5))


def test_students_differ_and_some_are_wrong() -> None:
    """No two of twenty students submit the same code, and between a tenth and a third of their cells are wrong."""
    sources = {"\n".join(cell.source.split("\n", 1)[-1] for cell in draw_cells(seed)) for seed in range(20)}
    wrong = [
        any(cell.source.endswith(way) for way in cell.task.wrong)
        for seed in range(20)
        for cell in draw_cells(seed)
        if cell.task is not None
    ]
    assert len(sources) == 20
    assert 0.1 < sum(wrong) / len(wrong) < 0.34


def test_notebooks_are_valid(tmp_path: Path) -> None:
    """What is written is a notebook that Jupyter accepts."""
    write_students(tmp_path / "class", 2)
    written = sorted((tmp_path / "class").iterdir())
    assert [path.name for path in written] == ["student00000.ipynb", "student00001.ipynb"]
    for path in written:
        nbformat.validate(nbformat.read(path, as_version=4))


def test_course_loads(tmp_path: Path) -> None:
    """Our grader accepts the generated course with all its code, with as many points as there are questions."""
    write_course(tmp_path)
    course = load_grader(tmp_path).course
    assert course.file.packages == PACKAGES
    assert sum(part.points for exercise in course.exercises for part in exercise.parts) == QUESTIONS


def test_the_courses_own_reference_earns_all_points(tmp_path: Path) -> None:
    """What the benchmark grades is a course like any other: its reference is right by its own checks."""
    write_course(tmp_path)
    found = {issue.code for issue in validate_course(tmp_path, mutate=False).issues}
    assert not found & {"course.invalid", "reference.not_full", "reference.points", "starter.points"}


def test_every_right_way_passes_every_assert(tmp_path: Path) -> None:
    """The peers' asserts hold for each right way of each cell, and fail for each wrong one."""
    script = tmp_path / "check.py"
    script.write_text(CHECK, encoding="utf-8")
    here = Path(__file__).resolve().parents[2]
    run = [sys.executable, str(script), str(here)]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert json.loads(done.stdout.splitlines()[-1]) == []


CHECK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import matplotlib
matplotlib.use("agg")
from bench.questions import DATA, IMPORTS, SYSTEM_DATA, TASKS
import warnings
warnings.simplefilter("ignore")
wrong_verdicts = []
space = {}
exec(IMPORTS + "\\n" + DATA + "\\n" + SYSTEM_DATA, space)
for task in TASKS:
    for ways, expected in ((task.wrong, False), (task.right, True)):
        for way in ways:
            exec(way.replace("{seed}", "7"), space)
            passed = True
            for question in task.questions:
                try:
                    exec(question.test, space)
                except AssertionError:
                    passed = False
            if passed is not expected:
                wrong_verdicts.append(way)
print()
print(json.dumps(wrong_verdicts))
"""


def test_nbgrader_source_has_every_assert() -> None:
    """Each assert stands in a locked, graded cell, and a student's answer replaces the solution alone."""
    source = build_source()
    graded = [cell for cell in source.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert sum(cell.metadata.nbgrader.points for cell in graded) == QUESTIONS
    assert all(
        question.test in "\n".join(cell.source for cell in graded) for task in TASKS for question in task.questions
    )
    submitted = fill_in(source, 4)
    written = {cell.source for cell in draw_cells(4) if cell.part}
    solutions = {cell.source for cell in submitted.cells if cell.metadata.get("nbgrader", {}).get("solution")}
    assert solutions == written


def test_otter_files_have_every_assert() -> None:
    """Each part has a file of Otter's form whose cases are its asserts."""
    files = build_tests()
    assert list(files) == [part for part, _ in list_tasks()]
    for part, task in list_tasks():
        namespace: dict[str, dict[str, object]] = {}
        exec(files[part], namespace)  # noqa: S102 -- Otter's test files are Python
        assert namespace["test"]["points"] == len(task.questions)


@pytest.mark.parametrize("exercise", ["1", "2", "3", "4"])
def test_reference_answers_by_name(tmp_path: Path, exercise: str) -> None:
    """Every answer but the figure has a function of its name in the generated reference."""
    write_course(tmp_path)
    text = (tmp_path / REFERENCE / f"exercise{exercise}.py").read_text(encoding="utf-8")
    names = [name for task in TASKS if task.exercise == exercise for name, kind, _ in task.answers if kind != "figure"]
    assert all(f"def {name}(" in text for name in names)
