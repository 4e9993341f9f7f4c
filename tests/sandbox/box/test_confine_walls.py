"""What student code cannot reach: each test tries it from inside, at every level that promises to keep it out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import grader
from grader.model import FileEvidence
from tests.sandbox.conftest import Run


def _text(evidence: FileEvidence, name: str = "a") -> str:
    value = evidence.answers[name].value
    assert value.type == "str", evidence
    return value.value


def _attempt(expression: str) -> str:
    return f"try:\n    a = 'reached ' + str({expression})\nexcept BaseException as error:\n    a = type(error).__name__"


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('socket').socket()",
        "__import__('socket').socket(1)",
        "__import__('socket').create_connection(('127.0.0.1', 80))",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1')",
        "open('/etc/shadow').read()",
        "open('/usr/intruder', 'w')",
        "open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/sh')",
        "__import__('os').setuid(0)",
        "__import__('os').kill(1 if __import__('os').getpid() != 1 else 2, 9)",
        f"open({str(Path(grader.__file__))!r}).read()",
        f"__import__('os').listdir({str(Path(grader.__file__).parents[1] / 'exercises')!r})",
    ],
)
def test_unreachable(run: Run, expression: str) -> None:
    """Network, other users' files, the kernel's settings, this project: none can be reached."""
    outcome = _text(run(_attempt(expression)))
    assert outcome in {
        "PermissionError", "FileNotFoundError", "OSError", "URLError", "ProcessLookupError",
    }  # fmt: skip


@pytest.mark.parametrize("number", [101, 165, 272, 321, 425])  # ptrace, mount, unshare, bpf, io_uring_setup on x86_64
def test_refused_system_calls(run: Run, number: int) -> None:
    """The system calls that reach other processes or the kernel's rarely walked paths are refused."""
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86_64")
    ask = f"c.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno()"
    code = f"import ctypes\nc = ctypes.CDLL(None, use_errno=True)\na = str(({ask}))"
    assert _text(run(code)) == "(-1, 1)"


@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        ("(lambda own: os.nice(1) - min(own + 1, 19))(os.nice(0))", "reached 0"),  # whatever the tests run at
        ("os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})", "reached None"),
        ("os.setpriority(os.PRIO_PROCESS, os.getppid() or 1, 19)", "PermissionError"),
        ("os.setpriority(os.PRIO_PGRP, 0, 19)", "PermissionError"),
        ("os.setpriority(os.PRIO_USER, 0, 19)", "PermissionError"),
        ("os.sched_setaffinity(os.getppid() or 1, {0})", "PermissionError"),
    ],
)
def test_own_priority_and_processors_may_be_changed_and_no_others(run: Run, call: str, outcome: str) -> None:
    """A student who is considerate of others may be, as on any machine."""
    assert _text(run(f"import os\n{_attempt(call)}")) == outcome


@pytest.mark.parametrize("module", ["grader", "reference", "pytest", "pydantic", "nbclient"])
def test_nothing_but_the_packages_of_the_course_can_be_imported(run: Run, module: str) -> None:
    """The grader, the reference and the grader's own tools do not exist inside."""
    assert _text(run(_attempt(f"__import__({module!r})"))) == "ModuleNotFoundError"


def test_environment_is_empty(run_full: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the instructor's environment is there, nor in the first process of the box."""
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    evidence = run_full("import os\na = str(dict(os.environ)) + open('/proc/1/environ').read().replace('\\0', ' ')")
    assert "hunter2" not in _text(evidence)


def test_only_the_channel_is_open(run: Run) -> None:
    """Nothing is inherited but input from nowhere, two pipes for output and the channel; a notebook has its loop."""
    code = (
        "import json, os\nfolder = '/proc/self/fd/'\n"
        "a = json.dumps({n: os.readlink(folder + n) for n in os.listdir(folder) if os.path.lexists(folder + n)})"
    )
    links = json.loads(_text(run(code)))
    assert links.pop("0") == "/dev/null"
    assert all(links.pop(number).startswith("pipe:") for number in ("1", "2"))
    kinds = sorted(target.split(":")[0] for target in links.values() if not target.startswith("/proc"))
    assert kinds == ["anon_inode", "socket", "socket", "socket"]  # three of them are the event loop's


def test_no_capabilities_and_no_way_to_new_ones(run: Run) -> None:
    """All capability sets are empty and no_new_privs is set."""
    status = _text(run("a = open('/proc/self/status').read()"))
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")


def test_bounding_set_is_empty(run_full: Run) -> None:
    """Not even a program with file capabilities could give any back; `reduced` needs root to empty this set."""
    assert "CapBnd:\t0000000000000000" in _text(run_full("a = open('/proc/self/status').read()"))


def test_other_processes_are_invisible(run_full: Run) -> None:
    """A student sees the processes of their own submission only, and is the first of them."""
    evidence = run_full("import os\na = str((os.getpid(), [n for n in os.listdir('/proc') if n.isdigit()]))")
    assert _text(evidence) == "(1, ['1'])"


def test_root_does_not_run_students_code(run_full: Run) -> None:
    """Inside, the student is an ordinary user, and outside, the process belongs to nobody of this machine."""
    assert _text(run_full("import os\na = str((os.getuid(), os.geteuid(), os.getgid()))")) == "(1000, 1000, 1000)"


def test_nothing_stays_for_the_next_submission(run_full: Run) -> None:
    """Files and names of one submission are not there in the next."""
    write = "for folder in ('/tmp/', '/dev/shm/', ''): open(folder + 'left', 'w').write('x')\nleak = 1"
    run_full(write)
    look = "import os\na = str([os.listdir(d) for d in ('/tmp', '/dev/shm', '.')]); b = 'leak' in globals()"
    evidence = run_full(look)
    assert _text(evidence) == "[[], [], []]"
    assert evidence.answers["b"].value.value is False


def test_unseeded_generators_repeat(run_full: Run) -> None:
    """The same submission draws the same numbers, from every generator that it leaves unseeded."""
    draws = (
        "random.random()", "random.Random().random()", "np.random.rand()", "np.random.default_rng().random()",
        "np.random.RandomState().rand()",
    )  # fmt: skip
    code = f"import random, numpy as np\na = str([{', '.join(draws)}])"
    first, second = _text(run_full(code)), _text(run_full(code))
    assert first == second
    assert len(set(json.loads(first))) == 5


def test_unseeded_generators_of_forked_processes_repeat_and_differ(run_full: Run) -> None:
    """Each worker draws numbers of its own, and the same ones in every run, also where a worker forks again."""
    code = """
import json, os, random, numpy as np
def fork(depth):
    read, write = os.pipe()
    if os.fork() == 0:
        drawn = [random.random(), np.random.default_rng().random(), random.Random().random()]
        os.write(write, json.dumps(drawn + (fork(depth - 1) if depth else [])).encode())
        os._exit(0)
    os.wait()
    return json.loads(os.read(read, 1000))
a = str(fork(1) + fork(0) + [random.random()])
"""
    first, second = _text(run_full(code)), _text(run_full(code))
    assert first == second
    assert len(set(json.loads(first))) == 10
