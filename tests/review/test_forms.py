"""A form gives what the rubric offers, or it is refused with a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.course import Level
from grader.pipeline import Grader
from grader.review import forms
from grader.review.forms import WrongForm, list_choices, parse_points, parse_words
from tests.review.conftest import ANSWER, ORIGIN, Marker, find_name

HALF = Fraction(1, 2)


@pytest.fixture
def rubric(exercise_5: Grader) -> Any:
    """Return the rubric of 5d: growth ½, bounded ½."""
    return next(one for one in exercise_5.course.rubrics if one.answer == ANSWER)


def test_what_is_not_chosen_is_none(rubric: Any) -> None:
    """One digit is enough."""
    assert parse_points(rubric, {"points.growth": "1/2"}) == {"growth": HALF, "bounded": Fraction(0)}
    assert parse_points(rubric, {"none": "yes"}) == {"growth": Fraction(0), "bounded": Fraction(0)}
    assert parse_points(rubric, {"points.growth": "0"}) == {"growth": Fraction(0), "bounded": Fraction(0)}


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "choose points for at least one item"),
        ({"points.nonsense": "1"}, "choose points for at least one item"),
        ({"points.growth": "1/4"}, "growth = '1/4', expected one of 1/2, 0"),
        ({"points.growth": "0.5"}, "growth = '0.5'"),
        ({"points.growth": "9" * 99}, f"growth = '{'9' * 20}'"),
        ({"points.growth": "1/2", "none": "yes"}, "none applies, and yet there are points"),
    ],
)
def test_what_the_rubric_does_not_offer_is_refused(rubric: Any, form: dict[str, str], message: str) -> None:
    """Nothing is saved that nobody chose."""
    with pytest.raises(WrongForm, match="Nothing was saved") as caught:
        parse_points(rubric, form)
    assert message in str(caught.value)


def test_choices_are_full_and_none(rubric: Any) -> None:
    """The most first."""
    assert [(one.word, one.shown) for one in list_choices(rubric.criteria[0])] == [("full", "0.5"), ("none", "0")]


def test_levels_lie_between(exercise_5: Grader) -> None:
    """With what earns them."""
    levels = (Level(points=Fraction(1, 4), when="Half of it is there."),)
    rubric = next(one for one in exercise_5.course.rubrics if one.answer == ANSWER)
    choices = list_choices(rubric.criteria[0].model_copy(update={"levels": levels}))
    assert [(one.word, one.shown) for one in choices] == [("full", "0.5"), ("part", "0.25"), ("none", "0")]
    assert choices[1].when == "Half of it is there."


def test_long_words_are_refused() -> None:
    """And lines end as they do here."""
    assert parse_words({"comment": " a\r\nb "}, "comment") == "a\nb"
    with pytest.raises(WrongForm, match=r"the comment has 5,001 characters, expected at most 5,000"):
        parse_words({"comment": "x" * (forms.MAX_WORDS + 1)}, "comment")


def test_oversized_form_is_refused(eve: Marker) -> None:
    """With a status of its own, and nothing of it is kept."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    assert eve.post(path, none="yes", comment="x" * forms.MAX_FORM).status_code == 413
    assert "not yet marked" in eve.read(path)


def test_endless_form_is_not_read_to_its_end(eve: Marker) -> None:
    """Reading stops at the limit, whatever length was promised."""
    read = []

    def endless() -> Any:
        for _ in range(1000):
            read.append(1)
            yield b"a=" + b"x" * 4096 + b"&"

    headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    answer = eve.client.post(f"{eve.base}/leave", content=endless(), headers=headers)
    assert answer.status_code == 413


def test_many_fields_are_refused(eve: Marker) -> None:
    """Nobody makes us build a large table of them."""
    answer = eve.send("/leave", **{f"f{index}": "" for index in range(forms.MAX_FIELDS + 1)})
    assert (answer.status_code, "expected at most 500 fields" in answer.text) == (413, True)


def test_files_cannot_be_sent(eve: Marker) -> None:
    """A form in several parts is none of ours."""
    answer = eve.client.post(f"{eve.base}/leave", files={"f": b"x"}, headers={"origin": ORIGIN})
    assert answer.status_code == 415
