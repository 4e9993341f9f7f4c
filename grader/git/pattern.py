"""Where submissions lie in a repository: patterns such as `submissions/{student}/**`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.errors import UsageError
from grader.submission.naming import is_ignored

DEFAULT_PATTERNS = ("submissions/{student}/**", "submissions/{student}.ipynb", "submissions/{student}.py")
_STUDENT = "{student}"


@dataclass(frozen=True)
class Place:
    """Whose file a path is, and its name in the submission: below the student's folder, or a single file's own."""

    student: str
    name: str
    in_folder: bool


@dataclass(frozen=True)
class Pattern:
    """One pattern. Without `{student}` the whole repository is one student's, named `owner`."""

    text: str
    regex: re.Pattern[str]
    owner: str

    @property
    def names_students(self) -> bool:
        """Whether paths say whose they are."""
        return _STUDENT in self.text

    def match(self, path: str) -> Place | None:
        """Return whose file `path` is, or None where it is nobody's."""
        found = self.regex.fullmatch(path)
        if found is None:
            return None
        student = found["student"] if self.names_students else self.owner
        if is_ignored(student):
            return None
        below = found["below"] if self.text.endswith("**") else None
        return Place(student, below if below is not None else path.rpartition("/")[2], below is not None)


def parse_pattern(text: str, owner: str = "") -> Pattern:
    """Return the pattern: steps with `*`, at most one `{student}`, `**` for everything below at the end.

    Raises:
        UsageError: it is no such pattern.
    """
    steps = text.split("/")
    if text.count(_STUDENT) > 1 or any("**" in step and step != "**" for step in steps) or "**" in steps[:-1]:
        raise UsageError(f"{text!r} is no pattern: one {_STUDENT} at most, and ** only as the last step")
    if any(step in {"", ".", ".."} for step in steps):
        raise UsageError(f"{text!r} is no pattern: it holds an empty step, . or ..")
    if _STUDENT not in text and not owner:
        raise UsageError(f"the pattern {text!r} has no {_STUDENT}: say with --student whose repository this is")
    return Pattern(text, re.compile("/".join(_step(step) for step in steps), re.DOTALL), owner)


def find_place(patterns: tuple[Pattern, ...], path: str) -> Place | None:
    """Return what the first pattern that knows `path` says of it."""
    return next((place for pattern in patterns if (place := pattern.match(path)) is not None), None)


def _step(step: str) -> str:
    if step == "**":
        return "(?P<below>.+)"
    pieces = re.split(r"(\{student\}|\*)", step)
    known = {_STUDENT: "(?P<student>[^/]+)", "*": "[^/]*"}
    return "".join(known.get(piece, re.escape(piece)) for piece in pieces)
