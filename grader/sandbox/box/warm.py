"""Warms an interpreter: imports and exercises what students use, and leaves no trace of it that they could meet."""

from __future__ import annotations

import contextlib
import importlib
import os
import site
import sys
import warnings
from importlib.machinery import BuiltinImporter, FrozenImporter
from pathlib import Path
from types import ModuleType
from typing import Any

_LIBRARIES = (
    "matplotlib.pyplot", "scipy.integrate", "scipy.linalg", "scipy.optimize", "scipy.spatial.distance",
    "scipy.special", "scipy.stats", "sympy", "multiprocessing.popen_spawn_posix", "concurrent.futures.process",
)  # fmt: skip
_FOR_STUDENTS: set[str] = set()  # modules imported for them alone, which a kernel that has just started would not have
_SHELL = ("IPython.core.ultratb", "matplotlib_inline.backend_inline")


def warm() -> Any:
    """Return a shell in an interpreter that has everything ready."""
    for setter in (site.setquit, site.setcopyright, site.sethelper):  # builtins that `python -S` leaves out
        setter()
    before = set(sys.modules)
    for name in _LIBRARIES:
        _import(name)
    _FOR_STUDENTS.update(sys.modules.keys() - before - sys.stdlib_module_names)
    filters = warnings.filters[:]
    for name in _SHELL:
        _import(name)

    from .backends import warm_figures  # noqa: PLC0415 -- after Matplotlib, if there is one
    from .kernel import note_generators  # noqa: PLC0415 -- what every child needs
    from .shell import build_shell  # noqa: PLC0415 -- needs IPython on the path

    shell = build_shell()
    shell.plain_filters = filters  # what a script finds, which has no shell
    shell.run_cell("%%capture\nwarm = [1 + 1]", store_history=False)  # a magic: IPython loads them when one is used
    with contextlib.suppress(ImportError):
        warm_figures()
    shell.reset()
    shell.push(dict.fromkeys(("_", "__", "___"), ""), interactive=False)  # no results yet; a reset takes them away
    _restore_main(sys.modules["__main__"])
    _let_forkservers_spawn()
    note_generators()
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            module.__dict__.pop("__warningregistry__", None)  # a warning given once is due once more
    return shell


def _import(name: str) -> None:
    with contextlib.suppress(ModuleNotFoundError):  # a course need not offer it
        importlib.import_module(name)


def _restore_main(main: ModuleType) -> None:
    """Give `__main__` back what a new module has, which IPython's reset takes away."""
    for name in ("__doc__", "__loader__", "__package__", "__spec__"):
        main.__dict__.setdefault(name, None)


def _let_forkservers_spawn() -> None:
    """Let workers of the start method `forkserver` be spawned: its server would listen on a socket, and none is given.

    To a program both look alike: a new interpreter that inherits nothing.
    """
    from multiprocessing import context, popen_spawn_posix  # noqa: PLC0415 -- warming is importing

    def start(process: Any) -> Any:
        return popen_spawn_posix.Popen(process)

    process_class: Any = context.ForkServerProcess
    process_class._Popen = staticmethod(start)  # noqa: SLF001 -- what a context asks for its way to start


# ---------------------------------------------------------------- where a child's imports look


def look_beside_script(file: str) -> None:
    """Look for modules beside the script before anywhere else."""
    folder, _, name = file.rpartition("/")
    sys.path.insert(0, folder)
    # a script that was submitted under the name of a library is hardly meant to take its place in its own imports
    others = _find_beside(folder) - {name.removesuffix(".py")}
    _forget({other for other in others if not _comes_first(other)})


def look_in_working_directory() -> None:
    """Look for modules in the working directory, whichever it is: after the standard library, before the packages."""
    installed = os.environ["PYTHONPATH"].split(os.pathsep)
    library = [place for place in sys.path if place not in installed]
    sys.path[:] = [*library, "", *installed]
    _forget(_find_beside(".") & _FOR_STUDENTS)


def _find_beside(folder: str) -> set[str]:
    """Return the names of the modules and packages in a folder."""
    names = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                names.add(entry.name[:-3])
            elif Path(entry.path, "__init__.py").is_file():
                names.add(entry.name)
    return names


def _comes_first(name: str) -> bool:
    """Tell whether Python finds a module of its own before it looks into any folder, or has it when it starts."""
    if name in {"__main__", "encodings"}:
        return True
    return BuiltinImporter.find_spec(name) is not None or FrozenImporter.find_spec(name) is not None


def _forget(names: set[str]) -> None:
    """Let these be imported anew, from where they are found now."""
    for module in [module for module in sys.modules if module.partition(".")[0] in names]:
        del sys.modules[module]
