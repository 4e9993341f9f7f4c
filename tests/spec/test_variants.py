"""Where each student gets other data: what an author is told of a variant that cannot work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import CourseError
from grader.spec import load_course
from tests.conftest import replace

EX1, EX2, COURSE = "exercises/ex1.yaml", "exercises/ex2.yaml", "course.yaml"
VARIANT = """\
variant:
  draw: sides
  parameters:
    - {name: side, constant: SIDE, range: [1, 9]}
    - {name: sides, constant: SIDES, range: [0.5, 9]}
parts:
"""


@pytest.fixture
def varied(small_course: Path) -> Path:
    """Return the small course, of whose first exercise each student gets other sides."""
    replace(small_course / EX1, "parts:\n", VARIANT)
    replace(small_course / EX1, "All lengths are in metres.", "The square has the side {{side}}, in metres.")
    replace(small_course / EX2, "uses: [ex1_square, ex1_pair]", "uses: [ex2_grid, ex2_variance]")
    replace(small_course / COURSE, "\nseed: 0", '\nvariants: ["1"]\nseed: 0')
    module = small_course / "reference" / "exercise1.py"
    module.write_text(f"{module.read_text('utf-8')}\n\nSIDE = 2.0\nSIDES = (1.0, 2.5)\n", "utf-8")
    code = 'def sides(rng):\n    return {"side": 3, "sides": (1, 2)}\n'
    (small_course / "reference" / "variants.py").write_text(code, "utf-8")
    return small_course


def find(load: Callable[[Path], Course], folder: Path) -> list[str]:
    """Return what is wrong with the course."""
    with pytest.raises(CourseError) as caught:
        load(folder)
    return str(caught.value).splitlines()


def test_a_variant_is_read(load: Callable[[Path], Course], varied: Path) -> None:
    """With the exercises that use it."""
    course = load(varied)
    assert [exercise.id for exercise in course.variants] == ["1"]
    assert course.exercises[0].mark == "ex1_variant"
    assert course.exercises[0].give({"side": 3.0}).given[0].value == 3.0


def test_a_course_without_variants_has_the_name_that_it_had(small_course: Path) -> None:
    """The keys are new, and say nothing where they are left out: no work is judged again for them."""
    assert load_course(small_course).sha256 == "56ff3d4d36f39cc6e077180c268f6f359fc724699c78c22dd90b88f12082d774"


PARAMETERS = "variant.parameters"
WRONG = [
    (COURSE, '["1"]', '["3"]', "5: variants[0]: 3 is not an exercise of this course"),
    (COURSE, '["1"]', '["1", "1"]', "5: variants[1]: 1: expected once"),
    (COURSE, '["1"]', '["1", "2"]', "5: variants[1]: 2: expected an exercise with a `variant`"),
    (EX1, "draw: sides", "draw: side", "10: variant.draw: side is not a function of reference/variants.py: did you"),
    (EX1, "name: side, c", "name: sied, c", f"12: {PARAMETERS}[0].name: sied is not among `given`: did you mean side"),
    (EX1, "name: sides, c", "name: side, c", f"13: {PARAMETERS}[1].name: side: expected once"),
    (EX1, "constant: SIDES", "constant: SIDE", f"13: {PARAMETERS}[1].constant: SIDE: expected a constant of its own"),
    (EX1, "constant: SIDES", "constant: AREA", f"13: {PARAMETERS}[1].constant: AREA: expected a constant of ref"),
    (EX1, "constant: SIDES", "constant: ex1_pair", f"13: {PARAMETERS}[1].constant: ex1_pair: expected a constant"),
    (EX1, "range: [0.5, 9]", "range: [2, 9]", f"13: {PARAMETERS}[1].range: sides: expected a range that holds the"),
    (EX1, ", range: [0.5, 9]", "", f"13: {PARAMETERS}[1].range: sides: expected a range, and no choices"),
    (EX1, "range: [0.5, 9]", "choices: [a, b]", f"13: {PARAMETERS}[1].range: sides: expected a range, and no"),
    (EX1, "value: 2,", "value: two,", f"12: {PARAMETERS}[0].choices: side: expected choices with 'two' among them"),
    (EX1, "{{side}}", "{{sidde}}", "4: statement: {{sidde}}: sidde is not among `given`: did you mean side?"),
    (EX1, "{{side}}", "(1, 2.5)", "4: statement: (1, 2.5): expected {{sides}}, as each student gets another"),
    (EX1, "name: table,", "name: ex1_variant,", "9: variant: ex1_variant is the name of the mark"),
    (
        EX2,
        "uses: [ex2_gap]",
        "uses: [ex1_square]",
        "34: parts[0].checks[5].uses[0]: ex1_square is an answer",
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong[3])
def test_a_wrong_place_is_named(load: Callable[[Path], Course], varied: Path, wrong: tuple[str, str, str, str]) -> None:
    """With file, line and key."""
    file, old, new, problem = wrong
    replace(varied / file, old, new)
    found = find(load, varied)
    assert any(line.startswith(f"{file}:{problem}") for line in found), found


def test_places_are_text_where_nothing_is_drawn(load: Callable[[Path], Course], small_course: Path) -> None:
    """Two braces are TeX in a course that has no variants."""
    replace(small_course / EX1, "All lengths are in metres.", "All lengths are $x_{{m}}$ metres.")
    assert load(small_course).exercises[0].statement == "All lengths are $x_{{m}}$ metres."
