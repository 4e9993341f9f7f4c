"""Each file of a submission runs in a private copy of the whole tree, with the course's data beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.errors import IsolationError, SandboxError
from grader.model import FileEvidence, Limits, Probe, Submission
from grader.sandbox import Sandbox, open_sandbox
from grader.sandbox.box import files, shell
from grader.sandbox.tree import Layout, lay_out, packed_tree, remark_missing, remark_replaced
from grader.submission import read_submission

PACKAGES = ("numpy", "scipy", "matplotlib", "ipython", "sympy")
LIMITS = Limits(memory_bytes=256 << 20, cell_wall_s=10.0, disk_bytes=1 << 20, disk_files=64)
DATA = {"data/x.csv": b"1,2\n", "data/deep/y.bin": bytes(3 << 20)}
KL = "def f(): return {}\n"
Run = Callable[..., dict[str, FileEvidence]]


def notebook(*sources: str) -> str:
    """Return a notebook of these code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in sources]
    return json.dumps({"metadata": {}, "nbformat": 4, "nbformat_minor": 5, "cells": cells})


def write(folder: Path, tree: Mapping[str, str | bytes]) -> Path:
    """Write files by their paths and return the folder."""
    for name, content in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture(scope="module", params=["full", "reduced", "none"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Return a box of each level, with data of the course."""
    try:
        with open_sandbox(PACKAGES, request.param, LIMITS, data=DATA) as opened:
            yield opened
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level {request.param}: {error}")


@pytest.fixture
def collect(sandbox: Sandbox, tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Any]:
    """Return a function that runs a folder with these files and returns the evidence on the answers a and b."""

    def run(tree: Mapping[str, str | bytes]) -> Any:
        submission = read_submission([write(tmp_path / "ada", tree)], LIMITS)
        return sandbox.run(submission, [Probe(name=name, exercise="1") for name in "ab"], "0" * 64).evidence

    return run


@pytest.fixture
def run(collect: Callable[[Mapping[str, str | bytes]], Any]) -> Run:
    """Return a function that runs a folder with these files and returns the runs by file."""
    return lambda **tree: {one.file: one for one in collect(tree.pop("tree", tree)).runs}


def value(run: FileEvidence, name: str = "a") -> object:
    """Return a plain answer; a cell that raised shows why there is none."""
    errors = [cell.error for cell in run.cells if cell.error is not None]
    assert not errors, errors
    return getattr(run.answers[name].value, "value", run.answers[name].value.type)


TREES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a helper with cells": (
        {"helpers.py": "# %%\n" + KL.format(1), "hw.py": "from helpers import f\na = f()"},
        "hw.py",
    ),
    "a package": ({"u/__init__.py": "", "u/kl.py": KL.format(1), "hw.py": "from u.kl import f\na = f()"}, "hw.py"),
    "an old copy": (
        {"helpers.py": KL.format(1), "old/helpers.py": KL.format(2), "hw.py": "from helpers import f\na = f()"},
        "hw.py",
    ),
    "a folder of its own": (
        {"helpers.py": KL.format(2), "one/helpers.py": KL.format(1), "one/hw.py": "from helpers import f\na = f()"},
        "one/hw.py",
    ),
    "data": ({"p.csv": "1\n", "hw.ipynb": notebook("a = int(open('p.csv').read())")}, "hw.ipynb"),
    "data in a folder": ({"d/p.csv": "1\n", "nb/hw.py": "a = int(open('../d/p.csv').read())"}, "nb/hw.py"),
    "a script that is run": ({"set-up.py": "b = 1", "hw.ipynb": notebook("%run set-up.py", "a = b")}, "hw.ipynb"),
    "a notebook that is run": (
        {"set up.ipynb": notebook("b = 1", "c = b"), "hw.ipynb": notebook("%run 'set up.ipynb'", "a = c")},
        "hw.ipynb",
    ),
    "a script that is read": ({"s.py": "# %%\na = 1", "hw.py": "exec(open('s.py').read())"}, "hw.py"),
    "a notebook that is read": (
        {"hw.ipynb": notebook("import json\na = json.load(open('hw.ipynb'))['nbformat'] - 3")},
        "hw.ipynb",
    ),
    "its own file": (
        {"hw-1.py": "import os\na = int(os.path.isabs(__file__) and 'isabs' in open(__file__).read())"},
        "hw-1.py",
    ),
    "its own bytes": ({"hw.py": "# %%\r\n# é\r\na = int(b'\\r\\n' in open(__file__, 'rb').read())\r\n"}, "hw.py"),
    "its own folder": (
        {"one/hw.py": "import os\nos.chdir('/')\nos.chdir(os.path.dirname(__file__))\na = len(os.listdir()) - 1"},
        "one/hw.py",
    ),
    "its name on the command line": (
        {"hw.py": "import os, sys\na = int(os.path.samefile(sys.argv[0], __file__) and sys.path[0] == os.getcwd())"},
        "hw.py",
    ),
    "a module where a notebook has gone": (
        {"src/helpers.py": KL.format(1), "hw.ipynb": notebook("%cd src", "from helpers import f\na = f()")},
        "hw.ipynb",
    ),
    "a module named as one of the library": (
        {"statistics.py": "", "hw.ipynb": notebook("import statistics\na = statistics.mean([1])")},
        "hw.ipynb",
    ),
    "a script's module named as one of the library": (
        {"signal.py": "b = 1", "hw.py": "import numpy, signal\na = signal.b"},
        "hw.py",
    ),
    "a script's package named as a library": (
        {"sympy/__init__.py": "from sympy.own import b", "sympy/own.py": "b = 1", "hw.py": "from sympy import b as a"},
        "hw.py",
    ),
    "a notebook's module named as a library": (
        {"scipy.py": "b = 1", "hw.ipynb": notebook("import scipy\na = scipy.b")},
        "hw.ipynb",
    ),
    "a script named as what it imports": (
        {"random.py": "import random\na = round(1 + 0 * random.random())"},
        "random.py",
    ),
    "a module that Python starts with": ({"os.py": "b = 1", "hw.py": "import os\na = 1 - hasattr(os, 'b')"}, "hw.py"),
    "a folder named as a library": ({"sympy/x.csv": "1", "hw.py": "import sympy\na = int(sympy.Integer(1))"}, "hw.py"),
    "a module of a notebook's worker": (
        {
            "one/helpers.py": KL.format(1),
            "one/hw.ipynb": notebook(
                "import multiprocessing as mp\nfrom helpers import f\n"
                "p = mp.get_context('spawn').Process(target=f); p.start(); p.join()\na = p.exitcode + 1"
            ),
        },
        "one/hw.ipynb",
    ),
    "no file of a notebook": ({"hw.ipynb": notebook("a = int('__file__' not in globals())")}, "hw.ipynb"),
    "a name as of a package": ({"numpy.py": "b = 1", "hw.py": "import sys\na = 1"}, "hw.py"),
    "data of the course": ({"nb/hw.py": "a = len(open('data/x.csv').readline()) - 3"}, "nb/hw.py"),
    "data of the course in place of a file": (
        {"data": "x", "hw.py": "a = len(open('data/x.csv').read()) - 3"},
        "hw.py",
    ),
    "data of the course in place of a folder": (
        {"data/x.csv/mine": "x", "hw.py": "a = len(open('data/x.csv').read()) - 3"},
        "hw.py",
    ),
}


@pytest.mark.parametrize("case", TREES)
def test_a_file_finds_what_was_submitted_with_it(run: Run, case: str) -> None:
    """Whatever lies in the tree is where it was, and as it was; each case answers 1."""
    tree, file = TREES[case]
    assert value(run(tree=tree)[file]) == "1"


def test_no_run_sees_what_another_wrote(run: Run) -> None:
    """Every file gets a copy of its own, and may change it."""
    source = "import os\na = len(os.listdir()) - 4\nopen('x', 'w').close()\nopen('d/p.csv', 'a').write('2')\n"
    runs = run(tree={"1.py": source, "2.py": source, "d/p.csv": "1"} | {"3.py": f"{source}b = open('d/p.csv').read()"})
    assert [value(one) for one in runs.values()] == ["1"] * 3
    assert value(runs["3.py"], "b") == "12"


def test_the_courses_data_counts_against_no_limit(run: Run) -> None:
    """Beside three times the student's disk of the course's data the student still has nearly all of it."""
    source = "import os\nopen('big', 'wb').write(bytes(15 << 16))\na = os.path.getsize('big') + 1 - (15 << 16)"
    assert value(run(tree={"hw.py": source})["hw.py"]) == "1"


def test_what_the_course_replaced_and_what_was_missed_is_said(
    collect: Callable[[Mapping[str, str | bytes]], Any],
) -> None:
    """The student learns that the course's data was used, and what lies where a file was not found."""
    evidence = collect({"data/x.csv": "mine", "q.csv": "", "hw.ipynb": notebook("1", "open('p.csv')")})
    assert evidence.remarks == (
        "the course's own data was used in place of your data/x.csv",
        "hw.ipynb, cell 2: a file was not found; its folder holds data/, hw.ipynb, q.csv",
    )


def test_the_next_student_sees_nothing_of_the_last(sandbox: Sandbox, tmp_path: Path) -> None:
    """Files and descriptors of a submission are gone before another one runs."""
    first = read_submission([write(tmp_path / "ada", {"hw.py": "a = 1", "secret.txt": "s"})], LIMITS)
    look = (
        "import os\na = ' '.join(sorted(os.listdir()))\n"
        "b = sum(not os.path.exists(f'/proc/self/fd/{n}') or 'memfd' in os.readlink(f'/proc/self/fd/{n}')"
        " for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}') and int(n) > 2 and"
        " 'socket' not in os.readlink(f'/proc/self/fd/{n}') and 'null' not in os.readlink(f'/proc/self/fd/{n}'))\n"
    )
    second = read_submission([write(tmp_path / "bo", {"hw.py": look})], LIMITS)
    probes = [Probe(name=name, exercise="1") for name in "ab"]
    sandbox.run(first, probes, "0" * 64)
    for submission in (second, second):
        evidence = sandbox.run(submission, probes, "0" * 64).evidence
        assert value(evidence.runs[0]) == "data hw.py"
        assert value(evidence.runs[0], "b") == "0"


def test_what_counts_runs_before_old_copies_use_up_its_time(tmp_path: Path) -> None:
    """The files at the top are run first, and told of in name order."""
    limits = LIMITS.model_copy(update={"cell_wall_s": 3.0, "submission_wall_s": 3.0})
    tree = {"archive/hw.py": "while True: pass", "hw.py": "a = 1"}
    submission = read_submission([write(tmp_path / "ada", tree)], limits)
    with open_sandbox(PACKAGES, "none", limits) as opened:
        evidence = opened.run(submission, [Probe(name="a", exercise="1")], "0" * 64).evidence
    assert [one.file for one in evidence.runs] == ["archive/hw.py", "hw.py"]
    assert value(evidence.runs[1]) == "1"


def test_a_tree_that_fills_the_disk_still_runs(tmp_path: Path) -> None:
    """A tree up to the student's limits is laid out whole; what is written then is the student's own to lack."""
    limits = LIMITS.model_copy(update={"disk_bytes": 16 << 10, "disk_files": 5})
    tree = {"hw.py": "a = 1\nwith open('x', 'wb') as f: f.write(b'1' * 4096)", "d/1": "1", "d/2": "1", "3": "1"}
    with pytest.raises(Exception, match="more than 5 files"):
        read_submission([write(tmp_path / "eve", tree | {"4": ""})], limits)
    submission = read_submission([write(tmp_path / "ada", tree)], limits)
    with open_sandbox(PACKAGES, "full", limits) as opened:
        evidence = opened.run(submission, [Probe(name="a", exercise="1")], "0" * 64).evidence
    assert evidence.runs[0].answers["a"].value.value == "1"
    assert evidence.runs[0].cells[0].error.error == "OSError"


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../up.py", "a/../../up.py", "a//b", "./a", "a/.", "nul\0"])
def test_a_path_that_leads_elsewhere_is_never_packed(sandbox: Sandbox, name: str) -> None:
    """No reader of ours gives such a path; a submission that travelled could hold one."""
    with pytest.raises(SandboxError, match="cannot be a file"), packed_tree({name: b""}):
        pass
    submission = replace(Submission("ada", (), "0" * 64), tree={name: b"x"})
    with pytest.raises(SandboxError, match="cannot be a file"):
        sandbox.run(submission, [], "0" * 64)


def test_packed_files_cannot_be_changed() -> None:
    """Whoever gets the descriptor reads one submission, and writes nothing."""
    with packed_tree({"a": b"12", "b/c": b"", "d": b"345"}) as one:
        assert dict(one.places) == {"a": (0, 2), "b/c": (2, 0), "d": (2, 3)}
        assert os.pread(one.fd, 9, 0) == b"12345"
        with pytest.raises(PermissionError):
            os.pwrite(one.fd, b"x", 0)
        with pytest.raises(PermissionError):
            os.ftruncate(one.fd, 0)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(one.fd)


def test_files_are_laid_out_below_the_home_alone(tmp_path: Path) -> None:
    """Inside too, a path that leads up, a file that is there, and a source that is too short are refused."""
    with packed_tree({"a": b"12"}) as one:
        files.lay_out(str(tmp_path), "x/y", [("x/z/a", 0, 0, 2)], [one.fd])
        assert (tmp_path / "x/z/a").read_bytes() == b"12"
        assert (tmp_path / "x/y").is_dir()
        for order, error in (
            (("../up", 0, 0, 2), ValueError),
            (("x/z/a", 0, 0, 2), FileExistsError),
            (("b", 0, 1, 2), OSError),
        ):
            with pytest.raises(error):
                files.lay_out(str(tmp_path), "", [order], [one.fd])
        with pytest.raises(ValueError, match="leads elsewhere"):
            files.lay_out(str(tmp_path), "../up", [], [one.fd])
        (tmp_path / "link").symlink_to(tmp_path / "x")
        with pytest.raises(FileExistsError):
            files.lay_out(str(tmp_path), "", [("link", 0, 0, 2)], [one.fd])


def test_remarks_are_bounded() -> None:
    """A thousand files beside a student's are not all named."""
    tree = {f"d{index:04}.csv": (0, 0) for index in range(1000)} | {"hw.py": (0, 0)}
    layout = lay_out("hw.py", tree, {})
    assert remark_missing("hw.py", 0, layout).endswith("d0006.csv, d0007.csv and 993 more")
    assert remark_missing("hw.py", 0, lay_out("hw.py", {}, {})).endswith("its folder holds nothing")
    replaced = lay_out("hw.py", {f"data/{index}": (0, 0) for index in range(10)}, {"data": (0, 0)})
    assert next(remark_replaced(replaced)).endswith("data/7 and 2 more")
    assert not list(remark_replaced(layout))


def test_room_is_made_for_the_courses_data_alone() -> None:
    """What the student may use stays what it is; pages, files and folders of the course come on top."""
    layout = Layout("", (("hw.py", 0, 0, 1), ("data/x", 1, 0, 5000), ("data/y", 1, 0, 0)), ())
    assert layout.measure(1 << 20, 64) == {"tmpfs_bytes": (1 << 20) + 8192, "tmpfs_files": 64 + 3}
    assert layout.measure(1, 1) == {"tmpfs_bytes": 4096 + 8192, "tmpfs_files": 1 + 8 + 3}


def test_a_notebook_of_format_3_can_be_run_by_another(tmp_path: Path) -> None:
    """Its cells lie in worksheets, and their text is named otherwise."""
    path = write(tmp_path, {"a.ipynb": json.dumps({"worksheets": [{"cells": [
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"]}, {"cell_type": "markdown", "source": "z"},
    ]}]})}) / "a.ipynb"  # fmt: skip
    assert shell._read_code_cells(str(path)) == ["x = 1\ny = 2"]
