from __future__ import annotations

import re
from pathlib import Path

import grader.judge
from grader.judge import CODES
from grader.judge.rules import RULES

FAMILIES = {code.partition(".")[0] for code in CODES}
CODE = re.compile(rf'"((?:{"|".join(sorted(FAMILIES | {"check", "text", "form", "own", "function"}))})\.[a-z_]+)"')
FILES = {"course.yaml", "form.py"}  # not codes, though they look like them


def test_every_code_in_the_judge_is_documented() -> None:
    """The table of codes names each code that some module gives, and no other."""
    folder = Path(grader.judge.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")) if path.name != "codes.py"]
    used = {code for source in sources for code in CODE.findall(re.sub(r"(?s)    codes = \{.*?\n    \}", "", source))}
    assert used - CODES.keys() - FILES == set()
    # The ends of a process are put together from their causes.
    assert {code for code in CODES.keys() - used if not code.startswith("run.")} == set()


def test_no_two_rules_give_one_code_two_meanings() -> None:
    """A code that a rule lists is its own: the table would keep one of two meanings."""
    listed = [code for rule in RULES.values() for code in rule.codes]
    assert len(listed) == len(set(listed))
