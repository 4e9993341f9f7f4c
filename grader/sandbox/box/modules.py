"""Where a student's imports look: as under plain Python or in a kernel, whatever was imported while warming."""

from __future__ import annotations

import os
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter

_LIBRARIES: set[str] = set()


def note_libraries(names: set[str]) -> None:
    """Note what was imported for students alone, and would not be there in a kernel that has just started."""
    _LIBRARIES.update(names - sys.stdlib_module_names)


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
    _forget(_find_beside(".") & _LIBRARIES)


def _find_beside(folder: str) -> set[str]:
    """Return the names of the modules and packages in a folder."""
    names = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                names.add(entry.name[:-3])
            elif os.path.isfile(f"{entry.path}/__init__.py"):  # noqa: PTH113 -- pathlib costs an import here
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
