"""`grader export --total`: what does not go with it is refused before anything is read."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.gradebook import Gradebook, Override, Person
from tests.conftest import ROOT

NOON = datetime(2026, 11, 7, 12, tzinfo=UTC)
NUMERICS = ROOT / "examples" / "numerics"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--format", "canvas"), "canvas: a total is written as csv alone"),
        (("--format", "csv", "--assignment", "hw1"), "a total is over all assignments: expected none"),
        (("--format", "csv", "--late", "late.yaml"), "each assignment has its own in course.yaml: expected none"),
        (("--format", "csv", "--course", str(ROOT)), "--total: expected `assignments` in course.yaml, got none"),
    ],
)
def test_what_has_no_use_for_a_total_is_refused(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another format, one assignment, one late policy, a course without assignments; nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("late.yaml").write_text("schema: grader/late/v1\n")
    course = () if "--course" in words else ("--course", str(NUMERICS))
    arguments = ["export", "--db", "sqlite:///g.db", "--out", "t.csv", "--total", *words, *course]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert not Path("t.csv").exists()


def test_names_and_ids_come_from_a_roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has submitted nothing at all is there, and named once for each assignment."""
    monkeypatch.chdir(tmp_path)
    Gradebook.open("sqlite:///g.db", course="numerics").close()
    Path("class.csv").write_text("student,last_name\nada,Lovelace\n")
    arguments = ["export", "--db", "sqlite:///g.db", "--format", "csv", "--out", "-", "--total"]
    result = CliRunner().invoke(main, [*arguments, "--roster", "class.csv", "--course", str(NUMERICS)])
    assert result.exit_code == 0, result.output
    assert "ada,Lovelace,,,,28,,10,0,0,complete" in result.stdout
    assert result.stderr.count("--roster: nothing submitted by: ada") == 2


def test_scores_of_an_assignment_that_the_course_lost_are_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was renamed would count nothing for everybody."""
    monkeypatch.chdir(tmp_path)
    for name, points in (("hw0", 1), ("hw1", None)):
        with Gradebook.open("sqlite:///g.db", course="numerics", assignment=name) as book:
            book.upsert_students([Person("ada")])
            if points is not None:
                book.override("ada", Override(Fraction(points), "eve", NOON, "was ill"))
    arguments = ["export", "--db", "sqlite:///g.db", "--format", "csv", "--out", "-", "--total"]
    result = CliRunner().invoke(main, [*arguments, "--course", str(NUMERICS)])
    assert result.exit_code == 2
    told = "the gradebook holds scores of the assignment hw0, and course.yaml has hw1, hw2"
    assert told in " ".join(result.output.split())
