"""`grader mistakes` on the output of a batch."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from grader.batch import render_evidence
from grader.batch.store import read_evidence
from grader.cli import main
from grader.gradebook import Gradebook, Kept, Person
from grader.judge.judge import hash_evidence
from grader.pipeline import Grader, judge, load_grader
from tests.conftest import ROOT
from tests.gradebook.conftest import NOON
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


@pytest.fixture
def db(course: Grader, out: Path, tmp_path: Path) -> str:
    """Return a gradebook of the same class, in which one student has no evidence and one other questions."""
    url = f"sqlite:///{tmp_path / 'g.db'}"
    with Gradebook.open(url) as book:
        for place in sorted(out.iterdir()):
            evidence = read_evidence(place)
            evidence = evidence.model_copy(update={"submission_sha256": place.name})
            kept = Kept(render_evidence(evidence).encode())
            book.record(judge(course, evidence), NOON, place.name, kept)
        dan = make_evidence(course, "dan")
        book.record(judge(course, dan), NOON, "dan")
        other = dan.model_copy(update={"student": "eve", "probes_sha256": "0" * 64})
        report = dataclasses.replace(judge(course, dan), student="eve", evidence_sha256=hash_evidence(other))
        book.record(report, NOON, "eve", Kept(render_evidence(other).encode()))
        book.upsert_students([Person("fay")])
    return url


def test_gradebook_gives_the_same(db: str, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same groups as the folder, and who cannot be looked at is told; who submitted nothing is nobody's fault."""
    assert _run("mistakes", out, "--course", ROOT, "--json", tmp_path / "a.json") == 0
    capsys.readouterr()
    assert _run("mistakes", "--db", db, "--course", ROOT, "--json", tmp_path / "b.json") == 2
    said = capsys.readouterr()
    assert (tmp_path / "a.json").read_text() == (tmp_path / "b.json").read_text()
    assert "the gradebook has no evidence of dan" in said.err
    assert "the gradebook's evidence of eve answers other questions" in said.err
    assert "fay" not in said.err


@pytest.mark.parametrize("both", [True, False])
def test_folder_or_gradebook(out: Path, db: str, capsys: pytest.CaptureFixture[str], *, both: bool) -> None:
    """One of the two, and not both."""
    assert _run("mistakes", *([out, "--db", db] if both else []), "--course", ROOT) == 2
    assert "expected either OUT" in capsys.readouterr().err
