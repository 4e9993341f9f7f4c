"""One probe's answer while it comes in, frame by frame: what a student's process may say in it, and what counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.model import (
    AnswerEvidence,
    CallResult,
    EmptyValue,
    NoResult,
    OtherValue,
    Probe,
    Returned,
    UnreadableValue,
    Value,
)
from grader.sandbox import messages
from grader.sandbox.client import ProtocolError

ABSENT = EmptyValue(type="absent")
_TOO_LARGE = UnreadableValue(why="too_large")


@dataclass
class Incoming:
    """What has come of the answer to `probe` so far."""

    probe: Probe
    value: Value | None = None
    calls: list[CallResult] = field(default_factory=list)

    def add(self, frame: messages.ValueFrame | messages.CallFrame) -> None:
        """Take in a frame.

        Raises:
            ProtocolError: the kernel would not send it now. One look counts, and who could send for ever would.
        """
        if isinstance(frame, messages.CallFrame):
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


def bound(answer: AnswerEvidence, value_bytes: int) -> AnswerEvidence:
    """Refuse what is larger than the kernel would have sent (the student wrote the frames), and too much in all."""
    left = 4 * value_bytes - len(answer.value.model_dump_json())
    if left < 0:
        return AnswerEvidence(value=_TOO_LARGE, lost=answer.lost)
    calls: list[CallResult] = []
    for call in answer.calls:
        left -= len(call.model_dump_json())
        calls.append(call if left >= 0 else Returned(value=_TOO_LARGE))
    return AnswerEvidence(value=answer.value, calls=tuple(calls), lost=answer.lost)
