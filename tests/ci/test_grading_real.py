"""The whole way with the real course, the real sandbox and real git; and Gradescope's tree, laid out as there."""

from __future__ import annotations

import json
import os
import re
import subprocess  # the scripts of the zip are run as Gradescope runs them
import sys
import zipfile
from contextlib import nullcontext
from html import unescape
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import pipeline
from grader.batch import regrade, run_batch
from grader.ci import build_autograder
from grader.errors import CourseError, IsolationError, UsageError
from grader.sandbox import open_sandbox
from tests.conftest import copy_course

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def full_isolation() -> None:
    """Skip where this machine cannot run the real thing."""
    try:
        with open_sandbox(("numpy", "scipy", "matplotlib", "ipython", "sympy"), "full"):
            return
    except IsolationError as error:
        pytest.skip(f"this machine does not give full isolation: {error}")


@pytest.mark.usefixtures("full_isolation")
def test_partial_submission_through_a_pull_request(bare_runner: Any) -> None:
    """A sample student gets the expected score, with annotations in the notebook and a summary of every part."""
    text = (ROOT / "submissions" / "partial" / "gus.ipynb").read_text(encoding="utf-8")
    head = bare_runner.propose({"submissions/gus/gus.ipynb": text})
    result = bare_runner.run("--course", ROOT, event=bare_runner.event(head, author="gus"))
    assert result.exit_code == 0, result.output
    assert bare_runner.outputs["score"] == "23.875"
    assert all(f"**{number}**" in bare_runner.summary for number in range(1, 9))
    lines = [line for line in result.stdout.splitlines() if line.startswith("::warning file=")]
    assert lines
    assert all(line.startswith("::warning file=submissions/gus/gus.ipynb,line=") for line in lines)
    first = int(lines[0].split("line=")[1].split(",")[0])
    assert "ex1" in text.splitlines()[first - 1]


@pytest.mark.usefixtures("full_isolation")
def test_misspelt_name_is_told_as_a_batch_tells_it(bare_runner: Any, tmp_path: Path) -> None:
    """Why something is missing stands in the summary, for Gradescope and in the text, which a batch writes alike."""
    text = "ex1_kl_pq = 0.4564\nex1_kl_pq_exakt = 'log(96)/10'\n"
    head = bare_runner.propose({"submissions/eve/eve.py": text})
    result = bare_runner.run("--course", ROOT, event=bare_runner.event(head, author="eve"))
    assert result.exit_code == 0, result.output
    told = "Did you mean ex1_kl_pq_exakt?"
    assert told in unescape(bare_runner.summary)
    assert all(told in (bare_runner.out / "eve" / name).read_text() for name in ("report.txt", "results.json"))
    grader = pipeline.load_grader(ROOT)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "eve.py").write_text(text)
    with open_sandbox(grader.course.file.packages, "full") as sandbox:
        run_batch(grader, lambda: nullcontext(sandbox), tmp_path / "class", tmp_path / "batch")
    text_of_batch = (tmp_path / "batch" / "eve" / "report.txt").read_text()
    assert told in text_of_batch
    regrade(grader, [tmp_path / "batch"])
    assert (tmp_path / "batch" / "eve" / "report.txt").read_text() == text_of_batch


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree like /autograder, with the zip of the course unpacked in it."""
    build_autograder(ROOT, tmp_path / "autograder.zip")
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(tmp_path / "autograder.zip"), str(root / "source")], check=True
    )
    metadata = {
        "id": 1,
        "created_at": "2026-05-02T10:00:00.000000-07:00",
        "assignment": {"id": 2, "title": "KL", "due_date": "2026-05-01T10:00:00.000000-07:00", "total_points": "100"},
        "users": [{"id": 3, "email": "gus@example.org", "name": "Gus"}],
        "previous_submissions": [],
    }
    (root / "submission_metadata.json").write_text(json.dumps(metadata))
    return root


def run_script(tree: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run one of the zip's scripts as Gradescope does, with this interpreter for its virtual environment."""
    environment = os.environ | {
        "AUTOGRADER_ROOT": str(tree), "GRADER_PYTHON": sys.executable, "GRADER_SKIP_APT": "1", "PYTHONPATH": "",
    }  # fmt: skip
    command = ["bash", str(tree / "source" / name)]
    return subprocess.run(command, env=environment, cwd=tree, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("full_isolation")
def test_gradescope_grades_in_its_own_tree(tree: Path) -> None:
    """setup.sh and run_autograder leave results.json where Gradescope looks, from the code and course of the zip."""
    (tree / "submission" / "gus.ipynb").write_bytes((ROOT / "submissions" / "partial" / "gus.ipynb").read_bytes())
    setup = run_script(tree, "setup.sh")
    assert setup.returncode == 0, setup.stderr
    done = run_script(tree, "run_autograder")
    assert done.returncode == 0, done.stderr
    results = json.loads((tree / "results" / "results.json").read_text())
    assert results["score"] == 23.875
    assert {test["number"] for test in results["tests"]} >= {"1a", "8e"}
    assert "gus@example.org" in done.stderr


def test_gradescope_tells_why_a_file_is_refused(tree: Path) -> None:
    """No points and the reason, which is the student's to mend; an old result does not stay."""
    (tree / "results" / "results.json").write_text("old")
    (tree / "submission" / "gus.ipynb").write_text("{")
    done = run_script(tree, "run_autograder")
    assert done.returncode == 0, done.stderr
    results = json.loads((tree / "results" / "results.json").read_text())
    assert results["score"] == 0
    assert "gus.ipynb is not a notebook" in results["output"]


def test_gradescope_gets_no_result_where_we_failed(tree: Path) -> None:
    """Without bubblewrap nothing is graded, and nothing looks like a score."""
    (tree / "submission" / "gus.py").write_text("ex1_kl_pq = 1\n")
    script = tree / "source" / "run_autograder"
    empty = tree / "bin"
    empty.mkdir()
    for name in ("bash", "rm", "mktemp", "git"):
        (empty / name).symlink_to(f"/usr/bin/{name}")
    script.write_text(script.read_text().replace("set -euo pipefail", f"set -euo pipefail\nexport PATH={empty}"))
    done = run_script(tree, "run_autograder")
    assert done.returncode == 3
    assert not (tree / "results" / "results.json").exists()


def test_zip_is_the_same_twice_and_holds_what_it_needs(tmp_path: Path) -> None:
    """Scripts are at the top and executable; no cache and no submission of ours is packed."""
    for name in ("one.zip", "two.zip"):
        build_autograder(ROOT, tmp_path / name, "reduced")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = set(archive.namelist())
        assert archive.getinfo("run_autograder").external_attr >> 16 & 0o111
        assert b"--isolation reduced" in archive.read("run_autograder")
        assert archive.read("course-requirements.txt") == (ROOT / "requirements.txt").read_bytes()
    assert {"setup.sh", "run_autograder", "requirements.txt", "grader/cli/ci.py", "course/course.yaml"} <= names
    assert "grader/ci/install-course.sh" in names
    assert {"course/exercises/ex1.yaml", "course/reference/exercise1.py"} <= names
    assert not any("__pycache__" in name or name.startswith("course/submissions") for name in names)


def write_release(folder: Path) -> Path:
    """Return a copy of the course that is due on 1 June 2026, with a policy."""
    copy_course(folder)
    numbers = ", ".join(f"'{number}'" for number in range(1, 9))
    with (folder / "course.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nassignments:\n  - {{id: hw, exercises: [{numbers}], due: 2026-06-01T12:00+02:00}}\n")
    text = "schema: grader/release/v1\nstages: {scores: {from: 7 days after due}}\n"
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    return folder


def test_policy_of_a_course_travels_with_it(tmp_path: Path) -> None:
    """Without it everything would be shown there."""
    build_autograder(write_release(tmp_path / "course"), tmp_path / "autograder.zip")
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        assert b"grader/release/v1" in archive.read("course/release.yaml")


@pytest.mark.usefixtures("full_isolation")
def test_before_the_due_moment_a_push_is_only_checked(bare_runner: Any, tmp_path: Path) -> None:
    """In the words of `grader check`, where a stopped cell is told and no value is called right or wrong."""
    text = (ROOT / "submissions" / "partial" / "gus.ipynb").read_text(encoding="utf-8")
    head = bare_runner.propose({"submissions/gus/gus.ipynb": text})
    at = ("--release-at", "2026-05-31T12:00+02:00")
    event = bare_runner.event(head, author="gus")
    result = bare_runner.run("--course", write_release(tmp_path / "course"), *at, event=event)
    assert result.exit_code == 0, result.output
    told = " ".join((bare_runner.out / "gus" / "report.txt").read_text(encoding="utf-8").split())
    assert "It does not say whether a value is correct." in told
    assert "1a: " in told
    assert "graded so far" not in bare_runner.summary + told
    assert bare_runner.outputs["score"] == "0"


def copy_with_packages(folder: Path, packages: str) -> Path:
    """Return a copy of the course without a file of requirements, and with these packages."""
    path = copy_course(folder) / "course.yaml"
    text = re.sub("(?m)^packages: .*$", f"packages: {packages}", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    return folder


def test_packages_of_a_course_travel_with_their_versions(tmp_path: Path) -> None:
    """Without a file of its own, a course gets on Gradescope what it was tried with here."""
    course = copy_with_packages(tmp_path / "course", "[scipy, SymPy]")
    build_autograder(course, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        text = archive.read("course-requirements.txt").decode()
    assert text == f"scipy=={metadata.version('scipy')}\nSymPy=={metadata.version('sympy')}\n"


def test_course_whose_packages_are_missing_is_not_packed(tmp_path: Path) -> None:
    """No version of it is known; the message has the line and what to run."""
    course = copy_with_packages(tmp_path / "course", "[scipy, nosuchpackage]")
    with pytest.raises(CourseError, match=r"course\.yaml:5: packages\[1\]: 'nosuchpackage': .* it is not installed"):
        build_autograder(course, tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()
    (course / "requirements.txt").write_text("scipy==1\nnosuchpackage==2\n", encoding="utf-8")
    build_autograder(course, tmp_path / "out.zip")


def test_zip_takes_the_place_of_files_only(tmp_path: Path) -> None:
    """A pipe stays one, and nobody waits for its reader."""
    os.mkfifo(tmp_path / "out.zip")
    with pytest.raises(UsageError, match=r"out\.zip is a device, a pipe or a socket"):
        build_autograder(ROOT, tmp_path / "out.zip")
    assert (tmp_path / "out.zip").is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


def test_course_without_its_reference_cannot_be_packed(tmp_path: Path) -> None:
    """The message says where it has to stand."""
    for name in ("exercises", "rubrics", "course.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    with pytest.raises(UsageError, match="expected the course's reference"):
        build_autograder(tmp_path, tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.usefixtures("full_isolation")
def test_step_of_the_action_grades(bare_runner: Any) -> None:
    """The shell of action.yml passes its inputs on, from a folder whose own `grader` must not be imported."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    script = next(step["run"] for step in steps if step.get("id") == "grade")
    text = (ROOT / "submissions" / "partial" / "gus.ipynb").read_text(encoding="utf-8")
    event = bare_runner.event(bare_runner.propose({"work/gus.ipynb": text}), author="gus")
    python = bare_runner.home / "grader-venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    environment = dict.fromkeys(("REPOSITORY", "STUDENT", "DEADLINE"), "") | {
        "ACTION": str(ROOT), "COURSE": str(ROOT), "WORK": str(bare_runner.home),
        "GITHUB_WORKSPACE": str(bare_runner.folder),
        "PATTERNS": "other/{student}/**\nwork/{student}.ipynb\n", "OUTSIDE": "refuse", "EDITS": "own", "LATE": "0",
        "FAIL_UNDER": "90", "ISOLATION": "full", "OUT": str(bare_runner.out), "MORE": "--cell-wall-s\n20\n",
        "GITHUB_EVENT_PATH": str(event), "GITHUB_OUTPUT": str(bare_runner.home / "outputs"), "GITHUB_ACTIONS": "true",
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env=environment, cwd=bare_runner.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert bare_runner.outputs["score"] == "23.875"
