"""A runner to play with: a real repository with a base and a proposed head, an event, and the runner's files."""

from __future__ import annotations

import json
import os
import subprocess  # git makes the repository that the code under test reads
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import pipeline
from grader.cli import main, running

PERSON = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
MOMENT = {"GIT_AUTHOR_DATE": "2026-05-01T10:00:00Z", "GIT_COMMITTER_DATE": "2026-05-01T10:00:00Z"}


@dataclass
class Runner:
    """A checkout of the base, a proposed commit beside it, and what the job of a pull request wrote."""

    folder: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def git(self, *words: str, given: bytes | None = None) -> str:
        """Run git in the repository and return what it says."""
        settings = ("-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always")
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", *settings, "-C", str(self.folder), *words]
        done = subprocess.run(command, env=environment | PERSON | MOMENT, input=given, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, files: dict[str, str | None]) -> str:
        """Commit files (None: deleted) on top of what is checked out; return the commit."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "a commit")
        return self.git("rev-parse", "HEAD")

    def propose(self, files: dict[str, str | None]) -> str:
        """Commit on a branch, and check the base out again, as the workflow does."""
        self.git("checkout", "--quiet", "--detach", "main")
        head = self.commit(files)
        self.git("checkout", "--quiet", "--detach", "main")
        return head

    def event(self, head: str, author: str = "ada", **other: Any) -> Path:
        """Write the event of a pull request and return its place."""
        base = self.git("rev-parse", "main")
        repository = {"full_name": "school/course"}
        request = {
            "number": 7,
            "user": {"login": author},
            "updated_at": "2026-05-02T09:00:00Z",
            "base": {"sha": base, "repo": repository},
            "head": {"sha": head, "repo": {"full_name": other.pop("head_repository", "school/course")}},
        }
        path = self.home / "event.json"
        path.write_text(json.dumps({"pull_request": request, "repository": repository} | other), encoding="utf-8")
        return path

    def run(self, *arguments: object, event: Path | None = None) -> Result:
        """Run `grader ci` as the job does."""
        for name in ("summary.md", "outputs"):
            (self.home / name).write_text("", encoding="utf-8")
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(self.home / "summary.md"),
            "GITHUB_OUTPUT": str(self.home / "outputs"),
            "GITHUB_EVENT_PATH": "" if event is None else str(event),
        }
        given = [str(argument) for argument in arguments]
        fixed = ["ci", "--course", str(self.folder), "--repository", str(self.folder), "--out", str(self.out)]
        return CliRunner().invoke(main, [*fixed, *given], env=environment | self.environment)

    @property
    def out(self) -> Path:
        """Where the reports go."""
        return self.home / "report"

    @property
    def summary(self) -> str:
        """The step summary."""
        return (self.home / "summary.md").read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the step."""
        lines = (self.home / "outputs").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def index(self) -> Any:
        """What ci.json says."""
        return json.loads((self.out / "ci.json").read_text(encoding="ascii"))


BASE: dict[str, str | None] = {
    "course.yaml": "base\n",
    "grader/report.py": "base\n",
    ".github/workflows/grade.yml": "on: pull_request\n",
    "exercises/ex1.yaml": "base\n",
    "submissions/ada/work.py": "a = 1\n",
    "submissions/bob/work.py": "a = 1\n",
}


def build_notebook(*sources: str, tags: tuple[str, ...] = ()) -> str:
    """Return a notebook as Jupyter writes it."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {"tags": list(tags)},
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


@pytest.fixture
def notebook() -> Any:
    """Return the builder of notebooks."""
    return build_notebook


@pytest.fixture
def bare_runner(tmp_path: Path) -> Runner:
    """Return a runner with the base committed and checked out, and the real grader."""
    home = tmp_path / "home"
    home.mkdir()
    folder = tmp_path / "repository"
    folder.mkdir()
    runner = Runner(folder, home)
    runner.git("init", "--quiet")
    runner.commit(BASE)
    return runner


@pytest.fixture
def runner(bare_runner: Runner, tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Return a runner with the tiny course and sandboxes that run nothing."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)
    return bare_runner
