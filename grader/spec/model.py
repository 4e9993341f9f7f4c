"""The author's files as typed records: a course, its exercises, parts, answers, checks and rubrics.

The JSON Schemas that editors use are generated from these models. A rule's docstring says when it passes.
Names under `reference`, `by`, `wrong` and `curve` are looked up in the exercise's reference module
(`reference.exercise1` …).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from grader.model import Frozen


class _ExactNumber:
    """Lets a model field hold a `Fraction` written as 2, 0.25 or "1/3" without passing through binary rounding."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        fraction = {"type": "string", "pattern": "^[0-9]+/[1-9][0-9]*$"}
        return {"anyOf": [{"type": "number", "minimum": 0}, fraction]}

    @staticmethod
    def parse(value: object) -> Fraction:
        """Return `value` exactly; a bool, a negative number or other text is a `ValueError`."""
        if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
            raise ValueError(f"{value!r} ({type(value).__name__}) is not a number of points")
        # Only what the schema allows as text: "1/0" would leave here as a ZeroDivisionError, "1e999999999" not at all.
        if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}(/[1-9][0-9]{0,8})?", value):
            raise ValueError(f"{value!r} (text) is not a number of points such as 2, 0.25 or 1/3")
        number = Fraction(str(value))
        if number < 0:
            raise ValueError(f"{value!r} is negative")
        return number


Points = Annotated[Fraction, _ExactNumber]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Sentence = Annotated[str, Field(min_length=10)]
Kind = Literal["number", "array", "bool", "choice", "set", "function", "figure", "expression", "text"]


class Answer(Frozen):
    """A top-level name that a student fills in."""

    name: Name
    kind: Kind
    about: Sentence
    unit: str = ""
    shape: tuple[int, ...] | None = None  # arrays; None where the length is the student's choice
    arguments: tuple[Name, ...] = ()  # functions: parameter names, in order
    returns: str = ""  # functions: what comes back, in words
    choices: tuple[str, ...] = ()  # choice and set
    optional: bool = False


class Tolerance(Frozen):
    """|student - reference| <= absolute + relative * |reference|, and why it is as wide as it is."""

    absolute: float = Field(0.0, ge=0)
    relative: float = Field(0.0, ge=0)
    reason: Sentence


class MistakeUse(Frozen):
    """A known mistake that a check looks for. `wrong` computes what a student gets who makes it.

    None for the codes that are a rule and not one value (`smoothing_hides_inf`).
    """

    code: Name
    wrong: Name | None = None
    share: Points | None = None  # of the check's points; None: the catalogue's


class FollowThrough(Frozen):
    """The right answer, worked out from the student's own earlier answers: `by(*values of uses)`.

    For a function check, `uses` are functions and `by` takes their results at the same inputs.
    """

    uses: Annotated[tuple[Name, ...], Field(min_length=1)]
    by: Name


class BaseCheck(Frozen):
    """What all checks have. `id` is unique in its part; the report shows `<part>.<id>`."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\[\].]+$")]
    answer: Name
    points: Points = Fraction(0)
    visibility: Literal["hidden", "public"] = "hidden"
    hint: str = ""


class CloseCheck(BaseCheck):
    """A number, an array, or one `entry` of an array or dict, is within `tolerance` of the reference."""

    rule: Literal["close"]
    reference: Name | None = None  # None: named like the answer
    entry: int | str | None = None
    tolerance: Tolerance
    mistakes: tuple[MistakeUse, ...] = ()
    follow_through: FollowThrough | None = None


class ExactCheck(BaseCheck):
    """A bool, a choice or a set is the reference's, or one of the sets in `also`."""

    rule: Literal["exact"]
    reference: Name | None = None
    also: tuple[tuple[str, ...], ...] = ()
    mistakes: tuple[MistakeUse, ...] = ()
    follow_through: FollowThrough | None = None


class ExpressionCheck(BaseCheck):
    """An exact expression has the reference's value, and is not a bare decimal."""

    rule: Literal["expression"]
    reference: Name | None = None
    tolerance: Tolerance
    mistakes: tuple[MistakeUse, ...] = ()


class FunctionCheck(BaseCheck):
    """A function agrees with the reference on every input; right on some, it keeps at most the share `partial`."""

    rule: Literal["function"]
    reference: Name | None = None
    inputs: Name  # a generator in grader/inputs.py
    tolerance: Tolerance
    partial: Points
    up_to_constant: bool = False  # one number, the same for all inputs, may be added to the reference
    mistakes: tuple[MistakeUse, ...] = ()
    follow_through: FollowThrough | None = None


class GridCheck(BaseCheck):
    """An array of `at_least` to `at_most` increasing values whose ends lie within one grid step of `low` and `high`."""

    rule: Literal["grid"]
    low: float
    high: float
    at_least: int
    at_most: int


class CurveCheck(BaseCheck):
    """A Monte-Carlo curve on the student's own grid lies within so many true standard errors of the true curve."""

    rule: Literal["curve"]
    grid: Name
    variance: Name
    default_variance: float
    variance_range: tuple[float, float]
    samples: int
    standard_errors: float
    reason: Sentence


class MinimaCheck(BaseCheck):
    """One negative and one positive place where the true curve is within so many standard errors of its minimum."""

    rule: Literal["minima"]
    variance: Name
    default_variance: float
    variance_range: tuple[float, float]
    samples: int
    standard_errors: float
    reason: Sentence


class OwnCheck(BaseCheck):
    """Agrees with `by(*student's own values of uses)`, whatever those are; blocked where one of them is missing."""

    rule: Literal["own"]
    uses: Annotated[tuple[Name, ...], Field(min_length=1)]
    by: Name
    tolerance: Tolerance | None = None  # None for a bool


class FigureCheck(BaseCheck):
    """The figure has the aspect: some line follows `curve`, or axes are labelled, or a legend tells the lines apart."""

    rule: Literal["figure"]
    aspect: Literal["curve", "axis_labels", "legend"]
    curve: Name | None = None
    tolerance: Tolerance | None = None
    at_least: int = 20  # points in (0, 1) on which the line must follow


class TextCheck(BaseCheck):
    """A human marks the text by the rubric of this part; until then its points are pending."""

    rule: Literal["text"]


class InvariantCheck(BaseCheck):
    """A theorem holds for the student's own answers on generated inputs. Needs no reference; carries no points."""

    rule: Literal["invariant"]
    theorem: Name  # a theorem in grader/judge/invariants.py
    of: Annotated[tuple[Name, ...], Field(min_length=1)]
    visibility: Literal["hidden", "public"] = "public"


Check = Annotated[
    CloseCheck | ExactCheck | ExpressionCheck | FunctionCheck | GridCheck | CurveCheck | MinimaCheck | OwnCheck
    | FigureCheck | TextCheck | InvariantCheck,
    Field(discriminator="rule"),
]  # fmt: skip


class Part(Frozen):
    """The unit of points: `points` is the sum over its checks, and the loader says so when it is not."""

    id: Annotated[str, Field(pattern=r"^[1-9][0-9]*[a-z]$")]
    title: Sentence
    points: Points
    statement: Sentence
    answers: Annotated[tuple[Answer, ...], Field(min_length=1)]
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]


class Given(Frozen):
    """A datum that the starter notebook assigns."""

    name: Name
    value: float | tuple[float, ...] | tuple[tuple[float, ...], ...]
    about: Sentence


class Exercise(Frozen):
    """One exercise file."""

    schema_: Literal["grader/exercise/v1"] = Field(alias="schema")
    id: Annotated[str, Field(pattern=r"^[1-9][0-9]*$")]
    title: Sentence
    statement: Sentence
    given: tuple[Given, ...] = ()
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]


class Criterion(Frozen):
    """One thing a marker looks for."""

    id: Name
    points: Points
    about: Sentence
    feedback: Sentence  # for a student who misses it


class MarkedExample(Frozen):
    """A text with the points a marker should give it, by criterion."""

    text: Sentence
    points: dict[str, Points]
    why: Sentence


class Rubric(Frozen):
    """How a human marks one text answer: the criteria's points add up to the check's."""

    schema_: Literal["grader/rubric/v1"] = Field(alias="schema")
    part: Annotated[str, Field(pattern=r"^[1-9][0-9]*[a-z]$")]
    answer: Name
    points: Points
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    examples: Annotated[tuple[MarkedExample, ...], Field(min_length=2)]


class Mistake(Frozen):
    """An entry of the catalogue of known mistakes: what the student is told, and the usual share of the points."""

    code: Name
    title: Sentence
    hint: Sentence
    share: Points


class Limits(Frozen):
    """What one submission may use. Defaults as in the contract; every unit is in the name."""

    cell_wall_s: float = Field(30.0, gt=0)
    submission_wall_s: float = Field(60.0, gt=0)
    submission_cpu_s: float = Field(60.0, gt=0)
    call_wall_s: float = Field(2.0, gt=0)
    calls_wall_s: float = Field(120.0, gt=0)
    memory_bytes: int = Field(1 << 30, gt=0)
    processes: int = Field(64, gt=0)  # processes and threads together
    disk_bytes: int = Field(64 << 20, gt=0)
    disk_files: int = Field(4096, gt=0)
    cell_output_bytes: int = Field(1 << 20, gt=0)
    submission_output_bytes: int = Field(8 << 20, gt=0)
    file_bytes: int = Field(20 << 20, gt=0)
    cells: int = Field(10_000, gt=0)
    value_bytes: int = Field(1 << 20, gt=0)


class CourseFile(Frozen):
    """`course.yaml`: what the exercises have in common."""

    schema_: Literal["grader/course/v1"] = Field(alias="schema")
    title: Sentence
    reference: str  # the package with one module per exercise
    packages: tuple[str, ...]  # distributions that students may import, with all they need
    seed: int
    limits: Limits = Limits()
    mistakes: tuple[Mistake, ...] = ()


class Course(Frozen):
    """Everything the author wrote. `sha256` names this version of it."""

    file: CourseFile
    exercises: tuple[Exercise, ...]
    rubrics: tuple[Rubric, ...]
    sha256: str
