"""Finds out what isolation this machine gives, by trying it, and says how to get the rest."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SandboxError
from grader.model import Limits
from grader.sandbox.box import confine
from grader.sandbox.cgroup import find_hierarchies
from grader.sandbox.policy import LAYERS, Isolation, build_job
from grader.sandbox.server import ForkServer


@dataclass(frozen=True)
class Capability:
    """One layer of the sandbox on this machine: whether it stands, what was seen, and how to get it."""

    layer: str
    ok: bool
    what: str
    fix: str = ""
    needed: bool = True  # for the level `full`


@dataclass(frozen=True)
class Machine:
    """The strongest isolation level that works here, and what was found on the way."""

    level: Isolation | None
    capabilities: tuple[Capability, ...]


def inspect_machine(packages: tuple[str, ...]) -> Machine:
    """Start a box at each level, strongest first, until one works; look at every layer on the way."""
    capabilities = [look() for look in _LOOKS]
    for level in ("full", "reduced", "none"):
        failure = _try_level(level, packages)
        capabilities.append(
            Capability(f"level {level}", failure is None, failure or "a child was started and confined")
        )
        if failure is None:
            return Machine(level, tuple(capabilities))
    return Machine(None, tuple(capabilities))


def _try_level(level: Isolation, packages: tuple[str, ...]) -> str | None:
    """Return why `level` does not work here, or None."""
    try:
        with ForkServer(packages, LAYERS[level], ()) as server, server.working_directory() as home:
            job = build_job(Limits(), LAYERS[level], home)
            child = server.fork(job | {"seed": 0, "style": "script", "render_figures": False})
            child.kill()
            server.wait_for_end(child)
    except SandboxError as error:
        return str(error)
    return None


def _look_at_system() -> Capability:
    text = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return Capability("Linux", sys.platform == "linux", text, "Use Linux, or WSL 2 or a virtual machine with Linux.")


def _look_at_bubblewrap() -> Capability:
    path = shutil.which("bwrap")
    return Capability("bubblewrap", path is not None, path or "bwrap is not on the PATH", "apt-get install bubblewrap")


def _look_at_setpriv() -> Capability:
    if os.geteuid() != 0:
        return Capability("unprivileged user", True, f"user id {os.geteuid()}; the box runs as the same user")
    path = shutil.which("setpriv")
    what = f"started by root; the box gives that up with {path}" if path else "started by root, and setpriv is missing"
    return Capability("unprivileged user", path is not None, what, "apt-get install util-linux")


def _look_at_user_namespaces() -> Capability:
    apparmor = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if apparmor.exists() and apparmor.read_text(encoding="ascii").strip() == "1":
        fix = (
            "Ubuntu 23.10 and later forbid this by AppArmor. Allow it for bubblewrap alone with a profile "
            "(/etc/apparmor.d/bwrap with `userns,`), or for all: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        )
        return Capability("user namespaces", False, "restricted by AppArmor", fix)
    limit = Path("/proc/sys/user/max_user_namespaces")
    count = int(limit.read_text(encoding="ascii")) if limit.exists() else 0
    fix = "sysctl user.max_user_namespaces=10000; in a container, run it with user namespaces allowed"
    return Capability("user namespaces", count > 0, f"up to {count} may be made", fix)


def _look_at_landlock() -> Capability:
    abi = confine.landlock_abi() if sys.platform == "linux" else 0
    fix = "Linux 5.13 or later with `landlock` among the security modules (boot option lsm=landlock,…)"
    return Capability("Landlock", abi > 0, f"version {abi}" if abi else "not in this kernel", fix)


def _look_at_seccomp() -> Capability:
    machine = platform.machine()
    fix = "x86_64 and aarch64 are supported"
    return Capability("seccomp", machine in confine.ARCHITECTURES, f"filter for {machine}", fix)


def _look_at_cgroups() -> Capability:
    found = find_hierarchies()
    what = (
        ", ".join(f"{name} in {path}" for name, path in found.items())
        or "none that we may write to; rlimits hold alone"
    )
    fix = "Run as root, or as a user to whom systemd delegates a group: systemd-run --user --scope -p Delegate=yes …"
    return Capability("control groups", "memory" in found, what, fix, needed=False)


_LOOKS: tuple[Callable[[], Capability], ...] = (
    _look_at_system, _look_at_bubblewrap, _look_at_setpriv, _look_at_user_namespaces, _look_at_landlock,
    _look_at_seccomp, _look_at_cgroups,
)  # fmt: skip
