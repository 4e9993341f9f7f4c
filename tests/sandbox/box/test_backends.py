"""Whatever a student wants to draw with, there is nothing to draw on: the choice is taken, and the figure is read."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Run

_BACKENDS = ("TkAgg", "QtAgg", "Qt5Agg", "MacOSX", "GTK3Agg", "GTK4Agg", "WXAgg", "nbAgg", "notebook", "WebAgg")


@pytest.mark.parametrize("name", _BACKENDS)
def test_backends_with_windows_can_be_chosen(run_full: Run, name: str) -> None:
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
def test_every_matplotlib_magic_is_followed(run_full: Run, gui: str) -> None:
    """Whatever a notebook asks to draw with, it may plot."""
    evidence = run_full(f"%matplotlib {gui}\nimport matplotlib.pyplot as plt\nplt.plot([1])\na = 1", "plt.gcf()\nb = 2")
    assert [cell.status for cell in evidence.cells] == ["ok", "ok"], evidence.cells


def test_an_unknown_backend_is_still_an_error(run_full: Run) -> None:
    """Only what could be a window somewhere is accepted."""
    assert run_full("import matplotlib\nmatplotlib.use('nosuch')").cells[0].error.error == "ValueError"
