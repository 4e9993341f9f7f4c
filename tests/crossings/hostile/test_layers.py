"""Each wall is seen to stand: its contract holds with it, and fails when it alone is taken away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import pipeline
from grader.errors import SandboxError
from grader.model import Limits
from grader.sandbox import launcher, policy, server
from grader.sandbox.policy import Layers
from grader.submission import read_submission

# Time is not what these boxes are about, and a busy machine must not look like a wall.
_PATIENT = Limits(memory_bytes=256 << 20, cell_wall_s=15.0)

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "submissions" / "hostile"
HOST_IPC = str(Path("/proc/self/ns/ipc").readlink())

# ---------------------------------------------------------------- taking a layer away


def _without(**gone: bool) -> Callable[[pytest.MonkeyPatch, Path], None]:
    def take(patch: pytest.MonkeyPatch, _folder: Path) -> None:
        standing = {"bubblewrap": True, "namespaces": True, "landlock": True, "seccomp": True} | gone
        patch.setitem(policy.LAYERS, "full", Layers(**standing))
        if not standing["namespaces"] and standing["bubblewrap"]:
            patch.setattr(server.ForkServer, "working_directory", _work_in_tmp)

    return take


@contextmanager
def _work_in_tmp(_self: Any) -> Iterator[str]:
    yield "/tmp"  # the box's own


def _edited(name: str, old: str, new: str) -> Callable[[pytest.MonkeyPatch, Path], None]:
    """Run a copy of the code inside the box, in which a line is changed."""

    def take(patch: pytest.MonkeyPatch, folder: Path) -> None:
        copy = folder / "box"
        shutil.copytree(launcher._BOX_SOURCE, copy)
        source = (copy / name).read_text(encoding="utf-8")
        assert old in source, f"{name} has no {old!r} any more: this test takes away nothing"
        (copy / name).write_text(source.replace(old, new), encoding="utf-8")
        folder.chmod(0o755)
        patch.setattr(launcher, "_BOX_SOURCE", copy)

    return take


def _command(*words: str, environment: dict[str, str] | None = None) -> Callable[[pytest.MonkeyPatch, Path], None]:
    """Start bubblewrap without `words`, or with an environment."""

    def take(patch: pytest.MonkeyPatch, _folder: Path) -> None:
        original = launcher.prepare

        def prepare(*arguments: Any) -> Any:
            command, given = original(*arguments)
            text = "\0".join(command)
            gone = "\0".join(words) + "\0"
            assert gone in text, f"no {words} in bubblewrap's command: this test takes away nothing"
            return text.replace(gone, "").split("\0"), given | (environment or {})

        patch.setattr(launcher, "prepare", prepare)

    return take


def _replaced(target: Any, name: str, value: Any) -> Callable[[pytest.MonkeyPatch, Path], None]:
    return lambda patch, _folder: patch.setattr(target, name, value)


def _both(*takes: Callable[[pytest.MonkeyPatch, Path], None]) -> Callable[[pytest.MonkeyPatch, Path], None]:
    return lambda patch, folder: [take(patch, folder) for take in takes] and None


# ---------------------------------------------------------------- what each promises, asked from inside

_STATUS = "dict(line.split(':\\t', 1) for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)"
_CHILDREN = """
import os, time
pids = []
while len(pids) < 3 and 0 not in pids:
    pids.append(os.fork())
if 0 in pids:
    hoard = b"x" * (150 << 20)
    time.sleep(0.5)
    os._exit(0)
a = 'reached' if all(os.waitpid(pid, 0)[1] == 0 for pid in pids) else 'held'
"""
_FOLDER = "[open(f'f{n}', 'w').close() for n in range(5000)]"


def _tries(statement: str) -> str:
    return f"import os, socket\ntry:\n    {statement}\n    a = 'reached'\nexcept OSError as error:\n    a = 'held'"


def _asks(expression: str) -> str:
    return f"import os, socket, mmap, sysconfig, sys\na = 'held' if {expression} else 'reached'"


_PROJECT = str(ROOT / "grader")
WALLS: dict[str, tuple[Callable[[pytest.MonkeyPatch, Path], None], str]] = {
    "bubblewrap": (_without(bubblewrap=False, namespaces=False), _asks(f"not os.path.lexists({_PROJECT!r})")),
    "namespaces of a child": (
        _without(namespaces=False), _asks("[n for n in os.listdir('/proc') if n.isdigit()] == ['1']"),
    ),
    "Landlock": (_without(landlock=False), _tries("open('/proc/self/oom_score_adj', 'w').close()")),
    "seccomp": (_without(seccomp=False), _tries("socket.socket().close()")),
    "no capabilities": (
        _edited("forkserver.py", "confine.drop_capabilities()", "None"),
        _asks(f"int({_STATUS}['CapEff'], 16) == 0 and {_STATUS}['NoNewPrivs'] == '1'"),
    ),
    "rlimits": (
        _edited("forkserver.py", "confine.set_limits(job)", "None"),
        _tries("files = [open('/dev/null') for _ in range(300)]; del files"),
    ),
    "size of the disk": (
        _edited("confine.py", "size={disk_bytes},", ""),
        _tries("[open(f'f{n}', 'wb').write(bytes(8 << 20)) for n in range(9)]"),
    ),
    "number of files": (_edited("confine.py", "nr_inodes={disk_files},", ""), _tries(_FOLDER)),
    "closed descriptors": (
        _edited("forkserver.py", "_keep_only(ends)", "None"),
        _asks("[os.readlink(f'/proc/self/fd/{n}').split(':')[0] for n in (0, 1, 2)] == ['/dev/null', 'pipe', 'pipe']"),
    ),
    "empty environment": (
        _command("--clearenv", environment={"GRADER_CANARY": "secret"}), _asks("'GRADER_CANARY' not in os.environ"),
    ),
    "network namespace": (
        _command("--unshare-net"),
        _asks("[line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]] == ['lo']"),
    ),
    "ipc namespaces": (
        _both(_command("--unshare-ipc"), _edited("confine.py", " | CLONE_NEWIPC | CLONE_NEWUTS)", ")")),
        _asks(f"os.readlink('/proc/self/ns/ipc') != {HOST_IPC!r}"),
    ),
    "read-only devices": (
        _command("--remount-ro", "/dev"), _tries("os.chmod('/dev', os.stat('/dev').st_mode & 0o7777)"),
    ),
    "hidden site-packages": (
        _replaced(launcher, "_folders_to_hide", lambda *_: []), _asks("not os.listdir(sysconfig.get_path('purelib'))"),
    ),
    "control group": (
        _replaced(server, "find_hierarchies", dict),
        _CHILDREN,
    ),
}  # fmt: skip


def _skip_where_there_is_no_such_wall(wall: str) -> None:
    if wall == "control group" and "memory" not in server.find_hierarchies():
        pytest.skip("this machine gives us no control group for memory")
    if wall == "network namespace" and len(Path("/proc/net/dev").read_text(encoding="ascii").splitlines()) <= 3:
        pytest.skip("this machine has no network to keep out")


@pytest.fixture
def box_without(
    exercise_1: pipeline.Grader, open_box: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], Any]]:
    """Return a function that opens a box in which one layer is missing."""
    opened: list[Any] = []

    def open_without(wall: str) -> Any:
        WALLS[wall][0](monkeypatch, tmp_path)
        opened.append(open_box(exercise_1, "full", _PATIENT))
        return next(opened[-1])

    yield open_without
    for generator in opened:
        next(generator, None)


@pytest.mark.parametrize("wall", WALLS)
def test_wall_holds_and_is_what_holds(boxes: Any, box_without: Callable[[str], Any], wall: str) -> None:
    """With all layers the promise holds; without this one it does not: no other layer hides its absence."""
    _skip_where_there_is_no_such_wall(wall)
    assert boxes("full").run_code(WALLS[wall][1])["a"] in {"held", "absent"}
    assert box_without(wall).run_code(WALLS[wall][1])["a"] == "reached"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_root_gives_up_root_or_gets_no_box(boxes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started by root, the box belongs to a user that owns nothing; as root it could not even be put together."""
    users = {_user_of(pid) for pid, command in boxes("full").processes().items() if "bwrap" not in command}
    assert 0 not in users
    monkeypatch.setattr(launcher, "_pick_user", lambda: 0)
    with pytest.raises(SandboxError):
        server.ForkServer(("numpy", "ipython"), policy.LAYERS["full"], ()).close()


def _user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.mark.skipif("GRADER_LAYER_TABLE" not in os.environ, reason="by hand: GRADER_LAYER_TABLE=out.txt (minutes)")
@pytest.mark.parametrize("wall", WALLS)
def test_table_of_attacks_that_get_through(box_without: Callable[[str], Any], wall: str) -> None:
    """Write down which attacks of the corpus reach something when one layer is missing."""
    due: dict[str, dict[str, Any]] = yaml.safe_load((CORPUS.parent / "hostile.yaml").read_text(encoding="utf-8"))
    box, through = box_without(wall), []
    for path in sorted(CORPUS.iterdir()):
        expected = due[path.name.split(".")[0]]
        if expected.get("refused") or expected["class"] in {"forging", "documents"} or "timed_out" in str(expected):
            continue
        evidence, report = box.run(read_submission([path], box.limits))
        value = evidence.answers["breach"].value
        ending = "none" if evidence.ending is None else evidence.ending.cause
        if (
            report.score > expected["points"]
            or getattr(value, "items", ())
            or ending not in expected.get("ending", ["none"])
        ):
            through.append(f"{path.stem} ({ending})")
    with Path(os.environ["GRADER_LAYER_TABLE"]).open("a", encoding="utf-8") as file:
        file.write(f"{wall}: {', '.join(through) or 'none'}\n")
