"""What is said of a part that deserves a look, and what is not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from grader.stats.numbers import STATES
from grader.stats.unusual import list_unusual


def list_of(discrimination: float | None = None, slow: float | None = None, **counts: int) -> list[str]:
    """Return what is unusual in a class of a hundred."""
    states: Any = dict.fromkeys(STATES, 0) | counts
    return list(list_unusual(states, discrimination, 100, slow))


@pytest.mark.parametrize(("count", "is_said"), [(0, False), (10, False), (11, True)])
def test_more_than_a_tenth_not_graded(count: int, *, is_said: bool) -> None:
    """One machine that failed is told at the top of the page."""
    said = list_of(ungraded=count, **{"pass": 100 - count})
    assert said == ([f"{count} not graded, because of a mistake on our side"] if is_said else [])


@pytest.mark.parametrize(("value", "is_said"), [(None, False), (0.3, False), (-0.19, False), (-0.21, True)])
def test_negative_discrimination(value: float | None, *, is_said: bool) -> None:
    """Beyond two standard errors, which are a fifth for a hundred students."""
    assert [text.partition(":")[0] for text in list_of(value)] == (
        ["those who do well elsewhere do worse here"] if is_said else []
    )


def test_slow_part() -> None:
    """With how many times, where that is a number."""
    assert list_of(slow=7.4) == ["its cells run far longer than those of other parts: 7 times the median of all parts"]
    assert list_of(slow=math.inf) == ["its cells run far longer than those of other parts"]
    assert list_of(slow=None) == []
