"""What runs in the box runs as in a Jupyter kernel, or as under plain `python`; the tables beside this say what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

_HERE = Path(__file__).parent
_NOTEBOOKS = yaml.safe_load((_HERE / "notebooks.yaml").read_text(encoding="utf-8"))
_SCRIPTS = yaml.safe_load((_HERE / "scripts.yaml").read_text(encoding="utf-8"))
_TEXTS = {"text": ("stdout", "stderr", "shown"), "stdout": ("stdout",), "stderr": ("stderr",)}


def _entries() -> list[Any]:
    return [
        pytest.param(session, entry, id=f"{session}: {entry['name']}")
        for session, entries in _NOTEBOOKS.items()
        for entry in entries
    ]


def _without(outcome: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be compared: some text tells times or places."""
    left_out = _TEXTS.get(entry.get("ignore", ""), ())
    return {name: value for name, value in outcome.items() if name not in left_out}


@pytest.mark.parametrize(("session", "entry"), _entries())
def test_cell_shows_what_a_kernel_shows(compare_session: Any, session: str, entry: dict[str, Any]) -> None:
    """Text, results, displays and exceptions of each cell are those of ipykernel."""
    real, boxed = compare_session(session)[entry["name"]]
    compared = [[_without(cell, entry) for cell in cells] for cells in (real, boxed)]
    if "differs" in entry:
        assert compared[0] != compared[1], "no difference is left: take `differs` away"
    else:
        assert compared[1] == compared[0]


@pytest.mark.parametrize("entry", _SCRIPTS, ids=lambda entry: entry["name"])
def test_script_prints_what_python_prints(script_outcomes: Any, entry: dict[str, Any]) -> None:
    """Standard output, standard error and the end of each script are those of plain `python`."""
    real, boxed = script_outcomes[entry["name"]]
    if "differs" in entry:
        assert _without(boxed, entry) != _without(real, entry), "no difference is left: take `differs` away"
    else:
        assert _without(boxed, entry) == _without(real, entry)


def test_tables_hold_enough_and_each_name_once() -> None:
    """The contract is wide, and no entry hides another."""
    names = [(session, entry["name"]) for session, entries in _NOTEBOOKS.items() for entry in entries]
    names += [("script", entry["name"]) for entry in _SCRIPTS]
    assert len(names) == len(set(names)) >= 300
