"""`batch.json` speaks of who is in the folder now, and of nobody else; so do the folders beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.batch.index import SUMMARY, Index, check_same_assignment
from grader.batch.results import EntryResult
from grader.batch.store import render_evidence
from grader.errors import UsageError
from grader.model import Evidence
from grader.submission import Entry

FILES = ("evidence.json", "report.json", "report.txt", "timing.json")


def _entry(student: str, refusal: str | None = None) -> Entry:
    return Entry(student, f"{student}.py", student, (), refusal, (f"{student}.py",))


def _row(student: str, status: str = "graded", **changed: str) -> dict[str, str]:
    row = {"student": student, "entry": f"{student}.py", "folder": student, "status": status, "reason": ""}
    return row | changed


def _fill(out: Path, *students: str) -> None:
    for student in students:
        (out / student / "evidence").mkdir(parents=True)
        for name in (*FILES, "evidence/kept.json", "notes.txt"):
            (out / student / name).write_text("{}")


def _read(out: Path) -> Any:
    return json.loads((out / SUMMARY).read_text())


def test_a_student_who_is_gone_leaves_no_row_and_no_report(tmp_path: Path) -> None:
    """Kept evidence stays, should the student come back; what is not the grader's stays too."""
    _fill(tmp_path, "ada", "bob")
    (tmp_path / SUMMARY).write_text(json.dumps([_row("ada"), _row("bob")]))
    Index(tmp_path, [_entry("ada")])
    assert _read(tmp_path) == [_row("ada")]
    assert sorted(path.name for path in (tmp_path / "bob").iterdir()) == ["evidence", "notes.txt"]
    assert (tmp_path / "bob" / "evidence" / "kept.json").exists()
    assert all((tmp_path / "ada" / name).exists() for name in FILES)


def test_a_student_who_is_refused_now_is_not_graded_any_more(tmp_path: Path) -> None:
    """Also before the batch has come to them."""
    _fill(tmp_path, "ada", "bob")
    (tmp_path / SUMMARY).write_text(json.dumps([_row("ada"), _row("bob")]))
    index = Index(tmp_path, [_entry("ada", "is a link"), _entry("bob")])
    assert _read(tmp_path) == [_row("bob")]
    index.write({0: EntryResult(_entry("ada"), "refused", "is a link")})
    assert _read(tmp_path) == [_row("ada", "refused", reason="is a link"), _row("bob")]


def test_a_batch_that_was_stopped_has_what_was_done_and_what_stands(tmp_path: Path) -> None:
    """In the order of the folder; of who was never graded there is nothing, nor of who was being graded anew."""
    _fill(tmp_path, "bob", "eve")
    (tmp_path / SUMMARY).write_text(json.dumps([_row("bob", reason="old"), _row("eve", "refused"), _row("fay")]))
    entries = [_entry(name) for name in ("ada", "bob", "cyd", "eve", "fay")]
    Index(tmp_path, entries).write({2: EntryResult(entries[2], "graded")})
    assert _read(tmp_path) == [_row("bob", reason="old"), _row("cyd")]


def test_a_report_that_was_written_and_not_told_is_in_the_index(tmp_path: Path) -> None:
    """The batch was stopped between the two; whose the report is, its evidence says."""
    entries = [_entry(name) for name in ("ada", "bob", "cyd")]
    for student, folder, fault in (("ada", "ada", None), ("bob", "bob", "no space"), ("eve", "cyd", None)):
        _fill(tmp_path, folder)
        blank = Evidence(
            schema="grader/evidence/v1",
            student=student,
            files=(),
            submission_sha256="",
            probes_sha256="",
            isolation="full",
            fault=fault,
        )
        (tmp_path / folder / "evidence.json").write_text(render_evidence(blank))
    Index(tmp_path, entries).write({})
    assert _read(tmp_path) == [_row("ada"), _row("bob", reason="no space")]


def test_the_same_folder_by_another_case_is_not_removed(tmp_path: Path) -> None:
    """A file system that knows no case has the new report there."""
    _fill(tmp_path, "ada")
    (tmp_path / SUMMARY).write_text(json.dumps([_row("ada")]))
    Index(tmp_path, [_entry("Ada")])
    assert (tmp_path / "ada" / "report.json").exists()


@pytest.mark.parametrize("folder", ["", ".", "..", "../elsewhere", "/etc", "link", "nowhere"])
def test_only_folders_of_the_output_are_cleared(tmp_path: Path, folder: str) -> None:
    """Whatever somebody wrote into the file: no path, no link."""
    out = tmp_path / "out"
    _fill(tmp_path, "elsewhere")
    _fill(out.parent, "out")
    (out / "link").symlink_to(tmp_path / "elsewhere")
    (out / SUMMARY).write_text(json.dumps([_row("x", folder=folder)]))
    Index(out, [])
    assert (out / "report.json").exists()
    assert (tmp_path / "elsewhere" / "report.json").exists()


@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", '[{"student": 1}]', "é", "[" * 100_000])
def test_what_is_no_index_says_nothing(tmp_path: Path, text: str) -> None:
    """A damaged file is written anew."""
    (tmp_path / SUMMARY).write_text(text, encoding="utf-8")
    Index(tmp_path, [_entry("ada")]).write({0: EntryResult(_entry("ada"), "graded")})
    assert _read(tmp_path) == [_row("ada")]


def test_the_assignment_stands_with_every_row(tmp_path: Path) -> None:
    """By it the folder is known as that assignment's, and of the whole course without; others are refused by name."""
    check_same_assignment(tmp_path, "hw1")  # nobody has graded anything yet
    Index(tmp_path, [_entry("ada")], assignment="hw1").write({0: EntryResult(_entry("ada"), "graded")})
    assert _read(tmp_path) == [_row("ada", assignment="hw1")]
    check_same_assignment(tmp_path, "hw1")
    for other, words in (("hw2", "this is the assignment hw2: .* or --assignment hw1"), ("", "this is the whole co")):
        with pytest.raises(UsageError, match=f"holds reports of the assignment hw1, and {words}"):
            check_same_assignment(tmp_path, other)
    (tmp_path / SUMMARY).write_text(json.dumps([_row("ada")]))
    with pytest.raises(UsageError, match=r"reports of the whole course, and .* hw1: .* or no --assignment"):
        check_same_assignment(tmp_path, "hw1")
    (tmp_path / SUMMARY).write_text(json.dumps([_row("ada") | {"assignment": 1}]))
    check_same_assignment(tmp_path, "hw1")  # no file of the grader's
