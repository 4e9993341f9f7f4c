"""What the program imports, it requires: nothing works only because something else happens to bring it along."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BROUGHT = {"pydantic_core": "pydantic"}  # pydantic requires exactly one version of it


def _normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=; ]", name)[0]).lower()


def _list_imports() -> dict[str, str]:
    """Return the top-level modules that the program imports: name → one of the files."""
    found: dict[str, str] = {}
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            found |= {name.partition(".")[0]: path.relative_to(ROOT).as_posix() for name in names}
    return {name: file for name, file in found.items() if name not in sys.stdlib_module_names and name != "grader"}


def test_every_import_is_required():
    """A module belongs to a distribution that is required, always or by an extra that users may name."""
    extras = PROJECT["optional-dependencies"]
    required = set(map(_normalise, PROJECT["dependencies"]))
    required |= {_normalise(text) for name, texts in extras.items() if name != "dev" for text in texts}
    owners = metadata.packages_distributions()
    lacking = {
        name: file
        for name, file in _list_imports().items()
        if not {_normalise(owner) for owner in owners.get(BROUGHT.get(name, name), [])} & required
    }
    assert lacking == {}


def test_every_requirement_is_imported():
    """What only a course lets its students import is that course's to name."""
    imported = {_normalise(owner) for name in _list_imports() for owner in metadata.packages_distributions()[name]}
    assert {name for name in map(_normalise, PROJECT["dependencies"]) if name not in imported} == set()
