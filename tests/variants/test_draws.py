"""Draws: of each student their own, within the declared bounds, and kept once they were given out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.course import Datum, Draw, Exercise, Parameter
from grader.errors import CourseError, UsageError
from grader.pipeline import Grader
from grader.validate.draws import DrawFaults
from grader.variants import Drawing, draw_values, refresh
from grader.variants.draws import ATTEMPTS, find_misfit

Find = Callable[[str], Exercise]
PRINTED = {"p": (0.4, 0.3, 0.2, 0.1), "q": (0.1, 0.2, 0.3, 0.4)}


class Drawer:
    """An oracle whose functions draw what a test says."""

    def __init__(self, drawn: object) -> None:
        self._drawn = drawn
        self.reference = SimpleNamespace(locate=self._locate)

    def variant(self, name: str) -> Callable[..., object]:
        """Return a function that draws always the same."""
        assert name == "four_probabilities"
        return lambda _rng: self._drawn

    def _locate(self, module: str, name: str, message: str) -> Any:
        from grader.errors import Problem

        return Problem(module, 1, name, message)


def test_the_same_student_gets_the_same_again(drawing: Drawing, exercise_of: Find) -> None:
    """From the secret alone, whoever asks."""
    assert drawing.draw(exercise_of("8"), "ada") == replace(drawing).draw(exercise_of("8"), "ada")


def test_students_and_exercises_get_others(drawing: Drawing, exercise_of: Find) -> None:
    """Of twenty students no two have the same logits, and marks are never alike."""
    draws = [drawing.draw(exercise_of(name), f"student{number}") for name in ("1", "8") for number in range(20)]
    assert len({str(draw.values) for draw in draws if draw.exercise == "8"}) == 20
    assert len({draw.mark for draw in draws}) == 40


def test_drawn_numbers_are_within_their_range(drawing: Drawing, exercise_of: Find) -> None:
    """And of the shape of what is printed; printed digits are all there are."""
    draw = drawing.draw(exercise_of("1"), "ada")
    p, q = draw.values["p"], draw.values["q"]
    assert isinstance(p, tuple)
    assert isinstance(q, tuple)
    assert q == p[::-1]
    assert sum(p) == pytest.approx(1.0)
    assert all(x in {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7} for x in p)


def test_rejected_draws_are_counted(drawing: Drawing, exercise_of: Find) -> None:
    """The next one is taken, and how many there were is written down."""
    seen: list[Mapping[str, Datum]] = []

    def reject(_exercise: Exercise, values: Mapping[str, Datum]) -> str:
        seen.append(values)
        return "no good" if len(seen) < 3 else ""

    draw = replace(drawing, find_fault=reject).draw(exercise_of("8"), "ada")
    assert draw.draw == 2
    assert draw.values == seen[2]
    assert drawing.draw(exercise_of("8"), "ada").values == seen[0]


def test_draws_in_which_mistakes_coincide_are_rejected(loaded: Grader, drawing: Drawing, exercise_of: Find) -> None:
    """Of many students some would have had such data; each of them has others now."""
    faults = DrawFaults(loaded.course, loaded.oracle)
    strict = replace(drawing, find_fault=faults.find)
    students = [f"student{number}" for number in range(60)]
    changed = [name for name in students if strict.draw(exercise_of("8"), name).draw > 0]
    assert changed
    for name in changed:
        first = drawing.draw(exercise_of("8"), name)
        assert "mistake." in faults.find(exercise_of("8"), first.values) or "tolerance." in faults.find(
            exercise_of("8"), first.values
        )


def test_printed_data_are_given_to_nobody(drawing: Drawing, exercise_of: Find) -> None:
    """Their solution may be known."""
    always = replace(drawing, oracle=Drawer(PRINTED))  # type: ignore[arg-type]  # as far as drawing asks
    with pytest.raises(CourseError, match=f"none of {ATTEMPTS} draws for ada can be used; the last: as printed"):
        always.draw(exercise_of("1"), "ada")


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        ([0.1] * 4, "expected a dict with p, q, got list"),
        ({"p": (0.4, 0.3, 0.2, 0.1)}, "expected a dict with p, q, got ['p']"),
        ({**PRINTED, "r": 1.0}, "expected a dict with p, q, got ['p', 'q', 'r']"),
        ({**PRINTED, "p": (0.5, 0.5)}, "p: expected numbers of shape (4,)"),
        ({**PRINTED, "p": (0.8, 0.1, 0.05, 0.05)}, "p: expected numbers from 0.1 to 0.7"),
        ({**PRINTED, "p": (0.4, 0.3, 0.2, float("nan"))}, "p: expected numbers from 0.1 to 0.7"),
        ({**PRINTED, "p": (0.4, 0.3, 0.2, 0.1j)}, "p: expected numbers of shape (4,)"),
        ({**PRINTED, "p": (True, True, True, True)}, "p: expected numbers of shape (4,)"),
        ({**PRINTED, "p": "0.4"}, "p: expected numbers of shape (4,)"),
    ],
)
def test_what_is_not_declared_is_the_authors_mistake(exercise_of: Find, drawn: object, why: str) -> None:
    """Neither judged by nor handed out."""
    with pytest.raises(CourseError) as caught:
        draw_values(Drawer(drawn), exercise_of("1"), np.random.default_rng(0))  # type: ignore[arg-type]
    assert why in str(caught.value)
    assert "exercise 1" in str(caught.value)


def test_twelve_digits_count(exercise_of: Find) -> None:
    """What is printed is what is judged by: 0.1 + 0.2 is 0.3."""
    drawn = {**PRINTED, "p": np.array([0.1 + 0.2, 0.4, 0.2, 0.1])}
    values = draw_values(Drawer(drawn), exercise_of("1"), np.random.default_rng(0))  # type: ignore[arg-type]
    assert values["p"] == (0.3, 0.4, 0.2, 0.1)


def test_texts_are_chosen_from(exercise_of: Find) -> None:
    """A text has choices in the place of a range."""
    exercise = exercise_of("1")
    given = tuple(one.model_copy(update={"value": "warm"} if one.name == "p" else {}) for one in exercise.given)
    parameters = (Parameter(name="p", constant="P", choices=("warm", "cold")),)
    variant = exercise.variant.model_copy(update={"parameters": parameters}) if exercise.variant else None
    worded = exercise.model_copy(update={"given": given, "variant": variant})
    rng = np.random.default_rng(0)
    assert draw_values(Drawer({"p": "cold"}), worded, rng) == {"p": "cold"}  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="expected one of warm, cold, got 'hot'"):
        draw_values(Drawer({"p": "hot"}), worded, rng)  # type: ignore[arg-type]


def test_exercise_without_a_variant_is_not_drawn(loaded: Grader, exercise_of: Find) -> None:
    """Says what is missing."""
    with pytest.raises(UsageError, match="exercise 2 has no variant"):
        draw_values(loaded.oracle, exercise_of("2"), np.random.default_rng(0))


def test_what_was_given_out_stays(drawing: Drawing) -> None:
    """A student who has data keeps them, whatever would be drawn now; others are added."""
    first = refresh(drawing, {"ada": None}, ())
    other = replace(
        drawing, find_fault=lambda _exercise, values: "no good" if values in [d.values for d in first] else ""
    )
    again = refresh(other, {"ada": None, "bob": None}, first)
    assert again[:2] == first
    assert [draw.student for draw in again] == ["ada", "ada", "bob", "bob"]
    assert {draw.exercise for draw in first} == {"1", "8"}
    stranger = Draw(student="eve", exercise="1", draw=0, mark="0" * 24, values={})
    with pytest.raises(UsageError, match="exercise 1 of eve"):
        refresh(drawing, {"ada": None}, (*first, stranger))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (PRINTED, ""),
        ({"p": (0.4, 0.3, 0.2, 0.1)}, "expected p, q, got p"),
        ({**PRINTED, "p": (0.9, 0.1)}, "p: expected numbers of shape (4,)"),
    ],
)
def test_values_that_no_longer_fit_are_found(exercise_of: Find, values: dict[str, Datum], why: str) -> None:
    """The exercise may have changed since they were given out."""
    assert find_misfit(exercise_of("1"), values).startswith(why)
    assert bool(find_misfit(exercise_of("1"), values)) == bool(why)
