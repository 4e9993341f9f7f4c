"""What a student finds is what a new interpreter has: windows to choose, seeded generators, nothing drawn."""

from __future__ import annotations

import pytest

_BACKENDS = ("TkAgg", "QtAgg", "Qt5Agg", "MacOSX", "GTK3Agg", "GTK4Agg", "WXAgg", "nbAgg", "notebook", "WebAgg")


@pytest.mark.parametrize("name", _BACKENDS)
def test_backends_with_windows_can_be_chosen(run_full, name):
    """Before pyplot and after, by name and by setting; what is drawn can be read."""
    code = (
        f"import matplotlib\nmatplotlib.use('{name}')\nimport matplotlib.pyplot as plt\n"
        f"plt.switch_backend('{name}')\nmatplotlib.rcParams['backend'] = '{name}'\n"
        "fig, ax = plt.subplots(); ax.plot([1, 2])\nplt.show()\na = len(ax.lines)"
    )
    evidence = run_full(code)
    assert evidence.cells[0].status == "ok", evidence.cells[0].error
    assert evidence.answers["a"].value.value == "1"


@pytest.mark.parametrize("gui", ["inline", "agg", "tk", "qt", "notebook", "widget", "ipympl"])
def test_every_matplotlib_magic_is_followed(run_full, gui):
    """Whatever a notebook asks to draw with, it may plot."""
    evidence = run_full(f"%matplotlib {gui}\nimport matplotlib.pyplot as plt\nplt.plot([1])\na = 1", "plt.gcf()\nb = 2")
    assert [cell.status for cell in evidence.cells] == ["ok", "ok"], evidence.cells


def test_an_unknown_backend_is_still_an_error(run_full):
    """Only what could be a window somewhere is accepted."""
    assert run_full("import matplotlib\nmatplotlib.use('nosuch')").cells[0].error.error == "ValueError"


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
