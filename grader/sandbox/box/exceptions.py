"""A student's exceptions as data: name and text, line, the traceback that a notebook shows, the limit that was met."""

from __future__ import annotations

import dis
import errno
import linecache
import re
import traceback
from types import TracebackType

from . import BUILTINS
from .budget import Plain, plain_text, type_name

__builtins__ = BUILTINS

_STARTS_THREAD = re.compile(r"\b_?(?:start_new_thread|start_joinable_thread)\b")
_STARTS_PROCESS = re.compile(r"\b(?:fork|forkpty|_?fork_exec|posix_spawnp?)\b")
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_RAISE = dis.opmap["RAISE_VARARGS"]


def describe_exception(error: BaseException) -> Plain:
    """Return an exception as data; its own `__str__` may raise."""
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001 -- the student's __str__ may raise anything, SystemExit too; said as such
        message = "(its message could not be read)"
    return {"type": "raised", "error": plain_text(type_name(error), 100), "message": plain_text(message, 1000)}


def describe_with_line(error: BaseException, own_files: tuple[str, ...]) -> Plain:
    """Return an exception as data, with the last line of the student's own code that it passed through."""
    described = describe_exception(error)
    line = None
    if isinstance(error, SyntaxError):
        line = error.lineno
    else:
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(own_files):
                line = number
    described["line"] = line if isinstance(line, int) else None
    return described


def short_traceback(error: BaseException) -> list[str]:
    """Return the lines that a notebook shows under a cell that raised; without IPython's and our own frames."""
    try:
        shown = traceback.TracebackException(type(error), error, error.__traceback__, limit=-20, compact=True)
        shown.stack[:] = [
            frame for frame in shown.stack if "/IPython/" not in frame.filename and "grader_box" not in frame.filename
        ]
        return [plain_text(line, 2000) for line in list(shown.format())[:60]]
    except Exception:  # noqa: BLE001 -- a lying exception class must not cost the record of the cell
        return [plain_text(type(error).__name__, 100)]


def find_limit(error: BaseException | None) -> str | None:
    """Return the limit where the system refused more memory, processes or disk, and None for anything else.

    An exception alone, which anybody may raise, says nothing of a limit: where it comes from does.
    """
    if error is None:
        return None
    last = _last(error.__traceback__)
    if last is None or _was_raised_by_hand(last):
        return None
    if type(error) is MemoryError:
        return "out_of_memory"
    if isinstance(error, OSError) and error.errno in _FULL:
        return "too_much_disk"
    # The system's error code is lost for a thread: Python itself says RuntimeError, which alone means anything.
    starts = _STARTS_PROCESS if isinstance(error, BlockingIOError) else _STARTS_THREAD
    is_refusal = isinstance(error, BlockingIOError) or type(error) is RuntimeError
    return "too_many_processes" if is_refusal and starts.search(_failing_lines(last)) else None


def _last(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace


def _was_raised_by_hand(trace: TracebackType) -> bool:
    """Tell whether Python code said `raise` there; what the system refuses is raised by a call."""
    return trace.tb_lasti >= 0 and trace.tb_frame.f_code.co_code[trace.tb_lasti] == _RAISE


def _failing_lines(trace: TracebackType) -> str:
    """Return the source lines of the expression that failed."""
    code = trace.tb_frame.f_code
    positions = list(code.co_positions())
    first, last = positions[trace.tb_lasti // 2][:2] if trace.tb_lasti >= 0 else (None, None)
    first = first or trace.tb_lineno
    lines = linecache.getlines(code.co_filename, trace.tb_frame.f_globals)
    return "".join(lines[first - 1 : last or first])
