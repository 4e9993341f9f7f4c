"""`grader mistakes` on the output of a batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.batch import render_evidence
from grader.cli import main
from grader.pipeline import Grader, load_grader
from tests.conftest import ROOT
from tests.unnamed.conftest import make_evidence


@pytest.fixture(scope="module")
def course() -> Grader:
    """Return the real course."""
    return load_grader(ROOT, packages=False)


@pytest.fixture
def out(course: Grader, tmp_path: Path) -> Path:
    """Return the output folder of a class of three, two of whom share a mistake."""
    right = course.oracle.reference.module("exercise5").ex5_tv
    for name, factor in {"ada": 0.5, "bob": 0.5, "cyd": 1.0}.items():
        evidence = make_evidence(course, name, ex5_tv=lambda theta, factor=factor: right(theta) * factor)
        (tmp_path / "out" / name).mkdir(parents=True)
        (tmp_path / "out" / name / "evidence.json").write_text(render_evidence(evidence))
    return tmp_path / "out"


def _run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_shared_mistake_is_shown(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as JSON; nothing is written beside the evidence."""
    before = sorted(out.rglob("*"))
    assert _run("mistakes", out, "--course", ROOT, "--json", tmp_path / "found.json") == 0
    assert "a mean is taken for a sum" in capsys.readouterr().out
    (group,) = json.loads((tmp_path / "found.json").read_text())["groups"]
    assert group["students"] == ["ada", "bob"]
    assert sorted(out.rglob("*")) == before


def test_options_decide(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many share it, and how long is searched."""
    assert _run("mistakes", out, "--course", ROOT, "--least", 3) == 0
    assert "no wrong result is shared" in capsys.readouterr().out
    assert _run("mistakes", out, "--course", ROOT, "--search-s", 1e-9) == 0
    assert "0 changes tried, then the time was over" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("option", ["--least=1", "--search-s=0"])
def test_bounds_of_options(out: Path, option: str) -> None:
    """One student shares nothing with anybody."""
    assert _run("mistakes", out, "--course", ROOT, option) == 2


def test_unusable_evidence_is_told(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other questions, a link, no evidence at all: the others are looked at, and the status says that it is not all."""
    path = out / "ada" / "evidence.json"
    text = path.read_text()
    path.write_text(text.replace('"probes_sha256": "', '"probes_sha256": "0'))
    (out / "dan").mkdir()
    (out / "dan" / "evidence.json").symlink_to(path)
    (out / "eve").mkdir()
    (out / "eve" / "evidence.json").write_text("[" * 100_000)
    assert _run("mistakes", out, "--course", ROOT) == 2
    said = capsys.readouterr()
    assert said.out.startswith("2 students: no wrong result is shared")
    assert "ada/evidence.json answers other questions than this course asks now" in said.err
    assert "dan/evidence.json cannot be read: it is a link" in said.err
    assert "eve/evidence.json is not evidence of this grader" in said.err


def test_folder_without_evidence_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a class without mistakes."""
    assert _run("mistakes", tmp_path, "--course", ROOT) == 2
    assert "holds no evidence.json" in capsys.readouterr().err
