"""The filter of system calls: its numbers are the kernel's, and what nobody has looked at is not there."""

from __future__ import annotations

import ctypes
import errno
import subprocess
import sys

import pytest

from grader.sandbox.box import confine

TABLE = confine._REFUSED | confine._REFUSED_ON_SHARED_FILES
OTHERS = {
    "clone": confine._CLONE, "clone3": confine._CLONE3, "socketpair": confine._SOCKETPAIR, "mmap": confine._MMAP,
    "prlimit64": confine._PRLIMIT64, "setrlimit": confine._SETRLIMIT, "setpriority": confine._SETPRIORITY,
    "sched_setaffinity": confine._SCHED_SETAFFINITY,
}  # fmt: skip
NEWER = 450  # from here on a library may be older than the kernel
UNKNOWN = -1  # what libseccomp says of a name that it does not know; below are names that an architecture lacks


@pytest.fixture(scope="module")
def seccomp() -> ctypes.CDLL:
    """Return libseccomp, which Debian's package manager needs and so has."""
    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("no libseccomp here")


@pytest.mark.parametrize("machine", confine.ARCHITECTURES)
@pytest.mark.parametrize("name", [*TABLE, *OTHERS])
def test_number_is_the_kernels(seccomp: ctypes.CDLL, machine: str, name: str) -> None:
    """As libseccomp has it, which takes it from the kernel's tables; None where the architecture has no such call."""
    column, architecture = confine.ARCHITECTURES[machine]
    ours = (TABLE | OTHERS)[name][column]
    theirs = seccomp.seccomp_syscall_resolve_name_arch(ctypes.c_uint32(architecture), name.encode())
    if theirs == UNKNOWN:
        assert ours is not None
        assert ours >= NEWER
    else:
        assert ours == (theirs if theirs >= 0 else None)


def test_every_number_was_looked_at() -> None:
    """What is refused by name lies below the number from which everything is."""
    assert max(number or 0 for numbers in TABLE.values() for number in numbers) <= confine._REVIEWED


ASK = """
import ctypes, os, sys
from grader.sandbox.box import confine
confine._REVIEWED = int(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)  # no new privileges
confine.refuse_system_calls()
print(ctypes.get_errno() if libc.syscall(439, -100, b"/", os.R_OK, 0) else 0)
"""


@pytest.mark.parametrize(("reviewed", "error"), [(confine._REVIEWED, 0), (438, errno.ENOSYS)])
def test_a_call_beyond_what_was_looked_at_is_not_there(reviewed: int, error: int) -> None:
    """Shown with one that this kernel has, `faccessat2` (439): it is there, and would not be if it were newer."""
    done = subprocess.run([sys.executable, "-c", ASK, str(reviewed)], capture_output=True, text=True, check=False)
    assert done.stdout == f"{error}\n", done.stderr
