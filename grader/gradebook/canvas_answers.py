"""What Canvas answers, read strictly: each value is of the form that Canvas documents, or it is not used.

https://canvas.instructure.com/doc/api/ as of 2026. A server that is not Canvas, or is no longer, may answer anything.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_POINTS = 1e9  # of a score; NaN, infinity and what would take gigabytes as a fraction are no points
_Points = Annotated[float, Field(ge=-MOST_POINTS, le=MOST_POINTS, allow_inf_nan=False)]
_Id = Annotated[int, Field(gt=0)]  # it becomes a part of addresses


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, from_attributes=True)


class AssignmentAnswer(_Answer):
    """An assignment."""

    name: str = ""
    points_possible: _Points | None = None


class UserAnswer(_Answer):
    """A student of the course, with the ids by which a roster knows them."""

    id: _Id
    sis_user_id: str | int | None = None
    login_id: str | int | None = None


class OwnerAnswer(_Answer):
    """Whose a submission is."""

    user_id: _Id


class CommentAnswer(_Answer):
    """A comment at a submission."""

    comment: str | None = None
    attachments: list[Any] | None = None


class SubmissionAnswer(_Answer):
    """A submission, as far as a push reads it."""

    score: _Points | None = None
    submission_comments: list[CommentAnswer] | None = None
    points_deducted: float | None = None
    excused: bool | None = None


class FileAnswer(_Answer):
    """A file that was uploaded."""

    id: _Id


_A = TypeVar("_A", bound=_Answer)


def read_answer(model: type[_A], answer: Any) -> _A:
    """Return what Canvas answered.

    Raises:
        ValueError: it is not of the form expected; says where.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place or 'answer'}: {first['msg']}") from error


def to_fraction(points: float | None) -> Fraction | None:
    """Return points exactly as they are written in decimals."""
    return None if points is None else Fraction(str(points))
