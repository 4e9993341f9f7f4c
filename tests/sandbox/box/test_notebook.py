"""A notebook finds what a new interpreter has: seeded generators, counted cells, an exit that ends nothing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

from grader.sandbox import Sandbox, box
from tests.sandbox.conftest import BRIEF, Run


def test_generators_that_libraries_made_are_seeded(full_box: Sandbox, make_submission: Any) -> None:
    """Libraries make generators when they are imported, before a submission is known: each run finds them the same."""
    code = "import sympy, random\nprint(sympy.core.random.rng.random(), random.random(), random.Random().random())"
    first, second = (
        full_box.run(make_submission([code]), [], "0" * 64).notebooks["ada.ipynb"].cells[0].outputs for _ in range(2)
    )
    assert first == second


def test_exit_in_a_notebook_ends_nothing(run_full: Run) -> None:
    """In a kernel the rest of the cell runs, and here what comes after it, too."""
    evidence = run_full("a = 1\nexit(0)\nb = 2", "quit()", "exit", names="a b")
    assert [cell.status for cell in evidence.cells] == ["ok"] * 3
    assert evidence.answers["b"].value.value == "2"


def test_cells_are_counted(full_box: Sandbox, make_submission: Any) -> None:
    """The record has the numbers that a kernel would have given."""
    notebook = full_box.run(make_submission(["1", "", "3"]), [], "0" * 64).notebooks["ada.ipynb"]
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 2]


def test_an_interrupt_reaches_a_cell_that_waits(run_full: Run) -> None:
    """A cell that awaits for ever is interrupted, and the loop goes on with the next."""
    cells = ("import asyncio\nawait asyncio.sleep(99)", "async def g(): return 3\na = await g()")
    evidence = run_full(*cells, limits=BRIEF)
    assert [cell.status for cell in evidence.cells] == ["timed_out", "ok"]
    assert evidence.answers["a"].value.value == "3"


def test_builtins_that_a_student_replaces_are_nobody_elses(run_full: Run) -> None:
    """NumPy's functions in place of Python's: the cell and what is asked afterwards go on as if they were not."""
    replacing = "import builtins, numpy as np\nbuiltins.sum, builtins.any, builtins.all = np.sum, np.any, np.all"
    evidence = run_full(replacing, "a = sum([1, 2])\nb = np.ones(2)\ndef f(x): return [x]", calls=[(1.0,)])
    assert [cell.status for cell in evidence.cells] == ["ok", "ok"]
    assert [evidence.answers[name].value.type for name in "ab"] == ["int", "array"]
    assert evidence.answers["f"].calls[0].type == "returned"


_BEFORE = {"confine", "files", "forkserver", "warm"}  # their work is done when a student's code begins
_STUDENTS = {"numgrade_student"}  # what stands in for a module of theirs


@pytest.mark.parametrize(
    "name", sorted({found.name for found in pkgutil.iter_modules(box.__path__)} - _BEFORE - _STUDENTS)
)
def test_what_works_after_student_code_has_builtins_of_its_own(name: str) -> None:
    """Every function of these modules, so that none of them is at a student's mercy."""
    module = importlib.import_module(f"{box.__name__}.{name}")
    own = [found for _, found in inspect.getmembers(module, inspect.isfunction) if found.__module__ == module.__name__]
    own += [
        found
        for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__
        for _, found in inspect.getmembers(kind, inspect.isfunction) if found.__module__ == module.__name__
    ]  # fmt: skip
    assert own
    assert all(inspect.unwrap(found).__builtins__ is vars(box.BUILTINS) for found in own)
