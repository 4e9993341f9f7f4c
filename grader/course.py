"""The author's files as typed records: a course, its exercises, parts, answers, checks and rubrics.

What the rules add to a check is in `grader.judge.rules`, one module a rule; `grader.spec` reads the files. Names under
`reference`, `by`, `wrong` and `curve` are looked up in the exercise's module of the course's `reference/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializeAsAny,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from grader.errors import UsageError
from grader.model import Frozen, Isolation, Limits, Sparse

_SHOWN = 60  # characters of a wrong name in a message


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
Title = Annotated[str, Field(min_length=3)]
Kind = Literal[
    "number", "integer", "complex", "array", "string", "bool", "choice", "set", "dict", "table", "function", "figure",
    "expression", "text",
]  # fmt: skip
ExerciseId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
PartId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
Datum = float | tuple[float, ...] | tuple[tuple[float, ...], ...] | str
PackageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", max_length=100)]  # PyPI's


class Argument(Frozen):
    """A parameter of a function answer. `function`: the inputs give its source text, such as `lambda t, y: -2*t*y`."""

    name: Name = Field(description="The parameter's name, for the starter and for messages.")
    kind: Literal["value", "function"] = Field(
        "value", description="`function`: the inputs give the source text of a lambda expression."
    )


class Answer(Frozen):
    """A top-level name that a student fills in."""

    name: Name = Field(description="The name in the student's notebook or script; unique in the course.")
    kind: Kind = Field(description="What the student gives.")
    about: Sentence = Field(description="What it is, in a sentence of the starter.")
    unit: str = Field("", description="Its unit, for the starter and for messages.")
    shape: tuple[int, ...] | None = Field(
        None, description="Arrays: the shape that is expected. Left out where the length is the student's choice."
    )
    arguments: tuple[Name | Argument, ...] = Field((), description="Functions: the parameters, in order.")
    returns: str = Field("", description="Functions: what comes back, in words that follow `Returns`.")
    result: Literal["number", "complex", "string", "bool"] = Field(
        "number", description="Functions: what comes back; `number` and `complex` also stand for arrays of them."
    )
    examples: Name | None = Field(
        None,
        description="Functions: the function of `reference/public/inputs.py` that gives arguments on which students "
        "may try theirs before they submit; its form alone is looked at.",
    )
    choices: tuple[str, ...] = Field((), description="Choices and sets: the words to choose from.")
    range: tuple[float, float] | None = Field(None, description="Numbers: the lowest and the highest that is accepted.")
    promises: Literal["any", "probabilities", "positive"] = Field(
        "any",
        description="What the name promises: from an answer that does not keep it nothing follows, and no entry of it "
        "is called a known mistake.",
    )
    default: float | None = Field(
        None, description="Optional numbers: what is used where the answer is left out or out of range."
    )
    optional: bool = Field(default=False, description="Whether it may be left out, and is not judged.")
    guessable: Annotated[str, Field(pattern=r"^$|^.{10,}$")] = Field(
        "",
        description="Why it is honest that somebody who knows nothing is paid for it, by luck or for being consistent; "
        "`grader validate` tries, and names every other answer that pays such a student.",
    )

    @property
    def parameters(self) -> tuple[Argument, ...]:
        """The parameters of a function, in order."""
        return tuple(Argument(name=one) if isinstance(one, str) else one for one in self.arguments)


class Tolerance(Frozen):
    """How far an answer may be off, and why so far.

    A number passes where `|student - reference| <= absolute + relative * |reference| + ulps`.
    """

    absolute: float = Field(0.0, ge=0, description="How far the answer may be off.")
    relative: float = Field(0.0, ge=0, description="The same as a share of the reference's size.")
    ulps: int = Field(0, ge=0, description="The same in units in the last place of the reference.")
    reason: Sentence = Field(description="Why it is as wide as it is; for whoever changes it later.")


class MistakeUse(Frozen):
    """A known mistake that a check looks for. `wrong` computes what a student gets who makes it.

    A mistake of a function that is a rule and not one value is recognised `by` a function of `reference/rules.py`;
    `wrong` is then an example of it. Where an earlier answer is wrong too, `from` works out what the mistake gives on
    the student's own values: `from(*values of follow_through.uses)`.
    """

    code: Name = Field(description="Its entry in the catalogue of `course.yaml`.")
    wrong: Name | None = Field(
        None, description="The reference's function that gives what a student gets who makes the mistake."
    )
    by: Name | None = Field(None, description="Functions: the rule in `reference/rules.py` that recognises it.")
    from_: Name | None = Field(
        None,
        alias="from",
        description="The same as `wrong`, worked out from the student's own values of `follow_through.uses`.",
    )
    hint: Sentence | None = Field(None, description="What helps here; else the catalogue's hint.")
    share: Points | None = Field(
        None, description="The share of the check's points that remains; else the catalogue's."
    )


class FollowThrough(Frozen):
    """The right answer, worked out from the student's own earlier answers: `by(*values of uses)`.

    For a function check, `uses` are functions and `by` takes their results at the same inputs.
    """

    uses: Annotated[tuple[Name, ...], Field(min_length=1, description="The earlier answers, in the order of `by`.")]
    by: Name = Field(description="The reference's function that works the right answer out from them.")


class BaseCheck(Frozen):
    """What all checks have. `id` is unique in its part; the report shows `<part>.<id>`."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\[\].-]+$", description="Its name in reports; unique in the part.")]
    answer: Name = Field(description="The answer that it judges, one of the part.")
    rule: str = Field("", description="How it judges: one of the rules below, each with keys of its own.")
    points: Points = Field(Fraction(0), description="What a right answer earns.")
    visibility: Literal["hidden", "public"] = Field(
        "hidden", description="Whether `grader check` says its result to students before they submit."
    )
    hint: str = Field("", description="What a student reads whose answer is wrong and is no known mistake.")

    @property
    def reference_name(self) -> str:
        """The reference's function of the answer: the one under `reference`, else the one named like the answer."""
        return getattr(self, "reference", None) or self.answer


class Part(Frozen):
    """The unit of points: `points` is the sum over its checks, and the loader says so when it is not."""

    id: PartId = Field(description="Unique in the course: the exercise's number and a letter (`1a`), or any word.")
    title: Title = Field(description="Its heading in starter and report.")
    points: Points = Field(description="The sum of the points of its checks.")
    statement: Sentence = Field(description="What is asked, in Markdown with formulas between `$`.")
    answers: Annotated[tuple[Answer, ...], Field(min_length=1, description="The names that a student fills in.")]
    checks: Annotated[
        tuple[SerializeAsAny[BaseCheck], ...], Field(min_length=1, description="The questions put to the answers.")
    ]


class Given(Frozen):
    """A datum that the starter notebook assigns."""

    name: Name = Field(description="The name that the starter gives it.")
    value: Datum = Field(
        description="A number, a text, a list of numbers (an array), or a list of such lists (a matrix)."
    )
    about: Sentence = Field(description="What it is: a comment in the starter.")


class Parameter(Frozen):
    """A datum of `given` that each student gets with another value."""

    name: Name = Field(description="The datum, one of `given`.")
    constant: Name = Field(description="The constant of the exercise's module of the reference that holds it.")
    range: tuple[float, float] | None = Field(
        None, description="Numbers: the lowest and the highest that may be drawn, of each entry."
    )
    choices: tuple[str, ...] = Field((), description="Texts: what may be drawn.")


class Variant(Frozen):
    """Other data for each student, where `variants` of `course.yaml` names the exercise."""

    draw: Name = Field(
        description="The function of `reference/variants.py` that draws: from a NumPy generator, a dict of all "
        "parameters by name."
    )
    parameters: Annotated[
        tuple[Parameter, ...], Field(min_length=1, description="The data that are drawn, and within which bounds.")
    ]


class Slope(Frozen):
    """Two numbers of each student that the class page joins by a line. It decides no mark."""

    title: Title = Field(description="What is to be seen, on the class page: `Forward divergence, tau 1 to 3`.")
    from_: Name = Field(alias="from", description="The answer, a number, where the line begins.")
    to: Name = Field(description="The answer, a number, where it ends.")


class Exercise(Sparse):
    """One exercise file."""

    sparse = frozenset({"variant", "slopes"})

    schema_: Literal["grader/exercise/v1"] = Field(alias="schema", description="The form of this file.")
    id: ExerciseId = Field(
        description="A number (`1`: file `ex1.yaml`, module `exercise1`) or words (`linear-algebra`: file "
        "`linear-algebra.yaml`, module `linear_algebra`)."
    )
    title: Title = Field(description="Its heading in starter and report.")
    statement: Sentence = Field(
        description="What all parts have in common, in Markdown with formulas between `$`. With a `variant`, `{{p}}` "
        "stands for the datum `p`, in statements of parts too."
    )
    given: tuple[Given, ...] = Field((), description="Data that the starter assigns.")
    variant: Variant | None = Field(None, description="How other data are drawn for each student.")
    slopes: tuple[Slope, ...] = Field(
        (), description="Pairs of numbers that the class page draws as slope charts; they decide no mark."
    )
    parts: Annotated[tuple[Part, ...], Field(min_length=1, description="Its parts, in order.")]

    @property
    def data(self) -> Mapping[str, Datum]:
        """What is printed of the data, by name."""
        return {datum.name: datum.value for datum in self.given}

    @property
    def tag(self) -> str:
        """The tag of its cells and the stem of its file: `ex1` for a number, the id itself for a word."""
        return f"ex{self.id}" if self.id[0].isdigit() else self.id

    @property
    def module(self) -> str:
        """The name of its module in the course's reference: `exercise1` for a number, `linear_algebra` for words."""
        return f"exercise{self.id.replace('-', '_')}" if self.id[0].isdigit() else self.id.replace("-", "_")

    @property
    def mark(self) -> str:
        """The name to which a student's own starter assigns the mark that says whose data it holds."""
        return f"{self.tag.replace('-', '_')}_variant"

    def give(self, values: Mapping[str, Datum]) -> Exercise:
        """Return the exercise with these data in the place of those that the file gives."""
        given = tuple(one.model_copy(update={"value": values.get(one.name, one.value)}) for one in self.given)
        return self.model_copy(update={"given": given})


class Level(Frozen):
    """A part of a criterion's points, and what earns it."""

    points: Points = Field(description="What it is worth: more than nothing and less than the criterion.")
    when: Sentence = Field(description="What a text has that earns so much and no more.")


class Criterion(Frozen):
    """One thing a marker looks for: met, not met, or met to one of its levels."""

    id: Name = Field(description="Its name in this rubric.")
    points: Points = Field(description="What it is worth.")
    about: Sentence = Field(description="What the marker looks for.")
    levels: tuple[Level, ...] = Field((), description="What it gives between all and nothing, the most first.")
    feedback: Sentence = Field(description="What a student reads who misses it.")

    @property
    def choices(self) -> tuple[Fraction, ...]:
        """What it can give, the most first, nothing last."""
        return (self.points, *(level.points for level in self.levels), Fraction(0))


class MarkedExample(Frozen):
    """A text with the points a marker should give it, by criterion."""

    text: Sentence = Field(description="What a student might write.")
    points: dict[str, Points] = Field(description="What it gets, by criterion.")
    why: Sentence = Field(description="The reason, for markers.")


class Rubric(Frozen):
    """How a human marks one text answer: the criteria's points add up to the check's."""

    schema_: Literal["grader/rubric/v1"] = Field(alias="schema", description="The form of this file.")
    part: PartId = Field(description="The part that the text belongs to; the file is named after it, or the answer.")
    answer: Name = Field(description="The answer, of kind `text`.")
    points: Points = Field(description="Those of the answer's check, and the sum over the criteria.")
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, description="What markers look for.")]
    examples: Annotated[
        tuple[MarkedExample, ...], Field(min_length=2, description="Texts with their points, to keep markers together.")
    ]


class Mistake(Frozen):
    """An entry of the catalogue of known mistakes: what the student is told, and the usual share of the points."""

    code: Name = Field(description="What checks and reports call it; it never changes.")
    title: Title = Field(description="What the student did, in a few words.")
    hint: Sentence = Field(description="What helps; it never shows the right value.")
    share: Points = Field(description="The share of a check's points that remains: 0 to 1.")


class Invariant(Frozen):
    """An entry of the catalogue of invariants: a theorem that students' own answers are held against.

    `name` is a function of `reference/invariants.py` or `reference/public/invariants.py`. `title` is its name, small
    unless a person's; `statement` finishes the sentence that shows a student the counterexample.
    """

    name: Name = Field(description="The function, and what checks call it under `theorem`.")
    title: Title = Field(description="The theorem's name, small unless a person's.")
    statement: Sentence = Field(description="The theorem; it finishes the sentence that shows the counterexample.")
    public: Sentence | None = Field(
        None, description="What students read of it before they submit, where the statement would say too much."
    )

    @property
    def heading(self) -> str:
        """The title as it begins a sentence."""
        return self.title[:1].upper() + self.title[1:]


class Lateness(Frozen):
    """What lateness costs: days begun after the due moment, when it is more than the grace away."""

    grace_minutes: Annotated[int, Field(ge=0, description="Minutes that cost nothing.")] = 0
    percent_per_day: Points = Field(Fraction(0), description="What each day begun costs, in percent of the score.")
    at_most_percent: Points = Field(Fraction(100), description="What all days together cost at most.")
    cut_off_days: Points | None = Field(None, description="After so many days nothing counts any more.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.percent_per_day > 100 or self.at_most_percent > 100:
            raise ValueError("a percentage over 100: expected at most the whole score")
        return self


class Assignment(Frozen):
    """Exercises that are due together. `extensions` gives single students another due moment."""

    id: ExerciseId = Field(description="Its name in gradebook and commands.")
    title: str = Field("", description="What people read.")
    exercises: Annotated[tuple[ExerciseId, ...], Field(min_length=1, description="The exercises' ids, in order.")]
    due: AwareDatetime | None = Field(None, description="When it is due, with time zone: `2026-11-02T23:59:00+01:00`.")
    extensions: dict[str, AwareDatetime] = Field(
        default_factory=dict, description="Another due moment for single students, by name."
    )
    weight: Points = Field(Fraction(1), description="What it counts beside the other assignments.")
    late: Lateness = Field(Lateness(), description="What lateness costs; nothing, where this is left out.")


class Options(Frozen):
    """Options of commands as this course wants them; the command line and the environment win over it."""

    isolation: Isolation | None = Field(None, description="`--isolation`: the level to insist on; else `full`.")
    jobs: Annotated[int, Field(ge=1)] | None = Field(
        None, description="`--jobs` of `grader batch`: students at the same time; else one a core."
    )


RoundingRule = Literal["none", "half_up", "half_even"]


class CourseFile(Sparse):
    """`course.yaml`: what the exercises have in common."""

    sparse = frozenset({"variants"})

    schema_: Literal["grader/course/v1"] = Field(alias="schema", description="The form of this file.")
    id: ExerciseId = Field(description="The course's name for programs. It never changes: a gradebook belongs to it.")
    title: Title = Field(description="The course's name for people.")
    packages: tuple[PackageName, ...] = Field(
        (), description="Distributions that students may import beside NumPy and Matplotlib, named as on PyPI."
    )
    submit: str = Field(
        "", description="How students submit, in a sentence of the starter: `Upload the notebook to Moodle.`"
    )
    seed: int = Field(0, description="Stands in every report as `provenance.seed`; nothing is drawn with it.")
    limits: Limits = Field(Limits(), description="What one submission may use; options of commands win over it.")
    options: Options = Field(Options(), description="Options of commands, where nobody gives others.")
    assignments: tuple[Assignment, ...] = Field(
        (), description="Exercises that are due together; else one of everything."
    )
    variants: tuple[ExerciseId, ...] = Field(
        (), description="Exercises of which each student gets other data; none, where this is left out."
    )
    invariants: tuple[Invariant, ...] = Field((), description="The catalogue of theorems that checks may name.")
    mistakes: tuple[Mistake, ...] = Field((), description="The catalogue of known mistakes that checks may name.")
    round: RoundingRule = Field(
        "none",
        description="How final scores are rounded, once and at the end, in the files and systems that they go to: "
        "`half_up`, `half_even`, or `none`. Reports always have the exact score.",
    )
    decimals: Annotated[int, Field(ge=0, le=6, description="To how many decimals `round` rounds.")] = 2


_AFTER_DUE = re.compile(r"(?:([1-9][0-9]{0,3}) (hour|day)s? after )?due")
_MOMENT = "a moment such as 2026-11-02T23:59:00+01:00, `due`, or `7 days after due`"


def _parse_moment(text: str) -> datetime | timedelta:
    """Return a moment, or how long after the due moment it is; what is neither is a `ValueError`."""
    after = _AFTER_DUE.fullmatch(text)
    if after is not None:
        count = int(after[1] or 0)
        return timedelta(days=count) if after[2] == "day" else timedelta(hours=count)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected {_MOMENT}, got {text[:60]!r}") from None
    if moment.tzinfo is None:
        raise ValueError(f"expected a time zone, as in 2026-11-02T23:59:00+01:00, got {text!r}")
    return moment


class Before(Frozen):
    """The stage before the due moment."""

    until: Literal["due"] = Field("due", description="The student's own due moment, with an extension.")


class After(Frozen):
    """The stage that begins at the due moment."""

    from_: Literal["due"] = Field("due", alias="from", description="The student's own due moment.")


class Opening(Frozen):
    """A stage that begins at a moment."""

    from_: str = Field(alias="from", description=f"When it begins: {_MOMENT}, which is the assignment's.")

    @field_validator("from_")
    @classmethod
    def _check_from(cls, text: str) -> str:
        _parse_moment(text)
        return text

    def begins(self, due: datetime) -> datetime:
        """Return when the stage begins, for an assignment that is due at `due`."""
        moment = _parse_moment(self.from_)
        return due + moment if isinstance(moment, timedelta) else moment


class Requires(Frozen):
    """What may be open in the class, in points of all submitted work, for feedback to begin."""

    pending: Points = Field(Fraction(0), description="The most points that may still wait for a person.")
    ungraded: Points = Field(Fraction(0), description="The most points that may be ungraded by a mistake of ours.")


class FeedbackOpening(Opening):
    """The stage of feedback: a date alone never publishes half-marked work."""

    requires: Requires = Field(Requires(), description="What must be done before it begins, whatever the date.")


class Stages(Frozen):
    """The stages in their order; one that is left out never begins, and the one before it lasts."""

    practice: Before = Field(Before(), description="Public checks alone, in the words of `grader check`.")
    received: After = Field(After(), description="A receipt and nothing else.")
    scores: Opening | None = Field(None, description="Points by part.")
    feedback: FeedbackOpening | None = Field(None, description="What was right or wrong, and why.")
    solutions: Opening | None = Field(None, description="Whole rubrics and their examples too.")


class RegradeRules(Frozen):
    """Until when, and how often, a student may ask for another look."""

    until: str = Field(
        "7 days after feedback",
        pattern=r"^[1-9][0-9]{0,3} days? after feedback$",
        description="The last moment for a request, such as `7 days after feedback`.",
    )
    per_part: Annotated[int, Field(ge=1, description="Requests that a student may make about one part.")] = 1
    may_lower: bool = Field(default=False, description="Whether a request may cost points.")

    @property
    def length(self) -> timedelta:
        """How long after the feedback requests are taken."""
        return timedelta(days=int(self.until.split()[0]))


class ReleaseFile(Frozen):
    """`release.yaml`: who sees what when. When work is due, and for whom later, stands in `course.yaml` alone."""

    schema_: Literal["grader/release/v1"] = Field(alias="schema", description="The form of this file.")
    stages: Stages = Field(description="What students may see from when on.")
    regrade: RegradeRules | None = Field(None, description="Requests for another look; none, where it is left out.")


class Course(Frozen):
    """Everything the author wrote. `sha256` names this version of it, with its reference and data.

    Narrowed to an `assignment`, a course holds what belongs to that one alone, and is still the same version.
    """

    file: CourseFile
    exercises: tuple[Exercise, ...]
    rubrics: tuple[Rubric, ...]
    sha256: str
    release: ReleaseFile | None = None  # decides no mark, so `sha256` does not cover it
    assignment: str = ""  # the one that it is narrowed to; empty for all of it

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """The assignments; a course that names none is one assignment of everything."""
        everything = Assignment(id="all", exercises=tuple(exercise.id for exercise in self.exercises))
        return self.file.assignments or (everything,)

    def keep(self, exercises: Collection[str]) -> Course:
        """Return the course with these exercises and their rubrics alone."""
        kept = tuple(exercise for exercise in self.exercises if exercise.id in exercises)
        parts = {part.id for exercise in kept for part in exercise.parts}
        rubrics = tuple(rubric for rubric in self.rubrics if rubric.part in parts)
        return self.model_copy(update={"exercises": kept, "rubrics": rubrics})

    def narrow(self, assignment: str) -> Course:
        """Return the course with one of its assignments alone; with '', all of it.

        Raises:
            UsageError: the course has no such assignment.
        """
        if not assignment:
            return self
        check_assignment(assignment, [one.id for one in self.file.assignments])
        (kept,) = (one for one in self.file.assignments if one.id == assignment)
        title = f"{self.file.title} · {kept.title or kept.id}"  # so that every page says which one it is of
        file = self.file.model_copy(update={"assignments": (kept,), "title": title})
        return self.keep(kept.exercises).model_copy(update={"file": file, "assignment": assignment})

    @property
    def variants(self) -> tuple[Exercise, ...]:
        """The exercises of which each student gets other data."""
        return tuple(exercise for exercise in self.exercises if exercise.id in self.file.variants)


def check_assignment(assignment: str, known: Sequence[str]) -> None:
    """Check that an assignment is one of those of `course.yaml`.

    Raises:
        UsageError: it is not.
    """
    if not known:
        raise UsageError(f"--assignment = {assignment!r}: expected none, as course.yaml has no `assignments`")
    if assignment not in known:
        raise UsageError(f"--assignment: expected one of {', '.join(known)}, got {assignment[:_SHOWN]!r}")


class Draw(Frozen):
    """The data of one exercise that one student was given. They never change, whatever is drawn later."""

    student: Annotated[str, Field(min_length=1)]
    exercise: ExerciseId
    draw: Annotated[int, Field(ge=0)]  # how many draws before it were rejected
    mark: Mark
    values: dict[Name, Datum]


class VariantsFile(Frozen):
    """`variants.json`: what was given out to whom. For staff; it holds no secret, and all that grading needs."""

    schema_: Literal["grader/variants/v1"] = Field("grader/variants/v1", alias="schema")
    course: ExerciseId
    draws: tuple[Draw, ...] = ()
