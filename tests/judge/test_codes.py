from __future__ import annotations

import re
from pathlib import Path

import grader.judge
from grader.judge import CODES

CODE = re.compile(
    r'"((?:value|answer|check|text|form|mistake|follow_through|own|run|call|function|expression|grid|curve|minima'
    r'|figure|invariant)\.[a-z_]+)"'
)


def test_every_code_in_the_judge_is_documented() -> None:
    """The table of codes names each code that some module gives, and no other."""
    folder = Path(grader.judge.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")) if path.name != "codes.py"]
    used = {code for source in sources for code in CODE.findall(source)}
    assert used - CODES.keys() == set()
    # The ends of a process are put together from their causes.
    assert {code for code in CODES.keys() - used if not code.startswith("run.")} == set()
