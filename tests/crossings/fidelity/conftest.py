"""Runs the same cells and scripts for real, in a Jupyter kernel or under plain `python`, and in the box."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from grader.errors import IsolationError
from grader.model import Cell, Execution, Limits, Raised, Submission, SubmittedFile
from grader.sandbox import Sandbox, open_sandbox

HERE = Path(__file__).parent
NOTEBOOKS: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "notebooks.yaml").read_text(encoding="utf-8"))
SCRIPTS: list[dict[str, Any]] = yaml.safe_load((HERE / "scripts.yaml").read_text(encoding="utf-8"))
_PACKAGES = ("numpy", "scipy", "matplotlib", "ipython", "sympy")
_LIMITS = Limits(cell_wall_s=20, submission_wall_s=120, submission_cpu_s=120)
# Where a cell's code lies, in both worlds; what a terminal is told, and the return that it adds to a line; addresses.
_PLACES = re.compile(
    r"/tmp/ipykernel_\d+/\d+\.py|<ipython-input-[\w-]+>|(?<=\()\d+\.py(?=, line)|\x1b\[[0-9;]*[A-Za-z]"
    r"|0x[0-9a-f]{6,}|0x…"
)
_FOLDERS = re.compile(r"[^\s\"']*/(?=s[0-9a-f]{8}\.py)")  # of a script, which lies elsewhere in the box
Outcome = dict[str, Any]


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment like the box's own, with this virtual environment's programs."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8:strict", "TERM": "dumb", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
        "IPYTHONDIR": str(folder / ".ipython"), "MPLCONFIGDIR": str(folder.parent / "matplotlib"),
    }  # fmt: skip


def _tidy(text: str) -> str:
    return _PLACES.sub("…", _FOLDERS.sub("", text.replace("\r\n", "\n")))


# ---------------------------------------------------------------- notebooks


def _read_cell(outputs: list[Any]) -> Outcome:
    """Return what a cell shows: text by stream, what was displayed in order, the exception."""
    seen: Outcome = {"stdout": "", "stderr": "", "shown": [], "error": None}
    for output in outputs:
        if output["output_type"] == "stream":
            seen[output["name"]] += _tidy(output["text"])
        elif output["output_type"] == "error":
            seen["error"] = (output["ename"], _tidy(output["evalue"]))
        elif text := {kind: _tidy(value) for kind, value in output["data"].items() if kind.startswith("text/")}:
            seen["shown"].append((output["output_type"], output.get("execution_count"), text))
    return seen


def _cells_of(session: str) -> list[str]:
    return [source for entry in NOTEBOOKS[session] for source in entry["cells"]]


def _run_kernel(session: str, folder: Path) -> list[Outcome]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in _cells_of(session)])
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        timeout=60,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=_environment(folder))
    return [_read_cell(cell.outputs) for cell in notebook.cells]


def _run_in_box(box: Sandbox, *files: SubmittedFile) -> Execution:
    tree = {file.name: file.cells[0].source.encode() for file in files if file.style == "script"}
    return box.run(Submission(student="ada", files=files, sha256="1" * 64, tree=tree), [], "0" * 64)


def _run_notebook_in_box(box: Sandbox, session: str) -> list[Outcome]:
    cells = tuple(Cell(index=index, kind="code", source=source) for index, source in enumerate(_cells_of(session)))
    execution = _run_in_box(box, SubmittedFile("ada.ipynb", "notebook", "0" * 64, cells))
    return [_read_cell(cell.outputs) for cell in execution.notebooks["ada.ipynb"]["cells"]]


def _cut_by_entry(session: str, cells: list[Outcome]) -> dict[str, list[Outcome]]:
    found, rest = {}, iter(cells)
    for entry in NOTEBOOKS[session]:
        found[entry["name"]] = [next(rest) for _ in entry["cells"]]
    return found


# ---------------------------------------------------------------- scripts


def _name(entry: dict[str, Any]) -> str:
    return f"s{hashlib.sha256(entry['name'].encode()).hexdigest()[:8]}.py"


def _run_python(entry: dict[str, Any], folder: Path) -> Outcome:
    place = folder / _name(entry).removesuffix(".py")
    place.mkdir()
    (place / _name(entry)).write_text(entry["code"], encoding="utf-8")
    done = subprocess.run(  # a shell's background job would pass on that it ignores Ctrl-C
        ["env", "--default-signal=INT", sys.executable, _name(entry)], cwd=place, env=_environment(place),
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    errors = done.stderr.decode("utf-8", "replace")
    end: tuple[Any, ...] = ("exit", done.returncode)
    if done.returncode == 1 and (
        cut := re.search(r"^(?:Traceback \(most|  File )[^\n]*\n(?:[ ~^].*\n)*", errors, re.MULTILINE)
    ):
        name, _, message = errors[cut.end() :].strip().partition(": ")
        errors, end = errors[: cut.start()], (name.rpartition(".")[2], message.splitlines()[0] if message else "")
    return {"stdout": _tidy(done.stdout.decode("utf-8", "replace")), "stderr": _tidy(errors), "end": end}


def _read_script(outputs: list[Any], error: Raised | None) -> Outcome:
    seen = _read_cell(outputs)
    end: tuple[Any, ...] = ("exit", 0)
    if error is not None and error.error == "SystemExit":
        end = ("exit", int(error.message) if error.message.isdigit() else int(error.message not in {"", "None"}))
    elif error is not None:
        message = re.sub(r" \(\S+, line \d+\)$", "", error.message)  # which Python says above it
        end = (error.error, message.splitlines()[0] if message else "")
    return {"stdout": seen["stdout"], "stderr": seen["stderr"], "end": end}


def _run_scripts_in_box(box: Sandbox) -> dict[str, Outcome]:
    found = {}
    for entry in SCRIPTS:
        file = SubmittedFile(_name(entry), "script", "0" * 64, (Cell(index=0, kind="code", source=entry["code"]),))
        execution = _run_in_box(box, file)
        run = execution.evidence.runs[0]
        assert run.ending is None, (entry["name"], run.ending)
        assert run.cells[0].status != "timed_out", entry["name"]
        found[entry["name"]] = _read_script(execution.notebooks[file.name]["cells"][0].outputs, run.cells[0].error)
    return found


# ---------------------------------------------------------------- fixtures


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    """The default level, with time for everything."""
    try:
        with open_sandbox(_PACKAGES, "full", _LIMITS) as sandbox:
            yield sandbox
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level full: {error}")


@pytest.fixture(scope="session")
def compare_session(
    box: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, tuple[list[Outcome], list[Outcome]]]]:
    """Returns a function that runs a session in a kernel and in the box, once, and gives both outcomes by entry."""

    @cache
    def run(session: str) -> dict[str, tuple[list[Outcome], list[Outcome]]]:
        real = _cut_by_entry(session, _run_kernel(session, tmp_path_factory.mktemp(session)))
        boxed = _cut_by_entry(session, _run_notebook_in_box(box, session))
        return {name: (real[name], boxed[name]) for name in real}

    return run


@pytest.fixture(scope="session")
def script_outcomes(box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Outcome, Outcome]]:
    """The outcome of each script under plain `python` and in the box."""
    folder = tmp_path_factory.mktemp("scripts")
    with ThreadPoolExecutor(2) as pool:
        real = list(pool.map(lambda entry: _run_python(entry, folder), SCRIPTS))
    boxed = _run_scripts_in_box(box)
    return {entry["name"]: (outcome, boxed[entry["name"]]) for entry, outcome in zip(SCRIPTS, real, strict=True)}
