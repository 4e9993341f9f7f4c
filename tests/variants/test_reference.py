"""The reference with a student's data: constants and what is made of them are the student's, all else everybody's."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from grader.course import Exercise, Parameter
from grader.errors import CourseError
from grader.judge.bounds import bounded
from grader.pipeline import Grader
from grader.variants.reference import VariantOracle, VariantReferences

Find = Callable[[str], Exercise]
P = {"p": (0.1, 0.1, 0.2, 0.6), "q": (0.6, 0.2, 0.1, 0.1)}


@pytest.fixture
def references(loaded: Grader) -> VariantReferences:
    """Return what makes references."""
    return VariantReferences(loaded.oracle.reference)


def test_constants_have_the_drawn_values(references: VariantReferences, exercise_of: Find) -> None:
    """Values, exact forms and known mistakes follow, each by its own function."""
    module = references.build(exercise_of("1"), P).module("exercise1")
    truth = float(np.sum(np.array(P["p"]) * np.log(np.array(P["p"]) / np.array(P["q"]))))
    assert module.ex1_kl_pq() == pytest.approx(truth, rel=1e-12)
    assert eval(module.ex1_kl_pq_exact(), {"log": math.log}) == pytest.approx(truth, rel=1e-12)  # noqa: S307 - ours
    assert module.ex1_kl_pq__bits_not_nats() == pytest.approx(truth / math.log(2), rel=1e-12)
    assert module.ex1_jensen_points().tolist() == pytest.approx([6.0, 2.0, 0.5, 1 / 6])


def test_what_is_made_of_a_constant_follows(references: VariantReferences, exercise_of: Find) -> None:
    """Where the draw leaves `Q = P[::-1]` as it is written, it is the drawn P that is reversed."""
    exercise = exercise_of("1")
    assert exercise.variant is not None
    only = exercise.variant.model_copy(update={"parameters": exercise.variant.parameters[:1]})
    module = references.build(exercise.model_copy(update={"variant": only}), {"p": P["p"]}).module("exercise1")
    assert module.Q.tolist() == list(P["q"])


def test_the_course_itself_stays(loaded: Grader, references: VariantReferences, exercise_of: Find) -> None:
    """Nobody else is judged by these data, and modules that do not change are shared."""
    one = references.build(exercise_of("8"), {"z_T": (1.0, 2.0, 3.0), "z_S": (3.0, 2.0, 1.0), "weight": 0.5})
    assert one.module("exercise8").TAU == 3.0
    assert one.module("exercise8").Z_T.tolist() == [1.0, 2.0, 3.0]
    assert one.module("exercise8") is one.module("exercise8")
    assert loaded.oracle.reference.module("exercise8").Z_T.tolist() == [3.0, 1.0, -2.0]
    assert one.module("exercise1") is loaded.oracle.reference.module("exercise1")


@pytest.mark.parametrize("name", ["NONE", "THEOREMS_", "kl"])
def test_constant_that_is_not_there_once_is_told(references: VariantReferences, exercise_of: Find, name: str) -> None:
    """With the file, so that the author finds it; the constant may have been renamed since the data were given out."""
    exercise = exercise_of("1")
    parameters = (Parameter(name="p", constant=name, range=(0.0, 1.0)),)
    assert exercise.variant is not None
    spoiled = exercise.model_copy(update={"variant": exercise.variant.model_copy(update={"parameters": parameters})})
    with pytest.raises(CourseError, match=f"reference/exercise1.py:.*expected one line `{name} = …`"):
        references.build(spoiled, {"p": P["p"]}).module("exercise1")


def test_everybody_is_asked_the_same(loaded: Grader, references: VariantReferences, exercise_of: Find) -> None:
    """Inputs, invariants and rules are those of the course, of which evidence knows the answers."""
    reference = references.build(exercise_of("1"), P)
    oracle = VariantOracle(loaded.course, reference, loaded.oracle, bounded)
    assert oracle.inputs("distribution_pairs", ()) is loaded.oracle.inputs("distribution_pairs", ())
    assert oracle.value("1", "ex1_kl_pq") != loaded.oracle.value("1", "ex1_kl_pq")
    assert oracle.value("2", "ex2_kl_12") == loaded.oracle.value("2", "ex2_kl_12")
