"""Builds the command that starts the fork server behind bubblewrap: what is bound, what is unshared, as whom.

Run by root, the box is put together twice. The first bubblewrap, still root, only arranges files: interpreters live in
places such as /root that an ordinary user cannot enter. The second runs as a user that owns nothing, because root keeps
/proc/sys/kernel/core_pattern writable even in a box, and that is a way out.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from grader.errors import IsolationError
from grader.sandbox import packages
from grader.sandbox.policy import Layers

_BOX_SOURCE = Path(__file__).parent / "box"
_KIT = "numgrade_student.py"  # of the same folder, for students' imports
BOX_SITE, BOX_APP, BOX_BIN = "/box/site", "/box/app", "/box/bin"
_COMMANDS = ("python", "python3")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_ETC = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime", "/etc/alternatives")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_PATH = "/usr/bin:/bin"
_NOBODY = 65534
_BOX_USER = 1000


def build_environment() -> dict[str, str]:
    """Return the whole environment inside: nothing of the instructor's, one BLAS thread, a fixed hash seed."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return threads | {
        "HOME": "/work", "USER": "student", "LOGNAME": "student", "LANG": "C.UTF-8",
        "TMPDIR": "/tmp", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1",
        "MPLCONFIGDIR": "/tmp/matplotlib", "IPYTHONDIR": "/tmp/ipython",
        "XDG_CACHE_HOME": "/tmp/cache", "TERM": "dumb",
    }  # fmt: skip


def find_python() -> tuple[Path, Path]:
    """Return the real interpreter below any virtual environment, and its installation folder."""
    prefix = Path(sys.base_prefix).resolve()
    candidates = [Path(getattr(sys, "_base_executable", sys.executable)), prefix / "bin" / "python3"]
    for candidate in candidates:
        resolved = candidate.resolve()
        if resolved.is_relative_to(prefix):
            return resolved, prefix
    return Path(sys.executable).resolve(), prefix


def prepare(
    names: tuple[str, ...], hidden: Sequence[Path], layers: Layers, folder: Path, control: int
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the fork server, boxed as `layers` say, and the environment to start it with.

    `hidden` folders are never visible inside, and without bubblewrap never readable; `control` is the descriptor of
    the control socket; `folder` is ours to use.

    Raises:
        IsolationError: bubblewrap (or, for root, setpriv) is not installed, or a hidden folder lies where students'
            code has to read.
    """
    python, prefix = find_python()
    server = [str(python), "-S", "-P", "-m", "grader_box.forkserver", str(control)]
    server += ["namespaces"] if layers.namespaces else []
    if layers.bubblewrap:
        return _build_box_command(names, hidden, prefix, server), {}
    site = _link_packages(names, folder)
    programs = _link_python(python, folder)
    readable = [
        *_SYSTEM,
        *_ETC,
        "/proc",
        *_DEVICES,  # not all of /dev: to root, and to the group `disk`, a disk is a file that holds every other
        str(prefix),
        *(str(path.resolve()) for path in site.iterdir()),
        str(site),
        str(programs),
    ]
    if layers.landlock:  # it allows whole trees, and takes nothing out of one
        _refuse_readable(hidden, [*_SYSTEM, str(prefix)])
    paths = {"PATH": f"{programs}:{_PATH}", "PYTHONPATH": str(site), "GRADER_READABLE": json.dumps(readable)}
    return server, build_environment() | paths


def _link_python(python: Path, folder: Path) -> Path:
    """Return a folder for the PATH, in which the interpreter has the names that students know it by."""
    programs = folder / "bin"
    programs.mkdir()
    for name in _COMMANDS:
        (programs / name).symlink_to(python)
    return programs


def _refuse_readable(hidden: Sequence[Path], trees: Sequence[str]) -> None:
    """Refuse to start where a hidden folder is, or lies below, one of the trees that students' code may read.

    Not counted is the folder that packages are installed in: of the grader itself no secret is to be had.
    """
    installed = packages.find_site_folders()
    for folder in (path.resolve() for path in hidden if path.is_dir()):
        for tree in trees:
            if folder not in installed and folder.is_relative_to(Path(tree).resolve()):
                raise _cannot_hide(folder, tree)


def _cannot_hide(folder: Path, tree: str | Path) -> IsolationError:
    return IsolationError(
        f"{folder} cannot be hidden from students' code at this isolation level, because they may read {tree}: "
        "move it elsewhere, such as into your home folder"
    )


def _link_packages(names: tuple[str, ...], folder: Path) -> Path:
    """Return a folder that holds links to the packages that students may import, and to nothing else."""
    site = folder / "site"
    site.mkdir()
    for name, path in packages.list_entries(names).items():
        (site / name).symlink_to(path)
    (site / "grader_box").symlink_to(_BOX_SOURCE)
    (site / _KIT).symlink_to(_BOX_SOURCE / _KIT)
    return site


def _build_box_command(names: tuple[str, ...], hidden: Sequence[Path], prefix: Path, server: list[str]) -> list[str]:
    bubblewrap = _find_program("bwrap", "bubblewrap")
    files = _bind_files(prefix, names, hidden)
    for name in _COMMANDS:  # `!python` is the interpreter that runs the cell
        files += ["--symlink", server[0], f"{BOX_BIN}/{name}"]
    box = [
        bubblewrap, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts",
        "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--uid", str(_BOX_USER), "--gid", str(_BOX_USER), "--hostname", "box",
        *files, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--tmpfs", "/tmp",
        "--dir", "/work", "--dir", "/scratch", "--remount-ro", "/", "--chdir", "/work", "--clearenv",
    ]  # fmt: skip
    readable = [*_SYSTEM, "/etc", "/proc", "/dev", "/box", str(prefix)]
    paths = {
        "PATH": f"{BOX_BIN}:{_PATH}",
        "PYTHONPATH": f"{BOX_APP}:{BOX_SITE}",
        "GRADER_READABLE": json.dumps(readable),
    }
    for name, value in (build_environment() | paths).items():
        box += ["--setenv", name, value]
    box += ["--", *server]
    return _stage_for_root(bubblewrap, files, box) if os.geteuid() == 0 else box


def _find_program(name: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise IsolationError(f"{name} is not installed, and without it there is no box: apt-get install {package}")
    return path


def _bind_files(prefix: Path, names: tuple[str, ...], hidden: Sequence[Path]) -> list[str]:
    """Return bubblewrap's file arguments: the system and the interpreter read-only, and only the packages named."""
    arguments: list[str] = []
    trees = [Path("/usr")] + ([] if prefix.is_relative_to("/usr") else [prefix])
    for system in map(Path, _SYSTEM):
        if system.is_symlink():
            arguments += ["--symlink", str(system.readlink()), str(system)]
        elif system.is_dir():
            arguments += ["--ro-bind", str(system), str(system)]
    arguments += _make_folders(Path("/etc"), Path("/box"), Path(BOX_SITE), Path(BOX_APP), Path(BOX_BIN))
    for path in _ETC:
        arguments += ["--ro-bind-try", path, path]
    if len(trees) > 1:
        arguments += [*_make_folders(*reversed(prefix.parents[:-1])), "--ro-bind", str(prefix), str(prefix)]
    for folder in _folders_to_hide(trees, hidden):
        arguments += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    for name, source in packages.list_entries(names).items():
        arguments += ["--ro-bind", str(source), f"{BOX_SITE}/{name}"]
    arguments += ["--ro-bind", str(_BOX_SOURCE / _KIT), f"{BOX_APP}/{_KIT}"]
    return [*arguments, "--ro-bind", str(_BOX_SOURCE), f"{BOX_APP}/grader_box"]


def _make_folders(*folders: Path) -> list[str]:
    """Return the arguments that make `folders`; left to itself bubblewrap makes them for root's eyes only."""
    return [word for folder in folders for word in ("--perms", "0755", "--dir", str(folder))]


def _folders_to_hide(trees: Sequence[Path], hidden: Sequence[Path]) -> list[Path]:
    """Return folders below the bound trees that may hold the grader, the reference or another course.

    Raises:
        IsolationError: one of `hidden` is such a tree, or holds the interpreter's own library, which is needed.
    """
    library = Path(sysconfig.get_paths(vars={"base": sys.base_prefix})["stdlib"]).resolve()
    candidates = {library / "site-packages", library / "dist-packages", *packages.find_site_folders()}
    candidates |= {Path("/usr/lib/python3/dist-packages"), Path("/usr/local/lib"), Path("/usr/src"), *hidden}
    if sys.prefix != sys.base_prefix:
        candidates.add(Path(sys.prefix))
    resolved = {path.resolve() for path in candidates if path.is_dir()}
    needed = library.resolve()
    visible = sorted(path for path in resolved if any(path.is_relative_to(tree) for tree in trees))
    covered = [path for path in visible if path not in trees and not needed.is_relative_to(path)]
    for path in {one.resolve() for one in hidden} & (set(visible) - set(covered)):
        raise _cannot_hide(path, path)
    return covered


def _stage_for_root(bubblewrap: str, files: list[str], box: list[str]) -> list[str]:
    setpriv = _find_program("setpriv", "util-linux")
    user = str(_pick_user())
    stage = [
        bubblewrap, "--die-with-parent", *files, "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev",
        "--tmpfs", "/tmp", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
    ]  # fmt: skip
    ids = ["--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    return [*stage, "--", setpriv, *ids, "--", *_from_stage(box)]


def _from_stage(box: list[str]) -> list[str]:
    """Return the inner command with its sources where the stage has put them: at their targets."""
    moved = list(box)
    for index, word in enumerate(moved):
        if word in {"--ro-bind", "--ro-bind-try"}:
            moved[index + 1] = moved[index + 2]
    return moved


def _pick_user() -> int:
    """Return a user id of this box alone where this machine has ids to spare, so that no two boxes share one."""
    own = 2_000_000_000 + os.getpid()
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        inside, _, count = map(int, line.split())
        if inside <= own < inside + count:
            return own
    return _NOBODY
