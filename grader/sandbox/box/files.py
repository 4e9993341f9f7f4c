"""Lays a submission's files out in a child's own folder.

They are laid out before the first line of student code. Paths and sizes were made outside; they are looked at again
here, as this writes as the user who runs the box.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def lay_out(home: str, folder: str, files: Iterable[Sequence[Any]], sources: Sequence[int]) -> None:
    """Copy files into `home`, which is empty: each (path, number of the source, offset, size). `folder` is made too.

    Raises:
        OSError: there is no room, or a path cannot be made.
        ValueError: a path leads out of `home`.
    """
    made = {home}
    _make_folder(f"{home}/{folder}".rstrip("/"), made)
    for name, source, offset, size in files:
        path = f"{home}/{name}"
        _make_folder(path.rpartition("/")[0], made)
        _copy(path, sources[source], offset, size)


def _make_folder(path: str, made: set[str]) -> None:
    if path in made:
        return
    if ".." in path.split("/"):
        raise ValueError(f"{path!r} leads elsewhere")
    Path(path).mkdir(0o755, parents=True, exist_ok=True)
    made.add(path)


def _copy(path: str, source: int, offset: int, size: int) -> None:
    target = os.open(path, _FLAGS, 0o644)
    try:
        while size:
            piece = os.pread(source, min(size, _CHUNK), offset)
            if not piece:
                raise OSError(f"{path} ends early")
            offset, size = offset + len(piece), size - len(piece)
            while piece:
                piece = piece[os.write(target, piece) :]
    finally:
        os.close(target)
