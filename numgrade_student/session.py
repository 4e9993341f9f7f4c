"""The check of a live session: what the names of the student's notebook or script are bound to at this moment."""

from __future__ import annotations

import random
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from numgrade_student.calls import NoResult, Outcome, call_function, describe_exception
from numgrade_student.cells import read_cells
from numgrade_student.course import Answer, Args, CheckError, PublicCourse, load_course
from numgrade_student.engine import examine
from numgrade_student.plain import take_plain
from numgrade_student.report import Report
from numgrade_student.stops import Stop, find_last_stop, register_own_file
from numgrade_student.texts import TextState, find_texts


class LiveWork:
    """The names of a session, its functions called as they are."""

    def __init__(
        self,
        namespace: Mapping[str, Any],
        stops: Sequence[Stop] = (),
        texts: Mapping[str, TextState] | None = None,
    ) -> None:
        """Look at a namespace; without `texts` its markdown cells cannot be seen."""
        self.stops = stops
        self._namespace: Mapping[Any, Any] = namespace  # names set through `globals()` may be anything
        self._texts = texts

    @property
    def names(self) -> Iterable[str]:
        """The names that the student has given a value, without modules and what belongs to the notebook."""
        hidden = {"In", "Out", "exit", "quit", "open", "get_ipython"}
        named = [(name, one) for name, one in self._namespace.items() if isinstance(name, str) and name not in hidden]
        return [name for name, one in named if not issubclass(type(one), ModuleType)]  # its `__class__` may raise

    def value(self, name: str) -> object:
        """Return the plain value of a name; None where there is none."""
        return take_plain(self._namespace.get(name))

    def call(self, answer: Answer, args: Args) -> Outcome:
        """Return what a function of the session gives."""
        function = self._namespace.get(answer.name)
        return call_function(function, answer, args) if callable(function) else NoResult("is not a function")

    def text(self, name: str) -> TextState:
        """Return whether a markdown cell holds this answer."""
        return "unseen" if self._texts is None else self._texts.get(name, "missing")


def check(*parts: str, file: str | Path | None = None) -> Report:
    """Check the form of your answers, before you submit. Says nothing of whether a value is correct.

    Args:
        *parts: such as "1a", "1b" or "ex1"; none means all that you have attempted.
        file: your saved notebook, so that answers in its text cells are seen as well.

    Returns:
        What was found; shown at the end of a cell, or with `print`.
    """
    shell = _find_shell()
    caller = sys._getframe(1).f_globals  # noqa: SLF001 - the only way to the caller
    is_script = caller.get("__name__") == "__main__" and "__file__" in caller  # in a notebook, too: %run
    namespace = caller if shell is None or is_script else shell.user_ns
    title = "this notebook" if shell is not None else "this session"
    return build_report(load_course, namespace, parts, title=title, file=file)


def build_report(
    load: Callable[[], PublicCourse],
    namespace: MutableMapping[str, Any],
    parts: Sequence[str] = (),
    *,
    title: str,
    file: str | Path | None = None,
) -> Report:
    """Return the check of a namespace, which is left as it was; a report that says why where it cannot be made."""
    try:
        course = load()
        chosen = course.choose(parts)
        texts = None if file is None else find_texts(course, read_cells(Path(file)))
        stop = find_last_stop()
        if "__file__" in namespace:
            register_own_file(str(namespace["__file__"]))
        with unchanged(namespace):
            result = examine(course, LiveWork(namespace, (stop,) if stop else (), texts), chosen)
        kept = [one for one in result.stops if one[1]]  # an error that was mended long ago is remembered too
        heading = title if file is None else f"{title}, with the texts in {Path(file).name}"
        return Report(heading, type(result)(result.parts, tuple(kept)), named=bool(parts))
    except CheckError as error:
        return Report(title, problem=str(error))
    except KeyboardInterrupt:
        return Report(title, problem="You interrupted the check.")
    except Exception as error:  # noqa: BLE001 - a fault of ours must not look like one of the student's
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}, line {last.lineno}"
        fault = describe_exception(error)
        problem = f"The check itself failed, which is not your mistake: {fault.error}: {fault.message} ({where})."
        return Report(title, problem=problem)


def _find_shell() -> Any:
    """Return the running IPython; None where there is none."""
    ipython: Any = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


# ---------------------------------------------------------------- leaving things as they were


@contextmanager
def unchanged(namespace: MutableMapping[str, Any]) -> Iterator[None]:
    """Put back what a student's function may change by the way: names, random state, figures, warnings, NumPy's errors.

    What is displayed inside is not shown.
    """
    with ExitStack() as stack:
        stack.callback(_restore_names, namespace, dict(namespace))
        stack.callback(random.setstate, random.getstate())
        stack.callback(np.random.set_state, np.random.get_state())  # noqa: NPY002 - the one that students' code may use
        stack.enter_context(np.errstate())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(_own_figures())
        if _find_shell() is not None:
            capture: Any = sys.modules["IPython"].utils.capture
            stack.enter_context(capture.capture_output())
        yield


def _restore_names(namespace: MutableMapping[str, Any], before: Mapping[str, Any]) -> None:
    for name in [name for name in namespace if name not in before]:
        del namespace[name]
    for name, value in before.items():
        if namespace.get(name, namespace) is not value:
            namespace[name] = value


@contextmanager
def _own_figures() -> Iterator[None]:
    """Let figures that are drawn inside be others than those that are open, and close them."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        yield
        return
    manager: Any = sys.modules["matplotlib._pylab_helpers"].Gcf
    opened, is_interactive = manager.figs.copy(), pyplot.isinteractive()
    manager.figs.clear()
    pyplot.ioff()
    try:
        yield
    finally:
        pyplot.close("all")
        manager.figs.update(opened)
        if is_interactive:
            pyplot.ion()
