"""What this machine refuses the sandbox while a box starts, and while a student runs."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from grader.errors import HostError, IsolationError, SandboxError
from grader.sandbox import client, execution, open_sandbox, server

PACKAGES = ("numpy", "ipython")


def _fail(error: BaseException) -> Any:
    def fail(*_arguments: object, **_named: object) -> Any:
        raise error

    return fail


# ---------------------------------------------------------------- faults while a student runs


@pytest.mark.parametrize("error", [MemoryError(), TypeError("a bug of ours")])
def test_failure_of_ours_is_no_breach_of_protocol(
    make_submission: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Where we cannot take in a frame, the student's channel closes; that must not become the student's failure."""
    with open_sandbox(PACKAGES, "full") as sandbox:
        with monkeypatch.context() as patch:
            patch.setattr(client, "_parse", _fail(error))
            with pytest.raises(type(error)):
                sandbox.run(make_submission(["a = 1"]), [], "0" * 64)
        assert sandbox.run(make_submission(["a = 1"]), [], "0" * 64).evidence.runs[0].ending is None


@pytest.mark.parametrize(("kind", "number"), [(HostError, errno.ENOMEM), (SandboxError, errno.EPERM)])
def test_control_group_that_cannot_be_made(
    make_submission: Any, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], number: int
) -> None:
    """What the system refuses us is our fault, and starts no child that nobody would watch."""
    with open_sandbox(PACKAGES, "full") as sandbox:
        before = set(server.find_descendants(sandbox.server.pid))
        monkeypatch.setattr(execution, "ControlGroup", _fail(OSError(number, os.strerror(number))))
        with pytest.raises(kind, match=os.strerror(number)):
            sandbox.run(make_submission(["a = 1"]), [], "0" * 64)
        assert set(server.find_descendants(sandbox.server.pid)) == before


def test_no_channel_for_a_child(make_submission: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full descriptor table is told with the way out."""
    with open_sandbox(PACKAGES, "full") as sandbox:
        monkeypatch.setattr(server.socket, "socketpair", _fail(OSError(errno.EMFILE, "Too many open files")))
        with pytest.raises(HostError, match="ulimit -n"):
            sandbox.run(make_submission(["a = 1"]), [], "0" * 64)


def test_no_room_for_a_student(make_submission: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where students write to this machine's disk, nobody's code is run for whom there is less room than promised."""
    with open_sandbox(PACKAGES, "reduced") as sandbox:
        monkeypatch.setattr(server, "measure_free_bytes", lambda _folder: (64 << 20) - 1)
        monkeypatch.setattr(sandbox.server, "fork", _fail(AssertionError("a child was asked for")))
        with pytest.raises(HostError, match="TMPDIR"):
            sandbox.run(make_submission(["a = 1"]), [], "0" * 64)


# ---------------------------------------------------------------- faults while a box starts


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EAGAIN, HostError), (errno.ENOMEM, HostError), (errno.EACCES, IsolationError)]
)
def test_box_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]) -> None:
    """Short of processes or memory, a machine says nothing about its walls, and the same command may work later."""
    monkeypatch.setattr(server.subprocess, "Popen", _fail(OSError(number, os.strerror(number))))
    with pytest.raises(kind) as caught, open_sandbox(PACKAGES, "full"):
        pass
    assert isinstance(caught.value, IsolationError) is (kind is IsolationError)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("kill -KILL $$", HostError),
        ("exit 137", HostError),
        ("echo 'bwrap: Creating new namespace failed: Resource temporarily unavailable' >&2; exit 1", HostError),
        ("echo 'bwrap: No permissions to create new namespace' >&2; exit 1", IsolationError),
    ],
)
def test_box_that_ends_while_it_starts(monkeypatch: pytest.MonkeyPatch, script: str, kind: type[Exception]) -> None:
    """Killed, or refused a process, it says nothing about the walls of this machine; refused a namespace it does."""
    monkeypatch.setattr(server.launcher, "prepare", lambda *_: (["/bin/sh", "-c", script], {}))
    with pytest.raises(kind) as caught, open_sandbox(PACKAGES, "full"):
        pass
    assert type(caught.value) is kind
