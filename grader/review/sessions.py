"""Who may mark: links that work once, and sessions that end. All of it lives in memory, and ends with the program."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from grader.errors import HostError
from grader.review.roles import Role

LINK_S = 60 * 60.0  # how long a link may be used
IDLE_S = 2 * 60 * 60.0  # without a request, a session ends
LIFE_S = 12 * 60 * 60.0  # a session ends in any case
MAX_WRONG, WRONG_S = 10, 60.0  # wrong links within so many seconds, before others are not answered for a while


class TooManyWrong(Exception):  # noqa: N818  # what has happened, and nobody's mistake
    """Somebody tries links; wrong ones are told so, for a while."""


@dataclass
class Session:
    """A marker in a browser. `csrf` stands in every form, so that no other page can send one."""

    who: str
    role: Role
    began: float
    used: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


@dataclass(frozen=True)
class _Link:
    digest: str
    made: float


class Sessions:
    """The markers' links and sessions. Of each marker one link at most waits to be used.

    Args:
        markers: their names.
        announce: called with a name and a token whenever a link is made; prints it, where only the marker reads.
        clock: seconds that never go back.
    """

    def __init__(
        self, markers: Iterable[str], announce: Callable[[str, str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._markers, self._announce, self._clock = tuple(markers), announce, clock
        self._links: dict[str, _Link] = {}
        self._sessions: dict[str, Session] = {}  # by the hash of the cookie: a look-up tells nothing by its time
        self._wrong: deque[float] = deque(maxlen=MAX_WRONG)
        self._unread = ""  # why no link can be announced any more
        self._lock = threading.Lock()

    def offer_links(self) -> None:
        """Make a link for every marker who has none that waits: who has closed the browser needs another.

        Raises:
            HostError: nobody reads any more what is announced; then and from then on.
        """
        with self._lock:
            if self._unread:
                raise HostError(self._unread)
            self._drop_old()
            made = {who: secrets.token_urlsafe(32) for who in self._markers if who not in self._links}
            for who, token in made.items():
                self._links[who] = _Link(_digest(token), self._clock())
        try:
            for who, token in made.items():
                self._announce(who, token)
        except HostError as error:
            self._unread = str(error)
            raise

    def find_marker(self, token: str) -> str | None:
        """Return whose link it is, and leave it unused; None for one that is not, or no longer, valid.

        Raises:
            TooManyWrong: too many were not.
        """
        with self._lock:
            return self._find_marker(token)

    def enter(self, token: str) -> tuple[str, Session] | None:
        """Use a link up: return the cookie and the session that it begins; None for one that is not valid.

        The marker's session before it ends.

        Raises:
            TooManyWrong: too many were not.
        """
        with self._lock:
            who = self._find_marker(token)
            if who is None:
                return None
            del self._links[who]
            return self._begin(who, "instructor")  # printed for who has the gradebook and the course

    def begin(self, who: str, role: Role) -> tuple[str, Session]:
        """Begin a session of somebody who has shown who they are; return its cookie, which nobody has had before.

        Their session before it ends.
        """
        with self._lock:
            return self._begin(who, role)

    def find(self, cookie: str) -> Session | None:
        """Return the session of a cookie, which goes on by that; None where there is none, or it has ended."""
        with self._lock:
            self._drop_old()
            session = self._sessions.get(_digest(cookie))
            if session is not None:
                session.used = self._clock()
            return session

    def end(self, who: str) -> None:
        """End a marker's session."""
        with self._lock:
            self._drop_sessions(who)

    def _begin(self, who: str, role: Role) -> tuple[str, Session]:
        cookie, now = secrets.token_urlsafe(32), self._clock()
        self._drop_sessions(who)
        self._sessions[_digest(cookie)] = session = Session(who, role, now, now)
        return cookie, session

    def _find_marker(self, token: str) -> str | None:
        now = self._clock()
        self._drop_old()
        digest = _digest(token)
        found = next((who for who, link in self._links.items() if link.digest == digest), None)
        # A right one is let in whatever others try: nobody guesses 256 bits, and everybody could keep it from working.
        if found is None:
            if len(self._wrong) == MAX_WRONG and now - self._wrong[0] < WRONG_S:
                raise TooManyWrong
            self._wrong.append(now)
        return found

    def _drop_sessions(self, who: str) -> None:
        self._sessions = {key: one for key, one in self._sessions.items() if one.who != who}

    def _drop_old(self) -> None:
        now = self._clock()
        self._links = {who: link for who, link in self._links.items() if now - link.made < LINK_S}
        self._sessions = {
            key: one for key, one in self._sessions.items() if now - one.used < IDLE_S and now - one.began < LIFE_S
        }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
