"""A request as a student writes it: a small YAML file, of which nothing but text is taken."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from grader.errors import CourseError, SubmissionRefused
from grader.model import Frozen
from grader.spec.wording import explain_errors
from grader.spec.yaml12 import parse_yaml

_TOLD = 3  # problems of one file

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=2000)]


class RequestFile(Frozen):
    """What is asked: about a part of a submission, or one answer of it."""

    schema_: Literal["grader/regrade/v1"] = Field(alias="schema")
    submission: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    part: str
    answer: str | None = None
    reason: Reason


def parse_request(content: bytes, name: str) -> RequestFile:
    """Return what the file `name` asks.

    Raises:
        SubmissionRefused: it is no request, with what is wrong at which line.
    """
    try:
        document = parse_yaml(content.decode("utf-8"), name)
        return RequestFile.model_validate_json(json.dumps(document.data))
    except UnicodeDecodeError as error:
        raise SubmissionRefused(f"{name}: expected UTF-8, got the byte 0x{content[error.start]:02x}") from error
    except CourseError as error:
        raise SubmissionRefused(_tell(error)) from error
    except ValidationError as error:
        raise SubmissionRefused(_tell(CourseError(explain_errors(error, document, RequestFile)))) from error


def _tell(error: CourseError) -> str:
    return "; ".join(map(str, error.problems[:_TOLD]))
