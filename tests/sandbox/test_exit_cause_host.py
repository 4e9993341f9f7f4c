"""What this machine does to a submission is told from what the submission does."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from grader.errors import HostError
from grader.sandbox.cgroup import ControlGroup
from grader.sandbox.exit_cause import check_host, explain_end

KILLED = 128 + signal.SIGKILL


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
