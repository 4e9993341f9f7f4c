"""The packages of a course: distributions that students may import, installed where these are graded."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata

from packaging.utils import canonicalize_name

from grader.course import CourseFile
from grader.errors import Problem
from grader.spec.keys import suggest
from grader.spec.yaml12 import Document

_OURS = frozenset({"grader", "numgrade", "reference"})  # the box never shows these
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # of a distribution, as PyPI defines it


def find_missing(packages: Iterable[str]) -> tuple[str, ...]:
    """Return those of `packages` that are not installed for this interpreter, in their order."""
    return tuple(name for name in packages if find_version(name) is None)


def find_version(name: str) -> str | None:
    """Return the version of the distribution `name` that is installed for this interpreter, or None."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def find_package_problems(document: Document, course: CourseFile) -> Iterator[Problem]:
    """Yield the packages of `course.yaml` that are no installed distribution."""
    for index, name in enumerate(course.packages):
        message = _explain(name)
        if message is not None:
            yield document.problem(("packages", index), f"{name!r}: {message}")


def _explain(name: str) -> str | None:
    if canonicalize_name(name) in _OURS:
        return "expected a package for students, got one that their code must never see"
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return _explain_missing(name)
    return None


def _explain_missing(name: str) -> str:
    by_import = metadata.packages_distributions()
    if name in by_import:
        return f"expected the name under which it is installed, {by_import[name][0]}"
    if name in sys.stdlib_module_names:
        return "expected an installed package, got a module of Python itself, which needs no entry"
    meant = suggest(name, {one.name for one in metadata.distributions() if one.name})
    question = f"; {meant}" if meant.startswith("did") else ""
    return f"expected an installed package, and it is not installed: pip install {name}{question}"
