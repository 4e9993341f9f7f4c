from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any, get_args

import pytest

from grader.judge import CODES, hash_evidence
from grader.judge.verdict import ENDINGS
from grader.model import AnswerEvidence, CellRun, EmptyValue, FileEvidence, Lost, Raised, RunFailure, StrValue
from grader.model import Cause as CauseType

ABSENT = EmptyValue(type="absent")


def number(quiz: Any, name: str = "x", truth: float = 1.0, **check: Any) -> Any:
    return quiz.ask(name, "number", truth, rule="close", **check)


# ---------------------------------------------------------------- what was lost, left out, submitted twice


@pytest.mark.parametrize("cause", get_args(CauseType))
def test_an_answer_that_was_lost_fails_with_the_cause(quiz: Any, cause: str) -> None:
    """Where the value could not be read, the check fails with a code that names the end of the process."""
    lost = AnswerEvidence(value=ABSENT, lost=Lost(cause=cause, cell=4))
    result = number(quiz).results(x=lost)["x"]
    assert (result.outcome, result.code) == ("fail", f"run.{cause}")
    assert result.code in CODES
    assert cause in ENDINGS
    assert "cell 5" in result.message


def test_an_answer_that_was_read_before_the_end_counts(quiz: Any) -> None:
    """A value that is there is judged, however the process ended later."""
    from grader.model import FloatValue

    kept = AnswerEvidence(value=FloatValue(value=(1.0).hex()), lost=Lost(cause="timed_out"))
    assert number(quiz).results(x=kept)["x"].outcome == "pass"


def test_the_later_file_counts_and_the_report_says_so(quiz: Any) -> None:
    """Files merge in name order, whatever the order of the evidence; what the later leaves out the earlier keeps."""
    number(quiz)
    number(quiz, "y", 2.0)
    later = quiz.evidence({"x": 1.0, "y": AnswerEvidence(value=EmptyValue(type="ellipsis"))}, "b.py")
    earlier = quiz.evidence({"x": 5.0, "y": 2.0}, "a.py")
    report = quiz.judge(quiz.hand_in(later, earlier))
    assert report.score == 2
    assert report.notes == ("x is answered in a.py, b.py: b.py counts",)


def test_a_lost_answer_never_displaces_one_that_was_read(quiz: Any) -> None:
    """A later file that died does not take away what an earlier file answered."""
    number(quiz)
    dead = quiz.evidence({"x": AnswerEvidence(value=ABSENT, lost=Lost(cause="exited"))}, "b.py")
    assert quiz.judge(quiz.hand_in(quiz.evidence({"x": 1.0}, "a.py"), dead)).score == 1
    absent = quiz.evidence({"x": AnswerEvidence(value=ABSENT)}, "c.py")
    result = quiz.judge(quiz.hand_in(dead, absent)).exercises[0].parts[0].checks[0]
    assert result.code == "run.exited"


def test_the_notes_tell_of_dead_cells_and_processes(quiz: Any) -> None:
    """Cells that raised or timed out and processes that died are remarks on the submission, at most fifty of them."""
    number(quiz)
    error = Raised(error="NameError", message="name 'q'\n\x1b[31m is not defined")
    cells = (CellRun(index=1, status="raised", error=error), CellRun(index=2, status="timed_out"))
    run = FileEvidence(file="ada.py", ending=Lost(cause="out_of_memory", cell=2), cells=cells)
    notes = quiz.judge(quiz.hand_in(run)).notes
    assert "ada.py: your code used more memory than allowed in cell 3" in notes[0]
    assert notes[1] == "ada.py, cell 2: NameError: name 'q' [31m is not defined"
    assert notes[2] == "ada.py, cell 3: ran out of time"
    many = FileEvidence(file="ada.py", cells=tuple(CellRun(index=i, status="timed_out") for i in range(60)))
    assert quiz.judge(quiz.hand_in(many)).notes[-1] == "10 more remarks are left out"


# ---------------------------------------------------------------- faults of ours and of the author


def test_a_fault_of_ours_leaves_everything_ungraded(quiz: Any) -> None:
    """With a fault in the evidence no check has a score, and all the points are owed."""
    number(quiz, points=3)
    report = quiz.judge(quiz.hand_in(quiz.evidence({"x": 1.0}), fault="the sandbox would not start"))
    part = report.exercises[0].parts[0]
    assert (report.score, report.ungraded, part.status) == (0, 3, "ungraded")
    assert (part.checks[0].code, part.checks[0].detail) == ("check.ungraded", "the sandbox would not start")


def test_a_broken_reference_leaves_its_own_check_ungraded_alone(quiz: Any) -> None:
    """An error of the author's is no verdict on the student, and the other checks are judged."""
    number(quiz)
    number(quiz, "y", 2.0)
    del quiz.table["x"]
    results = quiz.results(x=1.0, y=2.0)
    assert results["x"].outcome == "ungraded"
    assert "is not there" in results["x"].detail
    assert "is not there" not in results["x"].message
    assert results["y"].outcome == "pass"


def test_a_reference_that_is_no_number_is_the_authors_fault(quiz: Any) -> None:
    """A string where the reference owes a number leaves the check ungraded."""
    assert number(quiz, truth="one").results(x=1.0)["x"].outcome == "ungraded"  # type: ignore[arg-type]  # on purpose


# ---------------------------------------------------------------- messages


def test_a_message_shows_the_students_value_and_never_the_expected_one(quiz: Any) -> None:
    """The student reads the own value with its unit and the hint; the expected value is in the detail for staff."""
    number(quiz, truth=0.123456789, unit="nats", hint="Weight each term.")
    result = quiz.results(x=0.5)["x"]
    assert result.message == "x = 0.5 nats is not correct. Weight each term."
    assert "0.123456789" in result.detail


def test_a_hint_on_the_mathematics_stays_away_from_a_wrong_form(quiz: Any) -> None:
    """What is said of a string where a number is expected is said of its form alone."""
    number(quiz, hint="Weight each term.")
    assert "Weight" not in quiz.results(x="one")["x"].message


def test_a_message_is_bounded_and_harmless(quiz: Any) -> None:
    """Control characters, bidirectional overrides and half surrogates of a student's string reach no report."""
    hostile = "\x1b[2J\u202e\ud800" + "A" * 100_000
    quiz.ask("x", "choice", "pq", rule="exact", choices=("pq", "qp"))
    message = quiz.results(x=hostile)["x"].message
    assert len(message) <= 500
    assert message.isprintable()
    message.encode("utf-8")


# ---------------------------------------------------------------- scores and states


STATES = [
    ({"x": 1.0, "y": 2.0}, 3, "pass"),
    ({"x": 1.0, "y": 9.0}, 1, "partial"),
    ({"x": 9.0, "y": 9.0}, 0, "fail"),
    ({"x": 9.0}, 0, "fail"),
    ({}, 0, "missing"),
]


@pytest.mark.parametrize(("given", "score", "status"), STATES)
def test_the_automatic_checks_decide_the_status_of_a_part(quiz: Any, given: Any, score: int, status: str) -> None:
    """All points pass, some are partial, none fail, and nothing attempted is missing; a text changes none of it."""
    number(quiz, points=1)
    number(quiz, "y", 2.0, points=2)
    quiz.ask("words", "text", rule="text", points=2)
    part = quiz.report({**given, "words": "Because of Jensen."}).exercises[0].parts[0]
    assert (part.score, part.max, part.pending, part.status) == (score, 5, 2, status)


def test_a_part_of_nothing_but_a_text_waits_for_review(quiz: Any) -> None:
    """A text that was submitted is pending; one left out, empty or still the starter's is missing, not pending."""
    quiz.ask("words", "text", rule="text", points=2)
    part = quiz.report({"words": "Because of Jensen."}).exercises[0].parts[0]
    assert (part.status, part.pending, part.checks[0].code) == ("review", 2, "text.review")
    for empty in ("", "   \n", None):
        part = quiz.report({"words": empty}).exercises[0].parts[0]
        assert (part.status, part.pending, part.checks[0].code) == ("missing", 0, "answer.missing")


def test_a_tagged_cell_is_the_text_of_its_tag(quiz: Any) -> None:
    """A markdown cell with the answer's name as its tag is submitted; the starter's own words are not."""
    from grader.judge.placeholder import text_placeholder

    quiz.ask("words", "text", rule="text", points=2)
    part = quiz.course.exercises[0].parts[0]
    placeholder = text_placeholder(part, part.answers[0])

    def status(text: str) -> str:
        run = FileEvidence(file="ada.ipynb", texts={"words": text})
        return str(quiz.judge(quiz.hand_in(run)).exercises[0].parts[0].status)

    assert status("Because of Jensen.") == "review"
    assert status(placeholder) == "missing"
    assert status(placeholder + "\n\nBecause of Jensen.") == "review"


def test_each_text_has_its_own_placeholder(quiz: Any) -> None:
    """A text is the starter's only where it says what the starter says there."""
    from grader.judge.placeholder import text_placeholder

    quiz.ask("words", "text", rule="text", points=2).ask("more", "text", rule="text", points=3)
    part = quiz.course.exercises[0].parts[0]
    texts = {answer.name: text_placeholder(part, answer) for answer in part.answers}
    report = quiz.judge(quiz.hand_in(FileEvidence(file="ada.ipynb", texts=texts)))
    assert [check.outcome for check in report.exercises[0].parts[0].checks] == ["missing", "missing"]


def test_a_number_in_place_of_a_text_fails(quiz: Any) -> None:
    """A text answer that is no text is told so and does not wait for a human."""
    quiz.ask("words", "text", rule="text", points=2)
    assert quiz.results(words=3.0)["words"].code == "value.wrong_type"


def test_points_are_exact_and_add_up(quiz: Any) -> None:
    """Shares of thirds stay thirds; the sums over checks, parts and exercises are those of fractions."""
    third = {"code": "halved", "wrong": "x__halved", "share": "1/3"}
    number(quiz.know("halved", "1/2"), points="0.5", mistakes=({**third, "share": Fraction(1, 3)},))
    quiz.table["x__halved"] = 0.5
    report = quiz.report({"x": 0.5})
    assert report.score == report.exercises[0].score == Fraction(1, 6)


def test_an_answer_without_a_check_still_has_a_result(quiz: Any) -> None:
    """An optional answer that no check decides is shown without points, and its range is looked at."""
    from grader.course import Answer

    number(quiz)
    about = "A sentence of length."
    quiz.answers.append(Answer(name="v", kind="number", about=about, optional=True, range=(0.05, 1.0), default=0.25))
    assert quiz.results(x=1.0)["v"].outcome == "missing"
    assert quiz.results(v=0.5)["v"].code == "form.ok"
    assert quiz.results(v=3.0)["v"].code == "value.out_of_range"
    assert quiz.results(v=3.0)["v"].max == 0


# ---------------------------------------------------------------- sameness


def test_the_evidence_hash_covers_what_is_judged_and_nothing_else(quiz: Any) -> None:
    """The order of answers and the isolation of the host do not change the hash; an answer does."""
    number(quiz)
    number(quiz, "y", 2.0)
    one = quiz.hand_in(quiz.evidence({"x": 1.0, "y": 2.0}))
    other = quiz.hand_in(quiz.evidence({"y": 2.0, "x": 1.0})).model_copy(update={"isolation": "none"})
    changed = quiz.hand_in(quiz.evidence({"x": 1.0, "y": 3.0}))
    assert hash_evidence(one) == hash_evidence(other)
    assert hash_evidence(one) != hash_evidence(changed)


def test_the_hash_survives_half_a_surrogate_pair(quiz: Any) -> None:
    """A string that UTF-8 cannot hold is hashed like any other."""
    number(quiz)
    evidence = quiz.hand_in(quiz.evidence({"x": StrValue(value="\ud800")}))
    assert len(hash_evidence(evidence)) == 64


def test_judging_twice_gives_equal_reports(quiz: Any) -> None:
    """The same evidence gives the same report, also from an oracle that has answered before."""
    number(quiz)
    evidence = quiz.hand_in(quiz.evidence({"x": 0.3}))
    assert quiz.judge(evidence) == quiz.judge(evidence)
    assert quiz.judge(evidence).seed == 7


def test_no_student_is_judged_by_anothers_numbers(quiz: Any) -> None:
    """What is remembered for a class is what the course asks: each report is the one that a student alone would get."""

    def never_negative(names: Any, inputs: Any, _slack: float) -> Any:
        yield from (([(names[0], args, 1)], lambda number: "it is" if number < 0 else None) for args in inputs)

    rule = {"inputs": "numbers", "partial": "1/2"}
    quiz.claim("never_negative", never_negative).ask("f", "function", abs, rule="function", **rule)
    law = {"rule": "invariant", "theorem": "never_negative", "of": ("f",), "inputs": "numbers"}
    quiz.ask("f", "function", id="law", points=0, **law)
    hand_ins = [quiz.hand_in(quiz.evidence({"f": one})) for one in (abs, lambda x: -x, lambda _: "no")]
    alone = [quiz.judge(evidence) for evidence in hand_ins]
    assert quiz.judge_class(*hand_ins, *hand_ins) == [*alone, *alone]
    assert [report.exercises[0].parts[0].checks[1].outcome for report in alone] == ["pass", "fail", "blocked"]


def test_the_recursion_limit_is_left_alone(quiz: Any) -> None:
    """Deeply nested evidence is refused without touching the interpreter's limits."""
    value: Any = 1.0
    for _ in range(40):
        value = [value]
    limit = sys.getrecursionlimit()
    quiz.ask("x", "array", [1.0], rule="close")
    assert quiz.results(x=value)["x"].code == "value.unreadable"
    assert sys.getrecursionlimit() == limit


def test_what_lies_deepest_counts_least(quiz: Any) -> None:
    """A file at the top counts before a copy in a folder, whatever their names."""
    number(quiz)
    runs = [quiz.evidence({"x": 5.0}, "old/x/hw.py"), quiz.evidence({"x": 6.0}, "zz/hw.py")]
    report = quiz.judge(quiz.hand_in(quiz.evidence({"x": 1.0}, "hw.py"), *runs))
    assert report.score == 1
    assert report.notes == ("x is answered in old/x/hw.py, zz/hw.py, hw.py: hw.py counts",)


def test_remarks_on_the_files_are_passed_on(quiz: Any) -> None:
    """What was left out is said on one line, before what cells came to."""
    number(quiz)
    evidence = quiz.hand_in(quiz.evidence({"x": 1.0})).model_copy(update={"remarks": ("big\x1b[2J\nwas left out",)})
    assert quiz.judge(evidence).notes == ("big [2J was left out",)


def test_the_cause_is_told_once_and_not_with_every_name(quiz: Any) -> None:
    """Checks say in which cell the code ended; what happened there stands in one note, with its line."""
    for name in "xyz":
        number(quiz, name)
    cause = Lost(cause="raised", cell=1, detail="ZeroDivisionError: division by zero (line 3)")
    run = quiz.evidence({name: AnswerEvidence(value=ABSENT, lost=cause) for name in "xyz"}, "a.py")
    error = Raised(error="ZeroDivisionError", message="division by zero", line=3)
    report = quiz.judge(
        quiz.hand_in(run.model_copy(update={"cells": (CellRun(index=1, status="raised", error=error),)}))
    )
    assert report.notes == ("a.py, cell 2: ZeroDivisionError: division by zero (line 3)",)
    checks = [check for part in report.exercises[0].parts for check in part.checks]
    assert {check.code for check in checks} == {"run.raised"}
    assert all("cell 2" in check.message and "division" not in check.message for check in checks)
    assert all(check.detail == cause.detail for check in checks)


def test_what_a_message_says_is_there_in_pieces(quiz: Any) -> None:
    """A program need not take the sentence apart: where the code failed, what was shown, the mistake and the hint."""
    quiz.know("bits", "1/2").table["x__bits"] = 3.0
    number(quiz, mistakes=({"code": "bits", "wrong": "x__bits"},))
    number(quiz, "y", hint="Think again.")
    number(quiz, "z")
    error = Raised(error="ZeroDivisionError", message="division by zero", line=3)
    gone = AnswerEvidence(value=ABSENT, lost=Lost(cause="raised", cell=1))
    run = quiz.evidence({"x": 3.0, "y": 9.0, "z": gone}, "a.py")
    cells = (CellRun(index=1, status="raised", error=error),)
    x, y, z = quiz.judge(quiz.hand_in(run.model_copy(update={"cells": cells}))).exercises[0].parts[0].checks
    assert (x.category, x.shown, x.title, x.hint) == ("mistake", "x = 3", "The title of bits", "The hint of bits.")
    assert (y.category, y.hint, y.title) == ("wrong", "Think again.", "")
    assert (z.category, z.cause) == ("run", RunFailure("a.py", "raised", cell=2, line=3, error="ZeroDivisionError"))
