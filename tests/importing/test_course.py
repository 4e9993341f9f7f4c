"""An assignment as a course: files, names, and what is said of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.importing import import_assignment
from grader.spec import load_course
from grader.spec.yaml12 import parse_yaml
from tests.importing.conftest import code, graded, raw, solution, text, write_notebook


def test_the_files_of_the_course(assignment: Path, tmp_path: Path) -> None:
    """Each where a course has it; ids, titles, points and statements are the assignment's."""
    imported = import_assignment("nbgrader", assignment, tmp_path / "course", accept=True)
    course = load_course(tmp_path / "course")
    (exercise,) = course.exercises
    assert (exercise.id, exercise.title, exercise.statement.strip()) == (
        "first",
        "First steps",
        "We begin with numbers.",
    )
    assert [(part.id, part.title, part.points) for part in exercise.parts] == [
        ("double", "Doubling", 2),
        ("why", "Why", 1),
    ]
    names = {path.relative_to(tmp_path / "course").as_posix() for path in imported.paths}
    assert names == {
        ".gitignore", "course.yaml", "exercises/first.yaml", "rubrics/why.yaml",
        "reference/__init__.py", "reference/first.py", "reference/inputs.py",
        "reference/public/__init__.py", "reference/public/inputs.py",
        "submissions/solution/first.ipynb", "submissions/release/first.ipynb",
    }  # fmt: skip
    assert imported.open_tasks == imported.left_out == imported.problems == ()


def test_open_tasks_keep_what_decided(assignment: Path, tmp_path: Path) -> None:
    """The code of the tests, and the suggestion as keys of a check."""
    import_assignment("nbgrader", assignment, tmp_path / "course")
    data = parse_yaml((tmp_path / "course" / "exercises" / "first.yaml").read_text(encoding="utf-8"), "x").data
    (check,) = data["parts"][0]["checks"]
    assert (check["rule"], check["points"]) == ("todo", 2)
    assert check["tests"] == "# test_q\nassert double(3) == 6\nassert double(-1.5) == -3\n"
    assert parse_yaml(check["suggestion"], "x").data["inputs"] == "double_inputs"


@pytest.mark.parametrize("names", [(None, None), ("my-id", "My title")])
def test_the_course_has_its_own_name(assignment: Path, tmp_path: Path, names: tuple[str | None, str | None]) -> None:
    """That of its folder, or what was asked for."""
    import_assignment("nbgrader", assignment, tmp_path / "heat-2026", accept=True, names=names)
    file = load_course(tmp_path / "heat-2026").file
    assert (file.id, file.title) == (names[0] or "heat-2026", names[1] or "Heat 2026")


def test_nothing_is_overwritten(assignment: Path, tmp_path: Path) -> None:
    """Not even beside what is there."""
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        import_assignment("nbgrader", assignment, tmp_path / "course")
    assert [path.name for path in (tmp_path / "course").iterdir()] == ["mine.txt"]


def test_a_broken_assignment_leaves_nothing(assignment: Path, tmp_path: Path) -> None:
    """Neither a folder nor half of one."""
    write_notebook(assignment / "second.ipynb", solution("x = 1"), graded("assert x == 1", True))
    with pytest.raises(UsageError, match="second, cell 2"):
        import_assignment("nbgrader", assignment, tmp_path / "course")
    assert not (tmp_path / "course").exists()


def test_without_points_there_is_no_course(tmp_path: Path) -> None:
    """It would have no part."""
    write_notebook(tmp_path / "a.ipynb", solution("x = 1"), graded("assert x == 1", 0))
    with pytest.raises(UsageError, match="expected a question that earns points"):
        import_assignment("nbgrader", tmp_path, tmp_path / "course")


def test_names_are_unique_and_usable(tmp_path: Path) -> None:
    """Of parts, answers and exercises; an answer that is asked for twice has no rule the second time."""
    folder = tmp_path / "ps"
    cells = (text("Set `x`, please."), solution("x = 1", "q"), graded("assert x == 1", 1, "t"))
    write_notebook(folder / "inputs.ipynb", *cells)
    write_notebook(folder / "2.ipynb", *cells, text("a", grade=True, solution=True, points=1, grade_id="print"))
    imported = import_assignment("nbgrader", folder, tmp_path / "course", accept=True)
    assert [exercise.id for exercise in imported.exercises] == ["2", "notebook-inputs"]
    assert [part.id for part in imported.parts] == ["q", "print", "q-2"]
    assert [part.text for part in imported.parts] == ["", "print_text", ""]
    assert [draft.name for draft in imported.open_tasks] == ["x_2"]
    assert imported.problems == ()


def test_data_that_notebooks_name_go_along(tmp_path: Path) -> None:
    """The solution reads them from the course, students beside their notebook; other files are said."""
    folder = tmp_path / "ps"
    write_notebook(
        folder / "a.ipynb",
        text("Count the bytes of `x.csv` as `size`."),
        solution("size = len(open('x.csv').read())"),
        graded("assert size == 3"),
    )
    (folder / "x.csv").write_text("1,2", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    imported = import_assignment("nbgrader", folder, tmp_path / "course", accept=True)
    assert imported.data == ("data/x.csv",)
    assert "open(str(DATA / 'x.csv'))" in (tmp_path / "course" / "reference" / "a.py").read_text(encoding="utf-8")
    sample = (tmp_path / "course" / "submissions" / "solution" / "a.ipynb").read_text(encoding="utf-8")
    assert "open('data/x.csv')" in sample
    assert imported.left_out == ("files that are no data which a notebook names: notes.txt",)


def test_packages_are_those_that_are_installed(tmp_path: Path) -> None:
    """What is missing is said, and so is a module of the assignment's own."""
    folder = tmp_path / "ps"
    source = "import pandas as pd, os, numpy, own, nowhere_to_be_found\nimport nbgrader\nx = 1"
    write_notebook(folder / "a.ipynb", solution(source), graded("assert x == 1"))
    (folder / "own.py").write_text("", encoding="utf-8")
    imported = import_assignment("nbgrader", folder, tmp_path / "course", accept=True)
    assert load_course(tmp_path / "course").file.packages == ("pandas",)
    assert any("nowhere_to_be_found" in said for said in imported.left_out)
    assert any("own.py, which the solution imports" in said for said in imported.left_out)


def test_what_is_wrong_with_the_new_files_is_said(tmp_path: Path) -> None:
    """Such as a formula that the assignment never closed."""
    folder = tmp_path / "ps"
    write_notebook(folder / "a.ipynb", text("It costs 3$ or `x`."), solution("x = 1"), graded("assert x == 1"))
    imported = import_assignment("nbgrader", folder, tmp_path / "course")
    (problem,) = imported.problems
    assert "closing $" in problem.message
    assert len(imported.open_tasks) == 1


def test_data_before_the_questions_are_given(tmp_path: Path) -> None:
    """As data of the exercise; they stand in the samples as ever."""
    cells = (
        text("# Title"),
        code("g = 9.81"),
        text("Part A: set `x`."),
        solution("x = 2 * g"),
        graded("assert x == 19.62"),
    )
    write_notebook(tmp_path / "a.ipynb", *cells)
    import_assignment("nbgrader", tmp_path, tmp_path / "course", accept=True)
    assert load_course(tmp_path / "course").exercises[0].data == {"g": 9.81}


def test_points_of_a_third_stay_exact(tmp_path: Path) -> None:
    """Otter shares a point by three tests."""
    cells = [
        raw("# BEGIN QUESTION\nname: q1"),
        text("Set `x` and `y`."),
        raw("# BEGIN SOLUTION"),
        code("x = 1\ny = 2 # SOLUTION"),
    ]
    tests = [code("x == 1"), code("y == 2"), code("y > 1")]
    ends = [raw("# END TESTS"), raw("# END QUESTION")]
    write_notebook(tmp_path / "a.ipynb", *cells, raw("# END SOLUTION"), raw("# BEGIN TESTS"), *tests, *ends)
    imported = import_assignment("otter", tmp_path, tmp_path / "course", accept=True)
    assert [draft.points for draft in imported.drafts] == [Fraction(1, 3), Fraction(2, 3)]
    assert load_course(tmp_path / "course").exercises[0].parts[0].points == 1


def test_hostile_texts_are_texts(tmp_path: Path) -> None:
    """Neither YAML nor Python is made of a title, a docstring or a name of a test."""
    nasty = 'x: [}\n"""\n\x1b[31m\u2028!!python/object {{y}} \\" # '
    source = f'def double(x):\n    \'Do it \\"\\"\\" \\\\\'\n    return 2 * x\nz = {nasty!r}'
    write_notebook(
        tmp_path / "a.ipynb",
        text(f"# {nasty}\n\nWrite `double`."),
        solution(source),
        graded("assert double(2) == 4\nassert z == 'a'"),
        text(nasty, grade=True, solution=True, points=1, grade_id="import"),
    )
    imported = import_assignment("nbgrader", tmp_path, tmp_path / "course", accept=True)
    assert imported.problems == ()
    assert [part.text for part in imported.parts] == ["", "import_text"]
    for path in (tmp_path / "course" / "reference").rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
