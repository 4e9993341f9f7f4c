"""`grader mark`, `unmark`, `override` and `marks`: as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.batch import BatchOptions, run_batch
from grader.changes import CourseVersion
from grader.cli import choice, main, mark
from grader.cli.gradebook_recorder import gradebook_recorder
from grader.cli.running import Ready
from grader.course import Criterion, Level, MarkedExample, Rubric
from grader.gradebook import Gradebook, ScoreRow
from grader.model import Limits

Call = Callable[..., Result]


def build_rubric() -> Rubric:
    """Return a rubric of the tiny course's essay, which is worth one point."""
    from fractions import Fraction

    def criterion(name: str, **more: Any) -> Criterion:
        return Criterion(id=name, points=Fraction(1, 2), about="It is there.", feedback="Add it, please.", **more)

    level = Level(points=Fraction(1, 4), when="It is half there.")
    example = MarkedExample(text="An essay on two.", points={"reason": Fraction(1, 4)}, why="It is half there.")
    return Rubric(
        schema="grader/rubric/v1",
        part="1a",
        answer="essay",
        points=Fraction(1),
        criteria=(criterion("reason", levels=(level,)), criterion("form")),
        examples=(example, example),
    )


@pytest.fixture
def url(tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a gradebook with two students, of whom ada has written something."""
    monkeypatch.chdir(tmp_path)  # no course is near, whose gradebook it would not be
    course = tiny_grader.course.model_copy(update={"rubrics": (build_rubric(),)})
    monkeypatch.setattr(choice, "load_course", lambda _folder: course)
    monkeypatch.setattr(choice, "choose_course", lambda *_: tmp_path)
    out, url = tmp_path / "out", f"sqlite:///{tmp_path / 'grades.db'}"
    folder = folder_of(ada="# %% tags=['1a']\na = 3\n# %% [markdown]\n# essay\n# of mine", bob="a = 3")
    version = CourseVersion(course.file.id, course.sha256, {})
    ready = Ready(tiny_grader, tmp_path, "none", Limits())
    with gradebook_recorder(url, lambda *_: None, out, ready, version) as on_done:
        run_batch(tiny_grader, sandboxes.open, folder, out, BatchOptions(on_done=on_done))
    return url


@pytest.fixture
def call(url: str) -> Call:
    """Return a function that runs a command as eve, on that gradebook."""

    def run(*words: object, expected: int = 0) -> Result:
        who = () if words[0] == "marks" else ("--by", "eve")
        done = CliRunner().invoke(main, [*map(str, words), "--db", url, *who])
        assert done.exit_code == expected, done.output
        return done

    return run


def read(url: str, student: str = "ada") -> ScoreRow:
    """Return a student's score."""
    with Gradebook.open(url, create=False) as book:
        return next(row for row in book.current_scores() if row.person.student == student)


def test_text_is_marked_and_taken_back(call: Call, url: str) -> None:
    """What it gives is shown with what it was before, and counts; taken back, it waits again."""
    assert read(url).pending == 1
    assert call("mark", "ada", "essay", "reason=full", "form=none", "--why", "Nice").stdout == "ada: essay 0.5 of 1\n"
    assert call("mark", "ada", "essay", "reason=1/4", "form=none").stdout == "ada: essay 0.25 of 1 (was 0.5)\n"
    assert (read(url).marked, read(url).pending) == (0.25, 0)
    taken = call("unmark", "ada", "essay", "--why", "somebody else's").stdout
    assert taken == "ada: essay waits for a person again (was 0.25 by eve)\n"
    assert (read(url).marked, read(url).pending) == (0, 1)


def test_mark_that_is_saved_meanwhile_is_not_taken_back(call: Call, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and stays."""
    call("mark", "ada", "essay", "reason=full", "form=none")
    real = Gradebook.unmark

    def slip_in(self: Gradebook, *given: Any) -> None:
        call("mark", "ada", "essay", "reason=1/4", "form=none")
        real(self, *given)

    monkeypatch.setattr(Gradebook, "unmark", slip_in)
    refused = call("unmark", "ada", "essay", "--why", "mine", expected=2)
    assert "marked by somebody else meanwhile" in refused.stderr
    assert read(url).marked == 0.25


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ada", "essay", "reason=full"), "form is not marked: expected one of 1/2, 0"),
        (("ada", "essay", "reason=full", "form=1"), "form = 1: expected one of 1/2, 0"),
        (("ada", "essay", "reason=full", "from=1"), "from=1: expected CRITERION=POINTS; did you mean form?"),
        (("ada", "essay", "reason=full", "reason=full"), "reason=full: expected CRITERION=POINTS; expected once"),
        (("ada", "essay", "reason"), "reason: expected CRITERION=POINTS"),
        (("ada", "essay", "reason=good", "form=1"), "'good' is not a number of points, full or none"),
        (("ada", "esay", "reason=full"), "this course has no such text: did you mean essay?"),
        (("bob", "essay", "reason=full", "form=1"), "no essay of theirs waits for a person: expected one of ada"),
        (("essay",), "expected STUDENT ANSWER CRITERION=POINTS…, or ANSWER with one sheet"),
    ],
)
def test_wrong_marks_are_refused(call: Call, url: str, words: tuple[str, ...], said: str) -> None:
    """It is said what was expected, and nothing is kept."""
    assert said in call("mark", *words, expected=2).stderr
    assert read(url).pending == 1


def test_nobody_is_no_marker(url: str) -> None:
    """Each mark has a name."""
    done = CliRunner().invoke(main, ["mark", "ada", "essay", "reason=full", "form=full", "--db", url, "--by", " "])
    assert (done.exit_code, "expected words" in done.stderr) == (2, True)


def test_sheet_is_written_shown_and_applied(call: Call, url: str, tmp_path: Path) -> None:
    """It holds the words; shown it keeps nothing; with a mistake in it, nothing of it is kept."""
    sheet = tmp_path / "marks.csv"
    assert "1 text, 0 of them marked" in call("mark", "essay", "--write-csv", sheet).stdout
    head, row = sheet.read_text("utf-8").split("\n", 1)
    assert "Because one and one make two." in row
    sheet.write_text(f"{head}\n{row.replace(',,,,', ',1,0.5,,')}", "utf-8")
    wrong = call("mark", "essay", "--csv", sheet, "--apply", expected=2).stderr
    assert "reason = 1: expected one of 1/2, 1/4, 0" in wrong
    assert "nothing was kept" in wrong
    sheet.write_text(f"{head}\n{row.replace(',,,,', ',full,0.5,Good,')}", "utf-8")
    assert call("mark", "essay", "--csv", sheet).stdout.splitlines() == [
        "ada: essay 1 of 1",
        "1 to mark, 0 unchanged, 0 left blank",
        "nothing was kept yet: add --apply",
    ]
    assert read(url).pending == 1
    assert call("mark", "essay", "--csv", sheet, "--apply").stdout.endswith("\nkept\n")
    assert (read(url).marked, read(url).pending) == (1, 0)


def test_long_sheet_is_not_shown_whole(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large class some lines, and how many more there are."""
    monkeypatch.setattr(mark, "_SHOWN", 0)
    sheet = tmp_path / "marks.csv"
    call("mark", "essay", "--write-csv", sheet)
    sheet.write_text(sheet.read_text("utf-8").replace(",,,,", ",0,0,,"), "utf-8")
    assert call("mark", "essay", "--csv", sheet).stdout.startswith("… and 1 more\n1 to mark")


def test_long_text_is_cut_for_its_cell(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No spreadsheet takes more."""
    monkeypatch.setattr(mark, "_WORDS_CHARS", 3)
    call("mark", "essay", "--write-csv", tmp_path / "marks.csv")
    assert ",Bec…," in (tmp_path / "marks.csv").read_text("utf-8")


def test_override_is_set_and_taken_back(call: Call, url: str) -> None:
    """Up to the maximum; beyond it only where that is said."""
    own = read(url).score
    maximum = read(url).max
    assert maximum is not None
    assert f"expected 0 to {maximum}" in call("override", "ada", maximum + 1, "--why", "bonus", expected=2).stderr
    assert call("override", "ada", "5/2", "--why", "oral exam").stdout.startswith("ada: 2.5 points (was ")
    assert call("override", "ada", maximum + 1, "--why", "bonus", "--beyond").exit_code == 0
    assert read(url).score == maximum + 1
    call("override", "ada", "none", "--why", "a mistake")
    assert read(url).score == own
    call("override", "ada", "-1", "--why", "x", expected=2)
    call("override", "ada", "1", expected=2)
    call("override", "ada", "1", "--why", " ", expected=2)
    assert "did you mean ada?" in call("override", "adda", "1", "--why", "x", expected=2).stderr


def test_history_says_who_when_what_and_why(call: Call) -> None:
    """Every decision, in order, and whether it counts; as a table and as data."""
    call("mark", "ada", "essay", "reason=full", "form=none", "--why", "Nice", "--note", "second look")
    call("mark", "ada", "essay", "reason=1/4", "form=none")
    call("override", "ada", "2", "--why", "oral exam")
    call("override", "bob", "1", "--why", "ill")
    call("override", "ada", "none", "--why", "no")
    rows = json.loads(call("marks", "--json", "-").stdout)
    assert [(row["student"], row["answer"], row["points"], row["state"]) for row in rows] == [
        ("ada", "essay", "0.5", "replaced"),
        ("ada", "essay", "0.25", "counts"),
        ("ada", "(score)", "2", "replaced"),
        ("bob", "(score)", "1", "counts"),
        ("ada", "(score)", "–", "takes back"),
    ]
    assert (rows[0]["why"], rows[0]["note"], rows[0]["who"]) == ("Nice", "second look", "eve")
    assert rows[0]["criteria"] == {"form": "0", "reason": "0.5"}
    shown = call("marks", "ada", "--answer", "essay").stdout
    assert "staff: second" in shown
    assert shown.endswith("2 decisions\n")
