"""What is written comes back the same, all of it or nothing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.batch import parse_evidence, render_evidence
from grader.batch.store import make_folder, notebook_name, read_evidence, read_times, write_execution
from grader.errors import UsageError
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    Cell,
    Evidence,
    FileEvidence,
    FloatValue,
    Limits,
    Lost,
    MappingValue,
    Returned,
    RunTimes,
    StrValue,
    SubmittedFile,
)
from grader.report.write import write_atomically


@pytest.fixture
def evidence() -> Evidence:
    """Return evidence with nested values and a string that is not UTF-8."""
    array = ArrayValue(dtype="float", shape=(2,), values=("inf", "0x1p+0"))
    mapping = MappingValue(items=((StrValue(value="kl\udcff"), FloatValue(value="nan")),))
    answers = {
        "a": AnswerEvidence(value=mapping, calls=(Returned(value=array),)),
        "b": AnswerEvidence(value=array, lost=Lost(cause="timed_out", cell=1)),
    }
    return Evidence(
        schema="grader/evidence/v1",
        student="ada",
        files=("ada.py",),
        submission_sha256="s",
        probes_sha256="p",
        isolation="full",
        runs=(FileEvidence(file="ada.py", answers=answers),),
    )


def test_evidence_comes_back_the_same(evidence: Evidence) -> None:
    """Evidence survives a file, lone surrogates included."""
    text = render_evidence(evidence)
    assert text.isascii()
    assert parse_evidence(text) == evidence


def test_both_ways_to_read_evidence_are_equally_strict(evidence: Evidence) -> None:
    """With half a surrogate pair or without, a field of another kind is refused, and one that is right is not."""
    odd = render_evidence(evidence)
    for text in (odd, odd.replace("\\udcff", "")):
        assert render_evidence(parse_evidence(text)) == text
        for right, wrong in (('"cell": 1', '"cell": 1.0'), ('"cell": 1', '"cell": true'), ('"ada"', "3")):
            assert right in text
            with pytest.raises(ValueError, match="validation error"):
                parse_evidence(text.replace(right, wrong))


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "grader/evidence/v2"}', "[" * 100_000])
def test_what_is_no_evidence_is_refused_with_its_path(tmp_path: Path, text: str) -> None:
    """A damaged file is named; it is not an exception of Python's."""
    (tmp_path / "evidence.json").write_text(text)
    with pytest.raises(UsageError, match=r"evidence\.json is not evidence of this grader"):
        read_evidence(tmp_path)


def test_write_replaces_a_link_and_not_what_it_points_to(tmp_path: Path) -> None:
    """A link in the place of a report is replaced by the report."""
    precious = tmp_path / "precious"
    precious.write_text("keep")
    (tmp_path / "report.json").symlink_to(precious)
    write_atomically(tmp_path / "report.json", "new")
    assert precious.read_text() == "keep"
    assert not (tmp_path / "report.json").is_symlink()


def test_failed_write_leaves_the_old_file_and_no_temporary_one(tmp_path: Path) -> None:
    """A text that cannot be written changes nothing."""
    place = tmp_path / "report.txt"
    place.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(place, "new \udcff")
    assert place.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.txt"]  # noqa: PTH208 - names are what is compared


def test_written_files_can_be_read_as_the_umask_says(tmp_path: Path) -> None:
    """Other staff can read a report where the umask lets them."""
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "report.txt", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o644


def test_unwritable_place_is_a_usage_error(tmp_path: Path) -> None:
    """A missing folder is the caller's, and is named."""
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomically(tmp_path / "none" / "report.txt", "x")


def test_file_in_place_of_a_folder_is_a_usage_error(tmp_path: Path) -> None:
    """A file where the folder should be is named."""
    (tmp_path / "ada").write_text("x")
    with pytest.raises(UsageError, match="cannot be made a folder"):
        make_folder(tmp_path / "ada")


@pytest.mark.parametrize("name", ["../../x.py", "/etc/x.ipynb", "é" * 200 + ".py", "a\udcffb.py", ".."])
def test_notebook_name_is_one_plain_file_name(name: str) -> None:
    """Whatever a file is called, its executed form lies in the folder and fits the file system."""
    shown = notebook_name(name)
    assert "/" not in shown
    assert shown.endswith(".ipynb")
    assert shown.isascii()
    assert len(shown) < 240


def test_notebook_that_is_no_json_is_left_out(tmp_path: Path, evidence: Evidence) -> None:
    """The executed notebook is a courtesy: one that nests too deep does not cost the student the grade."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    execution: Any = SimpleNamespace(evidence=evidence, notebooks={"ada.py": {"metadata": deep}}, times={})
    write_execution(tmp_path, execution, Limits())
    assert read_evidence(tmp_path) == evidence
    assert not list((tmp_path / "executed").iterdir())
    assert json.loads((tmp_path / "timing.json").read_text())["limits"]["cells"] == 10_000
    while deep:  # taken apart by hand: freeing it in one go would recurse as deep
        deep = deep[0]


def test_link_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    """A link where a folder should be is not followed, wherever it leads."""
    (tmp_path / "executed").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="is a link"):
        make_folder(tmp_path / "executed")


def build_file(*parts: str | None) -> SubmittedFile:
    """Return a notebook with a cell of each of these parts."""
    cells = tuple(Cell(index, "code", "1", part=part) for index, part in enumerate(parts))
    return SubmittedFile("ada.ipynb", "notebook", "0", cells)


def test_times_are_those_of_parts(tmp_path: Path) -> None:
    """Cells of a part together; what has no part, or one that the course does not have, is in the whole alone."""
    spent = {"cells_s": 7.0, "probes_s": 0.5, "cpu_s": 1.0, "by_cell": {f"ada.ipynb[{k}]": 2.0**k for k in range(5)}}
    (tmp_path / "timing.json").write_text(json.dumps({"key": "k", "times_s": spent}))
    file = build_file("1a", "1b", "1a", None, "9z", "1b")
    assert read_times(tmp_path, [file], ["1a", "1b"]) == RunTimes(total_s=7.5, parts_s={"1a": 5.0, "1b": 2.0})


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"times_s": 3}',
        '{"times_s": {"cells_s": 1}}',
        '{"times_s": {"cells_s": -3, "probes_s": 0, "by_cell": {}}}',
        '{"times_s": {"cells_s": 1, "probes_s": 1, "by_cell": {"ada.ipynb[0]": "x"}}}',
        "[" * 100_000,
    ],
)
def test_times_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    """No verdict rests on them."""
    assert read_times(tmp_path, [build_file("1a")], ["1a"]) is None
    (tmp_path / "timing.json").write_text(text)
    assert read_times(tmp_path, [build_file("1a")], ["1a"]) is None
