"""Reads what lateness costs from a file of its own, which an export takes in place of the course's."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from grader.errors import CourseError
from grader.late import LatePolicy
from grader.spec.load import read_text
from grader.spec.wording import explain_errors
from grader.spec.yaml12 import parse_yaml


def load_late(path: Path) -> LatePolicy:
    """Return the policy in a YAML file.

    Raises:
        CourseError: it is none; carries every problem.
    """
    document = parse_yaml(read_text(path, str(path)), str(path))
    try:
        return LatePolicy.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise CourseError(explain_errors(error, document, LatePolicy)) from error
