"""The workflows to copy, the action and the scripts are what their services accept, and keep their promises."""

from __future__ import annotations

import re
import shutil
import subprocess  # bash and a schema checker read our own files
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = ("pull-request", "comment", "repository-per-student", "collect")
CHECKED = [(f"docs/ci/{name}.yml", "github-workflows") for name in WORKFLOWS]
KIT = ("grader/kit/check.yml", "github-workflows")
OWN = [(f".github/workflows/{name}.yml", "github-workflows") for name in ("ci", "release")]
SCRIPTS = ("setup-bubblewrap.sh", "install-course.sh", "gradescope/setup.sh", "gradescope/run_autograder")


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        *CHECKED,
        KIT,
        *OWN,
        ("action.yml", "github-actions"),
        ("docs/ci/gitlab-ci.yml", "gitlab-ci"),
        (".github/dependabot.yml", "dependabot"),
        ("CITATION.cff", "citation-file-format"),
    ],
)
def test_file_follows_the_schema_of_its_service(file: str, schema: str) -> None:
    """The vendored schemas of check-jsonschema are those that editors use."""
    pytest.importorskip("check_jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(ROOT / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def scripts_of(node: object) -> list[str]:
    """Return every shell script in a YAML document."""
    if isinstance(node, dict):
        own = [node["run"]] if isinstance(node.get("run"), str) else []
        return own + [text for value in node.values() for text in scripts_of(value)]
    return [text for item in node for text in scripts_of(item)] if isinstance(node, list) else []


@pytest.mark.parametrize("file", ["action.yml", *(file for file, _ in (*CHECKED, KIT))])
def test_scripts_are_bash_and_interpolate_nothing(file: str) -> None:
    """An expression inside a script would be run as code: branch names and titles are a student's words."""
    scripts = scripts_of(yaml.safe_load((ROOT / file).read_text(encoding="utf-8")))
    for script in scripts:
        assert "${{" not in script
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_bash(name: str) -> None:
    """Scripts stop at the first failure, and parse."""
    path = ROOT / "grader" / "ci" / name
    assert "set -euo pipefail" in path.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_student_code_never_meets_a_secret() -> None:
    """The job that runs it can read and nothing else; no workflow runs on pull_request_target."""
    for name in ("pull-request", "repository-per-student"):
        text = (ROOT / "docs" / "ci" / f"{name}.yml").read_text(encoding="utf-8")
        assert "secrets." not in text
        assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    for path in (ROOT / "docs" / "ci").glob("*.yml"):
        assert "pull_request_target" not in path.read_text(encoding="utf-8")


def test_pull_request_checks_out_the_base() -> None:
    """Grader, course and policy come from there."""
    workflow = yaml.safe_load((ROOT / "docs" / "ci" / "pull-request.yml").read_text(encoding="utf-8"))
    checkouts = [step for step in workflow["jobs"]["grade"]["steps"] if "checkout" in step.get("uses", "")]
    assert [step["with"]["ref"] for step in checkouts] == ["${{ github.event.pull_request.base.sha }}"]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_comment_believes_submissions_only() -> None:
    """Its expression knows the default patterns, and nothing beside them."""
    workflow = yaml.safe_load((ROOT / "docs" / "ci" / "comment.yml").read_text(encoding="utf-8"))
    environment = workflow["jobs"]["comment"]["env"]
    assert environment["BASE"] == "${{ github.event.repository.default_branch }}"
    expression = environment["SUBMISSIONS"]
    assert shutil.which("grep") is not None
    names = {
        "submissions/ada/work.py": 0, "submissions/ada.ipynb": 0, "submissions/ada.sh": 1,
        ".github/workflows/grade.yml": 1, "action.yml": 1, "submissions/": 1, "x/submissions/ada.py": 1,
    }  # fmt: skip
    for name, status in names.items():
        done = subprocess.run(["grep", "-qE", expression], input=f"{name}\n", text=True, check=False)
        assert done.returncode == status, name


def test_every_requirement_has_hashes() -> None:
    """A download that is not known by its hash is refused, so a lock must name them all, and all that is needed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {"grader/ci/requirements.txt": project["dependencies"]}
    extras = project["optional-dependencies"]
    own = "numgrade[canvas,dask,docs,parquet,postgres,review]"
    assert own in extras["dev"]
    needed["requirements-dev.txt"] = [
        *project["dependencies"],
        *(text for name in extras if name != "fuzz" for text in extras[name] if text != own),
    ]
    for file, requirements in needed.items():
        lock = (ROOT / file).read_text(encoding="utf-8")
        blocks = [block for block in lock.replace("\\\n", "").splitlines() if block and not block.startswith("#")]
        assert all("--hash=sha256:" in block for block in blocks)
        named = {block.split("==")[0].lower() for block in blocks}
        assert {re.split(r"[<>=\[]", text)[0] for text in requirements} <= named


def test_packages_of_the_course_are_locked_as_the_program_is() -> None:
    """The course's own file names its packages with hashes, and no version that the program's file contradicts."""
    locks = [ROOT / "grader" / "ci" / "requirements.txt", ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    pins = [dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ \n]+)", path.read_text(), re.MULTILINE)) for path in locks]
    program, course, tested = ({name.lower(): version for name, version in one.items()} for one in pins)
    packages = yaml.safe_load((ROOT / "course.yaml").read_text(encoding="utf-8"))["packages"]
    assert set(packages) <= set(course)
    assert all(tested[name] == version for name, version in course.items())
    assert all(course[name] == version for name, version in program.items() if name in course)
    assert locks[1].read_text().count("--hash=sha256:") > len(course)


def run_install(folder: Path, requirements: str) -> list[str]:
    """Run install-course.sh with a Python that notes what it is asked; return that."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\necho "$*" >> {folder}/asked\nif [ "$3" = freeze ]; then echo numpy==2.0; fi\n')
    python.chmod(0o755)
    (folder / "requirements.txt").write_text(requirements)
    script = ROOT / "grader" / "ci" / "install-course.sh"
    subprocess.run(["bash", str(script), str(python), str(folder / "requirements.txt")], check=True)
    return (folder / "asked").read_text().splitlines() if (folder / "asked").exists() else []


def test_packages_of_a_course_change_nothing_that_is_installed(tmp_path: Path) -> None:
    """What is there is a constraint; nothing is built, and nothing comes from a cache."""
    freeze, install = run_install(tmp_path, "# these\npandas==3\n")
    assert freeze.startswith("-m pip freeze")
    assert "--no-cache-dir --only-binary :all: --constraint /" in install
    assert install.endswith(f"--requirement {tmp_path}/requirements.txt")


@pytest.mark.parametrize("requirements", ["", "# none\n\n"])
def test_course_without_packages_installs_nothing(tmp_path: Path, requirements: str) -> None:
    """Pip takes an empty list for a mistake."""
    assert run_install(tmp_path, requirements) == []


def test_action_takes_the_course_of_the_workspace_and_asks_what_it_needs_first(tmp_path: Path) -> None:
    """Without an input it is the base that is checked out there, never what lies beside the action."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    (step,) = (step for step in steps if step.get("id") == "grade")
    python = tmp_path / "grader-venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$PYTHONPATH $*" >> {tmp_path}/asked\n')
    python.chmod(0o755)
    environment = dict.fromkeys(step["env"], "") | {
        "ACTION": str(ROOT), "GITHUB_WORKSPACE": "/workspace", "WORK": str(tmp_path), "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    command = ["bash", "-e", "-o", "pipefail", "-c", step["run"]]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    first, last = (tmp_path / "asked").read_text().splitlines()
    assert first.startswith(f"{ROOT} -m grader ci --course /workspace --repository /workspace ")
    assert first == f"{last} --requirements"
