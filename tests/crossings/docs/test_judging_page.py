"""docs/judging.md is written from the tables that the judge and its tests use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.judge import CODES
from grader.spec.yaml12 import parse_yaml

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "judging.md"
CASES = ROOT / "tests" / "judge" / "comparer_cases.yaml"
INTRODUCTION = """# How answers are judged

This page is written from the tables that the judge and its tests use (`pytest tests/crossings/docs --rewrite-golden`).

A check ends as `pass`, `fail`, `missing` (not attempted), `blocked` (what it needs was not attempted or was refused),
`review` (waits for a person) or `ungraded` (our fault: no score until it is graded again). Points exist only where a
check ran and passed, followed from the student's own earlier answer, or met a known mistake with a share of the points.

An answer that is wrong is looked at in this order: does it follow from the student's own earlier, wrong answer? Is it
what a known mistake gives, on the true values or on the student's own? Is it right to two digits? The first that
holds is what the student is told.
"""


def _cell(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    # what would break the row, or be seen by nobody
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    text = text if len(text) <= 60 else f"{text[:59]}…"
    return text.replace("|", "\\|")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"


def _render() -> str:
    codes = _table(
        ["code", "category", "meaning"], [[f"`{code}`", said.category, said.meaning] for code, said in CODES.items()]
    )
    cases = parse_yaml(CASES.read_text(encoding="utf-8"), CASES.name).data["cases"]
    rows = [
        [case["kind"], *(f"`{_cell(case[key])}`" for key in ("options", "answer", "reference")), case["outcome"],
         f"`{case['code']}`", _cell(case["why"])]
        for case in cases
    ]  # fmt: skip
    compared = _table(["kind", "options", "answer", "reference", "outcome", "code", "why"], rows)
    parts = [INTRODUCTION, "## Reason codes\n\nWording may change, codes and their categories do not.\n", codes]
    return "\n".join([*parts, "## The comparer, case by case\n", compared])


def test_page_on_judging_is_current(request: pytest.FixtureRequest) -> None:
    """Every reason code and every row of the comparer's table stands on the page."""
    page = _render()
    if request.config.getoption("--rewrite-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8")
