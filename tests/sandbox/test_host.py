"""What this machine does to a submission is told from what the submission does; what a killed grader left is swept."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from grader.errors import HostError, IsolationError, SandboxError
from grader.sandbox import client, open_sandbox, scratch_folder, server
from grader.sandbox import run as running
from grader.sandbox.cgroup import ControlGroup
from grader.sandbox.exit_cause import check_host, explain_end
from grader.sandbox.scratch import sweep_scratch

PACKAGES = ("numpy", "ipython")
KILLED = 128 + signal.SIGKILL

# ---------------------------------------------------------------- whose doing an end was


@pytest.fixture
def make_group(tmp_path: Path) -> Any:
    """Return a function that makes a group of 64 processes in which the kernel has written `files`."""

    def make(**files: str) -> ControlGroup:
        group = ControlGroup({"memory": tmp_path, "pids": tmp_path}, 1 << 30, 64)
        (folder,) = set(group._folders.values())
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text)
        return group

    return make


V1_KILLED = {"memory__oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", "memory__failcnt": "0\n"}
V1_FULL = V1_KILLED | {
    "memory__limit_in_bytes": f"{1 << 30}\n",
    "memory__max_usage_in_bytes": f"{(1 << 30) - (128 << 10)}\n",
}
V2_KILLED = {"memory__events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 1\noom_group_kill 0\n"}
V2_OWN = {"memory__events": "low 0\nhigh 0\nmax 36\noom 1\noom_kill 1\noom_group_kill 0\n"}


@pytest.mark.parametrize("files", [V1_KILLED, V2_KILLED], ids=["version 1", "version 2"])
@pytest.mark.parametrize("died", [True, False], ids=["the student", "a process of theirs"])
def test_kill_below_the_limit_is_ours(make_group: Any, files: dict[str, str], *, died: bool) -> None:
    """The kernel counts every kill in the group; that the group never met its limit says who was short of memory."""
    with pytest.raises(HostError, match=r"ran out of memory while .* within its limits: free some memory"):
        check_host(group := make_group(**files), KILLED, died=died)
    assert not group.ran_out_of_memory()


@pytest.mark.parametrize(
    "files",
    [V1_KILLED | {"memory__failcnt": "36\n"}, V1_KILLED | {"memory__memsw__failcnt": "36\n"}, V1_FULL, V2_OWN],
    ids=["version 1", "version 1 with swap", "version 1 that does not count", "version 2"],
)
def test_kill_at_the_limit_is_the_students(make_group: Any, files: dict[str, str]) -> None:
    """Who has met the own limit ran out of the own memory, whatever the machine has left."""
    group = make_group(**files)
    check_host(group, KILLED, died=True)
    assert explain_end(group, KILLED, died=True).cause == "out_of_memory"


def test_group_that_killed_nothing_says_nothing(make_group: Any) -> None:
    """A process that kills itself below all limits was killed by a signal, and by nobody's shortage."""
    group = make_group(memory__events="oom 0\noom_kill 0\n", memory__failcnt="3")
    check_host(group, KILLED, died=True)
    assert explain_end(group, KILLED, died=True).cause == "killed_by_signal"


@pytest.mark.parametrize(("most", "refused", "ours"), [("20", "1", True), ("64", "1", False), ("20", "0", False)])
def test_process_refused_below_the_limit_is_ours(make_group: Any, most: str, refused: str, *, ours: bool) -> None:
    """A group further up may be full; one that has had all its processes is full itself."""
    group = make_group(pids__peak=f"{most}\n", pids__events=f"max {refused}\n")
    if ours:
        with pytest.raises(HostError, match="refused a process"):
            check_host(group, 0, died=False)
    else:
        check_host(group, 0, died=False)


@pytest.mark.parametrize(("status", "kills", "ours"), [(KILLED, 1, True), (KILLED, 0, False), (139, 1, False)])
def test_without_a_group_the_machine_is_asked(
    monkeypatch: pytest.MonkeyPatch, status: int, kills: int, *, ours: bool
) -> None:
    """Killed while the kernel killed something somewhere for memory, a student has the benefit of the doubt."""
    counts = iter([5, 5 + kills])
    monkeypatch.setattr("grader.sandbox.cgroup._count_host_kills", lambda: next(counts))
    group = ControlGroup({}, 1 << 30, 64)
    if ours:
        with pytest.raises(HostError):
            check_host(group, status, died=True)
    else:
        check_host(group, status, died=True)


def test_group_of_a_killed_grader_with_the_same_number_is_in_nobodys_way(tmp_path: Path, make_group: Any) -> None:
    """In a container a process id comes again with every start."""
    (folder,) = set(make_group()._folders.values())
    number = int(folder.name.rsplit("-", 1)[1])
    (tmp_path / f"grader-{os.getpid()}-{number + 1}").mkdir()
    make_group()


# ---------------------------------------------------------------- faults while a student runs


@pytest.mark.parametrize("error", [MemoryError(), TypeError("a bug of ours")])
def test_failure_of_ours_is_no_breach_of_protocol(
    make_submission: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Where we cannot take in a frame, the student's channel closes; that must not become the student's failure."""
    with open_sandbox(PACKAGES, "full") as sandbox:
        with monkeypatch.context() as patch:
            patch.setattr(client.messages, "parse_frame", _fail(error))
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
        monkeypatch.setattr(running, "ControlGroup", _fail(OSError(number, os.strerror(number))))
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
        monkeypatch.setattr(server, "measure_room", lambda _folder: (64 << 20) - 1)
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


def _fail(error: BaseException) -> Any:
    def fail(*_arguments: object, **_named: object) -> Any:
        raise error

    return fail


# ---------------------------------------------------------------- temporary folders


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own in which temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _die_with_a_folder(temporary: Path) -> Path:
    """Let another process make a folder, fill it, and be killed."""
    code = (
        "import os, signal, tempfile\n"
        f"tempfile.tempdir = {str(temporary)!r}\n"
        "from grader.sandbox import scratch_folder\n"
        "with scratch_folder() as folder:\n"
        "    (folder / 'deep' / 'er').mkdir(parents=True)\n"
        "    (folder / 'link').symlink_to('/etc')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(server.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == -signal.SIGKILL
    (left,) = temporary.glob("grader-*")
    return left


def test_folder_of_a_killed_grader_is_swept(temporary: Path) -> None:
    """The next grader removes it with all that is in it, and follows no link."""
    left = _die_with_a_folder(temporary)
    with scratch_folder() as folder:
        assert not left.exists()
        assert list(folder.iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert Path("/etc/passwd").exists()


def test_folder_that_is_held_is_left_alone(temporary: Path) -> None:
    """A grader that works is in nobody's way, whatever its process id looks like from here."""
    with scratch_folder() as first, scratch_folder() as second:
        sweep_scratch()
        assert first.is_dir()
        assert second.is_dir()
    assert list(temporary.iterdir()) == []


def test_what_only_looks_like_a_folder_of_ours_is_left_alone(temporary: Path) -> None:
    """Somebody's work under a name like ours, and a link to it, are not swept."""
    for name in ("grader-scratch-abcdefgh", "grader-scratch-results", "grader-notes", "grader-scratch-longer_name"):
        (temporary / name).mkdir()
        (temporary / name / "work").write_text("precious")
    (temporary / "grader-scratch-longer_name" / "grader.lock").write_text("")
    (temporary / "grader-scratch-linkedto").symlink_to(temporary / "grader-scratch-longer_name")
    sweep_scratch()
    assert len(list(temporary.glob("*/work"))) == 5


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that belongs to somebody else")
def test_folder_of_another_user_is_left_alone(temporary: Path) -> None:
    """Root does not sweep what it does not own: only its owner knows what it is."""
    left = _die_with_a_folder(temporary)
    os.chown(left, 61234, 61234)
    sweep_scratch()
    assert left.is_dir()


def test_folder_that_is_swept_before_it_is_held_is_made_anew(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between making a folder and holding it, another grader may have come by."""
    make, hold, made = tempfile.mkdtemp, fcntl.flock, []

    def note(**options: Any) -> str:
        made.append(make(**options))
        return made[-1]

    def come_by_first(descriptor: int, operation: int) -> None:
        if len(made) == 1:
            shutil.rmtree(made[0])
        hold(descriptor, operation)

    monkeypatch.setattr(tempfile, "mkdtemp", note)
    monkeypatch.setattr(fcntl, "flock", come_by_first)
    with scratch_folder() as folder:
        assert folder.parent == Path(made[1])
    assert list(temporary.iterdir()) == []
