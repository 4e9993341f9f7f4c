"""The school of a term's test, with a gradebook in each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crossings.term.school import School


@pytest.fixture
def school(tmp_path: Path, url: str) -> School:
    """Return a course, a class and an empty gradebook."""
    return School(tmp_path, url)
