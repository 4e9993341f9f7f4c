"""The frames that a child may send, as strict records. Anything else on the channel ends the submission.

Written by a process that the student controls: parsed by pydantic's own bounded JSON reader, never by `json.loads`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from grader.model import CallResult, Frozen, Raised, Value

# What a notebook shows without running anything; nbformat would keep any other type that a student invents.
Mime = Literal[
    "text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml", "image/jpeg"
]  # fmt: skip


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
    """Something displayed, by MIME type; `result` is the value of a cell's last expression."""

    op: Literal["display", "result"]
    data: dict[Mime, str]


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
