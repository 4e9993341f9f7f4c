"""The secret that data are drawn and marked with. It is in no course, no starter, no evidence and no report."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Datum, Draw
from grader.errors import UsageError
from grader.spec.placement import refuse_file_within
from grader.variants.record import read_file

LEAST_BYTES, MOST_BYTES = 32, 4096
_MARK_DIGITS = 24
_ADVICE = "expected 32 characters or more that nobody can guess, as `openssl rand -hex 32` gives"


@dataclass(frozen=True)
class Secret:
    """A key, and what is made with it: for the same names the same, and for nobody else to be known."""

    key: bytes = field(repr=False)

    def seed(self, course: str, exercise: str, student: str, draw: int) -> int:
        """Return the seed of a student's draw, counted from 0."""
        return int.from_bytes(self._sign("draw", course, exercise, student, draw), "big")

    def mark(self, course: str, exercise: str, student: str, values: Mapping[str, Datum]) -> str:
        """Return the mark of a student's starter of an exercise with these data."""
        named = json.dumps(values, sort_keys=True)
        return self._sign("mark", course, exercise, student, named).hex()[:_MARK_DIGITS]

    def check(self, course: str, draw: Draw) -> None:
        """See that a draw that was given out was made with this secret, and is as it was.

        Raises:
            UsageError: it was made with another one, or somebody changed it.
        """
        if not hmac.compare_digest(draw.mark, self.mark(course, draw.exercise, draw.student, draw.values)):
            raise UsageError(
                f"exercise {draw.exercise} of {draw.student}: the mark is not that of these data: expected the secret "
                "that this variants.json was begun with, and data that nobody has changed since"
            )

    def _sign(self, *names: str | int) -> bytes:
        return hmac.digest(self.key, json.dumps(names).encode("ascii"), "sha256")


def read_secret(path: Path, apart_from: Iterable[Path]) -> Secret:
    """Return the secret in a file.

    Args:
        path: the file; white space around its content does not count.
        apart_from: folders that it must not lie in: the course, and what is given out.

    Raises:
        UsageError: it lies there, is no file that can be read, or too short.
    """
    refuse_file_within("--secret", path, apart_from, "which others get to see")
    key = read_file("--secret", path, MOST_BYTES).strip()
    if len(key) < LEAST_BYTES:
        raise UsageError(f"--secret = {str(path)!r}: the secret has {len(key)} characters; {_ADVICE}")
    return Secret(key)
