"""Where a course may lie: anywhere but in what is graded."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.spec.placement import (
    choose_course,
    list_course_folders,
    list_graded_folders,
    refuse_course_within,
    refuse_file_within,
)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """Return the folder of a course with students, one of whom has a course of their own."""
    root = tmp_path / "school"
    for name in ("submissions/ada", "submissions/eve/week1", "reference"):
        (root / name).mkdir(parents=True)
    for name in ("course.yaml", "hw.py", "submissions/ada.py", "submissions/ada/hw.py", "submissions/eve/course.yaml",
                 "submissions/eve/hw.py", "submissions/eve/week1/hw.py"):  # fmt: skip
        (root / name).write_text("x = 1\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("here", "graded"),
    [
        (".", "submissions/ada.py"),
        (".", "submissions/ada"),
        (".", "submissions/ada/hw.py"),
        (".", "submissions"),
        ("submissions", "ada.py"),
        ("submissions/ada", "hw.py"),
        ("submissions/ada", "."),
        (".", "submissions/eve/hw.py"),
        (".", "submissions/nobody.py"),
        (".", "../elsewhere/hw.py"),
    ],
)
def test_course_above_what_is_graded_is_found(
    school: Path, monkeypatch: pytest.MonkeyPatch, here: str, graded: str
) -> None:
    """Whoever stands in the course, or below it, grades with it, also a student who has a course of their own."""
    monkeypatch.chdir(school / here)
    assert choose_course(None, [Path(graded)]) == school


@pytest.mark.parametrize(
    ("here", "graded"),
    [
        ("submissions/eve", "hw.py"),
        ("submissions/eve", "."),
        ("submissions/eve", "week1/hw.py"),
        ("submissions/eve/week1", "hw.py"),
        ("submissions/eve/week1", "../hw.py"),
        (".", "hw.py"),
        (".", "."),
        (".", ".."),
        ("submissions/ada", "../../hw.py"),
        (".", "nothing.py"),
    ],
)
def test_course_from_what_is_graded_is_refused(
    school: Path, monkeypatch: pytest.MonkeyPatch, here: str, graded: str
) -> None:
    """Neither the folder of what is graded, nor one below, nor a student's among the submissions gives the course."""
    monkeypatch.chdir(school / here)
    with pytest.raises(UsageError, match="a course's Python runs on this machine: name the course that you trust with"):
        choose_course(None, [Path("submissions/ada.py"), Path(graded)])


def test_course_that_is_named_is_refused_as_well(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--course is no leave to run a student's Python."""
    monkeypatch.chdir(school)
    for graded in ("submissions/eve", "submissions/eve/hw.py", "submissions"):
        with pytest.raises(UsageError, match="could be the student's own"):
            choose_course(Path("submissions/eve"), [Path(graded)])
    assert choose_course(Path("submissions/eve"), [Path("submissions/ada")]) == Path("submissions/eve")


def test_links_are_resolved(school: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A link to the course, or to what is graded, changes nothing."""
    (tmp_path / "course").symlink_to(school / "submissions" / "eve")
    (tmp_path / "class").symlink_to(school / "submissions")
    (tmp_path / "one.py").symlink_to(school / "submissions" / "eve" / "hw.py")
    monkeypatch.chdir(tmp_path)
    for graded in ("class", "class/eve", "class/eve/hw.py", "one.py"):
        with pytest.raises(UsageError, match="could be the student's own"):
            refuse_course_within(Path("course"), [Path(graded)])
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(UsageError, match="could be the student's own"):
        refuse_course_within(tmp_path, [Path("circle")])


def test_folder_that_is_no_course_is_told(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong --course names the file that was looked for."""
    monkeypatch.chdir(school)
    with pytest.raises(UsageError, match=r"--course = 'reference': no course\.yaml in this folder"):
        choose_course(Path("reference"))


def test_folders_that_links_in_a_course_lead_to_are_its_own(school: Path, tmp_path: Path) -> None:
    """What the sandbox must not show is where the files are, not where they are linked from."""
    (tmp_path / "rubrics").mkdir()
    (school / "rubrics").symlink_to(tmp_path / "rubrics")
    assert list_course_folders(school) == (school, tmp_path / "rubrics")


def test_file_of_staff_in_a_folder_of_others_is_refused(school: Path, tmp_path: Path) -> None:
    """Itself or by a link on its way; beside what is graded is in it, and a folder need not be there yet."""
    students = school / "submissions"
    (tmp_path / "way").symlink_to(students)
    (tmp_path / "staff.json").symlink_to(students / "ada.py")
    graded = list_graded_folders([students / "ada.py"])
    for path in (
        students / "x.json",
        students / "ada" / "x.json",
        tmp_path / "way" / "x.json",
        tmp_path / "staff.json",
    ):
        with pytest.raises(UsageError, match=r"--x = .* lies in .*, which is graded: expected a place outside of it"):
            refuse_file_within("--x", path, graded, "which is graded")
    with pytest.raises(UsageError):
        refuse_file_within("--x", school / "out" / "x.json", [school / "out"], "which is given out")
    refuse_file_within("--x", school / "x.json", [*graded, school / "out"], "which is graded")
