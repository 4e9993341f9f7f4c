"""Names the limit that an exception has met, where it met one: an exception alone could mean anything else."""

from __future__ import annotations

import dis
import errno
import linecache
import re
from types import TracebackType

_STARTS_THREAD = re.compile(r"\b_?(?:start_new_thread|start_joinable_thread)\b")
_STARTS_PROCESS = re.compile(r"\b(?:fork|forkpty|_?fork_exec|posix_spawnp?)\b")
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_RAISE = dis.opmap["RAISE_VARARGS"]


def find_limit(error: BaseException | None) -> str | None:
    """Return the cause where the system refused more memory, processes or disk, and None for anything else."""
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
