"""Writes what was rendered so that no reader ever meets half of it."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import UsageError, blame

_DEVICES = Path("/dev")


def write_atomically(path: Path, content: str | bytes, *, mode: int = 0o666) -> None:
    """Write `content` so that `path` holds the old content or all of the new, never a part; a link there is replaced.

    `mode` says who may do what with it, as far as the umask lets them.

    Raises:
        UsageError: the place cannot be written to, or holds what is no file.
        HostError: the disk is full.
    """
    write_together({path: content}, mode=mode)


def write_together(contents: Mapping[Path, str | bytes], *, mode: int = 0o666) -> None:
    """Write several files as `write_atomically` does; none takes its place before there was room for all.

    Raises:
        UsageError: a place cannot be written to, or holds what is no file.
        HostError: the disk is full.
    """
    for path in contents:
        check_place(path)
    written: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            written[path] = path.with_name(f".{secrets.token_hex(8)}.tmp")
            _write(path, written[path], content, mode)
        for path, temporary in written.items():
            with _blaming(path):
                temporary.replace(path)
    finally:
        for temporary in written.values():
            with suppress(OSError):  # already moved, or never made
                temporary.unlink()


def check_place(path: Path) -> None:
    """Refuse to replace what is no file: a device, a folder, a pipe, a socket, a link to one of them but folders.

    Raises:
        UsageError: such a thing stands there.
    """
    if Path(os.path.realpath(path.parent)) == _DEVICES:  # `/dev/stdout` may be a link to a file; it is none itself
        raise UsageError(f"{path} is a device: expected a file to write to; standard output is -")
    with _blaming(path), suppress(FileNotFoundError, NotADirectoryError):
        is_link, mode = path.is_symlink(), path.stat().st_mode
        if not stat.S_ISREG(mode) and not (is_link and stat.S_ISDIR(mode)):
            kind = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
            raise UsageError(f"{path} is {kind}, and was left as it is: expected a file to write to")


def _write(path: Path, temporary: Path, content: str | bytes, mode: int) -> None:
    # Opened by flags and not by `tempfile`, whose mode 600 would survive the move and shut other staff out.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # O_EXCL follows no link
    data = content if isinstance(content, bytes) else content.encode()
    with _blaming(path), os.fdopen(os.open(temporary, flags, mode), "wb") as file:
        file.write(data)


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise blame(f"{path} cannot be written", error) from error
