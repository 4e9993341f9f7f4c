"""When a child that was interrupted is killed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from grader.sandbox import client
from grader.sandbox.client import kill_unless


class FakeConnection:
    """A child of which is known how much processor time it has used at each look."""

    def __init__(self, *used: float | None) -> None:
        """Begin before the interrupt; the last look is repeated."""
        self._used, self._last = iter(used), used[-1]
        self.looks, self.stopped_by = 0, 0
        self.child = self

    def read_cpu_s(self) -> float | None:
        """Return what it has used by now."""
        self.looks += 1
        return next(self._used, self._last)

    def stop(self, cause: str, detail: str, cell: int | None) -> None:
        """Note at which look it is killed, and why."""
        assert (cause, detail, cell) == ("timed_out", "did not stop when interrupted", 3)
        self.stopped_by = self.looks


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again at once: what decides is what a look shows, and no clock."""
    loops = asyncio.BaseEventLoop
    call_later = loops.call_later
    monkeypatch.setattr(loops, "call_later", lambda self, _delay, *call, **more: call_later(self, 0, *call, **more))


def wait(connection: Any, ended: Any = lambda: False) -> None:
    """Interrupt, and let all looks happen that come."""

    async def run() -> None:
        kill_unless(ended, connection, 3)
        for _ in range(50):
            await asyncio.sleep(0)

    asyncio.run(run())


def test_a_child_that_goes_on_is_killed() -> None:
    """Once it has used the grace period, and not while the machine does other things."""
    starved = FakeConnection(7.0, 7.0, 7.0, 7.5, 8.0)
    wait(starved)
    assert starved.stopped_by == 5
    gone = FakeConnection(7.0, None)
    wait(gone)
    assert gone.stopped_by == 2


def test_a_child_that_listens_is_not_killed() -> None:
    """It is looked at no more."""
    connection = FakeConnection(7.0, 9.0)
    wait(connection, lambda: True)
    assert (connection.looks, connection.stopped_by) == (1, 0)


def test_a_child_that_only_waits_is_killed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock."""
    connection = FakeConnection(7.0)
    wait(connection)
    assert (connection.looks > 10, connection.stopped_by) == (True, 0)
    monkeypatch.setattr(client, "IDLE_GRACE_S", 0.0)
    wait(connection := FakeConnection(7.0))
    assert connection.stopped_by == 2
