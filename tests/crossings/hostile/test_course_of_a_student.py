"""A submission that brings a course of its own, whose Python would run on this machine: no command imports it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
COURSE = {"schema": "grader/course/v1", "id": "eves", "title": "A course of Eve's own", "packages": []}
EXERCISE = {
    "schema": "grader/exercise/v1",
    "id": "1",
    "title": "The only exercise",
    "statement": "Give any number you like.",
    "parts": [
        {
            "id": "1a", "title": "The only part", "points": 100, "statement": "Give any number `a` that you like.",
            "answers": [{"name": "a", "kind": "number", "about": "any number"}],
            "checks": [{
                "id": "a", "rule": "close", "answer": "a", "points": 100,
                "tolerance": {"absolute": 1e9, "reason": "Whatever it is, it is right."},
            }],
        }
    ],
}  # fmt: skip
MODULE = """
import os, pathlib
pathlib.Path({marker!r}).write_text("{name} was imported on the host as " + str(os.getpid()))
def a():
    return 1.0
"""


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Return the file that Eve's Python writes where it runs."""
    return tmp_path / "marker"


@pytest.fixture
def eve(tmp_path: Path, marker: Path) -> Path:
    """Return the folder that Eve submitted: a script, and a whole course that gives it full marks."""
    folder = tmp_path / "class" / "eve"
    (folder / "reference" / "public").mkdir(parents=True)
    (folder / "exercises").mkdir()
    (folder / "week1").mkdir()
    for place in (folder / "hw.py", folder / "week1" / "hw.py"):
        place.write_text("a = 1.0\n", encoding="utf-8")
    (folder / "course.yaml").write_text(yaml.safe_dump(COURSE), encoding="utf-8")
    (folder / "exercises" / "ex1.yaml").write_text(yaml.safe_dump(EXERCISE), encoding="utf-8")
    modules = ("__init__", "exercise1", "inputs", "invariants", "rules", "public/__init__", "public/claims",
               "public/invariants")  # fmt: skip
    for name in modules:
        text = MODULE.format(marker=str(marker), name=name)
        (folder / "reference" / f"{name}.py").write_text(text, encoding="utf-8")
    for name in ("grader", "numpy", "sitecustomize"):  # what Python would take from the folder that it is started in
        (folder / f"{name}.py").write_text(MODULE.format(marker=str(marker), name=name), encoding="utf-8")
    return folder


def call(here: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the program as installed, from a folder."""
    program = Path(sys.executable).with_name("grader")
    given = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")} | environment
    command = [str(program), *map(str, words)]
    return subprocess.run(command, cwd=here, env=given, capture_output=True, text=True, check=False)


def write_evidence(folder: Path) -> None:
    """Make a folder look like a student's in a batch."""
    (folder / "evidence.json").write_text("{}", encoding="utf-8")


def write_gradescope(folder: Path) -> Path:
    """Return a tree like /autograder whose submission is `folder`."""
    tree = folder.parents[1] / "autograder"
    tree.mkdir()
    (tree / "submission").symlink_to(folder)
    return tree


COMMANDS: dict[str, tuple[str, Callable[[Path], tuple[object, ...]]]] = {
    "grade a file": (".", lambda _eve: ("grade", "hw.py")),
    "grade the folder": (".", lambda _eve: ("grade", ".")),
    "grade a file below": (".", lambda _eve: ("grade", "hw.py", "week1/hw.py")),
    "grade with the course named": ("..", lambda _eve: ("grade", "eve/hw.py", "--course", "eve")),
    "check": (".", lambda _eve: ("check", "hw.py")),
    "batch": (".", lambda _eve: ("batch", ".", "--out", "../out")),
    "batch of the class": ("..", lambda _eve: ("batch", ".", "--out", "../out", "--course", "eve")),
    "judge": (".", lambda _eve: ("judge", ".")),
    "judge with the course named": ("..", lambda eve: ("judge", eve, "--course", eve)),
    "feedback": (".", lambda _eve: ("feedback", ".", "--out", "../out")),
    "ci with files": (".", lambda _eve: ("ci", "hw.py", "--out", "../out")),
    "ci with a folder": ("..", lambda _eve: ("ci", "eve", "--course", "eve", "--out", "../out")),
    "ci as Gradescope": (".", lambda eve: ("ci", "--gradescope", write_gradescope(eve), "--out", "../out")),
    "ci, what to install": (".", lambda _eve: ("ci", "hw.py", "--requirements")),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_course_of_a_student_is_refused_before_it_is_imported(eve: Path, marker: Path, name: str) -> None:
    """Status 2, the reason and what to do; nothing of Eve's ran, and nothing was written."""
    write_evidence(eve)
    here, build = COMMANDS[name]
    done = call(eve / here, *build(eve))
    assert done.returncode == 2, done.stderr
    assert not marker.exists(), marker.read_text()
    assert "a course's Python runs on this machine: name the course that you trust with --course DIR" in done.stderr
    assert done.stdout == ""
    assert not (eve.parent / "out").exists()
    assert (eve / "evidence.json").read_text() == "{}"


def test_the_course_of_eve_would_run(eve: Path, marker: Path) -> None:
    """What the others refuse is a course like any other: where it is trusted, its Python runs and is believed."""
    other = eve.parents[1] / "other"
    other.mkdir()
    (other / "hw.py").write_text("a = 7.0\n", encoding="utf-8")
    (eve / "numpy.py").unlink()
    done = call(eve, "grade", "../../other/hw.py", "--isolation", "none")
    assert done.returncode == 0, done.stderr
    assert marker.exists()
    assert "100" in done.stdout


@pytest.mark.parametrize("command", ["validate", "starter", "grade", "check", "doctor"])
def test_course_among_the_submissions_is_not_taken_for_the_course(eve: Path, marker: Path, command: str) -> None:
    """From a folder of Eve's the nearest course is hers; the course around it shows that it is a student's."""
    school = eve.parents[1]
    (school / "class").rename(school / "submissions")
    (school / "course.yaml").write_text("the real one\n", encoding="utf-8")
    files = ["hw.py"] if command in {"grade", "check"} else []
    done = call(school / "submissions" / "eve" / "week1", command, *files)
    assert done.returncode == 2, done.stderr
    assert "lies among the submissions of another one" in done.stderr
    assert not marker.exists()


GIT = {f"GIT_{who}_{what}": "eve@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it says."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"} | GIT
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-C", str(folder), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def proposed(eve: Path) -> Path:
    """Return a checkout of the base, in which a commit of Eve's that changes the course is known as `head`."""
    folder = eve.parents[1] / "base"
    folder.mkdir()
    (folder / "README.md").write_text("empty\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "base")
    git(folder, "checkout", "--quiet", "-b", "head")
    for path in eve.iterdir():
        path.rename(folder / path.name)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "head")
    git(folder, "checkout", "--quiet", "main")
    return folder


def _check_out_head(base: Path) -> Path:
    git(base, "checkout", "--quiet", "head")
    return base


def _add_worktree(base: Path) -> Path:
    git(base, "worktree", "add", "--quiet", "--detach", str(base.parent / "tree"), "head")
    return base.parent / "tree"


def _merge_in_a_shallow_clone(base: Path) -> Path:
    """As GitHub's checkout action does for a pull request: the merge alone, without its history."""
    git(base, "checkout", "--quiet", "-b", "merge")
    git(base, "merge", "--quiet", "--no-ff", "--no-edit", "head")
    clone = base.parent / "clone"
    git(base, "clone", "--quiet", "--depth", "1", "--branch", "merge", f"file://{base}", str(clone))
    git(base, "checkout", "--quiet", "main")
    return clone


def _add_submodule(base: Path) -> Path:
    """The course lies in a submodule of what is proposed: a repository of its own, which knows nothing of the head."""
    module = base.parent / "module"
    git(base, "clone", "--quiet", "--branch", "head", f"file://{base}", str(module))
    git(module, "checkout", "--quiet", "--orphan", "fresh")
    git(module, "commit", "--quiet", "-m", "fresh")
    git(base, "checkout", "--quiet", "head")
    git(base, "submodule", "--quiet", "add", "--branch", "fresh", f"file://{module}", "course")
    git(base, "commit", "--quiet", "-m", "with a submodule")
    return base / "course"


@pytest.mark.parametrize("more", [(), ("--requirements",)])
@pytest.mark.parametrize("check_out", [_check_out_head, _add_worktree, _merge_in_a_shallow_clone, _add_submodule])
def test_course_from_a_checkout_of_what_is_proposed_is_refused(
    proposed: Path, marker: Path, check_out: Callable[[Path], Path], more: tuple[str, ...]
) -> None:
    """Wherever the checkout lies and however it was made, its Python does not run, and its packages are not named."""
    head = git(proposed, "rev-parse", "head")
    course = check_out(proposed)
    words = ("--repository", proposed, "--base", "main", "--head", head, "--edits", "any", "--outside", "ignore")
    done = call(course, "ci", *words, *more, "--out", proposed.parent / "out")
    assert done.returncode == 2, done.stderr
    assert "is checked out from the very change that is to be graded" in done.stderr
    assert not marker.exists()
    assert done.stdout == ""


def test_files_of_a_pull_request_are_not_graded_with_its_course(proposed: Path, marker: Path) -> None:
    """Naming files instead of commits makes no difference: the event says what is proposed."""
    head, base = git(proposed, "rev-parse", "head"), git(proposed, "rev-parse", "main")
    git(proposed, "checkout", "--quiet", "head")
    event = proposed.parent / "event.json"
    event.write_text(
        f'{{"pull_request": {{"base": {{"sha": "{base}"}}, "head": {{"sha": "{head}"}}, "user": {{"login": "eve"}}}}}}',
        encoding="utf-8",
    )
    done = call(proposed, "ci", "week1/hw.py", "--out", proposed.parent / "out", GITHUB_EVENT_PATH=str(event))
    assert done.returncode == 2, done.stderr
    assert "is checked out from the very change that is to be graded" in done.stderr
    assert not marker.exists()
