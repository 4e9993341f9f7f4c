"""Matplotlib as a student finds it: not drawn with yet, with the windows of no screen, and inline in a notebook."""

from __future__ import annotations

import os
import sys
from typing import Any

from . import BUILTINS

__builtins__ = BUILTINS

_INLINE = "module://matplotlib_inline.backend_inline"
_INLINE_MODULE = "matplotlib_inline.backend_inline"
_WIDGETS = {"widget", "ipympl", "module://ipympl.backend_nbagg"}  # of a package that the box does not have


def warm_figures() -> None:
    """Draw once without pyplot, whose backend a student has yet to choose, and load what the inline backend needs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 -- warming is importing
    from matplotlib.backends.registry import backend_registry  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    backend_registry.resolve_backend("inline")  # the first time it reads the entry points of every package
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([0.0, 0.5, 1.0], [0.0, 1.0, 0.0], label="warm")
    axes.set_xlabel("x")
    axes.legend()
    figure.savefig(os.devnull, format="png")
    sys.modules.pop(_INLINE_MODULE, None)  # it sets up the shell when it is imported: in the notebook that uses it
    _stand_in_for_windows(backend_registry)


def _stand_in_for_windows(registry: Any) -> None:
    """Let every backend with windows be chosen, as on the student's own machine; it draws where nobody looks."""
    from matplotlib.backends.registry import BackendFilter  # noqa: PLC0415 -- there is not always a Matplotlib

    windowed = {name.lower() for name in registry.list_builtin(BackendFilter.INTERACTIVE)} | _WIDGETS | {"notebook"}
    load = registry.load_backend_module

    def load_backend_module(backend: str) -> Any:
        return load("agg" if backend.lower() in windowed else backend)

    registry.load_backend_module = load_backend_module


def choose_inline() -> None:
    """Make the inline backend the one that the first figure loads, as a kernel's environment does."""
    os.environ["MPLBACKEND"] = _INLINE
    if (matplotlib := sys.modules.get("matplotlib")) is not None:
        matplotlib.rcParams["backend"] = _INLINE


def draw_only_for_readers(shell: Any) -> None:
    """Let figures be drawn by the shell's painter, where it has one; otherwise the record says that there was one."""
    from IPython.core import pylabtools  # noqa: PLC0415 -- imported while warming

    select = pylabtools.select_figure_formats

    def select_figure_formats(chosen: Any, formats: Any, **options: Any) -> None:
        del formats  # the record has one: PNG, drawn apart
        select(chosen, set(), **options)
        if shell.painter is not None:
            figure = sys.modules["matplotlib.figure"].Figure
            chosen.display_formatter.formatters["image/png"].for_type(figure, shell.painter.draw)

    pylabtools.select_figure_formats = select_figure_formats
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        draw_all = pyplot.draw_all

        def draw_all_for_readers(force: bool = False) -> None:  # noqa: FBT001, FBT002 -- Matplotlib's signature
            if force:  # otherwise a cell's end would draw every figure, to be closed unseen
                draw_all(force)

        pyplot.draw_all = draw_all_for_readers


def find_gui(gui: str | None) -> str | None:
    """Return the backend that `%matplotlib gui` means here."""
    return "notebook" if gui in _WIDGETS else gui
