"""The two sample students of an imported course."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.importing import import_assignment
from grader.judge.placeholder import OPEN_TEXT


def read_cells(course: Path, whose: str) -> list[tuple[Any, Any, Any]]:
    """Return kind, source and tags of the cells of a sample student."""
    notebook = json.loads((course / "submissions" / whose / "first.ipynb").read_text(encoding="utf-8"))
    return [(cell["cell_type"], "".join(cell["source"]), cell["metadata"]["tags"]) for cell in notebook["cells"]]


def test_solution_and_release_have_the_tags_of_the_starter(assignment: Path, tmp_path: Path) -> None:
    """Code as the assignment has it, a text in a cell with its name; untouched texts are the starter's words."""
    import_assignment("nbgrader", assignment, tmp_path / "course", accept=True)
    tags = [["first", "double"], ["first", "why", "why"]]
    tags = [list(dict.fromkeys(one)) for one in tags]
    assert read_cells(tmp_path / "course", "solution") == [
        ("code", "def double(x):\n    return 2 * x", tags[0]),
        ("markdown", "Because it adds `x` to itself.", tags[1]),
    ]
    assert read_cells(tmp_path / "course", "release") == [
        ("code", "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()", tags[0]),
        ("markdown", OPEN_TEXT, tags[1]),
    ]
