"""A memory and process limit for one submission by control groups, version 2 or 1, where this machine lets us."""

from __future__ import annotations

import itertools
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

_ROOT = Path("/sys/fs/cgroup")
_REMOVE_S, _PAUSE_S = 2.0, 0.002
_CHARGE_BYTES = 1 << 20  # the kernel asks for memory in pieces: the last one before a limit may not fit below it
_numbers = itertools.count()


def find_hierarchies() -> dict[str, Path]:
    """Return where groups can be made: controller → folder that we may write to. Empty where there is none."""
    own = _own_paths()
    if (_ROOT / "cgroup.controllers").exists():
        folder = _ROOT / own.get("", "").lstrip("/")
        enabled = _read(folder / "cgroup.subtree_control").split()
        return {name: folder for name in ("memory", "pids") if name in enabled and os.access(folder, os.W_OK)}
    folders = {name: _ROOT / name / own.get(name, "").lstrip("/") for name in ("memory", "pids")}
    return {name: path for name, path in folders.items() if path.is_dir() and os.access(path, os.W_OK)}


def sweep(hierarchies: dict[str, Path]) -> None:
    """Remove the groups of graders that were killed before they could."""
    for folder in set(hierarchies.values()):
        for group in folder.glob("grader-*-*"):
            pid = group.name.split("-")[1]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                _removed(group)


def _own_paths() -> dict[str, str]:
    paths: dict[str, str] = {}
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        for name in controllers.split(","):
            paths[name] = path
    return paths


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _count(folder: Path | None, names: tuple[str, ...], key: str) -> int:
    """Return the number beside `key` in the first of these files that is there."""
    text = next(filter(None, (_read(folder / name) for name in names)), "") if folder is not None else ""
    counts = dict(line.split(maxsplit=1) for line in text.splitlines() if " " in line)
    return int(counts.get(key, "0"))


def _count_host_kills() -> int:
    """Return how many processes the kernel has killed for memory since this machine was started."""
    return _count(Path("/proc"), ("vmstat",), "oom_kill")


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


class ControlGroup:
    """One submission's group. Does nothing where there are no hierarchies; then the rlimits alone hold."""

    def __init__(self, hierarchies: dict[str, Path], memory_bytes: int, processes: int) -> None:
        """Make the group's folders and write its limits."""
        name = f"grader-{os.getpid()}-{next(_numbers)}"
        self._processes = processes
        self._folders = {controller: folder / name for controller, folder in hierarchies.items()}
        for folder in set(self._folders.values()):
            _removed(folder)  # of a grader with this very process id, which was killed
            folder.mkdir()
        self._host_kills = _count_host_kills() if "memory" not in self._folders else 0
        if memory := self._folders.get("memory"):
            self._write_first(memory, ("memory.max", "memory.limit_in_bytes"), memory_bytes)
            with suppress(OSError):  # swap accounting is often compiled out
                self._write_first(memory, ("memory.swap.max",), 0)
                self._write_first(memory, ("memory.memsw.limit_in_bytes",), memory_bytes)  # memory and swap together
        if pids := self._folders.get("pids"):
            self._write_first(pids, ("pids.max",), processes)

    def __enter__(self) -> Self:
        """Return the group."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove it."""
        self.remove()

    @staticmethod
    def _write_first(folder: Path, names: tuple[str, ...], value: int) -> None:
        for name in names:
            if (folder / name).exists():
                (folder / name).write_text(str(value), encoding="ascii")
                return

    def add(self, pid: int) -> None:
        """Put a process, and all that it will start, into the group."""
        for folder in set(self._folders.values()):
            (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def ran_out_of_memory(self) -> bool:
        """Tell whether the kernel killed something here because the group had reached its limit."""
        return self._count_kills() > 0 and self._reached_limit()

    def lost_to_the_host(self, *, was_killed: bool) -> bool:
        """Tell whether the kernel killed something here below the limit, for memory that others took.

        Without a group to look at: whether the submission was killed, and the kernel killed for memory meanwhile.
        """
        if "memory" in self._folders:
            return self._count_kills() > 0 and not self._reached_limit()
        return was_killed and _count_host_kills() > self._host_kills

    def was_refused_processes(self) -> bool:
        """Tell whether the kernel refused a process here below the limit; where it does not count the most, never."""
        pids = self._folders.get("pids")
        most = "" if pids is None else _read(pids / "pids.peak")
        # Who is refused by a group further up has been counted here first, one too many.
        return bool(most) and int(most) < self._processes and _count(pids, ("pids.events",), "max") > 0

    def _count_kills(self) -> int:
        """Return how many processes of the group the kernel killed for memory, whoever was short of it."""
        return _count(self._folders.get("memory"), ("memory.events", "memory.oom_control"), "oom_kill")

    def _reached_limit(self) -> bool:
        memory = self._folders.get("memory")
        if memory is None:
            return False
        failures = (_read(memory / name) for name in ("memory.failcnt", "memory.memsw.failcnt"))
        if _count(memory, ("memory.events",), "oom") + sum(int(text or "0") for text in failures) > 0:
            return True
        # Linux 6.18 leaves both counters of version 1 at zero, but not the most that was used.
        return any(
            int(_read(memory / f"{kind}.max_usage_in_bytes") or "0") > int(limit) - _CHARGE_BYTES
            for kind in ("memory", "memory.memsw")
            if (limit := _read(memory / f"{kind}.limit_in_bytes"))
        )

    def remove(self) -> None:
        """Remove the group, killing what is left in it."""
        for folder in set(self._folders.values()):
            deadline = time.monotonic() + _REMOVE_S
            while not _removed(folder) and time.monotonic() < deadline:
                for pid in _read(folder / "cgroup.procs").split():
                    with suppress(OSError):
                        os.kill(int(pid), 9)
                time.sleep(_PAUSE_S)  # a killed process leaves its group a moment later
