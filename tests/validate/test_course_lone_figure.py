"""A figure that shows one thing only is valid: what falls with it makes no check idle."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.template import write_course
from grader.validate import validate_course

PART = """
  - id: picture
    title: One picture
    points: {points}
    statement: Draw it as `picture`.
    answers:
      - {{name: picture, kind: figure, about: The picture that was asked for.}}
    checks:
      - id: shown
        answer: picture
        rule: figure
        {shown}
        points: 1
        tolerance: {{absolute: 1e-6, reason: Nobody sees less in a picture.}}
"""
SHOWN = {
    "curve": ("aspect: curve", "curve: picture_curve", "x: {low: 0, high: 1}"),
    "points": ("aspect: points", "data: picture_points"),
    "bars": ("aspect: bars", "data: picture_bars"),
}
WORDS = "      - {{id: {aspect}, answer: picture, rule: figure, aspect: {aspect}, points: 1}}\n"
SCALE = "      - {id: scale, answer: picture, rule: figure, aspect: scale, axis: y, scale: log, points: 1}\n"
REFERENCE = '''

def picture_curve(x):
    """Return the curve."""
    return 1.0 + x


def picture_points():
    """Return the points."""
    return {"x": [0.5, 2.0], "y": [1.5, 3.0]}


def picture_bars():
    """Return the bars."""
    return {"height": [1.0, 3.0, 2.0]}
'''


@pytest.mark.parametrize("aspect", SHOWN)
def test_labels_and_scale_beside_one_drawing_are_no_reason_to_call_it_idle(tmp_path: Path, aspect: str) -> None:
    """Words on a figure do not count where nothing is shown, and still the drawing has to be asked for."""
    write_course(tmp_path / "course")
    exercise = tmp_path / "course" / "exercises" / "integration.yaml"
    shown = "\n        ".join(SHOWN[aspect])
    text = (
        PART.format(points=4, shown=shown) + WORDS.format(aspect="axis_labels") + WORDS.format(aspect="title") + SCALE
    )
    exercise.write_text(exercise.read_text(encoding="utf-8") + text, encoding="utf-8")
    reference = tmp_path / "course" / "reference" / "integration.py"
    reference.write_text(reference.read_text(encoding="utf-8") + REFERENCE, encoding="utf-8")
    assert validate_course(tmp_path / "course", mutate=False).issues == ()
