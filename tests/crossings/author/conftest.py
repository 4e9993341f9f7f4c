"""A small complete course, and copies of it that tests may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import replace

HERE = Path(__file__).parent


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the folder of a copy of the small course."""
    return shutil.copytree(HERE / "course", tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def make(small: Path) -> Callable[[dict[str, Any]], Path]:
    """Return a function that makes a mistake of the table in a copy of the small course, and returns its folder."""

    def change(mistake: dict[str, Any]) -> Path:
        for edit in mistake.get("edit", ()):
            replace(small / edit["file"], edit["old"], edit["new"])
        for old, new in mistake.get("rename", {}).items():
            (small / old).rename(small / new)
        for name in mistake.get("remove", ()):
            (small / name).unlink()
        for name in mistake.get("folder", ()):
            (small / name).mkdir()
        for name, text in mistake.get("write", {}).items():
            (small / name).write_text(text, "utf-8")
        for name, text in mistake.get("bytes", {}).items():
            (small / name).write_bytes(text.encode("ascii").decode("unicode_escape").encode("latin-1"))
        for name, target in mistake.get("link", {}).items():
            (small / name).symlink_to(target)
        return small

    return change
