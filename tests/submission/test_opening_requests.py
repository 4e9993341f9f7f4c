"""Requests for another look are opened as everything else that students send: by descriptor, bounded, no link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.errors import SubmissionRefused
from grader.submission import find_requests
from grader.submission.opening import REQUEST_BYTES, holds_only_requests


def test_a_file_comes_with_its_time(tmp_path: Path) -> None:
    """And the largest that is read is read whole."""
    path = tmp_path / "regrade.yaml"
    path.write_bytes(b"x" * REQUEST_BYTES)
    os.utime(path, ns=(1, 1_000_000_001))
    (found,) = find_requests(tmp_path)
    assert (found.name, found.changed_ns, found.read()) == ("regrade.yaml", 1_000_000_001, b"x" * REQUEST_BYTES)


def test_one_byte_more_is_refused_and_the_next_read(tmp_path: Path) -> None:
    """The refusal is told when it is asked for."""
    (tmp_path / "regrade-1.yaml").write_bytes(b"x" * (REQUEST_BYTES + 1))
    (tmp_path / "regrade-2.yaml").write_bytes(b"y")
    large, small = find_requests(tmp_path)
    with pytest.raises(SubmissionRefused, match="is larger than 16384 bytes"):
        large.read()
    assert small.read() == b"y"


def test_what_goes_away_meanwhile_is_refused(tmp_path: Path) -> None:
    """Between the list and the look at it; the folder itself too."""
    for name in ("regrade-1.yaml", "regrade-2.yaml"):
        (tmp_path / name).write_bytes(b"x")
    found = find_requests(tmp_path)
    next(found)
    (tmp_path / "regrade-2.yaml").unlink()
    (gone,) = found
    with pytest.raises(SubmissionRefused, match="does not exist"):
        gone.read()
    with pytest.raises(SubmissionRefused, match="does not exist"):
        list(find_requests(tmp_path / "nowhere"))


def test_a_file_in_the_folder_s_place_holds_none(tmp_path: Path) -> None:
    """Nor a link to a folder, nor a folder with something else."""
    (tmp_path / "ada").write_bytes(b"x")
    assert list(find_requests(tmp_path / "ada")) == []
    assert not holds_only_requests(tmp_path / "ada")
    (tmp_path / "bo").mkdir()
    assert not holds_only_requests(tmp_path / "bo")
    (tmp_path / "bo" / "regrade.yaml").write_bytes(b"x")
    assert holds_only_requests(tmp_path / "bo")
    (tmp_path / "cy").symlink_to(tmp_path / "bo")
    assert not holds_only_requests(tmp_path / "cy")
