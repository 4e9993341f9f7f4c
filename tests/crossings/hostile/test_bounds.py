"""Bounds that the evidence shows: on all calls together, on all results together, on looks at a value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.model import Evidence, Returned
from grader.submission import read_submission

_CORPUS = Path(__file__).parents[3] / "submissions" / "hostile"


@pytest.fixture
def evidence_of(boxes: Any) -> Callable[[str], Evidence]:
    """Returns a function that runs an attack at the level `full`."""

    def run(name: str) -> Evidence:
        box = boxes("full")
        return box.run(read_submission([_CORPUS / f"{name}.py"], box.limits))[0]

    return run


def test_all_calls_together_have_a_time(evidence_of: Callable[[str], Evidence], boxes: Any) -> None:
    """Calls that each stay within their time do not together exceed that of all calls, within one answer either."""
    calls = evidence_of("answers_slowly").answers["ex1_kl"].calls
    limits = boxes("full").limits
    assert len(calls) > 2 * limits.calls_wall_s / 0.4
    assert sum(isinstance(call, Returned) for call in calls) <= limits.calls_wall_s / 0.4
    assert calls[-1].type == "timed_out"


def test_all_results_together_have_a_size(evidence_of: Callable[[str], Evidence], boxes: Any) -> None:
    """Results of a megabyte each do not add up in the evidence; those that no longer fit say so."""
    with boxes("full").patient():
        answer = evidence_of("returns_large_values").answers["ex1_kl"]
    assert len(answer.model_dump_json()) < 5 * boxes("full").limits.value_bytes
    assert answer.calls[-1].value.why == "too_large"


def test_many_outputs_of_nothing_are_too_many(evidence_of: Callable[[str], Evidence]) -> None:
    """An output without content takes the grader's memory too, and counts."""
    assert evidence_of("floods_with_nothing").ending.cause == "too_much_output"


def test_a_daemon_does_not_outlive_its_submission(boxes: Any) -> None:
    """At the level without namespaces too, processes that left their session and parent end with the submission."""
    box = boxes("reduced")
    before = box.processes()
    box.run(read_submission([_CORPUS / "leaves_daemons.py"], box.limits))
    assert box.processes() == before
