"""What a marker's browser sends: bounded, and only what the rubric offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import parse_qsl

from starlette.requests import Request

from grader.course import Criterion, Rubric
from grader.report.points import format_points

MAX_FORM = 64 << 10  # bytes
MAX_FIELDS = 500
MAX_WORDS = 5000  # characters of a comment, or of a note
_FORM = "application/x-www-form-urlencoded"


class WrongForm(Exception):  # noqa: N818  # what the marker has sent, said to them
    """A form that cannot be used; the message is for the marker. `status` is the answer's."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep message and status."""
        super().__init__(message)
        self.status = status


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, read no further than `MAX_FORM` bytes.

    Files cannot be sent: a form of another type, in several parts for instance, is none of ours.

    Raises:
        WrongForm: it is too large, or of another type.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise WrongForm(f"expected a form of type {_FORM}", 415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise WrongForm(f"Nothing was saved: the form is larger than {MAX_FORM:,} bytes. Shorten the comment.", 413)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise WrongForm(f"expected at most {MAX_FIELDS} fields", 413) from None
    return dict(pairs)


@dataclass(frozen=True)
class Choice:
    """One of the points that may be given for a criterion."""

    points: Fraction
    word: str
    when: str = ""

    @property
    def shown(self) -> str:
        """The points for a person."""
        return format_points(self.points)


def list_choices(criterion: Criterion) -> tuple[Choice, ...]:
    """Return what may be given for a criterion, the most first."""
    levels = (Choice(one.points, "part", one.when) for one in criterion.levels)
    return (Choice(criterion.points, "full"), *levels, Choice(Fraction(0), "none"))


def parse_points(rubric: Rubric, form: Mapping[str, str]) -> dict[str, Fraction]:
    """Return the points that a form gives, by criterion; what was not chosen is none.

    Raises:
        WrongForm: nothing was chosen, not even that none applies, or something that the rubric does not offer.
    """
    chosen = {one.id: form[f"points.{one.id}"] for one in rubric.criteria if f"points.{one.id}" in form}
    points = {one.id: _parse_choice(one, chosen.get(one.id, "0")) for one in rubric.criteria}
    if not chosen and "none" not in form:
        raise WrongForm("Nothing was saved: choose points for at least one item, or that none applies.")
    if "none" in form and any(points.values()):
        raise WrongForm("Nothing was saved: none applies, and yet there are points. Choose one of the two.")
    return points


def _parse_choice(criterion: Criterion, text: str) -> Fraction:
    for points in criterion.choices:
        if text == str(points):
            return points
    offered = ", ".join(map(str, criterion.choices))
    raise WrongForm(f"Nothing was saved: {criterion.id} = {text[:20]!r}, expected one of {offered}.")


def parse_words(form: Mapping[str, str], name: str) -> str:
    """Return what was written in a field, without the blanks around it.

    Raises:
        WrongForm: it is longer than `MAX_WORDS`.
    """
    words = form.get(name, "").replace("\r\n", "\n").strip()
    if len(words) > MAX_WORDS:
        raise WrongForm(f"Nothing was saved: the {name} has {len(words):,} characters, expected at most {MAX_WORDS:,}.")
    return words
