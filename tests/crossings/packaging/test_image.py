"""The image to build holds what the project says of itself, and nothing of a course."""

from __future__ import annotations

import re
import shutil
import subprocess  # bash parses the script; git makes the commit that it grades
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

FILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
STEPS = FILE.replace("\\\n", "")
COPIED = [word for line in re.findall(r"^COPY (.*)$", STEPS, re.MULTILINE) for word in line.split()[:-1]]
OPTIONS = re.compile(r"--(?:network|security-opt)[ =]\S+")


def test_base_is_pinned_and_a_python_that_is_tested() -> None:
    """By its digest; the version in its name is one of those that CI runs all tests with."""
    (base,) = re.findall(r"^FROM (.*)$", FILE, re.MULTILINE)
    found = re.fullmatch(r"docker\.io/library/python:(3\.[0-9]+)-slim-[a-z]+@sha256:[0-9a-f]{64}", base)
    assert found is not None
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert found[1] in ci["jobs"]["check"]["strategy"]["matrix"]["python"]


def test_packages_are_the_locks_and_nothing_else() -> None:
    """As the action installs them: wheels alone, each by its hash; the lock of the course is one of them."""
    assert re.search(r"^ARG COURSE_REQUIREMENTS=requirements\.txt$", FILE, re.MULTILINE)
    (install,) = re.findall(r"^RUN python -m pip install (.*)$", STEPS, re.MULTILINE)
    assert {"--only-binary", ":all:", "--require-hashes"} <= set(install.split())
    assert re.findall(r"--requirement (\S+)", install) == ["/tmp/grader.txt", "/tmp/course.txt"]
    assert "COPY grader/ci/requirements.txt /tmp/grader.txt" in FILE
    assert "COPY ${COURSE_REQUIREMENTS} /tmp/course.txt" in FILE
    locks = [ROOT / "grader" / "ci" / "requirements.txt", ROOT / "requirements.txt"]
    pins = [dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ \n]+)", path.read_text(), re.MULTILINE)) for path in locks]
    both = pins[0].keys() & pins[1].keys()
    assert both  # so that they could contradict each other
    assert all(pins[0][name] == pins[1][name] for name in both)


def test_programs_that_the_grader_starts_are_there() -> None:
    """Of Debian's packages."""
    (install,) = re.findall(r"apt-get install (.*?)&&", STEPS)
    assert {word for word in install.split() if not word.startswith("-")} == {"bubblewrap", "git"}


def test_only_the_program_goes_in() -> None:
    """All its packages, and what else is copied; of a course, its answers or its students nothing can."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    named = [name.removesuffix("*") for name in packages["find"]["include"]]
    assert set(named) <= set(COPIED)
    tops = {"requirements.txt" if "$" in word else word.split("/")[0] for word in COPIED}
    lines = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    assert {line[1:] for line in rules if line.startswith("!")} == tops
    assert not tops & {"reference", "submissions", "exercises", "course.yaml", "."}
    assert all((ROOT / top).exists() for top in tops)


def test_it_runs_as_an_ordinary_user() -> None:
    """And is the command itself."""
    user = re.search(r"^USER (\S+)$", FILE, re.MULTILINE)
    assert user is not None
    assert re.search(rf"useradd --uid 1001 .*{user[1]}$", FILE, re.MULTILINE)
    assert FILE.rstrip().endswith('ENTRYPOINT ["grader"]')
    assert FILE.index("\nUSER ") > FILE.rindex("\nRUN ")


def test_page_and_script_run_it_with_the_same_options() -> None:
    """What CI tries is what the page tells to do."""
    script = (ROOT / ".ci" / "image").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition("\n## An image\n")[2].partition("\n## ")[0]
    assert set(OPTIONS.findall(script)) == set(OPTIONS.findall(page))
    assert len(set(OPTIONS.findall(page))) == 5
    for text in (page, (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")):
        assert "docker build --file Containerfile --tag numgrade ." in text


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_script_asks_for_full_isolation_a_sample_and_a_class(tmp_path: Path) -> None:
    """With a container's program that grades nothing the script fails; with one that does, it has a commit to grade."""
    asked = tmp_path / "asked"
    docker = tmp_path / "docker"
    docker.write_text(
        "#!/bin/bash\n"
        "for word; do case $word in *:/class:ro) class=${word%:/class:ro};; *:/out) out=${word%:/out};; esac; done\n"
        f'{{ echo "$*"; git --git-dir "$class/hana.git" show HEAD:hana.py; }} >> {asked}\n'
        '[ -n "$FAILS" ] || echo \'"status": "graded"\' > "$out/batch.json"\n'
    )
    docker.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    for fails, status in (("", 0), ("1", 2)):
        command = ["bash", str(ROOT / ".ci" / "image")]
        done = subprocess.run(command, env=environment | {"FAILS": fails}, capture_output=True, check=False)
        assert done.returncode == status, done.stderr
    text = asked.read_text(encoding="utf-8")
    assert (ROOT / "submissions" / "partial" / "hana.py").read_text(encoding="utf-8") in text
    assert text.count("doctor") >= 2
    assert "batch /class --layout git --out /out" in text
