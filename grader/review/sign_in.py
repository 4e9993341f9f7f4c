"""Signing in with name and password: limited for an account and for an address, and written down."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from grader.review.accounts import MAX_NAME, Accounts
from grader.review.roles import DEFAULT, Role

WINDOW_S = 15 * 60.0
MAX_FOR_ACCOUNT, MAX_FOR_ADDRESS = 10, 30  # wrong tries within the window, before none is looked at for a while
MAX_KEYS = 10_000  # accounts and addresses that are remembered; the memory has to end somewhere
_V6_BITS = 64  # of an IPv6 address name a customer; the rest is theirs to choose

Event = Literal["in", "wrong", "out"]


class TooManyTries(Exception):  # noqa: N818  # what has happened, and nobody's mistake
    """Somebody tries passwords; for this account, or from this address, none is looked at for a while."""


@dataclass
class Limiter:
    """Counts what went wrong, by key, within a window of time.

    Args:
        most: how often within the window before no more is let through.
        clock: seconds that never go back.
    """

    most: int
    clock: Callable[[], float] = time.monotonic
    _tries: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def is_full(self, key: str) -> bool:
        """Return whether a key has used its tries up."""
        tries = self._tries.get(key, deque())
        return len(tries) == self.most and self.clock() - tries[0] < WINDOW_S

    def add(self, key: str) -> None:
        """Count a try; of too many keys those are forgotten that have tried nothing for the longest time."""
        self._tries.setdefault(key, deque(maxlen=self.most)).append(self.clock())
        self._tries.move_to_end(key)
        if len(self._tries) > MAX_KEYS:
            self._tries.popitem(last=False)

    def forget(self, key: str) -> None:
        """Forget the tries of a key."""
        self._tries.pop(key, None)

    def take_back(self, key: str) -> None:
        """Forget the last try of a key, which was none after all."""
        if self._tries.get(key):
            self._tries[key].pop()


class SignIn:
    """Lets in who knows the password of an account.

    Args:
        accounts: who may.
        write: called with what happened, the account's name (empty where there is none of that name: somebody may
            have typed a password there) and the address.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        accounts: Accounts,
        write: Callable[[Event, str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._write = accounts, write
        self._by_account, self._by_address = Limiter(MAX_FOR_ACCOUNT, clock), Limiter(MAX_FOR_ADDRESS, clock)
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()  # a try costs 32 MiB: a hundred at once must not cost three GiB

    def try_password(self, name: str, password: str, address: str) -> bool:
        """Return whether somebody may begin as `name`. Nothing tells whether it was the name that was wrong.

        Raises:
            TooManyTries: too many were wrong; this one was not looked at.
        """
        name, key = name[: MAX_NAME + 1], name_network(address)  # longer ones are nobody's
        with self._lock:  # counted before it is looked at: those that run at the same time count, too
            if self._by_account.is_full(name) or self._by_address.is_full(key):
                raise TooManyTries
            self._by_account.add(name)
            self._by_address.add(key)
        with self._one_at_a_time:
            is_right = self._accounts.check(name, password)
        if is_right:
            with self._lock:
                self._by_account.forget(name)
                self._by_address.take_back(key)  # many may be behind one address, and what they try is right
        self._write("in" if is_right else "wrong", self._name_account(name), address)
        return is_right

    def find_role(self, name: str) -> Role:
        """Return what an account may do."""
        return self._accounts.roles.get(name, DEFAULT)

    def leave(self, name: str, address: str) -> None:
        """Write down that somebody has ended their session."""
        self._write("out", name, address)

    def _name_account(self, name: str) -> str:
        return name if name in self._accounts.passwords else ""


def name_network(address: str) -> str:
    """Return what tries are counted by: an IPv4 address, the network of an IPv6 address, else the words themselves."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _V6_BITS), strict=False))
    return str(parsed)
