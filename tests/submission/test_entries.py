"""A batch folder is sorted into students, and each gets a folder of their own."""

import json
import os
import unicodedata
from pathlib import Path

import pytest

from grader.model import Limits
from grader.submission import list_entries, list_request_folders, read_submission
from grader.submission.naming import folder_name


def put(folder: Path, *names: str) -> None:
    """Write a small script or notebook under each name."""
    for name in names:
        path = Path(os.fsdecode(os.fsencode(str(folder)) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1")


def test_each_entry_is_a_student_and_files_of_one_stem_are_one(tmp_path: Path) -> None:
    """A notebook, a script and a folder of the same name belong to one student; dot-files to nobody."""
    put(tmp_path, "ada.ipynb", "ada.py", "bo/hw.py", "cy.py", "cy/more.py", ".DS_Store", "__pycache__/a.py")
    assert [(e.student, e.entry, e.entries, e.refusal) for e in list_entries(tmp_path)] == [
        ("ada", "ada.ipynb", ("ada.ipynb", "ada.py"), None),
        ("bo", "bo", ("bo",), None),
        ("cy", "cy", ("cy", "cy.py"), None),
    ]


def test_a_folder_of_requests_submits_nothing(tmp_path: Path) -> None:
    """Beside a student's file it changes nothing; alone it is no entry; with more in it, or nothing, it is one."""
    put(tmp_path, "ada.py", "bo/hw.py", "dan.py")
    before = list_entries(tmp_path)
    put(tmp_path, "ada/regrade.yaml", "bo/regrade-1.yml", "cy/regrade.yaml", "cy/.DS_Store")
    assert list_entries(tmp_path) == before
    put(tmp_path, "ada/more.py")
    (tmp_path / "dan").mkdir()
    (tmp_path / "eve").mkdir()
    assert [entry.entries for entry in list_entries(tmp_path)] == [
        ("ada", "ada.py"), ("bo",), ("dan", "dan.py"), ("eve",)
    ]  # fmt: skip


def test_requests_lie_in_students_own_folders(tmp_path: Path) -> None:
    """A link to one is among them, to be refused; files and what is ignored are not."""
    put(tmp_path, "ada.py", "bo/hw.py", ".git/regrade.yaml", "__pycache__/regrade.yaml", "regrade.yaml")
    (tmp_path / "cy").symlink_to(tmp_path / "bo")
    (tmp_path / "dan.py").symlink_to(tmp_path / "ada.py")
    put(tmp_path, os.fsdecode(b"\xff/hw.py"))
    found = [("bo", "bo"), ("cy", "cy"), ("\\udcff", "\udcff")]
    assert [(student, path.name) for student, path in list_request_folders(tmp_path)] == found


def test_what_is_no_submission_is_refused_by_name(tmp_path: Path) -> None:
    """Other files, links and pipes are entries with a reason, and nothing behind them is looked at."""
    put(tmp_path, "ok.py", "notes.txt")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.ipynb")
    refusals = {entry.entry: entry.refusal for entry in list_entries(tmp_path)}
    assert refusals == {
        "ok.py": None,
        "notes.txt": "notes.txt is not a notebook (.ipynb) or script (.py)",
        "link.py": "link.py is a symbolic link; submit the file itself",
        "loop": "loop is a symbolic link; submit the file itself",
        "pipe.ipynb": "pipe.ipynb is a named pipe, not a file",
    }


FOLDERS = [
    ("ada", "ada"),
    ("zoë.b-1_x", "zoë.b-1_x"),
    ("Ada Lovelace", "Ada%20Lovelace"),
    ("a\nb", "a%0Ab"),
    ("\x1b[31mred", "%1B%5B31mred"),
    ("..", "%2E."),
    ("", ""),
    ("a%20b", "a%2520b"),
    ("a\u202eb", "a%E2%80%AEb"),
    (os.fsdecode(b"a\xff"), "a%FF"),
    ("batch.json", "%62atch.json"),
]


@pytest.mark.parametrize(("name", "folder"), [pair for pair in FOLDERS if pair[0]])
def test_a_folder_is_plain_and_can_be_decoded(name: str, folder: str) -> None:
    """Letters, digits, dot, dash and underscore stay; everything else is percent-encoded byte by byte."""
    assert folder_name(name) == folder


def test_a_long_name_gets_a_folder_that_fits(tmp_path: Path) -> None:
    """Names whose encoding no file system takes are cut, and still differ."""
    names = [" " * 240 + "a", " " * 240 + "b"]
    put(tmp_path, *(name + ".py" for name in names))
    folders = {entry.folder for entry in list_entries(tmp_path)}
    assert len(folders) == 2
    assert all(len(folder.encode()) <= 200 for folder in folders)


def test_different_students_never_share_a_folder(tmp_path: Path) -> None:
    """Names that look alike once encoded, and stray files named like a student, have folders of their own."""
    put(tmp_path, "a b.py", "a%20b.py", "ada.txt", "ada.txt.py", "batch.json", "batch.json.py")
    entries = list_entries(tmp_path)
    assert len({entry.folder for entry in entries}) == len(entries) == 6
    assert {entry.entry: entry.folder for entry in entries}["ada.txt.py"] == "ada.txt"
    assert "batch.json" not in {entry.folder for entry in entries}


def test_the_real_name_is_kept_and_fits_into_json(tmp_path: Path) -> None:
    """Newlines stay in the student's name; bytes that are no text are spelled out, so that a report can be written."""
    put(tmp_path, "new\nline.py", os.fsdecode(b"caf\xe9.py"))
    entries = list_entries(tmp_path)
    assert [entry.student for entry in entries] == ["caf\\udce9", "new\nline"]
    json.dumps([[e.student, e.entry, e.folder, e.entries] for e in entries], ensure_ascii=False).encode()
    submissions = [read_submission(entry.paths, Limits(), entry.student) for entry in entries]
    assert [submission.files[0].name for submission in submissions] == ["caf\\udce9.py", "new\nline.py"]


@pytest.mark.parametrize(
    "names", [("ada.py", "Ada.py", "ADA.py"), ("zoë.py", "zoe\u0308.py"), ("straße.py", "strasse.py", "STRASSE.py")]
)
def test_names_that_differ_by_case_or_composition_have_folders_that_differ_by_more(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    """File systems that take such names for one keep their reports apart; the first has its plain name."""
    put(tmp_path, *names)
    entries = list_entries(tmp_path)
    folded = {unicodedata.normalize("NFC", entry.folder).casefold() for entry in entries}
    assert len(folded) == len({entry.student for entry in entries}) == len(names)
    assert any(entry.folder == entry.student for entry in entries)


def test_what_is_no_students_says_so(tmp_path: Path) -> None:
    """A file of another kind, or a link without an ending; what is refused and could be somebody's is somebody's."""
    put(tmp_path, "ada.py", "notes.txt")
    (tmp_path / "bo").symlink_to(tmp_path)
    (tmp_path / "cy.py").symlink_to(tmp_path / "ada.py")
    assert {entry.student: entry.is_student for entry in list_entries(tmp_path)} == {
        "ada": True, "bo": False, "cy": True, "notes.txt": False,
    }  # fmt: skip
