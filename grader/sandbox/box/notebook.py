"""Runs cells as a Jupyter kernel does: in one event loop for all of them, which runs while a cell does."""

from __future__ import annotations

import asyncio
import builtins
import contextvars
import getpass
import importlib.util
import os
import sys
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

from IPython.core.error import StdinNotImplementedError

from . import BUILTINS, backends

__builtins__ = BUILTINS

_PASSES = 32  # of the event loop after a cell: what is ready goes on, what waits for time does not
_TERMINAL = {
    "TERM": "xterm-color", "CLICOLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "PAGER": "cat",
    "GIT_PAGER": "cat",
}  # fmt: skip


class Notebook:
    """The event loop and the shell of one notebook."""

    def __init__(self, shell: Any) -> None:
        """Take over `shell`, whose cells nobody answers questions of."""
        self._shell = shell
        self._loop = asyncio.new_event_loop()
        # one for all cells, as a kernel's: it holds what `np.seterr`, `decimal.getcontext` and context variables set
        self._context = contextvars.copy_context()
        asyncio.set_event_loop(self._loop)
        shell.loop_runner = self._run_awaiting
        if importlib.util.find_spec("ipykernel") is None:  # programs look for it, to tell where they run
            sys.modules["ipykernel"] = ModuleType("ipykernel")
        os.environ.update(_TERMINAL)
        builtins.input = _refuse_input
        getpass.getpass = _refuse_password
        backends.choose_inline()

    def run(self, source: str) -> Any:
        """Run a cell and let what it has started go on a little; return IPython's result."""
        if self._awaits(source):
            # a kernel's task for such a cell has a copy, too: what it changes is gone afterwards
            result = self._context.copy().run(self._shell.run_cell, source, store_history=True)
        else:
            task = self._loop.create_task(self._run_at_once(source), context=self._context)
            result = self._loop.run_until_complete(task)
        if asyncio.all_tasks(self._loop):
            self._loop.run_until_complete(_pass())
        return result

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function as a cell would."""
        return self._context.run(function, *arguments)

    def _awaits(self, source: str) -> bool:
        if "await" not in source and "async" not in source:
            return False
        try:
            transformed = self._shell.transform_cell(source)
        except Exception:  # noqa: BLE001 -- a transformer of the student's, which IPython will run again and report
            return False
        return bool(self._shell.should_run_async(source, transformed_cell=transformed))

    async def _run_at_once(self, source: str) -> Any:
        return self._shell.run_cell(source, store_history=True)

    def _run_awaiting(self, cell: Coroutine[Any, Any, Any]) -> Any:
        task = self._loop.create_task(cell)
        try:
            return self._loop.run_until_complete(task)
        except KeyboardInterrupt:
            if task.done():
                raise
            task.cancel()  # the cell waits; it learns of the interrupt where it does
            return self._loop.run_until_complete(task)


async def _pass() -> None:
    for _ in range(_PASSES):
        await asyncio.sleep(0)


def _refuse_input(prompt: object = "") -> str:
    del prompt
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def _refuse_password(prompt: str = "", stream: object = None) -> str:
    del prompt, stream
    raise StdinNotImplementedError("getpass was called, but this frontend does not support input requests.")


def forget_file() -> None:
    """Let `__main__` have no file, as in a kernel: workers that are spawned would run it."""
    sys.modules["__main__"].__dict__.pop("__file__", None)
