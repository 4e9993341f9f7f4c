"""Whoever ends a command gets an end: at once, with a status that says so, nothing left behind, what is done kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from grader.sandbox.cgroup import find_hierarchies

ROOT = Path(__file__).parents[3]
SLEEPER = "import time\ntime.sleep(600)\n"
LIMITS = ("--cell-wall-s", "500", "--submission-wall-s", "500")
SOON_S = 300

pytestmark = pytest.mark.xdist_group("resume")


def start(tmp_path: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a command with a folder for temporary files of its own; what it says goes to a file."""
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-m", "grader", *map(str, arguments), *LIMITS]
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGHUP)}
    try:
        with (tmp_path / "log").open("wb") as log:
            environment = {**os.environ, "TMPDIR": str(tmp_path / "scratch")}
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end(process: subprocess.Popen[bytes], tmp_path: Path, is_there: str, *numbers: signal.Signals) -> str:
    """Send signals once a file is there, again and again, as the impatient do; return what was said.

    A terminal sends to every process of the command, a service manager to the one that it knows.
    """
    deadline = time.monotonic() + SOON_S
    while not list(tmp_path.glob(is_there)):
        assert process.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    for number in numbers * 3:
        send = os.kill if number == signal.SIGTERM else os.killpg
        with suppress(ProcessLookupError):
            send(process.pid, number)
    assert process.wait(SOON_S) == 128 + numbers[0]
    return (tmp_path / "log").read_text()


def assert_nothing_is_left(process: subprocess.Popen[bytes], tmp_path: Path, said: str) -> None:
    """No scratch folder, no control group, no traceback."""
    assert "interrupted" in said
    assert "Traceback" not in said
    assert list((tmp_path / "scratch").glob("grader-scratch-*")) == []
    groups = [group for folder in set(find_hierarchies().values()) for group in folder.glob(f"grader-{process.pid}-*")]
    assert groups == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_ends_and_keeps_what_is_done(tmp_path: Path, number: signal.Signals, jobs: int) -> None:
    """One student is done, others would sleep for minutes: nobody waits for them, and the first is in the index."""
    students, out = tmp_path / "students", tmp_path / "out"
    students.mkdir()
    shutil.copy(ROOT / "submissions" / "right" / "ben.py", students / "a.py")
    for name in ("b.py", "c.py"):
        (students / name).write_text(SLEEPER)
    process = start(tmp_path, "batch", students, "--out", out, "--jobs", jobs)
    said = end(process, tmp_path, "out/a/report.json", number)
    assert_nothing_is_left(process, tmp_path, said)
    assert [row["student"] for row in json.loads((out / "batch.json").read_text())] == ["a"]
    assert not (out / "batch.lock").exists()


@pytest.mark.parametrize("numbers", [(signal.SIGINT,), (signal.SIGINT, signal.SIGTERM), (signal.SIGTERM,)])
def test_a_single_submission_ends_too(tmp_path: Path, numbers: tuple[signal.Signals, ...]) -> None:
    """The first signal says how; further ones change nothing."""
    (tmp_path / "ada.py").write_text(SLEEPER)
    process = start(tmp_path, "grade", tmp_path / "ada.py")
    said = end(process, tmp_path, "scratch/grader-scratch-*/inside", *numbers)
    assert_nothing_is_left(process, tmp_path, said)


def test_a_signal_while_the_program_is_imported_has_no_traceback() -> None:
    """Ctrl-C ends it as it ends any small command."""
    code = (
        "import builtins, os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "plain = __import__\n"
        "def load(name, *rest, **named):\n"
        "    if name == 'click':\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return plain(name, *rest, **named)\n"
        "builtins.__import__ = load\n"
        "from grader.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_a_signal_while_a_run_begins_is_no_cause_for_warnings(tmp_path: Path) -> None:
    """The moment between an event loop and what it is to run is short, and a signal may come in it."""
    (tmp_path / "ada.py").write_text("x = 1\n")
    code = (
        "import asyncio, os, signal\n"
        "make = asyncio.events.new_event_loop\n"
        "asyncio.events.new_event_loop = lambda: (make(), os.kill(os.getpid(), signal.SIGTERM))[0]\n"
        "from grader.cli import main\n"
        f"main(['grade', {str(tmp_path / 'ada.py')!r}])\n"
    )
    command = [sys.executable, "-W", "always", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SOON_S, check=False)
    assert done.returncode == 128 + signal.SIGTERM
    assert "interrupted" in done.stderr
    assert "Warning" not in done.stderr
