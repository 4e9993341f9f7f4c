"""Runs a student's own file in this process, as it is theirs, and checks each exercise after its last cell."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

from numgrade_student.cells import Cell, read_cells
from numgrade_student.course import CheckError, PublicCourse
from numgrade_student.engine import PartResult, Result, examine
from numgrade_student.report import Report
from numgrade_student.session import LiveWork, unchanged
from numgrade_student.stops import OWN_CODE, Stop, build_stop, register_own_file
from numgrade_student.texts import find_exercise, find_place, find_texts


class _Runner(Protocol):
    """Runs cells one after the other in one namespace."""

    namespace: MutableMapping[str, Any]

    def run(self, cell: Cell) -> BaseException | None:
        """Run a cell; return what it raised."""
        ...


def check_file(course: PublicCourse, path: Path, parts: Sequence[str] = ()) -> Report:
    """Run a notebook or script and return what is to be said of it.

    Raises:
        CheckError: it cannot be read or run, or there is no such part.
    """
    chosen = course.choose(parts)
    cells = read_cells(path)
    texts = find_texts(course, cells)
    with _at_home(path):
        runner = _open_runner(path, cells)
        stops: list[Stop] = []
        found: dict[str, PartResult] = {}
        told: dict[Stop, tuple[str, ...]] = {}
        for cell, done in _plan(course, cells, chosen):
            if cell is not None and cell.kind == "code":
                error = _run_quietly(runner, cell)
                if error is not None:
                    stops.append(build_stop(error, cell.source, cell.number, _name_place(course, cell)))
            if done:
                with unchanged(runner.namespace):
                    result = examine(course, LiveWork(runner.namespace, tuple(stops), texts), done)
                found |= {one.part.id: one for one in result.parts}
                told |= {stop: (*told.get(stop, ()), *names) for stop, names in result.stops}
    ordered = tuple(found[one] for one in chosen)
    return Report(path.name, Result(ordered, tuple((stop, told.get(stop, ())) for stop in stops)), named=bool(parts))


def _plan(
    course: PublicCourse, cells: Sequence[Cell], chosen: Sequence[str]
) -> Iterator[tuple[Cell | None, tuple[str, ...]]]:
    """Yield each cell with the parts to be checked after it: those of an exercise after the last cell with its tag."""
    last: dict[str, int] = {}
    for index, cell in enumerate(cells):
        exercise = find_exercise(course, cell.tags)
        if exercise is not None:
            last[exercise.id] = index
    for index, cell in enumerate(cells):
        ready = {one for one, at in last.items() if at == index}
        yield cell, _list_chosen(course, chosen, ready)
    yield None, _list_chosen(course, chosen, {one.id for one in course.exercises} - set(last))


def _list_chosen(course: PublicCourse, chosen: Sequence[str], exercises: Iterable[str]) -> tuple[str, ...]:
    wanted = set(exercises)
    return tuple(part.id for one, part in course.list_parts() if one.id in wanted and part.id in chosen)


def _name_place(course: PublicCourse, cell: Cell) -> str:
    place = find_place(course, cell.tags)
    if place is None:
        return ""
    exercise, part = place
    return f"exercise {exercise.id}" if part is None else f"part {part.id}"


def _run_quietly(runner: _Runner, cell: Cell) -> BaseException | None:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return runner.run(cell)


@contextmanager
def _at_home(path: Path) -> Iterator[None]:
    """Be in the folder of the file, as Jupyter and Python are, without a screen to draw on."""
    os.environ.setdefault("MPLBACKEND", "agg")
    before, folder = Path.cwd(), str(path.resolve().parent)
    sys.path.insert(0, folder)
    sys.dont_write_bytecode, wrote = True, sys.dont_write_bytecode
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path.remove(folder)
        sys.dont_write_bytecode = wrote


def _open_runner(path: Path, cells: Sequence[Cell]) -> _Runner:
    return _Shell() if path.suffix == ".ipynb" else _Python(path, cells)


class _Python:
    """Plain Python: a script as `__main__`."""

    def __init__(self, path: Path, cells: Sequence[Cell]) -> None:
        module = types.ModuleType("__main__")
        module.__file__ = str(path.resolve())
        self.namespace: MutableMapping[str, Any] = module.__dict__
        self._is_whole = len(cells) == 1 and cells[0].number is None
        self._path = module.__file__
        sys.modules["__main__"] = module
        sys.argv = [module.__file__]

    def run(self, cell: Cell) -> BaseException | None:
        """Run a cell, or the whole script; return what it raised."""
        filename = self._path if self._is_whole else f"{OWN_CODE} {cell.number}>"
        register_own_file(filename)
        try:
            code = compile(cell.source, filename, "exec", dont_inherit=True)
            exec(code, self.namespace)  # type: ignore[arg-type]  # noqa: S102 - the student's own code, on their machine
        except BaseException as error:  # noqa: BLE001 - theirs may raise anything; the next cell goes on
            return _unless_exit(error)
        return None


def _unless_exit(error: BaseException) -> BaseException | None:
    """Return an exception, unless it says that the script came to its end."""
    return None if isinstance(error, SystemExit) and not error.code else error


class _Shell:
    """The IPython of the student's Jupyter, which knows magics and `await`."""

    def __init__(self) -> None:
        self._shell = _build_shell()
        self.namespace: MutableMapping[str, Any] = self._shell.user_ns

    def run(self, cell: Cell) -> BaseException | None:
        """Run a cell; return what it raised."""
        capture: Any = sys.modules["IPython.utils.capture"]
        with capture.capture_output():
            done = self._shell.run_cell(cell.source, store_history=True)
        error: BaseException | None = done.error_before_exec or done.error_in_exec
        return None if error is None else _unless_exit(error)


def _build_shell() -> Any:
    try:
        from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - for notebooks alone
        from IPython.utils import capture  # noqa: PLC0415
        from traitlets.config import Config  # noqa: PLC0415
    except ImportError as error:
        raise CheckError(
            "To run a notebook, this Python needs IPython: `pip install ipython`, or use the Python of your Jupyter."
        ) from error
    del capture
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.enable_gui = lambda _gui=None: None  # no window is waited for
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = shell.user_module if hasattr(shell, "user_module") else module
    return shell
