"""What is gathered over a class: numbers whose failure nothing explains, whatever else a student has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import cast

import numpy as np
import pytest

from grader.judge.decoding import Numbers
from grader.model import Evidence
from grader.pipeline import Grader
from grader.unnamed import questions
from grader.unnamed.questions import NAN, RAISED, Attempt, Following, Question, gather, list_questions
from tests.unnamed.conftest import make_evidence


def _gather(grader: Grader, *pieces: Evidence) -> Mapping[str, tuple[Attempt, ...]]:
    found = gather(grader, list_questions(grader), pieces)
    return {question.id: attempts for question, attempts in found.items() if attempts}


def test_right_and_missing_answers_are_left_out(course: Grader, exercise5: ModuleType) -> None:
    """Nothing is wrong with them."""
    assert not _gather(course, make_evidence(course, "ada", ex5_kl=exercise5.ex5_kl))


def test_known_mistakes_are_left_out(course: Grader, exercise5: ModuleType) -> None:
    """They have a name."""
    wrong = make_evidence(course, "ada", ex5_tv=exercise5.ex5_tv__tv_without_half)
    assert not _gather(course, wrong)


def test_what_follows_from_an_earlier_answer_is_left_out(course: Grader, exercise5: ModuleType) -> None:
    """It is right by the student's own numbers."""

    def distance(theta: float) -> float:
        return 1.37 * float(exercise5.ex5_tv(theta))

    def slack(theta: float) -> float:
        return float(exercise5.ex5_kl(theta)) / 2 - distance(theta) ** 2

    evidence = make_evidence(course, "ada", ex5_kl=exercise5.ex5_kl, ex5_tv=distance, ex5_pinsker_slack=slack)
    assert list(_gather(course, evidence)) == ["5a.ex5_tv"]


@pytest.mark.parametrize("value", [None, "text", {1: 2}, lambda _theta: "text", lambda _theta: [1.0, 2.0], 1 + 2j])
def test_what_holds_no_number_is_left_out(course: Grader, value: object) -> None:
    """Its form is wrong, which no change of a formula explains."""
    assert not _gather(course, make_evidence(course, "ada", ex5_tv=value))


def test_calls_without_a_number_are_kept_as_what_they_are(course: Grader) -> None:
    """Raised, NaN and infinite results stand beside the numbers."""

    def odd(theta: float) -> float:
        if theta == 0.25:
            raise ValueError(theta)
        return {0.75: float("nan"), 0.1: float("inf")}.get(theta, 7.0)

    (attempt,) = _gather(course, make_evidence(course, "ada", ex5_tv=odd))["5a.ex5_tv"]
    assert {RAISED, NAN, Numbers((), (float("inf"),)), Numbers((), (7.0,))} <= set(attempt.row)


def test_forged_evidence_is_left_out(course: Grader) -> None:
    """Fewer results than calls: the check is ungraded, and says nothing of a mistake."""
    evidence = make_evidence(course, "ada", ex5_tv=lambda theta: theta)
    run = evidence.runs[0]
    answer = run.answers["ex5_tv"]
    forged = answer.model_copy(update={"calls": answer.calls[:1]})
    runs = (run.model_copy(update={"answers": {"ex5_tv": forged}}),)
    assert not _gather(course, evidence.model_copy(update={"runs": runs}))


def test_largest_numbers_agree_with_nothing(question_of: Callable[[str], Question]) -> None:
    """Their difference is no number, and stops nobody's search."""
    question = question_of("spectrum.la_eigenvalues")
    huge, other = ((sign * complex(0.65e308, 0.65e308),) * 3 for sign in (1, -1))
    row, target = (Numbers((3,), values) for values in (huge, other))
    with np.errstate(all="ignore"):
        assert not Following(question, (row,)).accepts(target)


def test_entries_of_a_value_are_asked_one_by_one(course: Grader, exercise5: ModuleType) -> None:
    """Each entry has its own check."""
    values = {**exercise5.ex5_at_001(), "jsd": 0.31, "kl": "much"}
    found = _gather(course, make_evidence(course, "ada", ex5_at_001=values))
    assert found == {"5d.ex5_at_001.jsd": (Attempt("ada", (Numbers((), (0.31,)),)),)}


def test_results_of_a_changed_reference_are_read_as_a_students(question_of: Callable[[str], Question]) -> None:
    """NaN is no number, and a text none either."""
    question = question_of("5a.ex5_tv")
    assert question.read(float("nan")) == NAN
    assert question.read("text") == "value.unreadable"
    assert question.read(np.float64(0.5)) == Numbers((), (0.5,))


def test_exercises_with_data_of_ones_own_are_known(course: Grader) -> None:
    """What a student gave for them is compared with nobody's; who was given nothing has everybody's."""
    given = {"1": SimpleNamespace(draw=object()), "8": SimpleNamespace(draw=None)}
    grader = SimpleNamespace(variants=SimpleNamespace(assign=lambda _student: given))
    assert questions.list_own_exercises(cast("Grader", grader), "ada") == {"1"}
    assert questions.list_own_exercises(replace(course, variants=None), "ada") == frozenset()


def test_answer_to_data_of_ones_own_is_left_out(course: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of that exercise alone."""
    evidence = make_evidence(course, "ada", ex5_tv=lambda theta: 3.7 + theta)
    monkeypatch.setattr(questions, "list_own_exercises", lambda *_: frozenset({"1"}))
    assert list(_gather(course, evidence)) == ["5a.ex5_tv"]
    monkeypatch.setattr(questions, "list_own_exercises", lambda *_: frozenset({"5"}))
    assert not _gather(course, evidence)
