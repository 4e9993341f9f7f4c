"""What is to be installed beside the grader for a course: the packages that its students may import."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from packaging.utils import canonicalize_name

from grader.errors import CourseError, Problem
from grader.spec.load import COURSE_FILE, load_course, read_text

LOCK = "requirements.txt"  # of the course, beside course.yaml; optional

_REQUIREMENT = re.compile(r"^[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)  # a line's distribution


def render_requirements(folder: Path, find_version: Callable[[str], str | None]) -> str:
    """Return what pip is to install beside the grader for the course in `folder`, as `pip install -r` reads it.

    That is the course's own `requirements.txt`, where there is one; else each package with the version that is
    installed here, or without a version where it is not.

    Args:
        folder: holds the course; none of its code runs.
        find_version: returns the version of a distribution that is installed here, or None.

    Raises:
        CourseError: the course is wrong, or its `requirements.txt` leaves out one of its packages.
    """
    names = load_course(folder).file.packages
    if (folder / LOCK).exists():
        text = read_text(folder / LOCK, LOCK)
        named = {canonicalize_name(found) for found in _REQUIREMENT.findall(text)}
        left_out = [name for name in names if canonicalize_name(name) not in named]
        if left_out:
            message = f"expected every package of {COURSE_FILE} here, not found: {', '.join(left_out)}"
            raise CourseError([Problem(LOCK, 1, "(file)", message)])
        return text
    versions = {name: find_version(name) for name in names}
    return "".join(f"{name}\n" if version is None else f"{name}=={version}\n" for name, version in versions.items())
