"""Which installed files the box needs: the distributions that students may import, with all that those require.

Only these are bound. The grader and the reference may well be installed beside NumPy; inside they do not exist.
"""

from __future__ import annotations

import sysconfig
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.errors import UsageError

BOX = ("numpy", "matplotlib", "ipython")  # what the box itself runs on, whatever a course offers
_NEVER = {"grader", "numgrade", "reference", "grader_box", "numgrade_student", "numgrade-student"}


def find_distributions(names: tuple[str, ...]) -> list[metadata.Distribution]:
    """Return the distributions called `names`, those that the box runs on, and everything they require here.

    Raises:
        UsageError: one of `names` is not installed.
    """
    found: dict[str, metadata.Distribution] = {}
    waiting = [*BOX, *names]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or name in _NEVER:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            if name in map(canonicalize_name, (*BOX, *names)):
                raise UsageError(f"package {name!r} of course.yaml is not installed here: pip install {name}") from None
            continue  # required only on some other platform or by an extra
        waiting += [requirement.name for requirement in _active(found[name].requires or [])]
    return [found[name] for name in sorted(found)]


@cache  # reading what is installed takes a fifth of a second
def list_entries(names: tuple[str, ...]) -> dict[str, Path]:
    """Return what to bind: name in site-packages → file or folder on this machine. Metadata folders included."""
    entries: dict[str, Path] = {}
    for distribution in find_distributions(names):
        for file in distribution.files or []:
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and top not in _NEVER and not top.endswith(".pth"):
                entries[top] = Path(str(distribution.locate_file(top)))
    return {name: path for name, path in sorted(entries.items()) if path.exists()}


def find_site_folders() -> set[Path]:
    """Return the folders in which this interpreter looks for installed packages."""
    paths = sysconfig.get_paths()
    return {Path(paths["purelib"]).resolve(), Path(paths["platlib"]).resolve()}


def _active(requirements: list[str]) -> list[Requirement]:
    parsed = [Requirement(text) for text in requirements]
    return [item for item in parsed if item.marker is None or item.marker.evaluate({"extra": ""})]
