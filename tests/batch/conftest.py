"""What the tests of worker processes share: a pool whose workers run a script of the test's own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.batch import pool
from grader.batch.pool import Pool
from grader.batch.results import EntryResult
from grader.batch.worker import Setup
from grader.model import Limits
from grader.submission import Entry

_MODULE = "pool_test_worker"


@pytest.fixture
def run_pool(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., dict[str, EntryResult]]]:
    """Return a function that sends students of these names through two workers, who run the test module's `WORKER`."""
    (tmp_path / f"{_MODULE}.py").write_text(request.module.WORKER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(pool, "work", importlib.import_module(_MODULE).work)
    setup = Setup(course="", course_sha256="", out=str(tmp_path), isolation="full", limits=Limits())

    def call(*names: str) -> dict[str, EntryResult]:
        tasks = enumerate(Entry(name, name, name, ()) for name in names)
        with Pool(setup, 2, None) as workers:
            found = workers.run(tasks, lambda entry, fault: EntryResult(entry, "graded", fault))
            return {names[index]: result for index, result in found}

    yield call
    del sys.modules[_MODULE]
