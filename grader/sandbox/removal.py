"""Removes a folder that a student has filled: however deep, however named, whatever its modes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove `folder` and all in it without recursion, and without a path longer than one name.

    `shutil.rmtree` fails on a thousand folders within each other. Here folders within folders are moved up first.
    """
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        while names := os.listdir(top):  # noqa: PTH208 -- a descriptor, not a path
            for name in names:
                _remove_entry(top, name)
    finally:
        os.close(top)
    folder.rmdir()


def _remove_entry(top: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=top)
    except IsADirectoryError:
        os.chmod(name, 0o700, dir_fd=top)  # a folder may have been made with no permission at all
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            for below in os.listdir(inner):  # noqa: PTH208 -- a descriptor, not a path
                _unlink_or_lift(inner, below, top)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=top)


def _unlink_or_lift(inner: int, name: str, top: int) -> None:
    try:
        os.unlink(name, dir_fd=inner)
    except IsADirectoryError:
        os.chmod(name, 0o700, dir_fd=inner)  # moving a folder writes its entry `..`
        os.rename(name, secrets.token_hex(16), src_dir_fd=inner, dst_dir_fd=top)
