"""What of a part deserves a look, in words: what a fault of the exercise looks like, or of ours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from grader.model import PartStatus

UNGRADED_SHARE = 0.1  # of a part's students: above it, more than single machines failed
_ERRORS = 2  # standard errors, below which a negative correlation may be chance


def list_unusual(
    counts: Mapping[PartStatus, int], discrimination: float | None, students: int, slow: float | None
) -> Iterator[str]:
    """Yield what is unusual about a part.

    Args:
        counts: how many students are in which state.
        discrimination: the correlation of its points with the rest of the score; None where there is none.
        students: of how many it is the correlation.
        slow: how many times as long as others it takes; None where that is nothing special.
    """
    if counts["ungraded"] > UNGRADED_SHARE * sum(counts.values()):
        yield f"{counts['ungraded']} not graded, because of a mistake on our side"
    # The standard error of a correlation that is zero is about one over the root of the number of students.
    if discrimination is not None and discrimination < -_ERRORS / math.sqrt(students):
        yield "those who do well elsewhere do worse here: look at the question and its checks"
    if slow is not None:
        yield "its cells run far longer than those of other parts" + (
            f": {slow:.0f} times the median of all parts" if math.isfinite(slow) else ""
        )
