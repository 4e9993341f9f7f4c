"""What a command costs: wall time, processor time of every process it starts, and peak memory.

The kernel adds an ended process to its parent's times only when somebody waits for it. Whoever kills a bubblewrap box
ends its process 1, and with it everything inside is reaped unseen: `RUSAGE_CHILDREN` then lacks more than half of what
a sandboxed batch has used. A control group counts all of it. Where none can be made the sum is marked as incomplete.
A process that adopts orphans (`PR_SET_CHILD_SUBREAPER`) stands above each command and waits until nothing is left.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess  # noqa: TID251 -- the benchmark starts the commands that it times
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_SAMPLE_S = 0.05
_LINGER_S = 20.0  # for what a command leaves behind; then it is killed, and its time still counted
_CONTROL_GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost. `cpu_s` is what its control group used; without one, what was waited for.

    `peak_bytes` is the largest sum over all processes of what each holds alone, or shares, counted once (PSS); it is
    measured in runs of its own, because measuring costs time.
    """

    wall_s: float
    cpu_s: float
    cpu_waited_s: float
    cpu_complete: bool
    peak_bytes: int | None
    largest_process_bytes: int
    status: int
    last_words: str


def measure(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, watch_memory: bool = False
) -> Cost:
    """Run `command` in `folder` below a process of its own, and return what it cost."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "cost.json"
        meter = [sys.executable, "-m", "bench.meter", str(out), "memory" if watch_memory else "time", str(folder)]
        here = Path(__file__).resolve().parents[1]
        inside = json.dumps(dict(environment))
        subprocess.run([*meter, inside, *command], check=True, cwd=here)  # noqa: S603 -- our own words
        return Cost(**json.loads(out.read_text(encoding="utf-8")))


def main() -> None:
    """Run the command on the command line and write its cost as JSON."""
    out, mode, folder, environment, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    group = _join_group()
    log = tempfile.TemporaryFile()  # noqa: SIM115 -- open to the end of this process
    started, group_before = time.perf_counter(), _read_group(group)
    process = subprocess.Popen(  # noqa: S603 -- the benchmark's own words
        command, cwd=folder, env=json.loads(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    watcher = MemoryWatcher(process.pid)
    if mode == "memory":
        watcher.start()
    status = process.wait()
    wall_s = time.perf_counter() - started
    peak_bytes = watcher.stop() if mode == "memory" else None
    _wait_for_all()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    group_after = _read_group(group)
    log.seek(max(log.tell() - 2000, 0))
    waited_s = used.ru_utime + used.ru_stime
    counted_s = None if group_before is None or group_after is None else group_after - group_before
    cost = Cost(
        wall_s=wall_s,
        cpu_s=waited_s if counted_s is None else counted_s,
        cpu_waited_s=waited_s,
        cpu_complete=counted_s is not None,
        peak_bytes=peak_bytes,
        largest_process_bytes=used.ru_maxrss * 1024,
        status=status,
        last_words=log.read().decode("utf-8", "replace") if status else "",
    )
    _leave_group(group)
    Path(out).write_text(json.dumps(asdict(cost)), encoding="utf-8")


def _wait_for_all() -> None:
    """Wait for everything that was started and left behind; what does not end is killed."""
    deadline = time.monotonic() + _LINGER_S
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > deadline:
                for child in list_descendants(os.getpid()):
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.005)


# ---------------------------------------------------------------- the kernel's own sum


def _join_group() -> Path | None:
    for root in _list_group_folders():
        group = root / f"grader-bench-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        if _read_group(group) is not None:
            try:
                (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
            except OSError:
                group.rmdir()
                continue
            return group
        group.rmdir()
    return None


def _list_group_folders() -> list[Path]:
    """Return where a group may be made: version 1, or version 2 beside the one that this process is in."""
    own = Path("/proc/self/cgroup").read_text(encoding="ascii").rstrip().rpartition("::")[2].lstrip("/")
    beside = (_CONTROL_GROUPS / own).parent if own else _CONTROL_GROUPS
    return [_CONTROL_GROUPS / "cpuacct", beside, _CONTROL_GROUPS / own]


def _read_group(group: Path | None) -> float | None:
    """Return the processor seconds of a group, version 1 or 2."""
    if group is None:
        return None
    try:
        if (group / "cpuacct.usage").exists():
            return int((group / "cpuacct.usage").read_text(encoding="ascii")) / 1e9
        fields = dict(line.split() for line in (group / "cpu.stat").read_text(encoding="ascii").splitlines())
        return int(fields["usage_usec"]) / 1e6
    except (OSError, KeyError, ValueError):
        return None


def _leave_group(group: Path | None) -> None:
    if group is not None:
        try:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
            group.rmdir()
        except OSError:
            return  # an empty group that stays behind costs nothing


# ---------------------------------------------------------------- memory


class MemoryWatcher(threading.Thread):
    """Samples the memory of a process and all below it; keeps the largest sum."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._peak, self._ended = pid, 0, threading.Event()

    def run(self) -> None:
        """Sample until told to stop."""
        while not self._ended.wait(_SAMPLE_S):
            pids = [self._pid, *list_descendants(self._pid)]
            self._peak = max(self._peak, sum(read_memory_bytes(pid) for pid in pids))

    def stop(self) -> int:
        """Return the largest sum in bytes."""
        self._ended.set()
        self.join()
        return self._peak


def list_descendants(pid: int) -> list[int]:
    """Return the ids of all processes below `pid`."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_bytes().rsplit(b")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def read_memory_bytes(pid: int) -> int:
    """Return the proportional set size of a process; 0 where it is gone or may not be read."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0


if __name__ == "__main__":
    main()
