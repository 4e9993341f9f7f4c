"""Where a submission's files lie in a child's working directory, and how they get there: by one sealed memory file.

The tree is packed once for a submission and the course's data once for a sandbox. A child gets both as descriptors,
copies what it is told to, and closes them before the first line of student code; nothing is left in the box between
two children.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from grader.errors import SandboxError, list_some
from grader.model import count_disk_bytes, find_folders
from grader.sandbox.scratch import translate_host_errors

_OWN_FOLDERS = 8  # inodes of the file system itself: its root, the home folder, /tmp, /dev/shm
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
_SHOWN = 8  # names in a remark


@dataclass(frozen=True)
class Packed:
    """Files one after the other in a memory file: path → (offset, size)."""

    fd: int = field(repr=False)
    places: Mapping[str, tuple[int, int]]


@contextmanager
def packed_tree(files: Mapping[str, bytes]) -> Iterator[Packed]:
    """Put `files` into a memory file that nobody can change, and let it go afterwards.

    Raises:
        HostError: there is no memory for them.
        SandboxError: a path would lead out of the working directory.
    """
    for name in files:
        check_path(name)
    with translate_host_errors("a submission's files cannot be passed on"):
        fd = os.memfd_create("files", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        places: dict[str, tuple[int, int]] = {}
        with translate_host_errors("a submission's files cannot be passed on"), open(fd, "wb", closefd=False) as out:
            for name, content in files.items():
                places[name] = out.tell(), len(content)
                out.write(content)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
        yield Packed(fd, places)
    finally:
        os.close(fd)


def check_path(name: str) -> None:
    """Raise `SandboxError` for a path that is absolute, empty, or leads anywhere but down."""
    if not name or "\0" in name or any(step in {"", ".", ".."} for step in name.split("/")):
        raise SandboxError(f"{name!r} cannot be a file of a submission")


@dataclass(frozen=True)
class Layout:
    """Where the files of one run go. `folder` is the running file's own, the working directory ("" is the top).

    `copies` says to the child which file to copy from where: path, 0 (the submission) or 1 (the course), offset, size.
    """

    folder: str
    copies: tuple[tuple[str, int, int, int], ...]
    replaced: tuple[str, ...]

    def measure(self, disk_bytes: int, disk_files: int) -> dict[str, int]:
        """Return the size of the file system that this needs: the student's own limits, and room for the course's data.

        What the student submitted is within the limits, as long as those that it was read under are the same.
        """
        names = [[copy[0] for copy in self.copies if copy[1] == source] for source in (0, 1)]
        blocks = [sum(count_disk_bytes(copy[3]) for copy in self.copies if copy[1] == source) for source in (0, 1)]
        inodes = [len(some) + len(find_folders(some)) for some in names]
        return {
            "tmpfs_bytes": max(disk_bytes, blocks[0]) + blocks[1],
            "tmpfs_files": max(disk_files, inodes[0] + _OWN_FOLDERS if inodes[0] else 0) + inodes[1],
        }


def lay_out(file: str, tree: Mapping[str, tuple[int, int]], course: Mapping[str, tuple[int, int]]) -> Layout:
    """Return the layout for running `file`: the whole tree, and the course's data beside the running file.

    A file of the course replaces the student's of that path, and what stands in its way.
    """
    folder = file.rpartition("/")[0]
    beside = f"{folder}/" if folder else ""
    data = {f"{beside}{name}": place for name, place in course.items()}
    taken = find_folders(data) | data.keys()
    replaced = {name for name in tree if name in taken or not find_folders([name]).isdisjoint(data)}
    kept = [(name, 0, *place) for name, place in tree.items() if name not in replaced]
    return Layout(folder, (*kept, *((name, 1, *place) for name, place in data.items())), tuple(sorted(replaced)))


def remark_missing(file: str, cell: int, layout: Layout) -> str:
    """Return what lies beside `file`, for whoever looked for something that does not."""
    prefix = f"{layout.folder}/" if layout.folder else ""
    below = sorted(copy[0][len(prefix) :] for copy in layout.copies if copy[0].startswith(prefix))
    names = list(dict.fromkeys(f"{name.partition('/')[0]}/" if "/" in name else name for name in below))
    listed = list_some([name[:80] for name in names], _SHOWN) or "nothing"
    return f"{file}, cell {cell + 1}: a file was not found; its folder holds {listed}"


def remark_replaced(layout: Layout) -> Iterator[str]:
    """Yield a remark where the course's data took the place of the student's."""
    if layout.replaced:
        yield f"the course's own data was used in place of your {list_some(layout.replaced, _SHOWN)}"


def describe_files(file: str, style: str, layout: Layout, limits: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a child is told of its files: what goes where, in how large a file system, and which file it runs."""
    return {
        "files": layout.copies,
        "folder": layout.folder,
        "file": file,
        "style": style,
        **layout.measure(limits["disk_bytes"], limits["disk_files"]),
    }
