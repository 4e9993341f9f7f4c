"""Evidence without a sandbox: as the box would send it, also from code that raises or never ends."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from grader.errors import TookTooLongError
from grader.model import Call, Probe
from grader.validate.evidence import Broken, collect_answers, is_same, limit_time

PROBES = (
    Probe(name="number", exercise="1"),
    Probe(name="function", exercise="1", calls=(Call(args=(2.0,)), Call(args=(0.0,)))),
)


def test_values_and_calls_are_reduced() -> None:
    """A number is taken as it is, a function is called on its inputs, and what it raises is kept."""

    def function(x: float) -> float:
        if x == 0:
            raise ZeroDivisionError("by nothing")
        return 1 / x

    answers = collect_answers(PROBES, {"number": np.float64(0.5), "function": function})
    assert answers["number"].value.model_dump() == {"type": "float", "value": (0.5).hex()}
    first, second = (call.model_dump() for call in answers["function"].calls)
    assert first["value"]["value"] == (0.5).hex()
    assert second["error"] == "ZeroDivisionError"


def test_an_answer_that_raised_is_lost() -> None:
    """An answer whose code raised has no value, and says why."""
    lost = collect_answers(PROBES, {"number": Broken(ValueError("no"))})["number"].lost
    assert lost is not None
    assert lost.cause == "raised"


def test_warnings_do_not_catch_a_mutant() -> None:
    """What NumPy warns of is no exception here, whatever the tests make of warnings."""
    answers = collect_answers(PROBES, {"function": lambda x: np.log(np.float64(x))})
    assert [call.type for call in answers["function"].calls] == ["returned", "returned"]


def spin() -> None:
    """Run for ever, whatever is raised."""
    for _ in count():
        try:
            sum(range(100))
        except Exception:  # noqa: BLE001, S112 - the point of the test: this must not swallow the end
            continue


def test_code_that_does_not_end_is_stopped() -> None:
    """An endless loop is ended from outside, even one that catches every exception."""
    with pytest.raises(TookTooLongError), limit_time(0.05):
        spin()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"value": (1.0).hex()}, {"value": (1.0 + 1e-12).hex()}, True),
        ({"value": (1.0).hex()}, {"value": (1.0 + 1e-6).hex()}, False),
        ({"value": "inf"}, {"value": "inf"}, True),
        ({"value": "inf"}, {"value": (1.0).hex()}, False),
        (["pq"], ["qp"], False),
        ([1, 2], [1], False),
        ({"a": None}, {"b": None}, False),
    ],
)
def test_same_answers_agree_to_rounding(one: object, other: object, expected: bool) -> None:  # noqa: FBT001 - a table
    """Numbers may differ by rounding, everything else not at all."""
    assert is_same(one, other) is expected
