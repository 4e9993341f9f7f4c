"""Removes a folder that a student has filled: however deep, however named, whatever its modes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_BLOCK_BYTES = 512  # what `st_blocks` counts in, whatever the file system


def remove_tree(folder: Path) -> int:
    """Remove `folder` and all in it without recursion, and without a path longer than one name.

    `shutil.rmtree` fails on a thousand folders within each other. Here folders within folders are moved up first.

    Returns:
        The bytes of disk that its files took.
    """
    top, freed = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW), 0
    try:
        while names := os.listdir(top):  # noqa: PTH208 -- a descriptor, not a path
            for name in names:
                freed += _remove_entry(top, name)
    finally:
        os.close(top)
    folder.rmdir()
    return freed


def _remove_entry(top: int, name: str) -> int:
    """Remove one entry and return the bytes that this freed; what was moved up is removed and counted later."""
    try:
        return _unlink(top, name)
    except IsADirectoryError:
        os.chmod(name, 0o700, dir_fd=top)  # a folder may have been made with no permission at all
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            freed = sum(_unlink_or_lift(inner, below, top) for below in os.listdir(inner))  # noqa: PTH208 -- a descriptor
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=top)
        return freed


def _unlink_or_lift(inner: int, name: str, top: int) -> int:
    try:
        return _unlink(inner, name)
    except IsADirectoryError:
        os.chmod(name, 0o700, dir_fd=inner)  # moving a folder writes its entry `..`
        os.rename(name, secrets.token_hex(16), src_dir_fd=inner, dst_dir_fd=top)
        return 0


def _unlink(folder: int, name: str) -> int:
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    os.unlink(name, dir_fd=folder)
    return status.st_blocks * _BLOCK_BYTES if status.st_nlink == 1 else 0
