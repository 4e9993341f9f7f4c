"""Who may do what: the one place that decides. Whoever has a session may mark; the rest is the instructors'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["marker", "instructor"]
ROLES: tuple[Role, ...] = get_args(Role)
DEFAULT: Role = "marker"

# Pages that markers do not get, by address as the application has it, and why.
INSTRUCTORS: Mapping[str, str] = {
    "/class": "The class page names students: it is for instructors.",
    "/flags": "The list of flagged texts is for instructors.",
    "/rubric/{answer}/edit": "Rubrics are changed by instructors: tell one what should be another.",
}


def find_objection(role: Role, path: str) -> str:
    """Return why somebody may not have a page or send its form; empty where they may."""
    return "" if role == "instructor" else INSTRUCTORS.get(path, "")


def may_unflag(role: Role, *, is_own: bool) -> bool:
    """Return whether somebody may take a flag away, which they have set or another has."""
    return role == "instructor" or is_own
