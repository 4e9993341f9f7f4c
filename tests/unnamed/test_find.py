"""Classes with planted mistakes, in both courses: found, with what explains them; noise is not."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from grader.model import Evidence
from grader.pipeline import Grader
from grader.unnamed import build_json, find_unnamed
from tests.unnamed.conftest import make_evidence

Function = Callable[..., object]


def _share(grader: Grader, count: int, prefix: str, **answers: object) -> list[Evidence]:
    return [make_evidence(grader, f"{prefix}{number}", **answers) for number in range(count)]


def _noise(grader: Grader, name: str, right: Function) -> list[Evidence]:
    """Return students whose wrong results nobody shares."""

    def scale(factor: float) -> Function:
        return lambda *arguments: np.asarray(right(*arguments)) * factor

    return [make_evidence(grader, f"noise{number}", **{name: scale(1.3 + number / 7)}) for number in range(4)]


def test_planted_mistakes_of_functions_are_found(course: Grader, exercise5: ModuleType) -> None:
    """A factor forgotten by eleven, and a mean for a sum by four; four others share nothing."""

    def slack(theta: float) -> float:
        return float(exercise5.ex5_kl(theta) - exercise5.ex5_tv(theta) ** 2)

    right = {"ex5_kl": exercise5.ex5_kl, "ex5_tv": exercise5.ex5_tv}
    pieces = [
        *_share(course, 4, "mean", ex5_tv=lambda theta: exercise5.ex5_tv(theta) / 2),
        *_share(course, 11, "factor", **right, ex5_pinsker_slack=slack),
        *_noise(course, "ex5_jsd", exercise5.ex5_jsd),
    ]
    unnamed = find_unnamed(course, pieces)
    assert unnamed.students == 19
    first, second = unnamed.groups
    assert (first.question.id, len(first.group.students)) == ("5b.ex5_pinsker_slack", 11)
    assert "a factor is forgotten in line" in first.explanations[0].words
    assert "reference/exercise5.py (ex5_pinsker_slack__from): `kl / 2` → `kl`" in first.explanations[0].words
    assert (second.question.id, len(second.group.students)) == ("5a.ex5_tv", 4)
    assert "a mean is taken for a sum" in second.explanations[0].words
    assert [first.could_be_chance, second.could_be_chance] == [False, False]


def test_planted_mistakes_of_arrays_are_found(numerics: Grader, linear_algebra: ModuleType) -> None:
    """A matrix transposed, a sign within a loop; four others share nothing."""

    def add_up(L: np.ndarray, b: np.ndarray) -> np.ndarray:  # noqa: N803 - as the exercise calls it
        x = np.zeros(len(b))
        for i in range(len(b)):
            x[i] = (b[i] + L[i, :i] @ x[:i]) / L[i, i]
        return x

    pieces = [
        *_share(numerics, 2, "sign", la_solve_lower=add_up),
        *_share(numerics, 3, "matrix", la_product=linear_algebra.la_product().T),
        *(make_evidence(numerics, f"noise{i}", la_x=linear_algebra.la_x() * (1.5 + i / 7)) for i in range(4)),
    ]
    first, second = find_unnamed(numerics, pieces).groups
    assert [first.question.id, second.question.id] == ["system.la_product", "substitution.la_solve_lower"]
    assert first.explanations[0].words == "the matrix is transposed"
    assert second.explanations[0].words.startswith("plus and minus are exchanged in line ")


def test_two_mistakes_at_once_are_found(course: Grader, exercise5: ModuleType) -> None:
    """Where no single change gives the results."""

    def slack(theta: float) -> float:
        return float(exercise5.ex5_kl(theta) + exercise5.ex5_tv(theta) ** 2)

    right = {"ex5_kl": exercise5.ex5_kl, "ex5_tv": exercise5.ex5_tv}
    (group,) = find_unnamed(course, _share(course, 2, "two", **right, ex5_pinsker_slack=slack)).groups
    assert [change.name for change in group.explanations[0].changes] == ["drop_factor", "plus_minus"]


def test_another_answers_result_is_recognised(numerics: Grader, linear_algebra: ModuleType) -> None:
    """A student who exchanges two answers has made no mistake in a formula."""
    pieces = _share(numerics, 2, "other", la_spectral_radius=linear_algebra.la_condition())
    (group,) = find_unnamed(numerics, pieces).groups
    assert "the right result of la_condition is given" in [one.words for one in group.explanations]


def test_rounded_results_are_recognised(course: Grader, exercise5: ModuleType) -> None:
    """They are the right ones."""
    (group,) = find_unnamed(course, _share(course, 2, "r", ex5_kl=lambda x: round(exercise5.ex5_kl(x), 2))).groups
    assert group.explanations[0].words == "the result is rounded to 2 decimals"


def test_two_changes_that_could_be_chance_are_not_offered(course: Grader, exercise5: ModuleType) -> None:
    """One number tells nothing of two changes; the explanation is shown all the same."""
    right = exercise5.ex5_at_001()
    values = {**right, "jsd": 100 * float(np.exp(right["jsd"]))}
    (group,) = find_unnamed(course, _share(course, 2, "s", ex5_at_001=values)).groups
    assert [len(one.changes) for one in group.explanations] == [2]
    assert group.could_be_chance
    assert group.snippet is None


@pytest.mark.parametrize("name", ["ex5_tv", "ex5_kl"])
def test_known_mistakes_are_not_told_again(course: Grader, exercise5: ModuleType, name: str) -> None:
    """However many make them."""
    known = next(wrong for wrong in vars(exercise5) if wrong.startswith(f"{name}__"))
    assert find_unnamed(course, _share(course, 5, "known", **{name: getattr(exercise5, known)})).groups == ()


def test_what_nothing_explains_is_told_as_such(course: Grader) -> None:
    """The group is there, without an explanation or anything to add."""
    (group,) = find_unnamed(course, _share(course, 2, "odd", ex5_tv=lambda theta: 3.7 + theta**3)).groups
    assert group.explanations == ()
    assert group.snippet is None
    assert group.tried > 100
    assert not group.is_over_time


def test_order_of_the_class_changes_nothing(course: Grader, exercise5: ModuleType) -> None:
    """Nor does a second run."""
    pieces = [
        *_share(course, 2, "half", ex5_tv=lambda theta: exercise5.ex5_tv(theta) / 2),
        *_share(course, 2, "root", ex5_kl=lambda theta: exercise5.ex5_kl(theta) ** 2),
        *_noise(course, "ex5_jsd", exercise5.ex5_jsd),
    ]
    assert build_json(find_unnamed(course, pieces)) == build_json(find_unnamed(course, pieces[::-1]))


def test_time_ends_the_search_of_one_check(course: Grader, exercise5: ModuleType) -> None:
    """Each look at the clock takes a second here: three are all there is, and the next check has its own."""
    seconds = iter(range(10_000))
    pieces = [
        *_share(course, 2, "half", ex5_tv=lambda theta: 3.7 + theta**3),
        *_share(course, 2, "other", ex5_kl=lambda theta: exercise5.ex5_kl(theta) ** 2),
    ]
    groups = find_unnamed(course, pieces, limit_s=6.5, clock=lambda: float(next(seconds))).groups
    assert [(group.is_over_time, group.explanations, group.tried) for group in groups] == [(True, (), 3)] * 2


def test_least_decides(course: Grader) -> None:
    """Two are no group of three."""
    pieces = _share(course, 2, "odd", ex5_tv=lambda theta: 3.7 + theta**3)
    assert find_unnamed(course, pieces, least=3).groups == ()
