"""A course's own code is bounded in time, memory and depth, in any thread, and leaves no limit behind."""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from grader.errors import CourseError
from grader.judge.bounds import bounded

SMALL_S = 0.02
SMALL_BYTES = 32 << 20


def spin() -> None:
    """Sleep and never end; no `except Exception` of its own ends it either."""
    while True:
        try:
            time.sleep(0.001)
        except Exception:  # noqa: BLE001, S112 - a course's code may say so
            continue


def allocate() -> object:
    """Take much more memory than is allowed here."""
    return bytearray(16 * SMALL_BYTES)


def recurse() -> None:
    """Go deeper for ever."""
    recurse()


BITING = {
    "time": (spin, "took longer than 0.02 s"),
    "memory": (allocate, "took more than 32 MiB of memory"),
    "recursion": (recurse, "recursed too deeply"),
}


def in_main_thread(action: Callable[[], None]) -> None:
    """Run here."""
    assert threading.current_thread() is threading.main_thread()
    action()


def in_other_thread(action: Callable[[], None]) -> None:
    """Run in a thread of its own; what it raises is raised here."""
    errors: list[BaseException] = []

    def catch() -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001 - handed on below
            errors.append(error)

    thread = threading.Thread(target=catch)
    thread.start()
    thread.join()
    for error in errors:
        raise error


THREADS = (in_main_thread, in_other_thread)


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Assert that limits, alarm and handler are afterwards as they were, with an alarm of another's pending."""

    def nobody(*_arguments: Any) -> None:
        raise AssertionError

    handler = signal.signal(signal.SIGALRM, nobody)
    signal.setitimer(signal.ITIMER_REAL, 3600)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    try:
        yield
        assert resource.getrlimit(resource.RLIMIT_AS) == limits
        assert signal.getsignal(signal.SIGALRM) is nobody
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


@pytest.mark.parametrize("run", THREADS)
@pytest.mark.parametrize("bound", BITING)
def test_each_bound_bites(run: Callable[[Callable[[], None]], None], bound: str) -> None:
    """Beyond it, the block ends with the author's mistake, which names what ran and which bound it was."""
    action, words = BITING[bound]

    def block() -> None:
        with bounded("the rule of the test", SMALL_S if bound == "time" else 3600, SMALL_BYTES):
            action()

    with nothing_left_behind(), pytest.raises(CourseError, match=f"the rule of the test: {words}"):
        run(block)


@pytest.mark.parametrize("run", THREADS)
def test_a_block_within_the_bounds_is_left_alone(run: Callable[[Callable[[], None]], None]) -> None:
    """What it computes is there, and the limits are as before; so they are after what it raises itself."""
    found = []

    def good() -> None:
        with bounded("good", 3600, SMALL_BYTES):
            found.append(len(bytearray(1 << 20)))

    def bad() -> None:
        with bounded("bad", 3600, SMALL_BYTES):
            raise KeyError("its own")

    with nothing_left_behind():
        run(good)
    assert found == [1 << 20]
    with nothing_left_behind(), pytest.raises(KeyError, match="its own"):
        run(bad)


@pytest.mark.parametrize("run", THREADS)
def test_a_bounded_block_inside_another_shares_its_bounds(run: Callable[[Callable[[], None]], None]) -> None:
    """The inner one has no limits of its own, ends none of the outer's, and may follow another."""

    def block() -> None:
        with bounded("outer", SMALL_S, SMALL_BYTES):
            with bounded("inner", 3600, 1):
                bytearray(1 << 20)
            spin()

    with nothing_left_behind(), pytest.raises(CourseError, match="outer: took longer"):
        run(block)
    with nothing_left_behind(), pytest.raises(CourseError, match="outer: took longer"):
        run(block)


def test_inside_the_block_the_limit_is_lower_for_all_threads_until_the_last_is_done() -> None:
    """Blocks that overlap in several threads leave behind the limit that was there before the first."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    first_in, second_in, first_out = threading.Event(), threading.Event(), threading.Event()
    seen: list[tuple[int, int]] = []

    def first() -> None:
        with bounded("first", 3600, SMALL_BYTES):
            seen.append(resource.getrlimit(resource.RLIMIT_AS))
            first_in.set()
            second_in.wait()
        first_out.set()

    def second() -> None:
        first_in.wait()
        with bounded("second", 3600, SMALL_BYTES):
            second_in.set()
            first_out.wait()
            seen.append(resource.getrlimit(resource.RLIMIT_AS))

    threads = [threading.Thread(target=target) for target in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0] == seen[1] != before
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_lower_limit_of_the_machines_stays() -> None:
    """Where the process may have less memory than the bound, that is what holds."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    low = (1 << 40, before[1])
    resource.setrlimit(resource.RLIMIT_AS, low)
    try:
        with bounded("much", 3600, 1 << 50):
            assert resource.getrlimit(resource.RLIMIT_AS) == low
        assert resource.getrlimit(resource.RLIMIT_AS) == low
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
