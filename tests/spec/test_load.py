"""FieldProblem a course, reading its files, and the name of its version."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import CourseError, UsageError
from grader.judge.rules.close import CloseCheck
from grader.spec import find_course, load_course
from grader.spec.load import MAX_FILE_BYTES


def list_problems(folder: Path) -> list[str]:
    """Return the problems of the course in `folder`, as text."""
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_course_loads(small_course: Path, load: Callable[[Path], Course]) -> None:
    """Exercises come in order, points are exact, rubrics are there."""
    course = load(small_course)
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


def test_what_decides_no_mark_does_not_change_the_version(spoil: Callable[[str, str, str], Path]) -> None:
    """Options and slope charts leave the SHA-256 as it is: nobody has to be judged again for them."""
    before = load_course(spoil("course.yaml", "\nseed: 0", "\nseed: 0")).sha256
    spoil("course.yaml", "\nseed: 0", "\noptions: {jobs: 3}\nseed: 0")
    slope = "slopes:\n  - {title: From one to the other, from: ex1_square, to: ex1_spare}\nparts:\n"
    course = load_course(spoil("exercises/ex1.yaml", "parts:\n", slope))
    assert course.sha256 == before
    assert (course.file.options.jobs, course.exercises[0].slopes[0].to) == (3, "ex1_spare")


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


def test_names_of_the_courses_code_are_checked_only_when_given(
    small_course: Path, load: Callable[[Path], Course]
) -> None:
    """Without them any name passes, so that a course can be read where its code must not run."""
    for name in ("inputs", "invariants", "rules"):
        (small_course / f"reference/{name}.py").write_text("")
    load_course(small_course)
    with pytest.raises(CourseError) as caught:
        load(small_course)
    assert [problem.key for problem in caught.value.problems if "not a function of" in problem.message] == [
        "parts[0].checks[1].inputs",
        "parts[0].checks[5].theorem",
        "parts[0].checks[5].inputs",
        "parts[0].checks[0].by",
        "parts[0].checks[1].by",
    ]


def test_a_file_over_the_limit_is_refused(small_course: Path) -> None:
    """One byte over 1 MiB is too much."""
    path = small_course / "exercises/ex1.yaml"
    path.write_bytes(path.read_bytes().ljust(MAX_FILE_BYTES + 1, b"\n"))
    assert list_problems(small_course) == ["exercises/ex1.yaml:1: (file): expected at most 1048576 bytes, got more"]


def test_a_file_that_is_not_utf8_is_refused(small_course: Path) -> None:
    """The line of the first wrong byte is named."""
    path = small_course / "rubrics/1b.yaml"
    path.write_bytes(path.read_bytes().replace(b"Both ideas", b"B\xf6th ideas"))
    assert list_problems(small_course) == ["rubrics/1b.yaml:9: (file): expected UTF-8, got the byte 0xf6"]


@pytest.mark.parametrize(
    ("make", "what"), [(Path.mkdir, "a folder"), (os.mkfifo, "something else")], ids=["directory", "fifo"]
)
def test_what_is_no_file_is_refused(small_course: Path, make: Callable[[Path], None], what: str) -> None:
    """A directory or a FIFO in the place of a file is a problem, and nothing waits for it."""
    make(small_course / "exercises/ex3.yaml")
    assert list_problems(small_course) == [f"exercises/ex3.yaml:1: (file): expected a file here, got {what}"]


def test_a_missing_course_file_is_a_problem(small_course: Path) -> None:
    """A folder without `course.yaml` is named as such."""
    (small_course / "course.yaml").unlink()
    assert list_problems(small_course) == ["course.yaml:1: (file): expected a file here, there is none"]


def test_a_course_without_exercises_is_refused(small_course: Path) -> None:
    """An empty folder of exercises is a problem of the course, not a course of no points."""
    for path in small_course.glob("*/*.yaml"):
        path.unlink()
    assert list_problems(small_course) == [
        "exercises:1: (folder): expected an exercise in exercises/, such as ex1.yaml, got none"
    ]


def test_another_ending_is_not_overlooked(small_course: Path) -> None:
    """A `.yml` file is reported, since its author expects it to be read; an editor's lock file is not."""
    (small_course / "exercises/ex2.yaml").rename(small_course / "exercises/ex2.yml")
    (small_course / "exercises/.#ex1.yaml").symlink_to("nowhere")
    assert list_problems(small_course) == ["exercises/ex2.yml:1: (file): not read: expected .yaml, got .yml"]


def test_two_rubrics_of_one_text_are_refused(small_course: Path) -> None:
    """A text answer has exactly one rubric."""
    text = (small_course / "rubrics/1b.yaml").read_text("utf-8")
    (small_course / "rubrics/ex1b_text.yaml").write_text(text, "utf-8")
    assert list_problems(small_course) == [
        "rubrics/ex1b_text.yaml:3: answer: ex1b_text: expected one rubric, got rubrics/1b.yaml too"
    ]


def test_a_course_is_found_from_below(small_course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest folder upward counts, from a given folder and from the current one."""
    assert find_course(small_course / "exercises") == small_course.resolve()
    monkeypatch.chdir(small_course / "rubrics")
    assert find_course() == small_course.resolve()


def test_outside_any_course_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the program's own checkout nor anything else stands in; the message says where it was looked for."""
    monkeypatch.chdir(tmp_path)
    for start in (None, tmp_path):
        with pytest.raises(
            UsageError, match=rf"course\.yaml is neither in {tmp_path} nor in a folder above it; "
        ) as caught:
            find_course(start)
        assert "--course DIR" in str(caught.value)


# ---------------------------------------------------------------- ids, and the order of exercises


def add_exercise(folder: Path, name: str, stem: str, part: str) -> None:
    """Write one more exercise: a copy of exercise 2 under another id."""
    text = (folder / "exercises/ex2.yaml").read_text("utf-8")
    text = text.replace('id: "2"', f'id: "{name}"').replace("id: 2a", f"id: {part}")
    (folder / f"exercises/{stem}.yaml").write_text(text.replace("ex2_", f"{stem.replace('-', '_')}_"), "utf-8")


def test_an_exercise_may_be_called_by_a_word(small_course: Path) -> None:
    """A word is the stem of its file, its tag, and with underscores its module; a number has `ex` and `exercise`."""
    add_exercise(small_course, "linear-algebra", "linear-algebra", "eigenvalues")
    number, _, word = load_course(small_course).exercises
    assert (number.id, number.tag, number.module) == ("1", "ex1", "exercise1")
    assert (word.id, word.tag, word.module) == ("linear-algebra", "linear-algebra", "linear_algebra")
    assert word.parts[0].id == "eigenvalues"


def test_numbers_come_before_words(small_course: Path) -> None:
    """Without assignments numbers are ordered as numbers, and words by the alphabet behind them."""
    for name, stem in (("warm-up", "warm-up"), ("10", "ex10"), ("basics", "basics")):
        add_exercise(small_course, name, stem, f"{name}-part")
    assert [one.id for one in load_course(small_course).exercises] == ["1", "2", "10", "basics", "warm-up"]


def test_exercises_stand_in_the_order_of_the_assignments(spoil: Callable[[str, str, str], Path]) -> None:
    """What an assignment lists comes in its order; a course without any is one assignment of everything."""
    folder = spoil("course.yaml", "seed: 0", "seed: 0\nassignments: [{id: first, exercises: ['2', '1']}]")
    course = load_course(folder)
    assert [exercise.id for exercise in course.exercises] == ["2", "1"]
    assert [(one.id, one.exercises) for one in course.assignments] == [("first", ("2", "1"))]


def test_a_course_without_assignments_is_one_of_everything(small_course: Path) -> None:
    """It has no due moment, and all the exercises."""
    (assignment,) = load_course(small_course).assignments
    assert (assignment.id, assignment.exercises, assignment.due) == ("all", ("1", "2"), None)


ASSIGNMENTS = {
    "an unknown exercise": ("[{id: a, exercises: ['3']}]", "assignments[0].exercises[0]: 3 is not an exercise"),
    "an exercise twice": (
        "[{id: a, exercises: ['1']}, {id: b, exercises: ['1']}]",
        "assignments[1].exercises[0]: 1: expected in one assignment, got it in a too",
    ),
    "an id twice": ("[{id: a, exercises: ['1']}, {id: a, exercises: ['2']}]", "assignments[1].id: a"),
    "extensions of nothing": (
        "[{id: a, exercises: ['1'], extensions: {ada: 2030-01-01T00:00:00Z}}]", "assignments[0].extensions: "
    ),
    "a moment without a zone": ("[{id: a, exercises: ['1'], due: 2030-01-01T00:00:00}]", "assignments[0].due: "),
    "no exercises": ("[{id: a, exercises: []}]", "assignments[0].exercises: "),
}  # fmt: skip


@pytest.mark.parametrize("case", ASSIGNMENTS)
def test_assignments_that_cannot_be_are_refused(spoil: Callable[[str, str, str], Path], case: str) -> None:
    """The author reads which assignment it is and what is wrong with it."""
    written, problem = ASSIGNMENTS[case]
    folder = spoil("course.yaml", "seed: 0", f"seed: 0\nassignments: {written}")
    assert any(one.startswith(f"course.yaml:6: {problem}") for one in list_problems(folder)), list_problems(folder)
