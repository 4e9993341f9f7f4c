"""What a service says of a push or a pull request."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.ci.event import parse_event, parse_time, read_event
from grader.errors import UsageError


def test_event_of_a_fork_is_known() -> None:
    """The author is GitHub's word, not the commit's."""
    request = {
        "number": 3,
        "user": {"login": "ada"},
        "created_at": "2026-05-01T08:00:00Z",
        "base": {"sha": "a" * 40, "repo": {"full_name": "school/course"}},
        "head": {"sha": "b" * 40, "repo": {"full_name": "ada/course"}},
    }
    event = parse_event({"pull_request": request})
    assert (event.kind, event.author, event.from_fork, event.number) == ("pull_request", "ada", True, 3)
    assert event.at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_push_of_a_new_branch_has_no_base() -> None:
    """Zeros are no commit; the time is the server's."""
    event = parse_event({"before": "0" * 40, "after": "b" * 40, "repository": {"pushed_at": 1777712400}})
    assert (event.kind, event.base, event.head) == ("push", None, "b" * 40)
    assert event.at == datetime(2026, 5, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"pull_request": {"base": {"sha": "$(reboot)"}}}'])
def test_broken_event_is_wrong_usage(tmp_path: Path, text: str) -> None:
    """What is no event ends with a message."""
    (tmp_path / "event.json").write_text(text)
    with pytest.raises(UsageError):
        read_event(tmp_path / "event.json")


def test_missing_event_is_wrong_usage(tmp_path: Path) -> None:
    """A file that is not there is told by name."""
    with pytest.raises(UsageError, match=r"event\.json"):
        read_event(tmp_path / "event.json")


def test_time_needs_a_zone() -> None:
    """A deadline without one would mean another hour on every machine."""
    assert parse_time("2026-05-01T10:00:00+02:00") == datetime(2026, 5, 1, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        parse_time("2026-05-01T10:00:00")
