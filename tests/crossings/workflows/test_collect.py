"""The steps of collect.yml, run as a runner runs them: real git and real grading; GitHub itself is a folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess  # bash runs the steps
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.errors import IsolationError
from grader.sandbox import open_sandbox
from grader.template.write import write_course
from tests.conftest import ROOT
from tests.git.conftest import Bare, make_bare

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq here, as runners have it")
WORKFLOW = yaml.safe_load((ROOT / "docs" / "ci" / "collect.yml").read_text(encoding="utf-8"))
COMMIT, TELL = "Fetch every student's commit as data", "Comment on each commit what is new"
WORK = b"area = 1.0\n"

# What the steps ask of GitHub, by the files of a folder. Of `--paginate` two pages are given, one after the other.
GH = """#!{python}
import json, os, sys
from pathlib import Path

home, words = Path({home!r}), sys.argv[1:]
with (home / "asked").open("a") as log:
    print(os.environ.get("GH_TOKEN"), *words, file=log)
assert words.pop(0) == "api"
fields = dict(word.split("=", 1) for word in words if "=" in word and not word.startswith("repos/"))
place = next(word for word in words if word.startswith("repos/") or word == "graphql")
if place == "graphql":
    print(json.dumps({{"data": {{"viewer": {{"login": "teacher"}}}}}}))
    sys.exit()
path = home / (place.replace("/", "+") + ".json")
if "POST" in words:
    if not path.parent.joinpath(f"{{'+'.join(place.split('/')[:3])}}.json").exists():
        sys.exit("gh: Not Found (HTTP 404)")
    body = Path(fields["body"].removeprefix("@")).read_text()
    said = json.loads(path.read_text()) if path.exists() else []
    path.write_text(json.dumps([*said, {{"user": {{"login": "teacher"}}, "body": body}}]))
elif "--paginate" in words:
    assert "per_page=100" in words
    known = json.loads(path.read_text()) if path.exists() else []
    known = [one for one in known if fields.get("ref", one.get("ref")) == one.get("ref")]
    print(json.dumps(known[:1]), json.dumps(known[1:]), sep="")
elif not path.exists():
    sys.exit("gh: Not Found (HTTP 404)")
else:
    print(path.read_text())
"""


@dataclass
class Service:
    """A runner in a checkout of the teachers' repository, and a GitHub with repositories of students."""

    home: Path
    students: dict[str, Bare] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        """The checkout, in which the steps run."""
        return self.home / "work"

    def add(self, name: str) -> Bare:
        """Return a new repository of a student on GitHub."""
        self.students[name] = make_bare(self.home / "server" / name)
        self.students[name].git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.keep(f"repos/{name}", {"default_branch": "main"})
        return self.students[name]

    def push(self, name: str, moment: str, files: Mapping[str, bytes], branch: str = "main") -> str:
        """Push to a student's repository at a moment of the server's clock; return the commit."""
        commit = self.students[name].submit(files, f"refs/heads/{branch}")
        self.note(name, moment, commit, branch)
        return commit

    def note(self, name: str, moment: str, after: str, branch: str = "main") -> None:
        """Let the server write down a push."""
        place = f"repos/{name}/activity"
        push = {"ref": f"refs/heads/{branch}", "after": after, "timestamp": moment}
        self.keep(place, [push, *self.get(place)])

    def keep(self, place: str, content: Any) -> None:
        """Let GitHub answer so."""
        (self.home / f"{place.replace('/', '+')}.json").write_text(json.dumps(content))

    def get(self, place: str) -> Any:
        """Return what GitHub has there."""
        path = self.home / f"{place.replace('/', '+')}.json"
        return json.loads(path.read_text()) if path.exists() else []

    def comments(self, name: str, commit: str) -> list[str]:
        """Return what was said about a commit."""
        return [one["body"] for one in self.get(f"repos/{name}/commits/{commit}/comments")]

    @property
    def asked(self) -> list[str]:
        """What `gh` was called with, the token first."""
        return (self.home / "asked").read_text().splitlines()

    def run(self, job: str, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a step with nothing of its environment but what it names itself."""
        (step,) = (one for one in WORKFLOW["jobs"][job]["steps"] if one.get("name") == name)
        own = {"PYTHONPATH": str(ROOT)} if "PYTHONPATH" in step.get("env", {}) else {}
        own |= {"GH_TOKEN": "secret"} if "GH_TOKEN" in step.get("env", {}) else {}
        environment = {
            "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}", "HOME": str(self.home), "RUNNER_TEMP": str(self.home),
            "GITHUB_OUTPUT": str(self.home / "outputs"), "SERVER": "https://github.test", "PYTHONSAFEPATH": "1",
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.file://{self.home}/server/.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.test/",
        }  # fmt: skip
        assert WORKFLOW["defaults"]["run"]["shell"] == "bash"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        return subprocess.run(
            command, cwd=self.work, env=environment | own | variables, capture_output=True, text=True, check=False
        )

    def fetch(self, deadline: str = "2026-05-01T21:59:00Z") -> subprocess.CompletedProcess[str]:
        """Run the step that collects."""
        return self.run("grade", COMMIT, DEADLINE=deadline)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """Return a runner whose `gh` asks a folder."""
    service = Service(tmp_path)
    for folder in ("bin", "server", "work", "venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "bin" / "gh").write_text(GH.format(python=sys.executable, home=str(tmp_path)))
    (tmp_path / "bin" / "sleep").write_text("#!/bin/sh\n")
    (tmp_path / "venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    for path in (*(tmp_path / "bin").iterdir(), tmp_path / "venv" / "bin" / "python"):
        path.chmod(0o755)
    return service


# ---------------------------------------------------------------- what is collected


def test_what_the_server_had_at_the_deadline_is_collected(service: Service) -> None:
    """By the server's record of pushes to the default branch: dates of commits and tags of students decide nothing."""
    service.add("school/kl-ada")
    service.push("school/kl-ada", "2026-05-01T20:00:00Z", {"hw.py": b"old"})
    due = service.push("school/kl-ada", "2026-05-01T21:58:59Z", {"hw.py": b"due"})
    service.push("school/kl-ada", "2026-05-01T21:59:01Z", {"hw.py": b"late"})
    service.push("school/kl-ada", "2026-05-01T21:58:59Z", {"hw.py": b"aside"}, "aside")
    service.students["school/kl-ada"].git("tag", "deadline", "main")
    (service.work / "students.txt").write_text("school/kl-ada Doe, Ada\r\n")
    done = service.fetch()
    assert done.returncode == 0, done.stderr
    ada = Bare(service.work / "repositories" / "Doe, Ada.git")
    assert ada.git("for-each-ref", "--format=%(refname) %(objectname)") == f"refs/tags/deadline {due}"
    assert (service.work / "repositories" / "received.csv").read_text() == (
        'repository,received_at\n"Doe, Ada.git",2026-05-01T21:58:59Z\n'
    )
    assert "secret" not in (ada.folder / "config").read_text()


def test_without_a_deadline_the_last_push_counts(service: Service) -> None:
    """A branch that was deleted and a history that was replaced have what was pushed last."""
    service.add("school/kl-ada")
    service.push("school/kl-ada", "2027-05-01T20:00:00Z", {"hw.py": b"a moment before"})
    last = service.push("school/kl-ada", "2027-05-01T20:00:00Z", {"hw.py": b"new"})
    service.note("school/kl-ada", "2027-05-01T20:00:01Z", "0" * 40)
    (service.work / "students.txt").write_text("\nschool/kl-ada\n\n")
    assert service.fetch("").returncode == 0
    assert Bare(service.work / "repositories" / "kl-ada.git").git("rev-parse", "deadline") == last


def test_who_pushed_nothing_and_who_cannot_be_fetched_are_told_apart(service: Service) -> None:
    """The one is there without the tag, and is refused by the grader; the other is ours, left out and told."""
    for name in ("ada", "bob", "cy"):
        service.add(f"school/{name}")
    service.push("school/ada", "2026-05-01T20:00:00Z", {"hw.py": b"a"})
    service.push("school/bob", "2026-06-01T20:00:00Z", {"hw.py": b"b"})
    service.note("school/cy", "2026-05-01T20:00:00Z", "1" * 40)
    (service.work / "students.txt").write_text("school/ada\nschool/bob\nschool/cy\nschool/gone\n")
    done = service.fetch()
    assert done.returncode == 0, done.stderr
    there = {path.name for path in (service.work / "repositories").iterdir()}
    assert there == {"ada.git", "bob.git", "received.csv"}
    assert [line for line in done.stdout.splitlines() if line.startswith("::error::")] == [
        "::error::school/cy could not be fetched, and is left out",
        "::error::school/gone could not be fetched, and is left out",
    ]
    assert "failed=true" in (service.home / "outputs").read_text()


@pytest.mark.parametrize("deadline", ["2026-05-01", "2026-05-01T21:59:00+02:00", "yesterday"])
def test_deadline_that_cannot_be_compared_stops_all(service: Service, deadline: str) -> None:
    """Moments are compared as text, so they have to be written as GitHub writes them."""
    (service.work / "students.txt").write_text("")
    done = service.fetch(deadline)
    assert done.returncode == 1
    assert "expected a moment in UTC" in done.stdout


def test_student_who_is_named_twice_stops_all(service: Service) -> None:
    """One of the two would hide the other."""
    service.add("school/ada")
    (service.work / "students.txt").write_text("school/ada\nother/ada\n")
    done = service.fetch()
    assert done.returncode == 1
    assert "ada.git is there twice" in done.stdout


# ---------------------------------------------------------------- what is told


def give(service: Service, name: str, commit: str, text: str = "# Feedback\n", folder: str = "ada") -> None:
    """Lay down what the artefact of the first job holds."""
    path = service.work / "feedback" / folder
    path.mkdir(parents=True, exist_ok=True)
    (path / "feedback.md").write_text(text, encoding="utf-8")
    (service.work / "feedback" / "index.tsv").write_text(f"{name}\t{commit}\t{folder}\n")


def test_the_same_is_said_once(service: Service) -> None:
    """And what is new, again, though it was said before something else; whoever else writes so is not believed."""
    commit = service.add("school/ada").submit({"hw.py": WORK})
    digest = hashlib.sha256(b"# Feedback\n").hexdigest()
    forged = {"user": {"login": "ada"}, "body": f"<!-- grader {digest} -->\nforged"}
    service.keep(f"repos/school/ada/commits/{commit}/comments", [forged])
    for text, count in (("# Feedback\n", 2), ("# Feedback\n", 2), ("# New\n", 3), ("# New\n", 3), ("# Feedback\n", 4)):
        give(service, "school/ada", commit, text)
        done = service.run("report", TELL)
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(service.comments("school/ada", commit)) == count
    assert service.comments("school/ada", commit)[1] == f"<!-- grader {digest} -->\n# Feedback\n"


def test_comment_is_bounded_and_text(service: Service) -> None:
    """GitHub takes 65,536 characters; a letter that is cut through is left out."""
    commit = service.add("school/ada").submit({"hw.py": WORK})
    give(service, "school/ada", commit, "x" * 59_999 + "é" * 40_000)
    assert service.run("report", TELL).returncode == 0
    (said,) = service.comments("school/ada", commit)
    assert len(said) < 60_200
    assert said.endswith("xx")


@pytest.mark.parametrize(
    ("name", "commit", "folder"),
    [
        ("school/ada/../../user", "1" * 40, "ada"), ("ada", "1" * 40, "ada"), ("school/ada", "main", "ada"),
        ("school/ada", "1" * 40, "../ada"), ("school/gone", "1" * 40, "ada"),
    ],
)  # fmt: skip
def test_who_cannot_be_told_stops_nobody(service: Service, name: str, commit: str, folder: str) -> None:
    """A row that is no repository and commit of one goes nowhere; the job fails at its end."""
    own = service.add("school/bob").submit({"hw.py": WORK})
    service.add("school/ada")
    give(service, "school/bob", own, folder="bob")
    give(service, name, commit, folder=folder)
    index = service.work / "feedback" / "index.tsv"
    index.write_text(f"{index.read_text()}school/bob\t{own}\tbob\n")
    done = service.run("report", TELL)
    assert done.returncode == 1
    assert f"::error::{name} could not be told" in done.stdout
    assert len(service.comments("school/bob", own)) == 1
    assert [path.name for path in service.home.glob("*comments.json")] == [
        f"repos+school+bob+commits+{own}+comments.json"
    ]


def test_nothing_is_said_of_whom_there_is_no_text(service: Service) -> None:
    """A link is none: it could show any file of the runner."""
    commit = service.add("school/ada").submit({"hw.py": WORK})
    give(service, "school/ada", commit)
    text = service.work / "feedback" / "ada" / "feedback.md"
    text.unlink()
    assert service.run("report", TELL).returncode == 0
    text.symlink_to("/etc/passwd")
    assert service.run("report", TELL).returncode == 0
    assert service.comments("school/ada", commit) == []


# ---------------------------------------------------------------- who has the token


def test_token_is_where_no_students_code_runs() -> None:
    """It is named by two steps: one fetches, before anything is graded; the other is in a job that only reads text."""
    jobs = WORKFLOW["jobs"]
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert jobs["report"]["permissions"] == {}
    named = [
        (job, step["name"]) for job, one in jobs.items() for step in one["steps"] if "secrets." in json.dumps(step)
    ]
    assert named == [("grade", COMMIT), ("report", TELL)]
    names = [step.get("name") for step in jobs["grade"]["steps"]]
    assert names.index(COMMIT) < names.index("Set up") < names.index("Grade")
    assert [step.get("uses", "").split("@")[0] for step in jobs["report"]["steps"]] == ["actions/download-artifact", ""]
    uploads = {step["with"]["name"]: step["with"]["path"] for step in jobs["grade"]["steps"] if "upload" in str(step)}
    assert uploads == {"reports": "reports", "feedback": "feedback"}
    assert jobs["report"]["steps"][0]["with"]["name"] == "feedback"


# ---------------------------------------------------------------- the whole way


def test_from_repositories_to_comments(service: Service) -> None:
    """A class of three: one graded, one refused by what was pushed, one without a push; nothing for staff goes out."""
    try:
        with open_sandbox(("numpy", "scipy", "matplotlib", "ipython"), "full"):
            pass
    except IsolationError as error:
        pytest.skip(f"this machine does not give full isolation: {error}")
    write_course(service.work, "example", "An example")
    sample = (service.work / "submissions" / "ada.py").read_bytes()
    for name in ("ada", "bob", "cy"):
        service.add(f"school/{name}")
    ada = service.push("school/ada", "2026-05-01T20:00:00Z", {"hw.py": sample, "README.md": b"# hello @everyone\n"})
    bob = service.push("school/bob", "2026-05-01T20:00:00Z", {"README.md": b"# hello\n"})
    (service.work / "students.txt").write_text("school/ada\nschool/bob\nschool/cy")
    assert service.fetch().returncode == 0
    done = service.run("grade", "Grade")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["student"]: row for row in json.loads((service.work / "reports" / "batch.json").read_text())}
    assert {name: (row["status"], row.get("commit")) for name, row in rows.items()} == {
        "ada": ("graded", ada), "bob": ("refused", bob), "cy": ("refused", None),
    }  # fmt: skip
    assert rows["ada"]["submitted_at"] == "2026-05-01T20:00:00+00:00"
    assert rows["cy"]["reason"] == "the repository has no commit deadline; nothing of it is graded"
    index = (service.work / "feedback" / "index.tsv").read_text()
    assert index == f"school/ada\t{ada}\tada\nschool/bob\t{bob}\tbob\n"
    assert not list((service.work / "feedback").rglob("*.json"))
    shutil.rmtree(service.work / "reports")  # the other job has the one artefact alone
    assert service.run("report", TELL).returncode == 0
    (said,) = service.comments("school/ada", ada)
    assert "# Feedback for ada" in said
    assert "holds no notebook" in service.comments("school/bob", bob)[0]
    assert {line.split()[0] for line in service.asked} == {"secret"}
