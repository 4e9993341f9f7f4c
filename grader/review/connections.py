"""Bounds what a connection may cost before it has asked for anything: how many there are, and how long each may take.

uvicorn ends a connection that is idle after an answer. It waits without end for the first request, for the rest of one,
and for whoever does not take an answer; and beyond its limit it turns away those who come, not those who hold places.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle


@dataclass(frozen=True)
class Bounds:
    """How many connections there are at most, and how long a client may take to send a request, or take an answer."""

    connections: int = 100
    request_s: float = 20.0  # headers and body together: a form has 64 KiB at most
    answer_s: float = 60.0  # without taking anything


class BoundedProtocol(H11Protocol):
    """One connection, within bounds."""

    bounds = Bounds()
    deadline: asyncio.TimerHandle | None = None
    since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin; where all places are taken, somebody who uses none leaves."""
        super().connection_made(transport)
        self._wait(self.bounds.request_s)
        self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take in what was sent, which need not be all of a request."""
        super().data_received(data)
        if self.is_answering:
            self._stop_waiting()
        elif self.deadline is None:
            self._wait(self.bounds.request_s)

    def on_response_complete(self) -> None:
        """Go on with what was sent meanwhile, and wait for who has not taken all of the answer yet."""
        super().on_response_complete()
        is_begun = self.cycle.more_body  # of this request, or one that was sent before its answer
        if not is_begun:
            self._stop_waiting()
        if self.is_answering:
            return
        if is_begun and self.deadline is None:
            self._wait(self.bounds.request_s)
        elif self.transport.get_write_buffer_size():
            self._wait(self.bounds.answer_s)

    def pause_writing(self) -> None:
        """Wait for who does not take the answer."""
        super().pause_writing()
        self._wait(self.bounds.answer_s)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        if not self.cycle.more_body:  # of what it is still to send, it does not get more time
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)
        self._stop_waiting()

    @property
    def is_answering(self) -> bool:
        """Whether all of a request is there, and not all of its answer was written."""
        cycle: RequestResponseCycle | None = self.cycle  # there is none before the first request
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    @property
    def host(self) -> str:
        """Where the client is; empty for one of a socket in the file system."""
        return "" if self.client is None else self.client[0]

    def _wait(self, most_s: float) -> None:
        """Give the client so long, from now on."""
        self._stop_waiting()
        self.since = self.loop.time()
        self.deadline = self.loop.call_later(most_s, self.give_up)

    def _stop_waiting(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def give_up(self) -> None:
        """End the connection, whatever is under way."""
        self._stop_waiting()
        self.connections.discard(self)
        self.transport.abort()  # `close` would wait until everything was taken

    def _make_room(self) -> None:
        """End one connection too many: of the client who has most, the one that has waited longest for it."""
        if len(self.connections) <= self.bounds.connections:
            return
        # Within this process every connection is one of these.
        others = [one for one in self.connections if isinstance(one, BoundedProtocol) and one is not self]
        counts = Counter(one.host for one in others)
        waiting = [one for one in others if not one.is_answering or one.flow.write_paused]
        if waiting:
            max(waiting, key=lambda one: (counts[one.host], -one.since)).give_up()


def build_protocol(bounds: Bounds) -> type[BoundedProtocol]:
    """Return the class of connections within these bounds."""
    return type("Connection", (BoundedProtocol,), {"bounds": bounds})
