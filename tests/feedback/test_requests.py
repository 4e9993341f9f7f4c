"""How another look is asked for, and what was answered: in every form, at the right stage, and without names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import yaml

from grader.course import RegradeRules, ReleaseFile
from grader.errors import SubmissionRefused
from grader.feedback import Answered, Asked, Work, build_notebook, render_answers, render_markdown, render_page
from grader.feedback.requests import find_end, list_all_asked, render_request
from grader.model import PartScore
from grader.regrade.request_file import parse_request
from tests.feedback.conftest import ALL_NASTY, Elements, check_harmless

END = datetime(2026, 6, 19, 12, tzinfo=UTC)
HALF = Fraction(1, 2)
REASON = "Criterion bounded asks for m >= p/2.\nMy third sentence says that."
ANSWER = Answered(HALF, Fraction(1), of_score=False, text="You are right. It does.")
ANSWERED = Asked("5d", "ex5d_text", REASON, "answered", (ANSWER,))


@pytest.fixture
def work(build_work: Callable[..., Work]) -> Work:
    """Return a work with a wrong number, of a course that takes requests, while they are taken."""
    made = build_work({"ex1_kl_pq": 3.0, "ex1_kl_qp": 0.4564348191467835})
    release = ReleaseFile.model_validate({"schema": "grader/release/v1", "stages": {"feedback": {"from": "due"}}})
    release = release.model_copy(update={"regrade": RegradeRules()})
    course = made.course.model_copy(update={"release": release})
    stages: Any = {"1": "feedback", "5": "scores"}
    return replace(made, course=course, stages=stages, request_ends={"1": END, "5": END})


def part_of(work: Work, name: str) -> PartScore:
    """Return a part of the report."""
    return next(part for exercise in work.report.exercises for part in exercise.parts if part.id == name)


def write_all(work: Work) -> dict[str, str]:
    """Return the three forms as people read them, and the answers."""
    return {
        "page": render_page(work),
        "markdown": render_markdown(work),
        "notebook": "\n".join("".join(cell["source"]) for cell in json.loads(build_notebook(work))["cells"]),
        "answers": render_answers(work),
    }


def test_another_look_is_offered_where_points_were_lost(work: Work) -> None:
    """Until when, in page, notebook and Markdown; not where nothing was attempted or shown, nor after the end."""
    assert [find_end(work, part_of(work, name)) for name in ("1a", "1b", "5a")] == [END, None, None]
    written = write_all(work)
    for name in ("page", "markdown", "notebook"):
        assert "2026-06-19 12:00+00:00" in written[name]
        assert "regrade-1a.yaml" in written[name]
    assert written["page"].count('class="ask"') == 1
    assert "can be asked for until 2026-06-19 12:00+00:00." in written["page"]
    for other in (replace(work, request_ends={}), replace(work, stages={"1": "scores", "5": "scores"})):
        assert all("Save this as" not in text for text in write_all(other).values())
    course = work.course.model_copy(update={"release": None})
    assert find_end(replace(work, course=course, stages=None), part_of(work, "1a")) is None


def test_what_is_right_is_offered_no_other_look(work: Work, build_work: Callable[..., Work]) -> None:
    """Nor is what waits for a person."""
    right = build_work({"ex1_nonnegative": True, "ex1_larger": "equal"}, texts={"ex5d_text": "Because it is so."})
    assert find_end(replace(work, report=right.report), part_of(right, "1b")) is None


def test_as_many_are_offered_as_may_be_made(work: Work) -> None:
    """One that was withdrawn does not count."""
    part = part_of(work, "1a")
    for state, end in (("open", None), ("answered", None), ("withdrawn", END)):
        assert find_end(replace(work, requests=(replace(ANSWERED, part="1a", state=state),)), part) == end
    assert find_end(replace(work, requests=(ANSWERED,)), part) == END


def test_what_is_offered_is_a_request(work: Work) -> None:
    """Once its reason is written; as it stands it is refused."""
    text = render_request(work, "1a")
    with pytest.raises(SubmissionRefused, match="at least 20 characters"):
        parse_request(text.encode(), "regrade.yaml")
    request = parse_request(text.replace("Write your reason.", "It is what the statement says.").encode(), "r.yaml")
    assert (request.submission, request.part) == (work.report.submission_sha256, "1a")
    shown = Elements(render_page(work)).words
    assert yaml.safe_load(next(one for one in shown if one.startswith("schema:")))["part"] == "1a"


def test_an_answer_is_told_in_every_form(work: Work) -> None:
    """At the top with the points before and after, and below the part with what was asked."""
    shown = replace(work, requests=(replace(ANSWERED, part="1a", answer=None),))
    written = write_all(shown)
    assert '<p>1a: 0.5 → 1, <a href="#part-1a">see the answer</a></p>' in written["page"]
    assert "- 1a&#58; 0.5 → 1, see the answer there" in written["markdown"]
    assert written["answers"].startswith("## 1a&#58; 0.5 → 1\n\nYou asked:\n\n> Criterion bounded")
    for text in written.values():
        assert "You are right. It does." in text
        assert "My third sentence says that." in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (replace(ANSWERED, state="open", answers=()), "It waits for an answer."),
        (replace(ANSWERED, state="escalated"), "Somebody else looks at it once more."),
        (replace(ANSWERED, state="final"), "This answer is final."),
        (replace(ANSWERED, state="withdrawn", answers=()), "It was withdrawn."),
    ],
)
def test_each_state_has_its_words(work: Work, asked: Asked, words: str) -> None:
    """So that nobody wonders what comes next."""
    written = write_all(replace(work, requests=(replace(asked, part="1a"),)))
    for name in ("page", "markdown", "notebook"):
        assert words in written[name]
    assert bool(written["answers"]) == bool(asked.answers)


def test_points_that_stay_and_whole_scores_are_named(work: Work) -> None:
    """Both answers of one that was asked twice stand in their order; the last is at the top."""
    answers = (
        Answered(HALF, HALF, of_score=False, text="It stays. Here is why."),
        Answered(Fraction(60), Fraction(61), of_score=True, text="It does not. It is one more."),
    )
    written = write_all(replace(work, requests=(replace(ANSWERED, part="1a", state="final", answers=answers),)))
    assert written["answers"].index("still 0.5") < written["answers"].index("Your score&#58; 60 → 61")
    assert written["page"].count("see the answer") == 1
    assert "Your score: 60 → 61, <a" in written["page"]


@pytest.mark.parametrize("stage", ["practice", "received", "scores"])
def test_nothing_is_told_before_the_feedback(work: Work, stage: Any) -> None:
    """Of no request, whatever its state."""
    hidden = replace(work, stages={"1": stage, "5": stage}, requests=(replace(ANSWERED, part="1a"),))
    assert list_all_asked(hidden) == []
    assert all("sentence" not in text and "You are right" not in text for text in write_all(hidden).values())


def test_requests_about_what_is_not_in_the_report_are_left_out(work: Work) -> None:
    """As of an exercise that is not released."""
    assert list_all_asked(replace(work, requests=(replace(ANSWERED, part="9z"),))) == []


def test_nothing_in_a_reason_or_an_answer_is_obeyed(work: Work) -> None:
    """The student's words and the staff's are text in every form."""
    nasty = Asked("1a", None, ALL_NASTY, "answered", (Answered(HALF, HALF, of_score=False, text=ALL_NASTY),))
    shown = replace(work, requests=(nasty,), request_ends={"1": END + timedelta(days=1)})
    written = write_all(shown)
    check_harmless(written["page"])
    for name in ("markdown", "notebook", "answers"):
        assert "<script" not in written[name]
        assert "<img" not in written[name]
        assert "](javascript" not in written[name]
        assert "\u202e" not in written[name]
