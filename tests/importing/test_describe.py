"""Rubrics of imported texts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.course import Rubric
from grader.importing.assignment import Block, Question
from grader.importing.describe import describe_rubric
from grader.importing.imported import ImportedPart
from grader.importing.yaml_text import write_yaml
from grader.spec.load import _validate
from grader.spec.yaml12 import parse_yaml


@pytest.mark.parametrize("solution", ["", "42", "Because it adds `x` to itself."])
@pytest.mark.parametrize("scheme", ["", "One.", "One point for the sum."])
def test_a_rubric_is_one_whatever_the_assignment_holds(solution: str, scheme: str) -> None:
    """The mark scheme is what markers look for; the solution is the first example, if there is one."""
    question = Question("q", (Block("markdown", "answer", solution, ""),), manual=Fraction(3, 2), scheme=scheme)
    data = describe_rubric(ImportedPart("q", "Question", "Say why.", question, (), "why"))
    rubric = _validate(parse_yaml(write_yaml(data), "rubrics/why.yaml"), Rubric)
    assert (rubric.points, rubric.criteria[0].points) == (Fraction(3, 2), Fraction(3, 2))
    assert scheme in rubric.criteria[0].about
    assert solution in rubric.examples[0].text
