"""Frozen values that cross rooms: what was submitted, what came out of the sandbox, what the judge says.

Knows no file, process or clock. Everything that came out of the sandbox is parsed by the strict models below,
so a value the judge sees is one of the shapes listed here and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from typing_extensions import TypeAliasType

Isolation = Literal["full", "reduced", "none"]


class Frozen(BaseModel):
    """A strict, immutable record: no unknown keys, no conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    fields: ClassVar = property(vars, doc="What is there, by name: its own values, nothing dumped.")


# ---------------------------------------------------------------- limits


class Limits(Frozen):
    """What one submission may use; every unit is in the name."""

    cell_wall_s: float = Field(30.0, gt=0, description="Seconds that one cell may take.")
    submission_wall_s: float = Field(60.0, gt=0, description="Seconds that all cells of a submission may take.")
    submission_cpu_s: float = Field(60.0, gt=0, description="Seconds of processor time for all cells of a submission.")
    call_wall_s: float = Field(2.0, gt=0, description="Seconds that one call of a student's function may take.")
    calls_wall_s: float = Field(120.0, gt=0, description="Seconds that all calls of a student's functions may take.")
    memory_bytes: int = Field(1 << 30, gt=0, description="Memory.")
    processes: int = Field(64, gt=0, description="Processes and threads together.")
    disk_bytes: int = Field(64 << 20, gt=0, description="What may be written to disk.")
    disk_files: int = Field(4096, gt=0, description="Files that may be written.")
    cell_output_bytes: int = Field(1 << 20, gt=0, description="What one cell may print.")
    submission_output_bytes: int = Field(8 << 20, gt=0, description="What all cells of a submission may print.")
    file_bytes: int = Field(20 << 20, gt=0, description="The size of a submitted file.")
    cells: int = Field(10_000, gt=0, description="Cells of a submission.")
    value_bytes: int = Field(1 << 20, gt=0, description="The size of one answer's value.")


# ---------------------------------------------------------------- what was submitted


@dataclass(frozen=True)
class Cell:
    """A piece of a submission. `index` counts from 0 in its file, `line` from 1 (the line of the file it starts at).

    `exercise` ("1") and `part` ("1a") come from tags of numbered exercises; `tags` keeps all tags, of any course.
    """

    index: int
    kind: Literal["code", "markdown"]
    source: str
    line: int = 1
    tags: tuple[str, ...] = ()
    exercise: str | None = None
    part: str | None = None

    def find_exercise(self, exercises: Mapping[str, str]) -> str | None:
        """Return the exercise of a course that the cell belongs to; None where it belongs to none.

        Args:
            exercises: by tag, which exercise it means: the ids of exercises and the names of answers.
        """
        if self.exercise is not None and self.exercise in exercises:
            return exercises[self.exercise]
        return next((exercises[tag] for tag in self.tags if tag in exercises), None)


@dataclass(frozen=True)
class SubmittedFile:
    """One file of a student. `style` says how its cells run: notebook cells one by one, a plain script as one."""

    name: str
    style: Literal["notebook", "percent", "script"]
    sha256: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Submission:
    """All files of one student in name order. `sha256` covers names and contents.

    `tree` has every file as it was submitted, by its path: notebooks, scripts and the data beside them. `remarks` says
    what lay beside and was left out.
    """

    student: str
    files: tuple[SubmittedFile, ...]
    sha256: str
    tree: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    remarks: tuple[str, ...] = ()


def list_sources(submission: Submission) -> list[str]:
    """Return what stands in the code cells of a submission."""
    return list_code(file.cells for file in submission.files)


def list_code(files: Iterable[Iterable[Cell]]) -> list[str]:
    """Return what stands in the code cells of files."""
    return [cell.source for cells in files for cell in cells if cell.kind == "code"]


def merge_rank(name: str) -> tuple[int, str]:
    """Return the place of a file when answers are merged: the deepest first, then by name; the later one counts."""
    return -name.count("/"), name


_PAGE_BYTES = 4096


def count_disk_bytes(size: int) -> int:
    """Return what a file of `size` bytes takes up on the disk that a student gets: a tmpfs keeps whole pages."""
    return -(-size // _PAGE_BYTES) * _PAGE_BYTES


def find_folders(names: Iterable[str]) -> set[str]:
    """Return the folders that these paths of a submission go through."""
    return {name[:index] for name in names for index, char in enumerate(name) if char == "/"}


# ---------------------------------------------------------------- what is asked of the sandbox


Finite = Annotated[float, Field(allow_inf_nan=False)]  # JSON has no others
Vector = TypeAliasType("Vector", "tuple[Finite | Vector, ...]")


class FloatArgument(Frozen):
    """A float that JSON cannot write."""

    type: Literal["float"] = "float"
    value: Literal["inf", "-inf", "nan"]


class ComplexArgument(Frozen):
    """A complex number; both parts as in `FloatValue`."""

    type: Literal["complex"] = "complex"
    re: str
    im: str


class ArrayArgument(Frozen):
    """An array that is no nested tuple of finite floats; shape and values as in `ArrayValue`."""

    type: Literal["array"] = "array"
    dtype: Literal["float", "int", "bool", "complex"]
    shape: tuple[int, ...]
    values: tuple[str, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if min(self.shape, default=0) < 0 or math.prod(self.shape) != len(self.values):
            raise ValueError(f"expected as many values as shape = {self.shape} has entries, got {len(self.values)}")
        return self


class ListArgument(Frozen):
    """A list of anything that is no array of floats."""

    type: Literal["list"] = "list"
    items: tuple[Argument, ...]


Label = str | int | Finite | None


class DictArgument(Frozen):
    """A dict, in its order."""

    type: Literal["dict"] = "dict"
    items: tuple[tuple[Label, Argument], ...]


class ColumnArgument(Frozen):
    """A column or the index of a table. `values`: as in `ArrayValue`, ISO dates, strings; None for what is missing."""

    label: Label
    dtype: Literal["float", "int", "bool", "str", "datetime"]
    values: tuple[str | None, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.dtype not in {"str", "datetime"} and None in self.values:
            raise ValueError(f"expected a value in every row of {self.label!r} (dtype = {self.dtype}), got None")
        return self


class TableArgument(Frozen):
    """A pandas `DataFrame`, or a `Series` as its one column; without an index its rows are numbered from 0."""

    type: Literal["table"] = "table"
    form: Literal["frame", "series"] = "frame"
    columns: tuple[ColumnArgument, ...]
    index: ColumnArgument | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        lengths = {len(column.values) for column in (*self.columns, *((self.index,) if self.index else ()))}
        if len(lengths) > 1:
            raise ValueError(f"expected columns and index of one length, got lengths {sorted(lengths)}")
        if self.form == "series" and len(self.columns) != 1:
            raise ValueError(f"expected one column in a series, got {len(self.columns)}")
        return self


class FunctionArgument(Frozen):
    """A function: a lambda expression of the course's, evaluated on both sides with `np`, `numpy`, `math` in scope."""

    type: Literal["function"] = "function"
    source: str


Argument = (
    Finite | int | bool | str | None | Vector
    | Annotated[
        FloatArgument | ComplexArgument | ArrayArgument | ListArgument | DictArgument | TableArgument
        | FunctionArgument,
        Field(discriminator="type"),
    ]
)  # fmt: skip


class Call(Frozen):
    """One call of a student's function. A nested tuple of floats is a float64 array."""

    args: tuple[Argument, ...]

    @cached_property
    def _text(self) -> str:
        """The call in JSON, where 1, 1.0 and true are three, as they are for a function. Written and hashed once."""
        return self.model_dump_json()

    @cached_property
    def plain_args(self) -> list[Any]:
        """The arguments as the plain data that goes into the sandbox."""
        plain: list[Any] = self.model_dump(mode="json")["args"]
        return plain

    def __hash__(self) -> int:
        """Return a hash that is fast: results are looked up by call thousands of times."""
        return hash(self._text)

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a call with the same arguments, of the same types."""
        return isinstance(other, Call) and self._text == other._text


class Probe(Frozen):
    """What to take from the student's namespace. Holds no expected value, tolerance or points."""

    name: str
    exercise: str
    calls: tuple[Call, ...] = ()  # empty: only the value is taken


# ---------------------------------------------------------------- what came out: values


class FloatValue(Frozen):
    """A real number; `value` is `float.hex()` text, or `inf`, `-inf`, `nan`. Fraction, Decimal and NumPy floats too."""

    type: Literal["float"] = "float"
    value: str = Field(max_length=40)


class IntValue(Frozen):
    """An integer in decimal digits."""

    type: Literal["int"] = "int"
    value: str = Field(max_length=401)  # a sign and 400 digits


class ComplexValue(Frozen):
    """A complex number; both parts as in `FloatValue`."""

    type: Literal["complex"] = "complex"
    re: str = Field(max_length=40)
    im: str = Field(max_length=40)


class BoolValue(Frozen):
    """`True`, `False`, or NumPy's."""

    type: Literal["bool"] = "bool"
    value: bool


class StrValue(Frozen):
    """A string; one that is too long arrives as `UnreadableValue` instead."""

    type: Literal["str"] = "str"
    value: str


class EmptyValue(Frozen):
    """`absent`: the name does not exist; `none` and `ellipsis`: it was left as in the starter. All: not attempted."""

    type: Literal["absent", "none", "ellipsis"]


class ArrayValue(Frozen):
    """A NumPy array of numbers or bools, row-major.

    `values`: as in `FloatValue` or `IntValue`, "true" or "false", or the two parts of a complex number and a space.
    """

    type: Literal["array"] = "array"
    dtype: Literal["float", "int", "bool", "complex"]
    shape: tuple[int, ...]
    values: tuple[str, ...]


class SequenceValue(Frozen):
    """A list, tuple, set, or an array of objects or strings; a set's items are sorted by their text."""

    type: Literal["sequence"] = "sequence"
    form: Literal["list", "tuple", "set", "array"]
    items: tuple[Value, ...]


class MappingValue(Frozen):
    """A dict in insertion order."""

    type: Literal["mapping"] = "mapping"
    items: tuple[tuple[Value, Value], ...]


class TableValue(Frozen):
    """A pandas table: labels, index, and `cells` column by column. A series has one column, its name for a label.

    Labels of several levels are tuples, dates are strings; what is missing is NaN or none.
    """

    type: Literal["table"] = "table"
    form: Literal["frame", "series"]
    columns: tuple[Value, ...]
    index: tuple[Value, ...]
    cells: tuple[tuple[Value, ...], ...]


class SymbolicValue(Frozen):
    """A SymPy object: its text, and its value where it is a real number (as in `FloatValue`), infinite ones too.

    `parts` are the real and the imaginary part of a number that is not real.
    """

    type: Literal["symbolic"] = "symbolic"
    text: str
    value: str | None = None
    parts: tuple[str, str] | None = None


class LineEvidence(Frozen):
    """One line or scatter of a plot: its points as in `FloatValue`, and the label that a legend would show.

    `count` is the number of points drawn, of which a long line keeps evenly many.
    """

    x: tuple[str, ...]
    y: tuple[str, ...]
    label: str
    count: int | None = None


class BarsEvidence(Frozen):
    """One group of bars, or a histogram: numbers as in `FloatValue`, of lying bars as if they were turned upright.

    `count` is the number of bars drawn; the first 2,000 are kept.
    """

    orientation: Literal["vertical", "horizontal"] = "vertical"
    left: tuple[str, ...]
    width: tuple[str, ...]
    bottom: tuple[str, ...]
    height: tuple[str, ...]
    label: str
    count: int | None = None


class AxesEvidence(Frozen):
    """One panel of a figure."""

    title: str
    x_label: str
    y_label: str
    has_legend: bool
    legend: tuple[str, ...] = ()
    lines: tuple[LineEvidence, ...]
    points: tuple[LineEvidence, ...] = ()
    bars: tuple[BarsEvidence, ...] = ()
    x_scale: str = "linear"  # or "log" …, as Matplotlib names it
    y_scale: str = "linear"
    x_limits: tuple[str, str] | None = None  # as drawn, in the order that is drawn
    y_limits: tuple[str, str] | None = None


class FigureValue(Frozen):
    """A Matplotlib figure (or axes, or array of axes), as the data that was drawn. `suptitle` stands over all."""

    type: Literal["figure"] = "figure"
    suptitle: str = ""
    axes: tuple[AxesEvidence, ...]


class OtherValue(Frozen):
    """A function, or something that is no answer of any kind (a masked array, say): `type_name` for the message."""

    type: Literal["callable", "other"]
    type_name: str = ""


class UnreadableValue(Frozen):
    """A value that could not be taken out: over a limit, or its own methods failed when asked."""

    type: Literal["unreadable"] = "unreadable"
    why: Literal["too_large", "too_deep", "raised", "timed_out"]
    note: str = ""


Value = Annotated[
    FloatValue | IntValue | ComplexValue | BoolValue | StrValue | EmptyValue | ArrayValue | SequenceValue
    | MappingValue | TableValue | SymbolicValue | FigureValue | OtherValue | UnreadableValue,
    Field(discriminator="type"),
]  # fmt: skip


class Raised(Frozen):
    """An exception of the student's: its class name, its text (bounded, addresses removed), the line in its cell."""

    type: Literal["raised"] = "raised"
    error: str = Field(max_length=100)
    message: str = Field(max_length=1000)
    line: int | None = None


class Returned(Frozen):
    """A call that came back."""

    type: Literal["returned"] = "returned"
    value: Value


class NoResult(Frozen):
    """A call without a result: it took too long, or the process was gone by then (`cause` as in `Ending`)."""

    type: Literal["timed_out", "lost"]


CallResult = Annotated[Returned | Raised | NoResult, Field(discriminator="type")]

# ---------------------------------------------------------------- what came out: runs

Cause = Literal[
    "raised",  # the cell that assigns the answer raised before it got there
    "timed_out",
    "out_of_memory",
    "too_much_output",
    "too_many_processes",
    "too_much_disk",
    "exited",  # os._exit, or the interpreter went away by itself
    "killed_by_signal",
    "protocol",  # what arrived on the channel was not what the kernel sends
]


class Lost(Frozen):
    """Why an answer could not be read: the process, or the cell that assigns it, came to this end."""

    cause: Cause
    cell: int | None = None  # index of the cell it happened in
    detail: str = ""  # e.g. the signal's number, or "ZeroDivisionError: division by zero (line 3)"


class AnswerEvidence(Frozen):
    """What one file gave for one name: its value, the results of its calls in the order of the probe, or why not."""

    value: Value
    calls: tuple[CallResult, ...] = ()
    lost: Lost | None = None

    @property
    def is_attempted(self) -> bool:
        """Whether the student filled in this answer, rightly or not."""
        if isinstance(self.value, EmptyValue):
            return False
        return not self.calls or not all(map(_is_untouched, self.calls))


def _is_untouched(result: CallResult) -> bool:
    """Return whether a call did what the starter's function does: nothing."""
    match result:
        case Returned(value=value):
            return isinstance(value, EmptyValue)
        case Raised(error=error):
            return error == "NotImplementedError"
        case NoResult():
            return False


class CellRun(Frozen):
    """How a code cell ended."""

    index: int
    status: Literal["ok", "raised", "timed_out", "not_run"]
    error: Raised | None = None


class LooseText(Frozen):
    """A markdown cell that carries no answer's name and no exercise as a tag.

    `after` is the index of the last cell above that does, -1 where none does; `names` are the answers named there.
    """

    text: str
    after: int
    names: tuple[str, ...] = ()


class Sparse(Frozen):
    """A record that leaves its `sparse` fields out where they are empty.

    Then it has the text, and the hash, that it had before there were such fields.
    """

    sparse: ClassVar[frozenset[str]] = frozenset()

    @property
    def fields(self) -> dict[str, Any]:
        """What is there, by name: its own values, nothing dumped."""
        return {name: value for name, value in vars(self).items() if value or name not in self.sparse}

    @model_serializer(mode="wrap")
    def _leave_out(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = dump(self)
        return {name: value for name, value in dumped.items() if value or name not in self.sparse}


class FileEvidence(Sparse):
    """One file's run: how its process ended (None: by itself, all answers read), its cells, its answers by name."""

    sparse = frozenset({"loose"})

    file: str
    ending: Lost | None = None
    cells: tuple[CellRun, ...] = ()
    answers: dict[str, AnswerEvidence] = Field(default_factory=dict)
    texts: dict[str, str] = Field(default_factory=dict)  # tagged markdown cells
    loose: tuple[LooseText, ...] = ()  # those without a tag, one of which may be an answer that lost its own


class RunTimes(Frozen):
    """How long a submission ran, in seconds: its cells and the calls of its functions, and the cells of each part."""

    total_s: float = Field(ge=0, allow_inf_nan=False)
    parts_s: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(default_factory=dict)


class Evidence(Sparse):
    """Everything that is judged of one submission. `fault` is ours: with it, nothing can be decided.

    `probes_sha256` names the questions; evidence that answers other questions must be collected again.
    """

    sparse = frozenset({"remarks"})

    schema_: Literal["grader/evidence/v1"] = Field("grader/evidence/v1", alias="schema")
    student: str
    files: tuple[str, ...]
    submission_sha256: str
    probes_sha256: str
    isolation: Isolation
    runs: tuple[FileEvidence, ...] = ()
    fault: str | None = None
    remarks: tuple[str, ...] = ()  # on the files: what was left out, what lies where one was missed


@dataclass(frozen=True)
class Execution:
    """What a run left behind: the evidence, and beside it what is not judged, executed notebooks by file and times."""

    evidence: Evidence
    notebooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    times: Mapping[str, Any] = field(default_factory=dict)


# ---------------------------------------------------------------- what the judge says

Outcome = Literal["pass", "fail", "missing", "blocked", "review", "ungraded"]
PartStatus = Literal["pass", "partial", "fail", "missing", "review", "ungraded"]
Category = Literal[
    "right",
    "run",  # the code that assigns the answer came to a bad end
    "crashed",  # a call of the function did
    "malformed",  # not of the form that is asked for
    "mistake",  # a known one
    "theorem",  # a general property is violated
    "nearly",
    "wrong",
    "missing",
    "blocked",
    "review",
    "ours",  # the grader, its sandbox or the course failed
]


@dataclass(frozen=True)
class RunFailure:
    """Where and how the code that assigns an answer came to its end. `cell` and `line` (of the cell) count from 1."""

    file: str
    kind: Cause
    cell: int | None = None
    line: int | None = None
    error: str = ""  # the name of the exception's class


@dataclass(frozen=True)
class CheckResult:
    """Verdict on one check. `message` is for the student and never shows an expected value; `detail` is for staff.

    What `message` says is there in pieces, too: `shown` is the answer as it was given and `title` the name of the known
    mistake that explains it; `hint` is the author's; `because_of` are the earlier answers that are wrong where this one
    was judged by them; `cause` is why the answer could not be read; `line` is the curve of a figure that was taken for
    the one asked for, counted from 0 over all panels, in each its lines before its scatters; `text_sha256` is the hash
    of the text that waits for a person.
    """

    id: str
    kind: str
    answer: str
    outcome: Outcome
    code: str
    category: Category
    score: Fraction
    max: Fraction
    message: str
    detail: str = ""
    mistake: str | None = None
    follow_through: bool = False
    shown: str = ""
    title: str = ""
    hint: str = ""
    because_of: tuple[str, ...] = ()
    cause: RunFailure | None = None
    line: int | None = None
    text_sha256: str = ""


@dataclass(frozen=True)
class PartScore:
    """Points of a part. `score` counts what is decided, `pending` waits for a human, `ungraded` for a new run."""

    id: str
    title: str
    score: Fraction
    max: Fraction
    pending: Fraction
    ungraded: Fraction
    status: PartStatus
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExerciseScore:
    """Points of an exercise: the sums over its parts."""

    id: str
    title: str
    score: Fraction
    max: Fraction
    pending: Fraction
    ungraded: Fraction
    parts: tuple[PartScore, ...]


@dataclass(frozen=True)
class Report:
    """Everything said about a submission. `notes` are remarks on the submission as a whole (a dead cell, a merge).

    `variants` are the data that this student was given, by exercise and name, where each student has others.
    """

    student: str
    files: tuple[str, ...]
    submission_sha256: str
    score: Fraction
    max: Fraction
    pending: Fraction
    ungraded: Fraction
    exercises: tuple[ExerciseScore, ...]
    notes: tuple[str, ...]
    course_sha256: str
    evidence_sha256: str
    grader: str
    seed: int
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def list_parts(self) -> list[PartScore]:
        """Return the parts of all exercises, in order."""
        return [part for exercise in self.exercises for part in exercise.parts]

    def list_checks(self) -> list[CheckResult]:
        """Return the checks of all parts, in order."""
        return [check for part in self.list_parts() for check in part.checks]
