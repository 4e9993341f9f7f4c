"""What several rules say of a record: its tolerance, its known mistakes, the name of its reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grader.course import Answer, FollowThrough, MistakeUse, Name, Tolerance
from grader.judge.matching import Freedom
from grader.judge.rules.base import FieldProblem, KeyPath
from grader.judge.words import Normalisation

# Keys that several rules have, with what they mean.
ReferenceName = Annotated[
    Name | None,
    Field(description="The reference's function that gives what is right; else the one named like the answer."),
]
Order = Annotated[
    Literal["given", "any"],
    Field(description="`any`: the entries may stand in any order; of a matrix, its rows. The best matching counts."),
]
UpTo = Annotated[
    tuple[Freedom, ...], Field(description="What the answer is free in: what is right but for these is right.")
]
Normalise = Annotated[
    tuple[Normalisation, ...],
    Field(description="What does not count: `space` at the ends and how much of it between, `case`."),
]

_FREE: dict[Freedom, str] = {
    "sign": "up to its sign",
    "column_signs": "up to the signs of columns",
    "column_order": "columns in any order",
    "scale": "on any scale",
}


def check_tolerance(tolerance: Tolerance) -> Iterator[FieldProblem]:
    """Yield where a tolerance leaves no room at all."""
    if tolerance.absolute == 0 and tolerance.relative == 0 and tolerance.ulps == 0:
        yield ("tolerance",), "absolute and relative are both 0: expected room for rounding"


def check_freedoms(order: str, freedoms: tuple[Freedom, ...], answer: Answer) -> Iterator[FieldProblem]:
    """Yield what a single number, or a vector, cannot be free in."""
    dimensions = len(answer.shape) if answer.shape is not None else None
    if order == "any" and answer.kind in {"number", "integer"}:
        yield ("order",), f"unknown key for {answer.name} ({answer.kind}): only arrays have an order"
    for index, freedom in enumerate(freedoms):
        if freedom.startswith("column") and order == "any":
            yield ("up_to", index), f"{freedom}: expected `order: given`, as rows in any order tell no columns apart"
        if freedom.startswith("column") and dimensions not in {None, 2}:
            shape = list(answer.shape or ())
            yield ("up_to", index), f"{freedom}: expected a matrix, got {answer.name} of shape {shape}"


def describe_freedoms(order: str, freedoms: tuple[Freedom, ...]) -> str:
    """Return in words, to follow an expected value, in what an answer is free."""
    named = [*(["in any order"] if order == "any" else []), *(_FREE[freedom] for freedom in freedoms)]
    return f" ({', '.join(named)})" if named else ""


def check_mistakes(
    mistakes: tuple[MistakeUse, ...], follow: FollowThrough | None = None, *, has_rules: bool = False
) -> Iterator[FieldProblem]:
    """Yield what is wrong with the known mistakes of a check.

    Args:
        mistakes: what the check looks for.
        follow: from which earlier answers the check follows, as `from` needs it.
        has_rules: the check may recognise mistakes `by` a rule.
    """
    seen: set[str] = set()
    for index, mistake in enumerate(mistakes):
        path: KeyPath = ("mistakes", index)
        if mistake.code in seen:
            yield (*path, "code"), f"{mistake.code} is listed already"
        seen.add(mistake.code)
        if mistake.share is not None and mistake.share > 1:
            yield (*path, "share"), f"{mistake.share}: expected at most 1, the whole"
        if mistake.from_ is not None and follow is None:
            yield (*path, "from"), "unknown key: it belongs to close and function checks that have follow_through"
        if mistake.by is not None and not has_rules:
            yield (*path, "by"), "unknown key: only a function can be wrong by a rule"
        elif mistake.wrong is None:
            what = "an example of what `by` recognises" if mistake.by else "what a student gets who makes it"
            yield (*path, "wrong"), f"missing key: expected the reference's function that gives {what}"
