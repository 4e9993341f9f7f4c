"""The frames that a child may send, as strict records, and how those of one answer are put together.

Anything else on the channel ends the submission. Frames are written by a process that the student controls: they are
parsed by pydantic's own bounded JSON reader, never by `json.loads`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from grader.model import AnswerEvidence, CallResult, EmptyValue, Frozen, NoResult, OtherValue, Probe, Raised, Value
from grader.sandbox.box import pictures

ABSENT = EmptyValue(type="absent")
# What a notebook shows without running anything; nbformat would keep any other type that a student invents.
Mime = Literal[
    "text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml", "image/jpeg"
]  # fmt: skip
PICTURE_CHARS = 4 * (pictures.MOST_BYTES // 3 + 1)  # in base64


class ProtocolError(Exception):
    """The child sent something that its kernel does not send. The student's doing, whatever it was."""


class Hello(Frozen):
    """The child is confined and waits for its first cell."""

    op: Literal["hello"]


class Broken(Frozen):
    """The child could not be confined; believed only before `hello`, when no student code has run yet."""

    op: Literal["broken"]
    why: str


class Stream(Frozen):
    """Text printed."""

    op: Literal["stream"]
    name: Literal["stdout", "stderr"]
    text: str


class Bundle(Frozen):
    """Something displayed, by MIME type; `result` is the value of a cell's last expression.

    `picture` is a figure as a PNG in base64, which was drawn for the record and is no output of the student's.
    """

    op: Literal["display", "result"]
    data: dict[Mime, str]
    picture: str | None = Field(None, pattern=r"^[A-Za-z0-9+/]*=*$", max_length=PICTURE_CHARS)


class Done(Frozen):
    """A cell has ended."""

    op: Literal["done"]
    cell: int
    error: Raised | None
    traceback: tuple[str, ...] = Field(max_length=100)
    limit: Literal["out_of_memory", "too_many_processes", "too_much_disk"] | None = None  # that the error has met


class ValueFrame(Frozen):
    """The value of a name."""

    op: Literal["value"]
    name: str
    value: Value


class CallFrame(Frozen):
    """The result of the next call of a name."""

    op: Literal["call"]
    name: str
    result: CallResult


class Answered(Frozen):
    """All calls of a name have been made."""

    op: Literal["answered"]
    name: str


class End(Frozen):
    """The child ends by itself, over a limit that it noticed."""

    op: Literal["end"]
    cause: Literal["too_much_output", "out_of_memory"]


Frame = Annotated[
    Hello | Broken | Stream | Bundle | Done | ValueFrame | CallFrame | Answered | End, Field(discriminator="op")
]
parse_frame = TypeAdapter[Frame](Frame).validate_json


# ---------------------------------------------------------------- one answer, frame by frame


@dataclass
class Incoming:
    """What has come of the answer to `probe` so far."""

    probe: Probe
    value: Value | None = None
    calls: list[CallResult] = field(default_factory=list)

    def add(self, frame: ValueFrame | CallFrame) -> None:
        """Take in a frame.

        Raises:
            ProtocolError: the kernel would not send it now. One look counts, and who could send for ever would.
        """
        if isinstance(frame, CallFrame):
            if len(self.calls) == len(self.probe.calls):
                raise ProtocolError(f"more results than calls of {self.probe.name}")
            self.calls.append(frame.result)
        elif self.value is not None:
            raise ProtocolError(f"a second value of {self.probe.name}")
        else:
            self.value = frame.value

    def finish(self) -> AnswerEvidence:
        """Return the whole answer.

        Raises:
            ProtocolError: results are missing. The judge could not tell that from a fault of ours.
        """
        is_function = isinstance(self.value, OtherValue) and self.value.type == "callable"
        given, due = len(self.calls), len(self.probe.calls)
        if given < due and (given or is_function):
            raise ProtocolError(f"{given} results for {due} calls of {self.probe.name}")
        return AnswerEvidence(value=self.value or ABSENT, calls=tuple(self.calls))

    def cut_short(self) -> AnswerEvidence | None:
        """Return what is known where the process ended in the middle: results that did not come are lost."""
        if self.value is None:
            return None
        lost = [NoResult(type="lost")] * (len(self.probe.calls) - len(self.calls))
        return AnswerEvidence(value=self.value, calls=(*self.calls, *lost))
