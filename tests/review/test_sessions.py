"""Links work once and for a while; sessions end."""

from __future__ import annotations

import pytest

from grader.errors import HostError
from grader.review import sessions as module
from grader.review.sessions import Sessions, TooManyWrong
from tests.review.conftest import Clock


@pytest.fixture
def links() -> dict[str, str]:
    """Return the links that were printed, by marker."""
    return {}


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands."""
    return Clock()


@pytest.fixture
def sessions(links: dict[str, str], clock: Clock) -> Sessions:
    """Return the sessions of two markers, whose links are printed."""
    made = Sessions(("eve", "bo"), links.__setitem__, clock)
    made.offer_links()
    return made


def test_link_works_once(sessions: Sessions, links: dict[str, str]) -> None:
    """Looked at it is not used up; used, it is gone."""
    assert sessions.find_marker(links["eve"]) == "eve"
    entered = sessions.enter(links["eve"])
    assert entered is not None
    assert (entered[1].who, sessions.enter(links["eve"]), sessions.find_marker(links["eve"])) == ("eve", None, None)
    assert sessions.find(entered[0]) is entered[1]
    assert sessions.find(links["eve"]) is None


def test_no_second_link_while_one_waits(sessions: Sessions, links: dict[str, str]) -> None:
    """Whoever knocks often makes nothing new."""
    before = dict(links)
    sessions.offer_links()
    assert links == before


def test_link_grows_old(sessions: Sessions, links: dict[str, str], clock: Clock) -> None:
    """After an hour there is another."""
    old = links["eve"]
    clock.now += module.LINK_S
    assert sessions.enter(old) is None
    sessions.offer_links()
    assert links["eve"] != old
    assert sessions.enter(links["eve"]) is not None


@pytest.mark.parametrize("step", [module.IDLE_S, module.IDLE_S - 1])
def test_session_ends(sessions: Sessions, links: dict[str, str], clock: Clock, step: float) -> None:
    """Left alone soon, and in any case after a day's work."""
    entered = sessions.enter(links["eve"])
    assert entered is not None
    lived = 0.0
    while sessions.find(entered[0]) is not None:
        clock.now += step
        lived += step
    assert lived == (step if step == module.IDLE_S else -(-module.LIFE_S // step) * step)


def test_new_session_ends_the_old_one(sessions: Sessions, links: dict[str, str]) -> None:
    """Of one marker there is one; another marker's is left alone."""
    first, other = sessions.enter(links["eve"]), sessions.enter(links["bo"])
    sessions.offer_links()
    second = sessions.enter(links["eve"])
    assert first is not None
    assert other is not None
    assert second is not None
    assert [sessions.find(one[0]) is not None for one in (first, other, second)] == [False, True, True]
    sessions.end("bo")
    assert sessions.find(other[0]) is None


def test_guesses_are_limited(sessions: Sessions, links: dict[str, str], clock: Clock) -> None:
    """After ten wrong ones for a minute; a right one still works, for everybody on the machine can try wrong ones."""
    for _ in range(module.MAX_WRONG):
        assert sessions.find_marker("wrong") is None
    with pytest.raises(TooManyWrong):
        sessions.enter("wrong")
    assert sessions.enter(links["eve"]) is not None
    clock.now += module.WRONG_S
    assert sessions.enter("wrong") is None


def test_links_that_nobody_reads_are_not_offered(clock: Clock) -> None:
    """As where standard output was closed; a second try would look as if it had been read."""
    announced: list[str] = []

    def announce(who: str, _token: str) -> None:
        announced.append(who)
        raise HostError("standard output cannot be written")

    made = Sessions(("eve",), announce, clock)
    for _ in range(2):
        with pytest.raises(HostError, match="standard output cannot be written"):
            made.offer_links()
    assert announced == ["eve"]
