"""The targets of coverage-guided fuzzing, fed with their seeds and with all that was ever found by it."""

from __future__ import annotations

import runpy
from pathlib import Path
from random import Random
from typing import Any

import pytest

_HERE = Path(__file__).parent
_SEEDS = sorted(_HERE.glob("seeds/*/*"))


@pytest.fixture(scope="module")
def harness() -> dict[str, Any]:
    """The names of the script that fuzzes."""
    return runpy.run_path(str(_HERE / "coverage_guided.py"))


@pytest.mark.parametrize("seed", _SEEDS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_seed_is_read_or_refused(harness: dict[str, Any], seed: Path) -> None:
    """A seed, or the bytes of a former finding, break no promise any more."""
    harness["TARGETS"][seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds(harness: dict[str, Any]) -> None:
    """Fuzzing starts from what is well formed, for every target."""
    assert {path.parent.name for path in _SEEDS} == set(harness["TARGETS"])


def test_documents_are_changed_at_one_place(harness: dict[str, Any]) -> None:
    """The mutator gives other documents, and reproducibly."""
    document = {"op": "value", "value": {"type": "int", "value": "1"}, "items": [1, 2, 3]}
    parts = list(harness["_list_parts"](document))
    changed = [harness["_change"](document, parts, Random(seed)) for seed in range(100)]
    assert changed == [harness["_change"](document, parts, Random(seed)) for seed in range(100)]
    assert sum(other != document for other in changed) > 80
