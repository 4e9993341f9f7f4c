"""How a command ends on Ctrl-C, SIGTERM or SIGHUP: once, cleanly and within seconds."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LEAVE_S = 12.0  # what tidying up may take; boxes and workers end with this process, however it ends


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end. No `except Exception` holds it up; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        """Remember which signal it was."""
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` in the block at the first signal, so that boxes, scratch folders and groups are removed.

    Further signals change nothing, also after the block: they would break off the tidying up, with a traceback. What is
    ignored already stays so, as `nohup` has it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _end:  # no signal came
                signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    for one in _SIGNALS:
        signal.signal(one, _pass_over)
    warnings.simplefilter("ignore")  # what is broken off half-way was never closed or awaited: no news to anybody
    last = threading.Timer(_LEAVE_S, os._exit, (128 + number,))
    last.daemon = True
    last.start()
    raise Interrupted(number)


def _pass_over(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the command is ending already. `SIG_IGN` would print that a pending signal was ignored."""
