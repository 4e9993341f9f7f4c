"""An exception's name and text are bounded where they are made, and once more where they are believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from grader.batch import parse_evidence, render_evidence
from grader.model import AnswerEvidence, CellRun, Evidence, FileEvidence, OtherValue, Raised
from grader.sandbox.box.exceptions import describe_exception
from grader.sandbox.messages import parse_frame


def _raised(error: int, message: int) -> dict[str, Any]:
    return {"type": "raised", "error": "E" * error, "message": "m" * message, "line": None}


def _call(raised: dict[str, Any]) -> bytes:
    return json.dumps({"op": "call", "name": "f", "result": raised}).encode()


def _done(raised: dict[str, Any]) -> bytes:
    return json.dumps({"op": "done", "cell": 0, "error": raised, "traceback": []}).encode()


@pytest.mark.parametrize("pack", [_call, _done])
@pytest.mark.parametrize(("error", "message"), [(101, 0), (1, 1001)])
def test_longer_text_than_the_kernel_sends_is_no_frame(pack: Any, error: int, message: int) -> None:
    """Whoever writes such a frame is not the kernel, wherever the exception stands in it."""
    parse_frame(pack(_raised(min(error, 100), min(message, 1000))))
    with pytest.raises(ValidationError):
        parse_frame(pack(_raised(error, message)))


@pytest.mark.parametrize("text", ["x" * 5000, "0x7f0123456789 " * 500, "\udcff" * 5000, "é" * 5000])
def test_every_exception_of_a_student_fits(text: str) -> None:
    """What the kernel says of the longest names and texts is believed, stored, and reads back the same."""
    monster = type("Error" * 100, (Exception,), {})(text)
    raised = Raised.model_validate(describe_exception(monster) | {"line": 7})
    answer = AnswerEvidence(value=OtherValue(type="callable"), calls=(raised,))
    run = FileEvidence(file="ada.py", cells=(CellRun(index=0, status="raised", error=raised),), answers={"f": answer})
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=("ada.py",), submission_sha256="s", probes_sha256="p",
        isolation="full", runs=(run,),
    )  # fmt: skip
    assert parse_evidence(render_evidence(evidence)) == evidence
