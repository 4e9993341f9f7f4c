"""Writes what was rendered so that no reader ever meets half of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import blame


def write_atomically(path: Path, text: str) -> None:
    """Write `text` so that `path` holds the old content or all of the new, never a part; a link there is replaced.

    Raises:
        UsageError: the place cannot be written to.
        HostError: the disk is full.
    """
    write_together({path: text})


def write_together(texts: Mapping[Path, str]) -> None:
    """Write several files as `write_atomically` does; none takes its place before there was room for all.

    Raises:
        UsageError: a place cannot be written to.
        HostError: the disk is full.
    """
    written: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            written[path] = path.with_name(f".{secrets.token_hex(8)}.tmp")
            _write(path, written[path], text)
        for path, temporary in written.items():
            with _blaming(path):
                temporary.replace(path)
    finally:
        for temporary in written.values():
            with suppress(OSError):  # already moved, or never made
                temporary.unlink()


def _write(path: Path, temporary: Path, text: str) -> None:
    # Opened by flags and not by `tempfile`, whose mode 600 would survive the move and shut other staff out.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # O_EXCL follows no link
    with _blaming(path), os.fdopen(os.open(temporary, flags, 0o666), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise blame(f"{path} cannot be written", error) from error
