"""The versions of the course that lie beside a batch's reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.batch.versions import FOLDER, find_batches, keep_version, read_version
from grader.changes import CourseVersion
from grader.errors import UsageError
from grader.submission.naming import folder_name

VERSION = CourseVersion("heat", "a" * 64, {"data/u.csv": "1"})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder of a batch with a student."""
    (tmp_path / "out" / "ada").mkdir(parents=True)
    (tmp_path / "out" / "batch.json").write_text("[]")
    return tmp_path / "out"


def test_kept_and_found_from_a_student_s_folder_too(out: Path) -> None:
    """By its SHA-256; another one is not there."""
    keep_version(out, VERSION)
    for place in (out, out / "ada"):
        assert list(find_batches([place])) == [out]
        assert read_version([place], VERSION.sha256) == VERSION
    assert read_version([out], "b" * 64) is None
    assert read_version([out.parent], VERSION.sha256) is None


@pytest.mark.parametrize("name", ["../batch", "a" * 63, "", "../../etc/passwd"])
def test_name_that_is_no_hash_leads_nowhere(out: Path, name: str) -> None:
    """Whatever a report says of its course."""
    keep_version(out, VERSION)
    (out / "batch.json").write_text((out / FOLDER / f"{VERSION.sha256}.json").read_text())
    assert read_version([out], name) is None


def test_damaged_version_explains_nothing(out: Path) -> None:
    """And stops nobody."""
    keep_version(out, VERSION)
    (out / FOLDER / f"{VERSION.sha256}.json").write_text("{")
    assert read_version([out], VERSION.sha256) is None


def test_no_student_s_folder_is_called_so() -> None:
    """A student of that name gets another one."""
    assert folder_name(FOLDER) != FOLDER


def test_link_in_its_place_is_not_followed(out: Path, tmp_path: Path) -> None:
    """Nothing is written elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    (out / FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link"):
        keep_version(out, VERSION)
