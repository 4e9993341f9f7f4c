"""What a student's processes print past the kernel: two pipes, read as it comes, bounded, attributed to a cell.

Scripts, subprocesses, forked workers and C code write here; anybody inside may write anything.
"""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import Callable
from contextlib import suppress

NAMES = ("stdout", "stderr")
_READ_BYTES = 1 << 16


class OutputPipes:
    """The grader's ends of a child's standard output and error."""

    def __init__(self, readers: tuple[int, ...]) -> None:
        """Read the descriptors `readers`, in the order of `NAMES`."""
        self._readers = dict(zip(NAMES, readers, strict=True))
        self._take: Callable[[str, bytes], bool]

    def open(self, take: Callable[[str, bytes], bool]) -> None:
        """Give `take` the bytes of each stream as they come, from the running event loop on, until it says no."""
        self._take = take
        for name, reader in self._readers.items():
            os.set_blocking(reader, False)
            asyncio.get_running_loop().add_reader(reader, self._read, name)

    def drain(self) -> None:
        """Read all that was written so far."""
        for name in tuple(self._readers):
            while self._read(name):
                pass

    def _read(self, name: str) -> bool:
        """Read once; tell whether there may be more."""
        reader = self._readers.get(name)
        if reader is None:
            return False
        try:
            data = os.read(reader, _READ_BYTES)
        except BlockingIOError:
            return False
        if data and self._take(name, data):
            return True
        self._forget(name)
        return False

    def _forget(self, name: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            asyncio.get_running_loop().remove_reader(self._readers[name])
        del self._readers[name]

    def close(self) -> None:
        """Read no more."""
        for name in tuple(self._readers):
            self._forget(name)


class CellText:
    """What one cell has printed past the kernel and is not in its record yet; past a limit it is cut."""

    def __init__(self, limit_bytes: int) -> None:
        """Keep at most `limit_bytes` of a cell."""
        self._limit_bytes = limit_bytes
        self.start()

    def start(self) -> None:
        """Begin with a new cell; what belongs to none is dropped."""
        self._left = self._limit_bytes
        self._parts: dict[str, list[bytes]] = {name: [] for name in NAMES}
        self._decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in NAMES}

    def add(self, name: str, data: bytes) -> None:
        """Keep what fits."""
        if self._left > 0:
            self._parts[name].append(data[: self._left])
        self._left -= len(data)

    def take(self, *, final: bool) -> list[tuple[str, str]]:
        """Return what is kept, by stream, and keep it no longer; once more, `final`, when the cell has ended."""
        found = []
        for name, parts in self._parts.items():
            if text := self._decoders[name].decode(b"".join(parts), final):
                found.append((name, text))
            parts.clear()
        if final and self._left < 0:
            found.append(("stderr", f"\n[output cut: this cell printed more than {self._limit_bytes} bytes]\n"))
        return found
