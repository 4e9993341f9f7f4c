"""Passwords are limited for an account and for an address; whoever is let in, or not, is written down."""

from __future__ import annotations

import pytest

from grader.review import sign_in as module
from grader.review.accounts import Accounts
from grader.review.sign_in import Limiter, SignIn, TooManyTries, name_network
from tests.review.conftest import WORDS, Clock


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands."""
    return Clock()


@pytest.fixture
def log() -> list[tuple[str, str, str]]:
    """Return what was written down."""
    return []


@pytest.fixture
def door(accounts: Accounts, clock: Clock, log: list[tuple[str, str, str]]) -> SignIn:
    """Return the way in for two accounts."""
    return SignIn(accounts, lambda *what: log.append(what), clock)


def exhaust(door: SignIn, name: str, tries: int = module.MAX_FOR_ACCOUNT) -> None:
    """Try wrong passwords, each from another address."""
    for number in range(tries):
        assert not door.try_password(name, "wrong", f"192.0.2.{number}")


def test_everything_is_written_down(door: SignIn, log: list[tuple[str, str, str]]) -> None:
    """Names of accounts alone: somebody may have typed their password where the name belongs."""
    assert not door.try_password("eve", "wrong", "192.0.2.1")
    assert not door.try_password("my secret words", "", "192.0.2.1")
    assert door.try_password("eve", WORDS, "192.0.2.1")
    door.leave("eve", "192.0.2.2")
    assert log == [
        ("wrong", "eve", "192.0.2.1"),
        ("wrong", "", "192.0.2.1"),
        ("in", "eve", "192.0.2.1"),
        ("out", "eve", "192.0.2.2"),
    ]


@pytest.mark.parametrize("name", ["eve", "zoe"])
def test_account_is_limited_from_all_addresses(door: SignIn, clock: Clock, name: str) -> None:
    """Also one that is nobody's, so that nothing tells which is; the right password is not looked at, for a while."""
    exhaust(door, name)
    with pytest.raises(TooManyTries):
        door.try_password(name, WORDS, "198.51.100.1")
    assert door.try_password("bo", WORDS, "198.51.100.1")
    clock.now += module.WINDOW_S
    assert door.try_password(name, WORDS, "198.51.100.1") == (name == "eve")


def test_address_is_limited_for_all_accounts(door: SignIn) -> None:
    """With a name of its own each time."""
    for number in range(module.MAX_FOR_ADDRESS):
        assert not door.try_password(f"name {number}", "wrong", "192.0.2.1")
    with pytest.raises(TooManyTries):
        door.try_password("eve", WORDS, "192.0.2.1")
    assert door.try_password("eve", WORDS, "192.0.2.2")


def test_right_tries_use_none_up(door: SignIn) -> None:
    """Of the account, nor of an address behind which a whole institute sits."""
    for _ in range(module.MAX_FOR_ADDRESS + 1):
        assert door.try_password("eve", WORDS, "192.0.2.1")
    exhaust(door, "eve", module.MAX_FOR_ACCOUNT - 1)
    assert door.try_password("eve", WORDS, "192.0.2.1")
    exhaust(door, "eve")


def test_tries_at_the_same_time_are_counted(door: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first of them has been found to be wrong."""
    inner: list[str] = []

    def check(_accounts: Accounts, _name: str, _password: str) -> bool:
        monkeypatch.undo()
        door._one_at_a_time.release()
        for number in range(module.MAX_FOR_ACCOUNT):
            try:
                door.try_password("eve", "wrong", f"192.0.2.{number}")
            except TooManyTries:
                inner.append("refused")
        door._one_at_a_time.acquire()
        return False

    monkeypatch.setattr(type(door._accounts), "check", check)
    door.try_password("eve", "wrong", "198.51.100.1")
    assert inner == ["refused"]


def test_memory_of_tries_ends(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has tried nothing for the longest time is forgotten first, and a name's length does not matter."""
    monkeypatch.setattr(module, "MAX_KEYS", 2)
    limiter = Limiter(1, clock)
    for key in ("a", "b", "a", "c"):
        limiter.add(key)
    assert [limiter.is_full(key) for key in "abc"] == [True, False, True]
    limiter.take_back("never tried")


def test_long_names_are_counted_by_their_beginning(door: SignIn) -> None:
    """Thousands of them would fill the memory."""
    exhaust(door, "x" * 5000)
    with pytest.raises(TooManyTries):
        door.try_password("x" * 5001, "wrong", "198.51.100.1")
    assert max(map(len, door._by_account._tries)) == 101


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_tries_are_counted_by_network(address: str, network: str) -> None:
    """Who has an IPv6 address has 2**64 of them."""
    assert name_network(address) == network
