"""A term in one test: whatever happens, every grade is what files, due moments and people's decisions make of it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.crossings.term.school import NAMES, School, describe_row
from tests.crossings.term.truth import HOMEWORK, TEXT_POINTS, Work, at, round_half_up

RIGHT = ("right", "right", "right")


def hw1(student: str, came: str, ways: tuple[str, ...] = RIGHT, words: str = "") -> Work:
    """Return a work for hw1; its words are the student's own where no others are given."""
    return Work(student, "hw1", at(came), ways, words or f"Pi is a ratio. So says {student}.")


def hw2(student: str, came: str, ways: tuple[str, ...] = RIGHT[:2], words: str = "") -> Work:
    """Return a work for hw2."""
    return Work(student, "hw2", at(came), ways, words or f"It is a chance. So says {student}.")


FIRST = (
    hw1("ada", "03-04 12:00"),
    hw1("bo", "03-06 00:09", ("right", "rounded", "right")),  # within the grace
    hw1("gil", "03-03 12:00", ("wrong", "wrong", "missing"), "Gil does not know yet."),
    hw1("hal", "03-05 20:00"),
    Work("ivy", "hw1", at("03-05 20:00"), broken=True),
    hw1("jon", "03-05 20:00", ("rounded", "right", "half")),
    hw1("lea", "03-05 20:00"),
    hw1("max", "03-05 20:00", ("right", "rounded", "right")),
    hw1("oda", "03-04 10:00"),
    hw1("Zoë O'Brien", "03-05 20:00", ("right", "right", "half")),
)
LATE = (
    hw1("cleo", "03-07 10:00", ("mistaken", "right", "right")),  # the second day
    hw1("dan", "03-13 10:00"),  # after the cut-off, and there is nothing else
    hw1("eli", "03-08 10:00", ("right", "wrong", "right")),  # in the time of the extension
    hw1("finn", "03-09 10:00", ("right", "rounded", "right")),  # a day beyond it
    hw1("gil", "03-05 22:00", ("right", "right", "half"), "Gil knows it by now."),  # better, and in time
    hw1("hal", "03-07 01:00", ("wrong", "right", "right")),  # worse, later, and the same words
    hw1("ivy", "03-07 00:05"),  # what could not be read is mended; the grace is none once it is over: the second day
    hw1("kim", "03-08 10:00", ("mistaken", "rounded", "right")),
    hw1("max", "03-12 10:00", words="Max has thought again."),  # after the cut-off: what came before it counts
    hw1("oda", "03-04 20:00", ("wrong", "wrong", "right")),
)
BACK = (
    hw1("ada", "03-09 12:00"),  # the same again, by a download that has lost the time
    hw1("oda", "03-06 10:00"),  # back to the first files, a day late
)
SECOND = (
    hw2("ada", "03-12 12:00"),
    hw2("bo", "03-12 23:50", ("right", "rounded")),
    hw2("cleo", "03-12 12:00", ("mistaken", "right")),
    hw2("dan", "03-12 12:00", ("right", "wrong")),
    hw2("finn", "03-13 00:05"),  # no extension here, but a grace
    hw2("gil", "03-12 12:00"),
    hw2("hal", "03-12 12:00", ("wrong", "wrong")),
    hw2("ivy", "03-12 12:00"),
    Work("kim", "hw2", at("03-12 12:00"), broken=True),  # never mended
    Work("lea", "hw2", at("03-12 12:00"), ("right", "missing")),  # without a text
    hw2("oda", "03-12 12:00"),
    hw2("Zoë O'Brien", "03-12 12:00", ("mistaken", "rounded")),
)
SECOND_LATE = (
    hw2("eli", "03-13 12:00"),  # the extension was of the other assignment
    hw2("gil", "03-14 12:00", ("right", "wrong"), "Gil has doubts again."),
    hw2("max", "03-18 12:00", ("mistaken", "right")),  # six days: the most that lateness costs
    Work("oda", "hw2", at("03-14 12:00"), broken=True),  # what came before it counts
)


def give_out(school: School) -> None:
    """The students get a starter and a kit of each homework."""
    for homework in HOMEWORK:
        only = ("--assignment", homework)
        for command in ("starter", "kit"):
            school.run(command, *only, "--out", school.folder / f"{command}-{homework}")
        written = [path.read_text("utf-8") for path in (school.folder / f"starter-{homework}").glob("*.py")]
        assert all(
            (name in text) == (homework == of) for text in written for of in HOMEWORK for name in HOMEWORK[of].answers
        )


def first_submissions(school: School) -> None:
    """Most of hw1 comes in, and one file cannot be read; two texts are marked at once."""
    told = school.hand_in(FIRST, "hw1")
    assert "10 students, 1 refused" in told
    school.mark("hw1", "gil", ("none", "none"), "What is pi?")
    school.mark("hw1", "hal", ("full", "0.75"))


def too_early(school: School) -> None:
    """Nothing leaves yet: nothing is published, and what is for staff is unfinished, and says so where it leaves."""
    export = ("export", "--format", "csv", "--out", "-", *school.of("hw1"))
    assert "no score is published yet" in school.run(*export, status=2)
    assert "have an unfinished score (to be marked by a person: why)" in school.run(*export, "--staff", status=2)
    told = school.run(*export, "--staff", "--unfinished")
    assert "extensions of students whom the gradebook does not know: fynn" in told
    assert "waiting for marks" in told


def late_submissions(school: School) -> None:
    """Late and repeated work comes in."""
    assert "15 students, 0 refused" in school.hand_in(LATE, "hw1")


def back_again(school: School) -> None:
    """Two submit what they had submitted before, one of them after something else."""
    assert "15 students, 0 refused" in school.hand_in(BACK, "hw1")


def marking(school: School) -> None:
    """Texts are marked by a sheet and one at a time, but one; a mark is taken back; a score is set as a whole."""
    points = {
        "ada": ("full", "full"), "bo": ("full", "0.75"), "cleo": ("1", "none"), "dan": ("full", "full"),
        "eli": ("full", "3/4"), "finn": ("none", "full"), "gil": ("full", "0,75"), "ivy": ("full", "full"),
        "jon": ("full", "none"), "kim": ("full", "0.75"), "oda": ("full", "full"),
    }  # fmt: skip
    school.mark("hw1", "bo", ("none", "none"))
    school.unmark("hw1", "bo")
    told = school.mark_sheet("hw1", points)
    assert "11 to mark, 1 unchanged, 3 left blank" in told
    school.mark("hw1", "Zoë O'Brien", ("full", "none"), "Which slices?")
    school.mark("hw1", "max", ("full", "0.75"))
    school.override("hw1", "jon", "10", "was ill")


def scores_are_out(school: School) -> None:
    """Points by part leave, but no marks; the feedback waits for the last text."""
    export = ("export", "--format", "canvas", "--out", "-", "--at", at("03-14 12:00").isoformat(), *school.of("hw1"))
    assert "marks count as open" in school.run(*export, status=2)
    compare_published(school, "hw1", "03-14 12:00", "--unfinished", shows_marks=False)
    school.publish("hw1", "03-15 12:00")  # lea's text waits, and so does everybody's feedback
    assert "follows with the feedback" in school.read_page("hw1", "ada")
    compare_published(school, "hw1", "03-15 12:00", "--unfinished", shows_marks=False)


def feedback_is_out(school: School) -> None:
    """The last text is marked, and the feedback is out."""
    school.mark("hw1", "lea", ("full", "none"))
    school.publish("hw1", "03-15 13:00")
    assert "12 of 12 points" in school.read_page("hw1", "ada")
    compare_published(school, "hw1", "03-15 13:00")


def second_homework(school: School) -> None:
    """Meanwhile hw2 comes in, with names and moments by Gradescope."""
    told = school.hand_in(SECOND, "hw2")
    assert "12 students, 1 refused" in told
    compare_published(school, "hw1", "03-15 13:00")


def tolerance_is_mended(school: School) -> None:
    """Whom the difference names, and nobody else, moves; it is told first, and the students read it."""
    honest = {"bo", "finn", "kim", "max"}
    before, pages = school.dump(), {name: school.read_page("hw1", name) for name in NAMES if name != "nia"}
    school.mend()
    judge = ("judge", school.out("hw1"), *school.of("hw1"))
    told = json.loads(school.read(*judge, "--diff", "--json", "-"))
    assert {move["student"] for move in told["moves"]} == honest
    assert school.dump() == before
    assert "points of this gradebook were published: expected --note TEXT" in school.run(*judge, status=2)
    assert school.dump() == before
    told_again = school.run(*judge, "--note", "three decimals were asked for")
    school.ledger.is_mended = True
    assert "kept in the gradebook" in told_again
    school.publish("hw1", "03-15 14:00")
    changed = {name for name, page in pages.items() if "have changed" in school.read_page("hw1", name)}
    assert changed == honest
    assert "7.75 points before, 10.75 now; changed: measures (4 → 7)" in school.read_page("hw1", "bo")
    compare_published(school, "hw1", "03-15 14:00")


def requests(school: School) -> None:
    """Four ask for another look: marks rise, a score is set, one is kept, and one asks about something else."""
    school.ask("hw1", "Zoë O'Brien", "why", "why_text")
    school.ask("hw1", "cleo", "measures", "area")
    school.ask("hw1", "hal", "measures")
    school.ask("hw1", "eli", "measures", submission="0" * 64)
    where = (school.folder / "requests-hw1", "--at", at("03-16 12:00").isoformat(), *school.of("hw1"))
    told = school.run("regrade", "collect", *where)
    assert "3 taken, 0 taken before, 1 refused" in told
    numbers = dict(re.findall(r"^(.+)/regrade.yaml: taken as request (\d+)$", told, re.MULTILINE))
    answer = ("--by", "bo the second", "--text", "We have looked again. This is what we found.", *school.of("hw1"))
    told = school.run("regrade", "answer", numbers["Zoë O'Brien"], "--points", "slices=full", *answer)
    assert "1 → 3" in told
    school.note_mark("hw1", "Zoë O'Brien", ("full", "full"))
    school.run("regrade", "answer", numbers["cleo"], *answer)
    school.run("regrade", "answer", numbers["hal"], "--score", "0.5", *answer, status=2)  # points never fall
    school.run("regrade", "answer", numbers["hal"], "--score", "9.125", *answer)
    school.ledger.overrides["hw1", "hal"] = Fraction("9.125")
    school.publish("hw1", "03-17 12:00")
    compare_published(school, "hw1", "03-17 12:00")


def second_homework_ends(school: School) -> None:
    """hw2 comes in late, is marked and published."""
    assert "14 students, 2 refused" in school.hand_in(SECOND_LATE, "hw2")
    told = school.run("judge", school.out("hw2"), *school.of("hw2"))  # oda's work that counts is in no folder by now
    assert "0 of 13 submissions moved" in told
    full = {work.student: ("full", "1.25") for work in SECOND + SECOND_LATE if work.words}
    school.mark_sheet("hw2", full | {"hal": ("none", "none"), "ivy": ("full", "none")})
    compare_published(school, "hw2", "03-21 12:00", "--unfinished", shows_marks=False)
    told = school.publish("hw2", "03-22 12:00")
    assert "14 students" in told
    assert "What you submitted last could not be read, and does not count: " in school.read_page("hw2", "oda")
    compare_published(school, "hw2", "03-22 12:00")


DAYS = (
    give_out, first_submissions, too_early, late_submissions, back_again, marking, scores_are_out, feedback_is_out,
    second_homework, tolerance_is_mended, requests, second_homework_ends,
)  # fmt: skip


def compare_published(school: School, homework: str, moment: str, *options: str, shows_marks: bool = True) -> None:
    """Compare what every other system gets with the ledger, student by student."""
    grades = {name: school.ledger.grade(homework, name, shows_marks=shows_marks) for name in NAMES}
    expected = {name: grade.rounded for name, grade in grades.items() if grade.rounded is not None}
    told = school.read_published(homework, moment, *options)
    exact = {name: Decimal(float(grade.score)) for name, grade in grades.items() if grade.score is not None}
    results = told.pop("gradescope")
    assert {name: round(score, 9) for name, score in results.items()} == {
        name: round(score, 9) for name, score in exact.items()
    }
    assert told == dict.fromkeys(told, expected)


def compare(school: School, day: str) -> None:
    """Compare what staff are told of everybody in both homeworks with the ledger."""
    for homework in HOMEWORK:
        rows = school.list_rows(homework)
        assert set(rows) == set(NAMES), day
        for name, row in rows.items():
            expected = school.ledger.grade(homework, name)
            assert describe_row(row) == expected, f"after {day}: {name}, {homework}"
            assert (Decimal(row["score"]) if row["score"] else None) == expected.rounded, f"after {day}: {name}"


def compare_total(school: School, moment: str) -> None:
    """Compare what the course comes to with the ledger: by the exact scores of both, rounded once."""
    rows = school.read_total(moment)
    assert set(rows) == set(NAMES)
    for name, row in rows.items():
        total = school.ledger.total(name)
        assert (Fraction(row["total_exact"]), Decimal(row["total"])) == (total, round_half_up(total)), name
        for homework in HOMEWORK:
            score = school.ledger.grade(homework, name).rounded
            assert row[homework] == ("" if score is None else f"{score.normalize():f}"), f"{name}, {homework}"


def compare_files(school: School) -> None:
    """Compare the reports in the folders of the batches, check by check, with what was planted in the files."""
    for homework, planted in HOMEWORK.items():
        paths = school.out(homework).glob("*/report.json")
        reports = {report["submission"]["student"]: report for report in map(read_json, paths)}
        works = {name: work for name, work in school.ledger.find_last(homework).items() if not work.broken}
        assert set(reports) == set(works)
        for name, report in reports.items():
            parts = [part for exercise in report["exercises"] for part in exercise["parts"]]
            checks = {check["answer"]: check for part in parts for check in part["checks"]}
            told = {answer: checks[answer]["score"] for answer in planted.answers}
            points = school.ledger.list_points(works[name])
            assert told == {answer: float(one) for answer, one in points.items()}, f"{name}, {homework}"
            assert Fraction(report["score_exact"]) == sum(points.values())
            assert report["pending"] == (TEXT_POINTS if works[name].words else 0)


def read_json(path: Path) -> Any:
    """Return what a file holds."""
    return json.loads(path.read_text("utf-8"))


def test_a_term(school: School) -> None:
    """After each day, and at the end by every export and the files alone, everybody has the grade worked out here."""
    for day in DAYS:
        day(school)
        if day is not give_out:
            compare(school, day.__name__)
    compare_files(school)
    for homework in HOMEWORK:
        compare_published(school, homework, "04-01 12:00")
    compare_total(school, "04-01 12:00")
