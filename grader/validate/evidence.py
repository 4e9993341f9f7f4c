"""Evidence without a sandbox: the answers of a namespace, reduced by the very function that the box uses."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.judge.bounds import alarm
from grader.judge.drawn import Drawn
from grader.judge.expectations import arguments_of
from grader.model import AnswerEvidence, Evidence, FileEvidence, Probe
from grader.sandbox.box.exceptions import describe_exception
from grader.sandbox.box.reduce import describe_callable, reduce_value

VALUE_BYTES = 1 << 20
SAME, SAME_AT_ZERO = 1e-9, 1e-13  # relative and absolute: rounding, and no more
FILE = "validate.py"


@dataclass(frozen=True)
class Broken:
    """An answer whose code raised before there was a value."""

    error: Exception


@contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Raise `TookTooLongError` inside the block after so many seconds; only the main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with alarm(seconds):
        yield


@contextmanager
def keep_quiet() -> Iterator[None]:
    """Silence what wrong numbers make NumPy and Python warn of: a mutant must not be caught by a warning."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def collect_answers(probes: Sequence[Probe], namespace: Mapping[str, object]) -> dict[str, AnswerEvidence]:
    """Return what the probes take out of a namespace; a name that is not in it is left out."""
    with keep_quiet():
        plain = {probe.name: _collect(probe, namespace[probe.name]) for probe in probes if probe.name in namespace}
    # Strict records take JSON's lists for tuples, as they do with what comes out of the box.
    return dict(FileEvidence.model_validate_json(json.dumps({"file": FILE, "answers": plain})).answers)


def _collect(probe: Probe, value: object) -> dict[str, Any]:
    if isinstance(value, Broken):
        detail = f"{type(value.error).__name__}: {value.error}"[:200]
        return {"value": {"type": "absent"}, "lost": {"cause": "raised", "detail": detail}}
    if isinstance(value, Drawn):
        return {"value": value.plain}
    if not (probe.calls and callable(value)):
        return {"value": reduce_value(value, VALUE_BYTES)}
    return {"value": describe_callable(value), "calls": [_call(value, arguments_of(call)) for call in probe.calls]}


def _call(function: Any, arguments: tuple[object, ...]) -> dict[str, Any]:
    try:
        result = function(*arguments)
    except Exception as error:  # noqa: BLE001 - a mutant may raise anything; it is said as such, and judged
        return describe_exception(error)
    return {"type": "returned", "value": reduce_value(result, VALUE_BYTES)}


def is_same(one: Any, other: Any) -> bool:
    """Return whether two pieces of evidence, as plain data, hold the same answers: numbers agree to 1e-9."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(item, other[key]) for key, item in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(is_same, one, other))
    if one == other:
        return True
    left, right = _parse(one), _parse(other)
    return left is not None and right is not None and abs(left - right) <= SAME_AT_ZERO + SAME * abs(right)


def _parse(text: object) -> float | None:
    try:
        return float.fromhex(text) if isinstance(text, str) else None
    except ValueError:
        return None


def build_evidence(answers: Mapping[str, AnswerEvidence], texts: Mapping[str, str] | None = None) -> Evidence:
    """Return the evidence of one file with these answers and tagged text cells."""
    run = FileEvidence(file=FILE, answers=dict(answers), texts=dict(texts or {}))
    return Evidence(
        schema="grader/evidence/v1",
        student="validate",
        files=(FILE,),
        submission_sha256="",
        probes_sha256="",
        isolation="none",
        runs=(run,),
    )
