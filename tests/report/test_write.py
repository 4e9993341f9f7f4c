"""Writing reports: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.report.write import write_atomically


def test_place_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    """A file where a folder is due is the caller's mistake, said in words, and leaves nothing behind."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomically(tmp_path / "file" / "report.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_link_in_the_place_of_a_report_is_replaced_not_followed(tmp_path: Path) -> None:
    """What a link points to is never written to."""
    secret = tmp_path / "secret"
    secret.write_text("kept")
    (tmp_path / "report.json").symlink_to(secret)
    write_atomically(tmp_path / "report.json", "{}")
    assert secret.read_text() == "kept"
    assert (tmp_path / "report.json").read_text() == "{}"
