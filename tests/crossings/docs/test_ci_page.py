"""The page on CI computes what a class costs from the seconds that it lists."""

from __future__ import annotations

import re
from math import ceil

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition("## What it costs")[2].partition("\n## ")[0]
ROWS = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in PAGE.splitlines() if line[:2] == "| "]
SECONDS, MINUTES = ROWS[1:9], ROWS[10:]


def find(rows: list[tuple[str, ...]], words: str) -> float:
    """Return the number of the row that begins with these words."""
    (number,) = (float(row[1].replace(",", "")) for row in rows if row[0].startswith(words))
    return number


def round_up(*seconds: float) -> int:
    """Return what GitHub counts for a job."""
    return ceil(sum(seconds) / 60)


def test_minutes_follow_from_the_seconds() -> None:
    """A class of 100, five pushes each; a week has seven nights."""
    install, cold = find(SECONDS, "environment"), find(SECONDS, "`grader ci`")
    assert find(MINUTES, "a job for each push") == 100 * 5 * round_up(install, cold)
    fetch, tell = 100 * find(SECONDS, "fetching one"), 100 * find(SECONDS, "one comment")
    grade = round_up(install, fetch, find(SECONDS, "`grader batch` on 100"), find(SECONDS, "`grader feedback`"))
    assert find(MINUTES, "one job for the class") == grade + round_up(tell)
    assert find(MINUTES, "the same every night") == 7 * find(MINUTES, "one job for the class")


def test_sums_that_are_shown_are_those_of_the_table() -> None:
    """Every number in the brackets of the second table is one of the first, or the class."""
    known = {row[1] for row in SECONDS} | {"100"}
    shown = [
        number
        for row in MINUTES
        for sum_ in re.findall(r"\(([^)]*)\) s", row[0])
        for number in re.findall(r"[0-9.]+", sum_)
    ]
    assert len(shown) == 7
    assert set(shown) <= known
