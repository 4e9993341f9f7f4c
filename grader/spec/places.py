"""Places of a statement for the given data: `{{p}}` stands for the value of p, whichever a student gets."""

from __future__ import annotations

import re

from grader.course import Datum, Exercise

PLACE = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")


def fill_places(text: str, exercise: Exercise) -> str:
    """Return a statement of an exercise with its data in their places; one without a variant has no places."""
    if exercise.variant is None:
        return text
    values = exercise.data
    return PLACE.sub(lambda found: show_datum(values[found[1]]), text)


def show_datum(value: Datum) -> str:
    """Return a datum as it stands in a sentence or a formula: `0.7`, `(3, 1, -2)`, the rows of a TeX matrix."""
    if isinstance(value, str):
        return value
    if not isinstance(value, tuple):
        return f"{value:.12g}"
    rows = [item for item in value if isinstance(item, tuple)]
    if rows:
        return r" \\ ".join(" & ".join(f"{number:.12g}" for number in row) for row in rows)
    return f"({', '.join(map(show_datum, value))})"
