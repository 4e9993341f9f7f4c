"""What is said of a value of another form than asked for: in the words of the students' own check, with its advice.

Whether it is of the form, and under which code it is rejected, is decided by what reads it (`decoding`, `words`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from grader.course import Answer, BaseCheck, Part
from grader.judge.context import CheckContext
from grader.judge.describe import Invalid
from grader.judge.expectations import arguments_of
from grader.judge.plain import plain_of
from grader.judge.verdict import Verdict, failed
from grader.model import Call, CallResult, Returned
from numgrade_student.course import Answer as Form
from numgrade_student.course import Parameter
from numgrade_student.expressions import FUNCTIONS
from numgrade_student.figures import ASPECTS
from numgrade_student.forms import describe_result, find_fault

C = TypeVar("C", bound=BaseCheck)


def build_form(part: Part, answer: Answer) -> Form:
    """Return the form that an answer has, which is all that students may know of it: names, kinds, shapes, words."""
    checks = [check for check in part.checks if check.answer == answer.name]
    common: dict[str, Any] = {
        "name": answer.name,
        "kind": answer.kind,
        "about": " ".join(answer.about.split()),
        "unit": " ".join(answer.unit.split()),
        "optional": answer.optional,
    }
    return Form(**common, **_describe_kind(answer, checks))


def _describe_kind(answer: Answer, checks: Iterable[BaseCheck]) -> dict[str, Any]:
    match answer.kind:
        case "function":
            parameters = tuple(Parameter(one.name, one.kind) for one in answer.parameters)
            return {"parameters": parameters, "result": answer.result, "examples": answer.examples}
        case "text":
            return {}
        case "expression":
            asked = next((check for check in checks if getattr(check, "rule", "") == "expression"), None)
            more = getattr(asked, "functions", ())
            return {"calls": tuple(sorted({*FUNCTIONS, *more})), "variables": tuple(getattr(asked, "variables", ()))}
        case "choice" | "set":
            return {"choices": answer.choices}
        case "figure":
            aspects = {getattr(check, "aspect", "") for check in checks if check.visibility == "public"}
            return {"shows": tuple(one for one in ASPECTS if one in aspects)}
        case _:
            return {
                "shape": answer.shape,
                "range": answer.range,
                "default": answer.default,
                "keys": tuple(entry for check in checks if isinstance(entry := getattr(check, "entry", None), str)),
                "any_order": any(getattr(check, "order", "given") == "any" for check in checks),
            }


def reject_form(context: CheckContext[C], invalid: Invalid, more: str = "") -> Verdict:
    """Return the verdict on an answer that is not of its form, under the code of whatever could not read it.

    Args:
        context: the check.
        invalid: why it could not be read; told where the students' check finds nothing wrong.
        more: a sentence to close the message.
    """
    fault = find_fault(_form_of(context), plain_of(context.answers.get(context.name).value))
    message = f"{context.name} {invalid.message}." if fault is None else fault.of_answer(context.name)
    return failed(invalid.code, f"{message} {more}")


def describe_invalid_result(context: CheckContext[C], call: Call, result: CallResult | None, invalid: Invalid) -> str:
    """Return what a call did that gave nothing of the form, as a predicate."""
    if not isinstance(result, Returned):
        return invalid.message
    return describe_result(_form_of(context), plain_of(result.value), arguments_of(call)) or invalid.message


def _form_of(context: CheckContext[C]) -> Form:
    return context.cache.memoize(("form", context.name), lambda: build_form(context.part, context.answer))
