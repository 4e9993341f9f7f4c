"""A batch's students are compared by what its folder holds, and one who cannot be read leaves the others compared."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.batch import BatchOptions, run_batch
from grader.batch.lock import lock_output
from grader.batch.similar import compare_folder
from grader.errors import UsageError
from tests.similar.conftest import write_long

OWN, OTHER = write_long("alpha"), write_long("other", step=7)


@pytest.fixture
def out(tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> Path:
    """Return the output of a batch of four, two of whom differ in names alone."""
    folder = folder_of(ada=OWN, bob=OWN.replace("alpha", "beta"), cyd=OTHER, dora="a = 2")
    run_batch(tiny_grader, sandboxes.open, folder, tmp_path / "out", BatchOptions())
    return tmp_path / "out"


def test_copy_is_found_and_shown(tiny_grader: Any, out: Path) -> None:
    """With the lines of both, as they were submitted; the folder stays as it is."""
    before = sorted(out.rglob("*"))
    done = compare_folder(tiny_grader.course, out, 5)
    assert (done.found.students, done.found.count, done.unusable) == (4, 1, ())
    (view,) = done.views
    assert (view.pair.first, view.pair.second) == ("ada", "bob")
    (shown,) = view.elsewhere.second
    assert (shown.place, shown.lines[0].text) == ("bob.py", "total = beta.m0(x[0], y) * z ** 0")
    assert view.run.first.startswith("ada.py, lines 1–")
    assert sorted(out.rglob("*")) == before


BROKEN = {
    "half of the evidence": "is not evidence",
    "a link for a notebook": "is a link",
    "the same student again": "is of the same student, 'ada'",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_who_cannot_be_read_is_told(tiny_grader: Any, out: Path, broken: str) -> None:
    """The others are compared."""
    if broken == "half of the evidence":
        (out / "dora" / "evidence.json").write_text("{")
    elif broken == "a link for a notebook":
        notebook = out / "dora" / "executed" / "dora.py.ipynb"
        notebook.unlink()
        notebook.symlink_to("/etc/passwd")
    else:
        shutil.rmtree(out / "dora")
        shutil.copytree(out / "ada", out / "dora")
    done = compare_folder(tiny_grader.course, out, 5)
    assert (done.found.students, done.found.count) == (3, 1)
    assert len(done.unusable) == 1
    assert BROKEN[broken] in done.unusable[0]
    assert "dora" in done.unusable[0]


def test_whose_code_did_not_run_has_nothing_to_compare(tiny_grader: Any, out: Path) -> None:
    """Without notebooks they are counted, and in no pair."""
    shutil.rmtree(out / "ada" / "executed")
    found = compare_folder(tiny_grader.course, out, 5).found
    assert (found.students, found.count) == (4, 0)


def test_nothing_is_read_while_a_batch_writes(tiny_grader: Any, out: Path) -> None:
    """Nor where no batch has been."""
    with lock_output(out), pytest.raises(UsageError):
        compare_folder(tiny_grader.course, out, 5)
    with pytest.raises(UsageError, match=r"evidence\.json"):
        compare_folder(tiny_grader.course, out / "dora" / "executed", 5)
