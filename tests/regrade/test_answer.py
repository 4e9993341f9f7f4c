"""What an answer may decide, who may give it, and that points do not fall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.errors import ConflictError, UsageError
from grader.gradebook import KeptMarking, LatePolicy, Marking, Override, Request, RequestEvent
from grader.regrade import Reply, answer_request
from tests.regrade.conftest import HALF, MOMENT, Classroom

TEXT = "You are right. The third sentence says it."
LATER = MOMENT + timedelta(days=1)


@pytest.fixture
def essay(classroom: Classroom) -> Request:
    """Return Zoe's request about her text, which eve gave half of its point."""
    classroom.ask("zoe", answer="essay")
    classroom.collect()
    return classroom.book.requests()[0]


@pytest.fixture
def number(classroom: Classroom) -> Request:
    """Return Ada's request about her number, which is wrong."""
    classroom.ask("ada", answer="a")
    classroom.collect()
    return classroom.book.requests()[0]


def answer(classroom: Classroom, request: Request, who: str = "bo", text: str = TEXT, **more: Any) -> RequestEvent:
    """Answer a request as the gradebook has it now."""
    policy = {"policy": more.pop("policy")} if "policy" in more else {}
    (current,) = [one for one in classroom.book.requests() if one.id == request.id]
    return answer_request(classroom.course, classroom.book, current, Reply(who, LATER, text, **more), **policy)


def score_of(classroom: Classroom, student: str) -> Fraction | None:
    """Return the score that counts."""
    (row,) = [row for row in classroom.book.current_scores() if row.person.student == student]
    return row.score


def test_an_answer_without_points_keeps_them(classroom: Classroom, essay: Request) -> None:
    """With who said what when, and no marking."""
    event = answer(classroom, essay)
    assert event == RequestEvent("answered", "bo", LATER, TEXT, HALF, HALF)
    (request,) = classroom.book.requests()
    assert (request.outcome, request.events[1]) == ("answered (kept)", event)
    assert len(classroom.book.markings(3)) == 1


def test_points_of_one_criterion_leave_the_others(classroom: Classroom, essay: Request) -> None:
    """A marking like any other, with the comment that was there."""
    event = answer(classroom, essay, points={"example": "1/2"})
    assert (event.points_before, event.points_after) == (HALF, 1)
    assert classroom.book.requests()[0].outcome == "answered (changed)"
    (last,) = classroom.book.markings(3)
    points = {"example": HALF, "reason": HALF}
    assert last.marking == Marking("essay", points, "bo", LATER, "Say the example.", "request 1")
    assert score_of(classroom, "zoe") == 1


def test_a_marking_that_came_meanwhile_is_not_lost(
    classroom: Classroom, essay: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another person marked the text while the answer was made: the answer is not kept, their marking is."""
    look = classroom.book.last_marking

    def look_and_be_late(attempt_id: int, answer: str) -> KeptMarking | None:
        found = look(attempt_id, answer)
        classroom.mark("zoe", "cy", (HALF, Fraction(1, 4)))
        return found

    monkeypatch.setattr(classroom.book, "last_marking", look_and_be_late)
    with pytest.raises(ConflictError, match="essay of zoe: marked by somebody else meanwhile"):
        answer(classroom, essay, points={"example": "full"})
    assert classroom.book.requests() == [essay]
    assert [kept.marking.who for kept in classroom.book.markings(3)] == ["cy"]


def test_why_a_marking_was_taken_back_stays_with_staff(classroom: Classroom, essay: Request) -> None:
    """The student reads nothing of it, and points of both criteria are needed then."""
    classroom.book.unmark(3, "essay", "eve", "read in anger")
    with pytest.raises(UsageError, match="essay: reason is not marked"):
        answer(classroom, essay, points={"example": "full"})
    answer(classroom, essay, points={"example": "full", "reason": "0"})
    (last,) = classroom.book.markings(3)
    assert (last.marking.why, last.marking.note) == ("", "request 1")


def test_notes_for_staff_stay(classroom: Classroom, essay: Request) -> None:
    """Beside the request that changed the points."""
    classroom.mark("zoe", why="Say the example.", note="hard to read")
    answer(classroom, essay, points={"example": "full"})
    assert classroom.book.markings(3)[0].marking.note == "hard to read; request 1"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"text": "One sentence is not enough."}, "--text: expected at least 2 sentences for the student, got 1"),
        ({"text": "No full stop at all"}, "got 0"),
        ({"points": {"reason": "0"}}, "essay would fall from 0.5 points to 0"),
        ({"points": {"reason": "3/4"}}, "--points: essay: reason = 3/4: expected one of 1/2, 1/4, 0"),
        ({"points": {"raeson": HALF}}, "--points raeson: not a criterion of 1a; did you mean reason?"),
        ({"points": {"reason": "1/2"}, "score": Fraction(1)}, "--points and --score: expected one of them"),
        ({"score": Fraction(1, 4)}, "the whole score after lateness would fall"),
        ({"score": Fraction(4)}, "--score = 4: expected at most 3 points"),
    ],
)
def test_what_cannot_be_an_answer_is_told(classroom: Classroom, essay: Request, more: dict[str, Any], why: str) -> None:
    """And nothing is written: the request stays open, its marks stay."""
    with pytest.raises(UsageError) as caught:
        answer(classroom, essay, **more)
    assert why in str(caught.value)
    assert classroom.book.requests() == [essay]
    assert len(classroom.book.markings(3)) == 1
    assert classroom.book.overrides("zoe") == []


def test_points_may_fall_where_the_policy_says_so(open_classroom: Callable[..., Classroom]) -> None:
    """By marks and by a whole score."""
    classroom = open_classroom(may_lower=True)
    classroom.ask("zoe", answer="essay")
    classroom.ask("ada")
    classroom.collect()
    ada, zoe = classroom.book.requests()
    assert answer(classroom, zoe, points={"reason": "0"}).points_after == 0
    classroom.book.override("ada", Override(Fraction(1), "eve", MOMENT, "was ill"))
    assert answer(classroom, ada, score=HALF).points_after == HALF
    assert score_of(classroom, "ada") == HALF


def test_points_do_not_move_from_one_answer_to_another(classroom: Classroom) -> None:
    """Of a whole part: a text that loses what a number has gained meanwhile would have fallen."""
    classroom.ask("zoe")
    classroom.collect()
    classroom.mend()
    with pytest.raises(UsageError, match="essay would fall"):
        answer(classroom, classroom.book.requests()[0], points={"reason": "0"})


def test_a_number_gets_a_whole_score(classroom: Classroom, number: Request) -> None:
    """An override like any other, with the request as its reason."""
    event = answer(classroom, number, score=Fraction(1))
    assert (event.points_before, event.points_after, event.of_score) == (0, 1, True)
    assert classroom.book.overrides("ada") == [Override(Fraction(1), "bo", LATER, "request 1")]
    assert score_of(classroom, "ada") == 1


def test_the_same_whole_score_is_no_override(classroom: Classroom, number: Request) -> None:
    """Nothing has changed, and later verdicts still count."""
    answer(classroom, number, score=Fraction(0))
    assert classroom.book.overrides("ada") == []
    assert classroom.book.requests()[0].outcome == "answered (kept)"


def test_a_whole_score_is_held_against_the_one_after_lateness(classroom: Classroom, number: Request) -> None:
    """Else what lateness cost would be given back."""
    classroom.book.override("ada", Override(None, "eve", MOMENT, ""))
    policy = LatePolicy(due=datetime(2026, 5, 29, tzinfo=UTC), percent_per_day=Fraction(50))
    classroom.mend()  # one point now, of which half is left after a day
    with pytest.raises(UsageError, match="would fall from 1 point to"):
        answer(classroom, number, score=Fraction(3, 4))
    event = answer(classroom, number, score=Fraction(3, 4), policy=policy)
    assert (event.points_before, event.points_after) == (HALF, Fraction(3, 4))


def test_a_whole_score_hides_nothing_that_is_open(classroom: Classroom, number: Request) -> None:
    """A text that waits for its marks would never count."""
    classroom.submit("ada", "a = 3\n# essay, now\n", LATER)
    with pytest.raises(UsageError, match=r"ada's work is not decided \(waiting for marks\)"):
        answer(classroom, number, score=Fraction(1))


def test_a_number_has_no_criteria(classroom: Classroom, number: Request) -> None:
    """It says what there is instead."""
    with pytest.raises(UsageError, match="1a a has no text that people mark: expected --score"):
        answer(classroom, number, points={"reason": "1/2"})


def test_a_text_that_nobody_marked_gets_all_its_points(open_classroom: Callable[..., Classroom]) -> None:
    """Nothing is zero because nobody looked at it."""
    classroom = open_classroom()
    classroom.submit("cy", "a = 2\n# essay, Cy's\n")
    rules = classroom.course.release.stages.feedback.model_copy(
        update={
            "requires": classroom.course.release.stages.feedback.requires.model_copy(update={"pending": Fraction(9)})
        }
    )
    stages = classroom.course.release.stages.model_copy(update={"feedback": rules})
    release = classroom.course.release.model_copy(update={"stages": stages})
    classroom.grader = replace(classroom.grader, course=classroom.course.model_copy(update={"release": release}))
    classroom.ask("cy", submission=classroom.sha256("cy"))
    classroom.collect()
    (request,) = classroom.book.requests()
    with pytest.raises(UsageError, match="essay: reason is not marked: expected one of 1/2, 1/4, 0"):
        answer(classroom, request, points={"example": "1/2"})
    event = answer(classroom, request, points={"example": "full", "reason": "none"})
    assert (event.points_before, event.points_after) == (1, Fraction(3, 2))


def test_criteria_of_two_texts_are_answered_apart(classroom: Classroom) -> None:
    """And a criterion that both have needs the answer's name in the request."""
    other = classroom.course.rubrics[0].model_copy(update={"answer": "other"})
    course = classroom.course.model_copy(update={"rubrics": (*classroom.course.rubrics, other)})
    classroom.ask("zoe")
    classroom.collect()
    (request,) = classroom.book.requests()
    with pytest.raises(UsageError, match="expected criteria of one text alone, of essay, other"):
        answer_request(course, classroom.book, request, Reply("bo", LATER, TEXT, {"reason": "1/2"}))


# ---------------------------------------------------------------- who


def test_who_marked_it_does_not_answer(classroom: Classroom, essay: Request) -> None:
    """Where two people mark; under any spelling; unless there is a reason, which is kept."""
    classroom.mark("zoe", "bo")
    classroom.mark("zoe", "eve")
    for name in ("eve", " EVE"):
        with pytest.raises(UsageError, match=r"decided on 1a essay before: expected somebody else, or --same-marker"):
            answer(classroom, essay, name)
    event = answer(classroom, essay, "eve", same_marker="bo is away")
    assert event.why == "bo is away"


def test_an_earlier_marker_may_answer(classroom: Classroom, essay: Request) -> None:
    """Whose points were replaced."""
    classroom.mark("zoe", "bo")
    classroom.mark("zoe", "eve")
    assert answer(classroom, essay, "bo").state == "answered"


def test_the_only_marker_answers(classroom: Classroom, essay: Request) -> None:
    """There is nobody else."""
    assert answer(classroom, essay, "eve").state == "answered"


def test_who_marked_another_answer_answers(classroom: Classroom) -> None:
    """Eve gave Zoe's text its marks, and nobody gave the number beside it any."""
    classroom.mark("bob", "bo")
    classroom.ask("zoe", answer="a")
    classroom.collect()
    assert answer(classroom, classroom.book.requests()[0], "eve").state == "answered"


def test_the_second_answer_is_somebody_else_s(classroom: Classroom, number: Request) -> None:
    """And is final; its points are held against those of the first."""
    classroom.mark("zoe", "bo")
    answer(classroom, number, "bo")
    move(classroom, number, "escalated")
    with pytest.raises(UsageError, match="decided on 1a a before"):
        answer(classroom, number, "bo")
    classroom.mend()
    event = answer(classroom, number, "eve")
    assert (event.state, event.points_before, event.points_after) == ("final", 0, 1)
    assert classroom.book.requests()[0].outcome == "final (changed)"


def test_a_second_answer_takes_nothing_of_the_first(classroom: Classroom, essay: Request) -> None:
    """Though it would leave more than there was at the beginning."""
    answer(classroom, essay, points={"example": "1/2"})
    move(classroom, essay, "escalated")
    with pytest.raises(UsageError, match=r"essay would fall from 1 point to 0\.75"):
        answer(classroom, essay, "eve", same_marker="bo is away", points={"example": "1/4"})


def move(classroom: Classroom, request: Request, state: Any) -> None:
    """Bring a request to another state."""
    classroom.book.move_request(request, RequestEvent(state, "eve", LATER, "because"))


@pytest.mark.parametrize("states", [("answered",), ("answered", "escalated", "final"), ("withdrawn",)])
def test_what_is_answered_or_withdrawn_is_not_answered_again(
    classroom: Classroom, number: Request, states: tuple[str, ...]
) -> None:
    """It has to be escalated first."""
    for state in states:
        if state in {"answered", "final"}:
            answer(classroom, number)
        else:
            move(classroom, number, state)
    with pytest.raises(UsageError, match=f"request 1 is {states[-1]}: expected open, from which it can be answered"):
        answer(classroom, number)


# ---------------------------------------------------------------- the course was wrong


def test_a_mended_course_is_an_answer(classroom: Classroom, number: Request) -> None:
    """Points before are those that the student saw; after, those of the new verdict."""
    classroom.mend()
    event = answer(classroom, number)
    assert (event.points_before, event.points_after) == (0, 1)
    assert classroom.book.overrides("ada") == []


def test_a_mended_course_is_judged_by_first(classroom: Classroom, number: Request) -> None:
    """Else the answer would have the old points."""
    course = classroom.course.model_copy(update={"sha256": "d" * 64})
    with pytest.raises(UsageError, match="ada was judged by another version of the course: run `grader judge"):
        answer_request(course, classroom.book, number, Reply("bo", LATER, TEXT))


def test_a_course_that_was_mended_for_the_worse_is_no_answer(classroom: Classroom) -> None:
    """Who asked has no less than before."""
    classroom.mend()
    classroom.ask("ada", answer="a")
    classroom.collect()
    (request,) = classroom.book.requests()
    classroom.mend(5.0)
    with pytest.raises(UsageError, match="1a a would fall from 1 point to 0"):
        answer(classroom, request)


def test_what_we_failed_to_grade_is_graded_first(
    classroom: Classroom, number: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer would say zero."""
    report = classroom.book.report(1)
    part = replace(report.exercises[0].parts[0], ungraded=Fraction(1))
    broken = replace(report, exercises=(replace(report.exercises[0], parts=(part,)),))
    monkeypatch.setattr(classroom.book, "report", lambda _attempt: broken)
    with pytest.raises(UsageError, match="ada's 1a could not be graded because of a mistake on our side"):
        answer(classroom, number)
