"""Runs a plain script as `python file.py` would: as `__main__`, in one piece, without a shell around it."""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib.machinery
import linecache
import os
import re
import sys
import threading
import traceback
import warnings
from concurrent import futures
from concurrent.futures import process, thread
from types import CodeType
from typing import Any

from . import BUILTINS

__builtins__ = BUILTINS

# How nbconvert writes a notebook's magics: such a script needs the shell that they are spoken to.
_EXPORTED = re.compile(r"get_ipython\(\)\.(?:run_line_magic|run_cell_magic|system|getoutput|magic)\(")


def compile_script(source: str, name: str) -> CodeType | None:
    """Return the script's code; None where it is no Python of its own: magics, or an `await` outside any function."""
    if _EXPORTED.search(source):
        return None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return None  # IPython, which takes more, gives this warning or error itself
    for warning in caught:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return code


def run_script(code: CodeType, source: str, shell: Any) -> BaseException | None:
    """Run `code` in the shell's namespace and wait for its threads; return the exception that ended it."""
    namespace = shell.user_ns
    _leave_shell(shell, namespace["__file__"])
    name = code.co_filename
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)  # for tracebacks and `inspect`
    try:
        exec(code, namespace)  # noqa: S102 -- the student's script, in the box
    except BaseException as error:  # noqa: BLE001 -- a student's script may end in any way; it is what came of it
        return error
    finally:
        _wait_for_threads()
    return None


def _leave_shell(shell: Any, file: str) -> None:
    """Make this the interpreter of a script: nothing in it tells of IPython."""
    type(shell).clear_instance()
    for name in ("display", "__IPYTHON__", "get_ipython"):
        builtins.__dict__.pop(name, None)
    for name in ("ps1", "ps2", "ps3"):
        sys.__dict__.pop(name, None)
    filters: Any = warnings.filters
    filters[:] = shell.plain_filters
    warnings._filters_mutated()  # type: ignore[attr-defined] # noqa: SLF001 -- its cache of what was shown
    loader = importlib.machinery.SourceFileLoader("__main__", file)
    shell.user_ns.clear()
    shell.user_ns.update(
        __name__="__main__", __doc__=None, __package__=None, __loader__=loader, __spec__=None, __annotations__={},
        __builtins__=builtins, __file__=file, __cached__=None,
    )  # fmt: skip


def _wait_for_threads() -> None:
    """Wait for what the end of the interpreter would wait for: threads, and what executors have yet to do.

    Executors' own threads wait for work without end, until the interpreter tells them that it ends. Here nobody does:
    a function that is called later may use them.
    """
    while True:
        pooled = {*thread._threads_queues, *process._threads_wakeups}  # noqa: SLF001 -- nothing else tells
        others = [
            one
            for one in threading.enumerate()
            if one is not threading.current_thread() and not one.daemon and one not in pooled
        ]
        work = _find_work() if pooled else []
        if not others and not work:
            return
        for one in others:
            one.join()
        futures.wait(work)


def _find_work() -> list[futures.Future[Any]]:
    """Return what executors are still to do; only they know of it, each for itself."""
    kinds = (thread._WorkItem, process._WorkItem)  # noqa: SLF001 -- nothing else tells
    return [found.future for found in gc.get_objects() if type(found) in kinds and not found.future.done()]


def end_forked_process(error: BaseException | None) -> None:
    """End a process that student code forked and that came back to the kernel, as Python would end it."""
    code = 0 if error is None else 1
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        if code and not isinstance(error.code, int):
            _say(str(error.code))
    elif error is not None:
        _say("".join(traceback.format_exception_only(error)))  # of a fork bomb there are many: no time for more
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code & 0xFF)


def _say(text: str) -> None:
    with contextlib.suppress(Exception):
        sys.stderr.write(f"{text.rstrip()}\n")
