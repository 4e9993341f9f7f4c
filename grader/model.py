"""Frozen values that cross rooms: what was handed in, what came out of the sandbox, what the judge says.

Knows no file, process or clock. Everything that came out of the sandbox is parsed by the strict models below,
so a value the judge sees is one of the shapes listed here and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A strict, immutable record: no unknown keys, no conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


# ---------------------------------------------------------------- what was handed in


@dataclass(frozen=True)
class Cell:
    """A piece of a submission. `index` counts from 0 in its file, `line` from 1 (the line of the file it starts at).

    `exercise` ("1" … "8") and `part` ("1a") come from the cell's tags; `tags` keeps them all.
    """

    index: int
    kind: Literal["code", "markdown"]
    source: str
    line: int = 1
    tags: tuple[str, ...] = ()
    exercise: str | None = None
    part: str | None = None


@dataclass(frozen=True)
class SubmittedFile:
    """One file of a student. `style` says how its cells run: notebook cells one by one, a plain script as one."""

    name: str
    style: Literal["notebook", "percent", "script"]
    sha256: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Submission:
    """All files of one student in name order. `sha256` covers names and contents."""

    student: str
    files: tuple[SubmittedFile, ...]
    sha256: str


# ---------------------------------------------------------------- what is asked of the sandbox


class Call(Frozen):
    """One call of a student's function. An argument is a float, a vector or a table of floats."""

    args: tuple[float | tuple[float, ...] | tuple[tuple[float, ...], ...], ...]

    @cached_property
    def _digest(self) -> int:
        return hash(self.args)

    def __hash__(self) -> int:
        """Return the hash of the arguments, computed once: results are looked up by call thousands of times."""
        return self._digest


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
    value: str = Field(max_length=400)


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
    """A NumPy array of numbers or bools, row-major. `values`: as in `FloatValue` or `IntValue`, or "true"/"false"."""

    type: Literal["array"] = "array"
    dtype: Literal["float", "int", "bool"]
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


class SymbolicValue(Frozen):
    """A SymPy object: its text, and its value where it is a real number (as in `FloatValue`)."""

    type: Literal["symbolic"] = "symbolic"
    text: str
    value: str | None = None


class LineEvidence(Frozen):
    """One line of a plot: its points as in `FloatValue`, and the label that a legend would show."""

    x: tuple[str, ...]
    y: tuple[str, ...]
    label: str


class AxesEvidence(Frozen):
    """One panel of a figure."""

    title: str
    x_label: str
    y_label: str
    has_legend: bool
    legend: tuple[str, ...] = ()
    lines: tuple[LineEvidence, ...]


class FigureValue(Frozen):
    """A Matplotlib figure (or axes, or array of axes), as the data that was drawn. `suptitle` stands over all."""

    type: Literal["figure"] = "figure"
    suptitle: str = ""
    axes: tuple[AxesEvidence, ...]


class OtherValue(Frozen):
    """Something that is no answer of any kind: `type_name` for the message. Complex numbers are `complex`."""

    type: Literal["callable", "complex", "other"]
    type_name: str = ""


class UnreadableValue(Frozen):
    """A value that could not be taken out: over a limit, or its own methods failed when asked."""

    type: Literal["unreadable"] = "unreadable"
    why: Literal["too_large", "too_deep", "raised", "timed_out"]
    note: str = ""


Value = Annotated[
    FloatValue | IntValue | BoolValue | StrValue | EmptyValue | ArrayValue | SequenceValue | MappingValue
    | SymbolicValue | FigureValue | OtherValue | UnreadableValue,
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


class FileEvidence(Frozen):
    """One file's run: how its process ended (None: by itself, all answers read), its cells, its answers by name."""

    file: str
    ending: Lost | None = None
    cells: tuple[CellRun, ...] = ()
    answers: dict[str, AnswerEvidence] = Field(default_factory=dict)
    texts: dict[str, str] = Field(default_factory=dict)  # tagged markdown cells


class Evidence(Frozen):
    """Everything that is judged of one submission. `fault` is ours: with it, nothing can be decided.

    `probes_sha256` names the questions; evidence that answers other questions must be collected again.
    """

    schema_: Literal["grader/evidence/v1"] = Field("grader/evidence/v1", alias="schema")
    student: str
    files: tuple[str, ...]
    submission_sha256: str
    probes_sha256: str
    isolation: Literal["full", "reduced", "none"]
    runs: tuple[FileEvidence, ...] = ()
    fault: str | None = None


# ---------------------------------------------------------------- what the judge says

Outcome = Literal["pass", "fail", "missing", "blocked", "review", "ungraded"]
PartStatus = Literal["pass", "partial", "fail", "missing", "review", "ungraded"]


@dataclass(frozen=True)
class CheckResult:
    """Verdict on one check. `message` is for the student and never shows an expected value; `detail` is for staff."""

    id: str
    kind: str
    answer: str
    outcome: Outcome
    code: str
    score: Fraction
    max: Fraction
    message: str
    detail: str = ""
    mistake: str | None = None
    follow_through: bool = False


@dataclass(frozen=True)
class PartScore:
    """Points of a part. `score` counts what is decided, `pending` waits for a human, `ungraded` is our debt."""

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
    """Everything said about a submission. `notes` are remarks on the hand-in as a whole (a dead cell, a merge)."""

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
