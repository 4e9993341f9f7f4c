"""Exceptions, each named for whose fault it is. A student's fault is never an exception: it is a `CheckResult`.

GraderError
├── UsageError          the person at the keyboard: a wrong path, a wrong option            exit 2
│   └── ConflictError   somebody else has changed it meanwhile                              exit 2
├── ServiceError        another system: Canvas answers what it should not                   exit 3
├── CourseError         the author: an exercise, a rubric or the reference is wrong         exit 2
├── SubmissionRefused   a file that cannot be read as a submission (the batch goes on)      reported, exit 0
└── SandboxError        ours: the sandbox or the grader failed; what it touches is ungraded exit 3
    ├── HostError       this machine has run short of disk, memory or processes             exit 3
    ├── IsolationError  this machine does not give the isolation that was asked for         exit 3
    └── ClusterError    the other machines are gone, or do not fit this one                 exit 3
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass

_DISK = "free some space there, and start the same command again"
MEMORY_ADVICE = "free some memory, or grade fewer at the same time, and start the same command again"
_FILES = "allow more open files (ulimit -n), and start the same command again"
# What an operating system says when it has run out of something, and what a person can do about it.
_SHORTAGES = {
    errno.ENOSPC: _DISK,
    errno.EDQUOT: _DISK,
    errno.EFBIG: "allow larger files (ulimit -f), and start the same command again",
    errno.EIO: "look after the disk, and start the same command again",
    errno.ENOMEM: MEMORY_ADVICE,
    errno.EAGAIN: MEMORY_ADVICE,  # what fork() says where no process more may be started
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
}


class GraderError(Exception):
    """Root of everything the grader raises on purpose; the message is for a person."""


class UsageError(GraderError):
    """The command was called with something that cannot work."""


class ConflictError(UsageError):
    """Somebody else has changed it since it was read; nothing was kept."""


class ServiceError(GraderError):
    """Another system answers what it should not; what was asked of it is not done."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a course file: where it stands and what was expected there.

    The judge, which knows no files, gives the folder `reference` as the file and a function's name as the key.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return `file:line: key: message`, which editors and CI turn into a link."""
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class CourseError(GraderError):
    """The course is wrong. Carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep `problems` and show them one a line."""
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class SubmissionRefused(GraderError):  # noqa: N818  # a verdict on a file, not an error of ours
    """A submission that was not read: not JSON, too large, a link. The message says why, to student and staff."""


class SandboxError(GraderError):
    """The sandbox failed, through no fault of the student."""


class IsolationError(SandboxError):
    """The isolation level asked for cannot be had here; grading does not start below it."""


class ClusterError(SandboxError):
    """The machines of a cluster are gone or do not fit this one: the batch stops, and nobody is ungraded for it."""


class TookTooLongError(BaseException):
    """The author's code does not end; no `except Exception` of its own may swallow this."""


class EndedInterpreterError(BaseException):
    """The author's code ends the interpreter by `os._exit`, which would end a command with status 0 and no word."""


class HostError(SandboxError):
    """This machine is short of something that grading needs; the message says what a person can do about it."""


def list_some(names: Sequence[str], most: int) -> str:
    """Return the first names for a message, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def advise(error: OSError) -> str | None:
    """Return what to do where `error` says that this machine has run short of something; None where it does not."""
    return _SHORTAGES.get(error.errno or 0)


def blame(what: str, error: OSError) -> UsageError | HostError:
    """Return what to raise where `what` went wrong: ours if the machine has run short, else the caller's mistake."""
    advice = advise(error)
    reason = f"{what}: {error.strerror or error}"
    return UsageError(reason) if advice is None else HostError(f"{reason}; {advice}")
