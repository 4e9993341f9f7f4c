"""docs/validate.md speaks of everything that validation can find."""

from __future__ import annotations

import re
from pathlib import Path

from grader.validate.issues import CODES

PAGE = Path(__file__).parents[3] / "docs" / "validate.md"


def test_every_problem_stands_on_the_page() -> None:
    """An author who meets a code finds the question that it answers; the page names no other."""
    page = PAGE.read_text(encoding="utf-8")
    table = page.partition("## What is verified")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", table)) == set(CODES)
