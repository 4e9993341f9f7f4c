"""Boxes to run students' code in, one a level and test session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from grader.errors import IsolationError
from grader.model import Call, Cell, FileEvidence, Limits, Probe, Submission, SubmittedFile
from grader.sandbox import Isolation, Sandbox, open_sandbox

PACKAGES = ("numpy", "scipy", "matplotlib", "ipython", "sympy")
LIMITS = Limits(memory_bytes=256 << 20)  # more time than a machine needs that does other things too
BRIEF = LIMITS.model_copy(update={"cell_wall_s": 2.0, "submission_wall_s": 6.0})  # for what ends by its time alone
Run = Callable[..., FileEvidence]


def _submission(cells: Sequence[str | Cell]) -> Submission:
    made = [
        cell if isinstance(cell, Cell) else Cell(index=index, kind="code", source=cell)
        for index, cell in enumerate(cells)
    ]
    file = SubmittedFile(name="ada.ipynb", style="notebook", sha256="0" * 64, cells=tuple(made))
    return Submission(student="ada", files=(file,), sha256="1" * 64)


def _open(level: Isolation, limits: Limits) -> Iterator[Sandbox]:
    try:
        with open_sandbox(PACKAGES, level, limits) as sandbox:
            yield sandbox
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level {level}: {error}")


@pytest.fixture(scope="session")
def full_box() -> Iterator[Sandbox]:
    """The default level."""
    yield from _open("full", LIMITS)


@pytest.fixture(scope="session", params=["full", "reduced"])
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Every level that promises to keep something out."""
    yield from _open(request.param, LIMITS)


def _runner(sandbox: Sandbox) -> Run:
    def run(
        *cells: str | Cell, names: str = "a b", calls: Sequence[tuple[Any, ...]] = (), limits: Limits = LIMITS
    ) -> FileEvidence:
        probes = [Probe(name=name, exercise="1") for name in names.split()]
        if calls:
            probes.append(Probe(name="f", exercise="1", calls=tuple(Call(args=args) for args in calls)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sandbox, "_limits", limits)
            execution = sandbox.run(_submission(cells), probes, "0" * 64)
        return execution.evidence.runs[0]

    return run


@pytest.fixture
def run(box: Sandbox) -> Run:
    """Runs cells at each level and returns the evidence."""
    return _runner(box)


@pytest.fixture
def run_full(full_box: Sandbox) -> Run:
    """Runs cells at the default level and returns the evidence."""
    return _runner(full_box)


@pytest.fixture
def make_submission() -> Callable[[Sequence[str | Cell]], Submission]:
    """Builds a submission of one notebook."""
    return _submission
