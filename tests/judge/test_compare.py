from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from grader.course import Tolerance
from grader.judge import CODES
from grader.judge.compare import are_close
from grader.judge.decoding import Numbers
from grader.model import Value
from grader.spec.yaml12 import parse_yaml

TABLE = Path(__file__).with_name("comparer_cases.yaml")
VALUE: TypeAdapter[Any] = TypeAdapter(Value)
RULES = {"number": "close", "array": "close", "expression": "expression"}


def load_cases() -> list[dict[str, Any]]:
    cases = parse_yaml(TABLE.read_text(encoding="utf-8"), TABLE.name).data["cases"]
    return list(cases)


def to_tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(to_tuples, value))
    return {key: to_tuples(item) for key, item in value.items()} if isinstance(value, dict) else value


def read_answer(answer: Any) -> Any:
    if isinstance(answer, dict) and "evidence" in answer:
        return VALUE.validate_python(to_tuples(answer["evidence"]))
    return answer


def read_reference(reference: Any) -> Any:
    return frozenset(reference["set"]) if isinstance(reference, dict) and "set" in reference else reference


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: f"{case['kind']}: {case['why']}")
def test_the_table_of_cases_says_how_an_answer_is_compared(quiz: Any, case: dict[str, Any]) -> None:
    """Each row of the table gets its outcome and its code, and a code is one of the documented ones."""
    options = to_tuples(case["options"])
    tolerance = {key: options.pop(key) for key in ("absolute", "relative") if key in options}
    rule = RULES.get(case["kind"], "exact")
    if rule == "close":
        options["tolerance"] = tolerance
    quiz.ask("answer", case["kind"], read_reference(case["reference"]), rule=rule, **options)
    result = quiz.results(answer=read_answer(case["answer"]))["answer"]
    assert (result.outcome, result.code) == (case["outcome"], case["code"]), result
    assert result.code in CODES
    assert result.score == (1 if case["outcome"] == "pass" else 0)


def test_numbers_of_another_shape_are_not_close() -> None:
    """A column of the same numbers is not the row, nor is a list of one the number, however wide the tolerance."""
    wide = Tolerance(absolute=9.0, reason="Wider than any difference.")
    assert are_close(Numbers((2,), (1.0, 2.0)), Numbers((2,), (1.0, 2.5)), wide)
    assert not are_close(Numbers((2, 1), (1.0, 2.0)), Numbers((2,), (1.0, 2.0)), wide)
    assert not are_close(Numbers((1,), (1.0,)), Numbers((), (1.0,)), wide)


def test_the_table_is_long_enough_to_be_worth_reading() -> None:
    """The table holds every kind that is compared, with at least sixty rows."""
    cases = load_cases()
    assert len(cases) >= 60
    assert {case["kind"] for case in cases} == {"number", "array", "bool", "choice", "string", "set", "expression"}
