"""Data in statements."""

from __future__ import annotations

import pytest

from grader.course import Datum, Exercise, Given, Parameter, Part, Variant
from grader.spec.places import fill_places, show_datum


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.7, "0.7"),
        (3.0, "3"),
        (-2.0, "-2"),
        (0.1 + 0.2, "0.3"),
        ((3.0, 1.0, -2.0), "(3, 1, -2)"),
        (((4.0, 1.0), (-3.0, 0.5)), r"4 & 1 \\ -3 & 0.5"),
        ("warm", "warm"),
    ],
)
def test_datum_is_shown_as_an_author_would_write_it(value: Datum, shown: str) -> None:
    """Numbers without a needless point, vectors in parentheses, the rows of a matrix for TeX."""
    assert show_datum(value) == shown


def test_places_are_filled_where_there_is_a_variant() -> None:
    """With what is given; elsewhere two braces are the author's."""
    given = (Given(name="p", value=(0.5, 0.5), about="Two probabilities."),)
    variant = Variant(draw="draw", parameters=(Parameter(name="p", constant="P", range=(0.0, 1.0)),))
    part = Part.model_construct(id="a")
    exercise = Exercise.model_construct(id="1", given=given, variant=variant, parts=(part,))
    assert fill_places("$p = {{p}}$, $x_{{q}}$".replace("{{q}}", "{q}"), exercise) == "$p = (0.5, 0.5)$, $x_{q}$"
    assert fill_places("{{p}}", exercise.give({"p": (0.1, 0.9)})) == "(0.1, 0.9)"
    assert fill_places("{{p}}", exercise.model_copy(update={"variant": None})) == "{{p}}"
