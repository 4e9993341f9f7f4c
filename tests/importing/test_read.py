"""The folder of an assignment: what is read of it, and what stops it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.importing import import_assignment
from grader.importing.code import MAX_CHARS
from grader.importing.read import MAX_NOTEBOOKS, read_assignment
from tests.importing.conftest import code, graded, raw, solution, text, write_notebook


def test_notebooks_and_the_files_beside_them(assignment: Path) -> None:
    """Notebooks without a question, and those in folders below, are said."""
    write_notebook(assignment / "empty.ipynb")
    write_notebook(assignment / "old" / "second.ipynb")
    (assignment / "data").mkdir()
    (assignment / "data" / "x.csv").write_text("1", encoding="utf-8")
    found = read_assignment("nbgrader", assignment)
    assert [one.name for one in found.notebooks] == ["first"]
    assert found.files == {"data/x.csv": b"1"}
    assert found.notes == (
        "old/second.ipynb: notebooks in folders below are not read",
        "empty.ipynb: holds no question",
    )


def test_a_single_notebook_is_an_assignment(assignment: Path) -> None:
    """Named after it."""
    assert read_assignment("nbgrader", assignment / "first.ipynb").name == "first"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not valid JSON"), ("[]", "not an object"), ("", "empty"),
        ('{"nbformat": 9}', "format 9"), ("[" * 100_000, "deeply"),
        ('{"nbformat": 4, "cells": [3]}', "cell 1 is not an object"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "metadata": 3}]}', "metadata of cell 1"),
        ('{"nbformat": 4, "cells": []}', "found no question: expected cells that nbgrader grades"),
        ('{"nbformat": 4, "metadata": {"kernelspec": {"language": "R"}}, "cells": []}', "a notebook in R"),
    ],
)  # fmt: skip
def test_a_broken_notebook_is_an_error(tmp_path: Path, content: str, said: str) -> None:
    """Clear, and of the person at the keyboard."""
    (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_assignment("nbgrader", tmp_path)


@pytest.mark.parametrize("metadata", [3, None, [], {"grade": 1, "solution": [1], "grade_id": {}}])
def test_metadata_of_any_form_is_data(tmp_path: Path, metadata: object) -> None:
    """Never a bug of ours."""
    cell = solution("x = 1")
    cell.metadata["nbgrader"] = metadata  # type: ignore[index]
    write_notebook(tmp_path / "a.ipynb", cell)
    with pytest.raises(UsageError):
        read_assignment("nbgrader", tmp_path)


def test_links_are_not_followed(assignment: Path) -> None:
    """What they lead to is no part of the assignment."""
    (assignment / "link").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="symbolic link"):
        read_assignment("nbgrader", assignment)


def test_a_pipe_is_not_waited_for(assignment: Path) -> None:
    """Nor opened."""
    os.mkfifo(assignment / "pipe")
    with pytest.raises(UsageError, match="named pipe"):
        read_assignment("nbgrader", assignment)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Or holds no notebook."""
    with pytest.raises(UsageError, match="does not exist"):
        read_assignment("otter", tmp_path / "none")
    with pytest.raises(UsageError, match="holds no notebook"):
        read_assignment("otter", tmp_path)


def test_so_many_notebooks_are_no_assignment(tmp_path: Path) -> None:
    """They are not all read."""
    for number in range(MAX_NOTEBOOKS + 1):
        write_notebook(tmp_path / f"{number}.ipynb")
    with pytest.raises(UsageError, match=f"at most {MAX_NOTEBOOKS} notebooks"):
        read_assignment("nbgrader", tmp_path)


@pytest.mark.parametrize("format_", ["nbgrader", "otter"])
@pytest.mark.parametrize(
    "piece",
    [" ", "\n", "#", "# ", "![", "[", '""" # BEGIN TEST CONFIG\n', "### BEGIN SOLUTION\n", "=", "**", "---\n", "a = "],
)
def test_long_and_monotonous_cells_end(tmp_path: Path, format_: str, piece: str) -> None:
    """No pattern looks at the same text again and again: each is tried at its full length."""
    long = piece * (MAX_CHARS // len(piece))
    cells = [text(long), solution(long), graded(long), raw("# BEGIN QUESTION\nname: q"), text(long)]
    cells += [raw("# BEGIN SOLUTION"), code(long), raw("# END SOLUTION"), raw("# BEGIN TESTS"), code(long)]
    write_notebook(tmp_path / "ps" / "a.ipynb", *cells, raw("# END TESTS"), raw("# END QUESTION"))
    with suppress(UsageError):
        import_assignment(format_, tmp_path / "ps", tmp_path / "course")


def test_a_cell_of_a_book_is_an_error(tmp_path: Path) -> None:
    """With its place."""
    write_notebook(tmp_path / "a.ipynb", text(""), text("a" * (MAX_CHARS + 1)))
    with pytest.raises(UsageError, match=f"a.ipynb, cell 2: expected at most {MAX_CHARS} characters"):
        read_assignment("otter", tmp_path)
