"""What happened, as GitHub's event file tells it: which commits, whose, and when the server saw it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from grader.errors import UsageError

_FILE_BYTES = 32 << 20
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True)
class Event:
    """A pull request, a push, or something that names no commits. `author` is the login that GitHub vouches for.

    `at` is the server's time, never a commit's, which its author sets.
    """

    kind: Literal["pull_request", "push", "other"] = "other"
    base: str | None = None
    head: str | None = None
    author: str | None = None
    at: datetime | None = None
    number: int | None = None
    from_fork: bool = False
    repository: str | None = None


def read_event(path: Path) -> Event:
    """Return the event in a file.

    Raises:
        UsageError: the file cannot be read, or is no event.
    """
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_FILE_BYTES))
    except OSError as error:
        raise UsageError(f"the event file {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the event file {path} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise UsageError(f"the event file {path} holds no JSON object")
    return parse_event(data)


def parse_event(data: dict[str, Any]) -> Event:
    """Return the event in GitHub's own words."""
    repository = _text(data, "repository", "full_name")
    if isinstance(data.get("pull_request"), dict):
        return _pull_request(data["pull_request"], repository)
    if "before" in data and "after" in data:
        return Event(
            kind="push",
            base=_commit(data.get("before")),
            head=_commit(data.get("after")),
            author=_text(data, "sender", "login"),
            at=_time(_at(data, "repository", "pushed_at")),
            repository=repository,
        )
    return Event(repository=repository, author=_text(data, "sender", "login"))


def _pull_request(request: dict[str, Any], repository: str | None) -> Event:
    base, head = _commit(_at(request, "base", "sha")), _commit(_at(request, "head", "sha"))
    if base is None or head is None:
        raise UsageError("the event's pull request names no commits (base.sha and head.sha)")
    number = request.get("number")
    return Event(
        kind="pull_request",
        base=base,
        head=head,
        author=_text(request, "user", "login"),
        at=_time(request.get("updated_at") or request.get("created_at")),
        number=number if isinstance(number, int) else None,
        from_fork=_at(request, "head", "repo", "full_name") != _at(request, "base", "repo", "full_name"),
        repository=repository,
    )


def parse_time(text: str) -> datetime:
    """Return a moment; without a zone it could be meant anywhere, and is a `ValueError`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; write 2026-05-01T23:59:00+02:00")
    return moment


def _time(value: object) -> datetime | None:
    """Return a time of GitHub's: text, or seconds in the event of a push."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        return parse_time(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _commit(value: object) -> str | None:
    """Return a commit's name, or None for no commit: zeros stand for a branch that was not there."""
    is_one = isinstance(value, str) and _COMMIT.fullmatch(value) and value.strip("0")
    return str(value) if is_one else None


def _at(data: object, *keys: str) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _text(data: object, *keys: str) -> str | None:
    value = _at(data, *keys)
    return value if isinstance(value, str) and value else None
