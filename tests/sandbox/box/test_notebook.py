"""A notebook finds what a new interpreter has: seeded generators, counted cells, an exit that ends nothing."""

from __future__ import annotations


def test_generators_that_libraries_made_are_seeded(full_box, make_submission):
    """Libraries make generators when they are imported, before a submission is known: each run finds them the same."""
    code = "import sympy, random\nprint(sympy.core.random.rng.random(), random.random(), random.Random().random())"
    first, second = (
        full_box.run(make_submission([code]), [], "0" * 64).notebooks["ada.ipynb"].cells[0].outputs for _ in range(2)
    )
    assert first == second


def test_exit_in_a_notebook_ends_nothing(run_full):
    """In a kernel the rest of the cell runs, and here what comes after it, too."""
    evidence = run_full("a = 1\nexit(0)\nb = 2", "quit()", "exit", names="a b")
    assert [cell.status for cell in evidence.cells] == ["ok"] * 3
    assert evidence.answers["b"].value.value == "2"


def test_cells_are_counted(full_box, make_submission):
    """The record has the numbers that a kernel would have given."""
    notebook = full_box.run(make_submission(["1", "", "3"]), [], "0" * 64).notebooks["ada.ipynb"]
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 2]


def test_an_interrupt_reaches_a_cell_that_waits(run_full):
    """A cell that awaits for ever is interrupted, and the loop goes on with the next."""
    evidence = run_full("import asyncio\nawait asyncio.sleep(99)", "async def g(): return 3\na = await g()")
    assert [cell.status for cell in evidence.cells] == ["timed_out", "ok"]
    assert evidence.answers["a"].value.value == "3"
