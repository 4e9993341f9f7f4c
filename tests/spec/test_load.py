"""Finding a course, reading its files, and the name of its version."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import CourseError, UsageError
from grader.spec import find_course, load_course
from grader.spec.load import MAX_FILE_BYTES
from grader.spec.model import CloseCheck


def list_problems(folder: Path) -> list[str]:
    """Return the problems of the course in `folder`, as text."""
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_course_loads(small_course: Path) -> None:
    """Exercises come in order, points are exact, rubrics are there."""
    course = load_course(small_course, theorems={"symmetry"}, generators={"rectangles"})
    assert [exercise.id for exercise in course.exercises] == ["1", "2"]
    assert course.file.mistakes[1].share == Fraction(1, 3)
    assert [rubric.answer for rubric in course.rubrics] == ["ex1b_text"]
    check = course.exercises[0].parts[0].checks[0]
    assert isinstance(check, CloseCheck)
    assert check.tolerance.absolute == 1e-3


def test_exercises_are_ordered_by_number(small_course: Path) -> None:
    """Exercise 10 comes after exercise 2, although its file name sorts before."""
    text = (small_course / "exercises/ex2.yaml").read_text("utf-8")
    later = text.replace('id: "2"', 'id: "10"').replace("id: 2a", "id: 10a").replace("ex2_", "ex10_")
    (small_course / "exercises/ex10.yaml").write_text(later, "utf-8")
    assert [exercise.id for exercise in load_course(small_course).exercises] == ["1", "2", "10"]


def test_comments_and_layout_do_not_change_the_version(spoil: Callable[[str, str, str], Path]) -> None:
    """A remark and another way to write the same number leave the SHA-256 as it is."""
    file = "exercises/ex1.yaml"
    before = load_course(spoil(file, "title: Lengths and areas", "title: 'Lengths and areas'")).sha256
    assert before == load_course(spoil(file, "points: 4", "points: 4.0  # as many as that")).sha256
    assert before == load_course(spoil(file, 'share: "1/4"', "share: 0.25")).sha256


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("exercises/ex1.yaml", "relative: 1e-6", "relative: 2e-6"),
        ("course.yaml", "seed: 0", "seed: 1"),
        ("rubrics/1b.yaml", "Names the unit of area.", "Names a unit of area."),
    ],
)
def test_every_file_counts_for_the_version(
    spoil: Callable[[str, str, str], Path], small_course: Path, file: str, old: str, new: str
) -> None:
    """A changed tolerance, seed or criterion gives another SHA-256."""
    before = load_course(small_course).sha256
    assert load_course(spoil(file, old, new)).sha256 != before


def test_names_of_upper_rooms_are_checked_only_when_given(small_course: Path) -> None:
    """Without the lists any theorem or generator name passes; with an empty list none does."""
    load_course(small_course)
    with pytest.raises(CourseError) as caught:
        load_course(small_course, theorems=(), generators=())
    assert [problem.key for problem in caught.value.problems] == [
        "parts[0].checks[1].inputs",
        "parts[0].checks[5].theorem",
    ]


def test_a_file_over_the_limit_is_refused(small_course: Path) -> None:
    """One byte over 1 MiB is too much."""
    path = small_course / "exercises/ex1.yaml"
    path.write_bytes(path.read_bytes().ljust(MAX_FILE_BYTES + 1, b"\n"))
    assert list_problems(small_course) == ["exercises/ex1.yaml:1: (file): too large: expected at most 1048576 bytes"]


def test_a_file_that_is_not_utf8_is_refused(small_course: Path) -> None:
    """The line of the first wrong byte is named."""
    path = small_course / "rubrics/1b.yaml"
    path.write_bytes(path.read_bytes().replace(b"Both ideas", b"B\xf6th ideas"))
    assert list_problems(small_course) == ["rubrics/1b.yaml:9: (file): not UTF-8: byte 0xf6"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["directory", "fifo"])
def test_what_is_no_file_is_refused(small_course: Path, make: Callable[[Path], None]) -> None:
    """A directory or a FIFO in the place of a file is a problem, and nothing waits for it."""
    make(small_course / "exercises/ex3.yaml")
    assert list_problems(small_course) == ["exercises/ex3.yaml:1: (file): expected a file here"]


def test_a_missing_course_file_is_a_problem(small_course: Path) -> None:
    """A folder without `course.yaml` is named as such."""
    (small_course / "course.yaml").unlink()
    assert list_problems(small_course) == ["course.yaml:1: (file): expected a file here"]


def test_a_course_without_exercises_is_refused(small_course: Path) -> None:
    """An empty folder of exercises is a problem of the course, not a course of no points."""
    for path in small_course.glob("*/*.yaml"):
        path.unlink()
    assert list_problems(small_course) == ["exercises:1: (folder): no exercises: expected ex1.yaml and so on"]


def test_another_ending_is_not_overlooked(small_course: Path) -> None:
    """A `.yml` file is reported, since its author expects it to be read; an editor's lock file is not."""
    (small_course / "exercises/ex2.yaml").rename(small_course / "exercises/ex2.yml")
    (small_course / "exercises/.#ex1.yaml").symlink_to("nowhere")
    assert list_problems(small_course) == ["exercises/ex2.yml:1: (file): not read: expected the ending .yaml"]


def test_two_rubrics_of_one_text_are_refused(small_course: Path) -> None:
    """A text answer has exactly one rubric."""
    text = (small_course / "rubrics/1b.yaml").read_text("utf-8")
    (small_course / "rubrics/ex1b_text.yaml").write_text(text, "utf-8")
    assert list_problems(small_course) == [
        "rubrics/ex1b_text.yaml:3: answer: ex1b_text has a rubric already, rubrics/1b.yaml"
    ]


def test_a_course_is_found_from_below(small_course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest folder upward counts, from a given folder and from the current one."""
    assert find_course(small_course / "exercises") == small_course.resolve()
    monkeypatch.chdir(small_course / "rubrics")
    assert find_course() == small_course.resolve()


def test_outside_any_course_the_checkout_is_taken(
    small_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only without a given folder does the search end at the checkout beside the package."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("grader.spec.load.__file__", str(small_course / "grader/spec/load.py"))
    assert find_course() == small_course.resolve()
    with pytest.raises(UsageError, match=r"course\.yaml is neither in .* nor in a folder above it$"):
        find_course(tmp_path)


def test_where_no_course_is_found_the_message_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both places are named."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("grader.spec.load.__file__", str(tmp_path / "elsewhere/grader/spec/load.py"))
    with pytest.raises(UsageError, match=f"neither in {tmp_path} .* nor in {tmp_path}/elsewhere$"):
        find_course()
