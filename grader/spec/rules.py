"""What must hold inside one exercise beyond the types of its keys: ids, points, and that each rule fits its answer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from keyword import iskeyword
from typing import TypeAlias

from grader.spec.model import (
    Answer,
    Check,
    CloseCheck,
    CurveCheck,
    ExactCheck,
    Exercise,
    ExpressionCheck,
    FigureCheck,
    FunctionCheck,
    Given,
    GridCheck,
    InvariantCheck,
    MinimaCheck,
    OwnCheck,
    Part,
    TextCheck,
    Tolerance,
)
from grader.spec.yaml12 import KeyPath

Finding: TypeAlias = tuple[KeyPath, str]

KINDS_OF_RULE: dict[str, tuple[str, ...]] = {
    "close": ("number", "array"),
    "exact": ("bool", "choice", "set"),
    "expression": ("expression",),
    "function": ("function",),
    "grid": ("array",),
    "curve": ("array",),
    "minima": ("array",),
    "own": ("number", "bool"),
    "figure": ("figure",),
    "text": ("text",),
    "invariant": ("function", "number", "array"),
}

# Which keys of an answer belong to which kinds; elsewhere they would be dead text that looks like a rule.
_KEYS_OF_KINDS: dict[str, tuple[str, ...]] = {
    "shape": ("array",),
    "arguments": ("function",),
    "returns": ("function",),
    "choices": ("choice", "set"),
}
_NEEDED: dict[str, str] = {"choice": "choices", "set": "choices", "function": "arguments"}


def find_exercise_problems(exercise: Exercise) -> Iterator[Finding]:
    """Yield what is wrong inside `exercise`, each with its key path."""
    answers = {answer.name for part in exercise.parts for answer in part.answers}
    yield from _check_given(exercise.given, answers)
    ids = [part.id for part in exercise.parts]
    for index, part in enumerate(exercise.parts):
        path = ("parts", index)
        if part.id[:-1] != exercise.id:
            yield (*path, "id"), f"{part.id}: expected {exercise.id} and a letter, as this is exercise {exercise.id}"
        if part.id in ids[:index]:
            yield (*path, "id"), f"{part.id} is the id of an earlier part too"
        elif ids[:index] and part.id < ids[index - 1]:
            yield (*path, "id"), f"{part.id} stands after {ids[index - 1]}: expected the parts in order"
        for inner, message in _check_part(part):
            yield (*path, *inner), message


def _check_given(given: tuple[Given, ...], answers: set[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, datum in enumerate(given):
        path: KeyPath = ("given", index)
        if datum.name in seen or datum.name in answers or datum.name == "np":
            yield (*path, "name"), f"{datum.name} is taken already: expected a name of its own"
        if iskeyword(datum.name):
            yield (*path, "name"), f"{datum.name} is a word of the Python language"
        seen.add(datum.name)
        if datum.value == () or (isinstance(datum.value, tuple) and len({_count_columns(r) for r in datum.value}) > 1):
            yield (*path, "value"), "expected at least one number, and rows of equal length in a table"


def _count_columns(row: float | tuple[float, ...]) -> int:
    return len(row) if isinstance(row, tuple) else 0


def _check_part(part: Part) -> Iterator[Finding]:
    total = sum((check.points for check in part.checks), Fraction(0))
    if total != part.points:
        yield ("points",), f"{part.points}: expected the sum of the checks' points, {total}"
    judged = {check.answer for check in part.checks if check.rule != "invariant"}
    for index, answer in enumerate(part.answers):
        for inner, message in _check_answer(answer):
            yield ("answers", index, *inner), message
        if not answer.optional and answer.name not in judged:
            yield ("answers", index, "name"), f"{answer.name} has no check that decides it"
    answers = {answer.name: answer for answer in part.answers}
    seen: set[str] = set()
    for index, check in enumerate(part.checks):
        path = ("checks", index)
        if check.id in seen:
            yield (*path, "id"), f"{check.id} is the id of an earlier check of this part too"
        seen.add(check.id)
        if check.answer not in answers:
            yield (*path, "answer"), f"{check.answer} is no answer of part {part.id}"
            continue
        for inner, message in _check_check(check, answers[check.answer]):
            yield (*path, *inner), message


def _check_answer(answer: Answer) -> Iterator[Finding]:
    for key, kinds in _KEYS_OF_KINDS.items():
        if getattr(answer, key) and answer.kind not in kinds:
            yield (key,), f"unknown key for the kind {answer.kind}: it belongs to {' and '.join(kinds)}"
    needed = _NEEDED.get(answer.kind)
    if needed and not getattr(answer, needed):
        yield (needed,), f"missing key: the kind {answer.kind} needs it"
    if len({choice.strip().casefold() for choice in answer.choices}) < len(answer.choices):
        yield ("choices",), "expected choices that differ in more than case and space"
    if answer.shape is not None and (not answer.shape or min(answer.shape) < 1):
        yield ("shape",), f"{list(answer.shape)}: expected lengths of at least 1"
    for index, name in enumerate(answer.arguments):
        if iskeyword(name) or name in answer.arguments[:index]:
            yield ("arguments", index), f"{name}: expected parameter names that differ and are no Python keywords"
    if iskeyword(answer.name):
        yield ("name",), f"{answer.name} is a word of the Python language"


def _check_check(check: Check, answer: Answer) -> Iterator[Finding]:
    kinds = KINDS_OF_RULE[check.rule]
    if answer.kind not in kinds:
        yield ("rule",), f"{check.rule} does not fit {answer.name} ({answer.kind}): expected {' or '.join(kinds)}"
        return
    yield from _check_rule(check, answer)
    if isinstance(check, CloseCheck | ExactCheck | ExpressionCheck | FunctionCheck):
        yield from _check_mistakes(check)


def _check_rule(check: Check, answer: Answer) -> Iterator[Finding]:
    match check:
        case CloseCheck():
            yield from _check_close(check, answer)
        case ExactCheck():
            yield from _check_exact(check, answer)
        case ExpressionCheck():
            yield from _check_tolerance(check.tolerance)
        case FunctionCheck():
            yield from _check_function(check)
        case GridCheck():
            yield from _check_grid(check)
        case CurveCheck() | MinimaCheck():
            yield from _check_statistics(check)
        case OwnCheck():
            yield from _check_own(check, answer)
        case FigureCheck():
            yield from _check_figure(check)
        case TextCheck() | InvariantCheck():
            yield from _check_unjudged(check)


def _check_tolerance(tolerance: Tolerance) -> Iterator[Finding]:
    if tolerance.absolute == 0 and tolerance.relative == 0:
        yield ("tolerance",), "absolute and relative are both 0: expected room for rounding"


def _check_close(check: CloseCheck, answer: Answer) -> Iterator[Finding]:
    yield from _check_tolerance(check.tolerance)
    if check.entry is None:
        return
    if answer.kind != "array":
        yield ("entry",), f"unknown key for {answer.name} ({answer.kind}): only arrays have entries"
    elif isinstance(check.entry, int) and not 0 <= check.entry < (answer.shape or (check.entry + 1,))[0]:
        yield ("entry",), f"{check.entry}: expected an index into the shape {list(answer.shape or ())}"


def _check_function(check: FunctionCheck) -> Iterator[Finding]:
    yield from _check_tolerance(check.tolerance)
    if check.partial >= 1:
        yield ("partial",), f"{check.partial}: expected less than 1, as a wrong function never earns all"


def _check_unjudged(check: TextCheck | InvariantCheck) -> Iterator[Finding]:
    if check.rule == "text" and not check.points:
        yield ("points",), "0: expected points, as a human marks the text for them"
    if check.rule == "invariant" and check.points:
        yield ("points",), f"{check.points}: expected none, as an invariant explains and does not score"


def _check_exact(check: ExactCheck, answer: Answer) -> Iterator[Finding]:
    if check.also and answer.kind != "set":
        yield ("also",), f"unknown key for {answer.name} ({answer.kind}): it belongs to set"
        return
    for index, accepted in enumerate(check.also):
        unknown = sorted(set(accepted) - set(answer.choices))
        if unknown:
            yield ("also", index), f"{', '.join(unknown)}: expected choices of {answer.name}"


def _check_own(check: OwnCheck, answer: Answer) -> Iterator[Finding]:
    if answer.kind == "bool" and check.tolerance is not None:
        yield ("tolerance",), f"unknown key for {answer.name} (bool): a bool is equal or not"
    elif answer.kind != "bool" and check.tolerance is None:
        yield ("tolerance",), f"missing key: {answer.name} is a number"
    elif check.tolerance is not None:
        yield from _check_tolerance(check.tolerance)


def _check_grid(check: GridCheck) -> Iterator[Finding]:
    if check.low >= check.high:
        yield ("low",), f"{check.low}: expected less than high, {check.high}"
    if not 2 <= check.at_least <= check.at_most:
        yield ("at_least",), f"{check.at_least}: expected 2 to at_most, {check.at_most}"


def _check_statistics(check: CurveCheck | MinimaCheck) -> Iterator[Finding]:
    low, high = check.variance_range
    if not 0 < low <= check.default_variance <= high:
        yield ("variance_range",), f"{[low, high]}: expected above 0, and default_variance in between"
    if check.samples < 1:
        yield ("samples",), f"{check.samples}: expected at least 1"
    if check.standard_errors <= 0:
        yield ("standard_errors",), f"{check.standard_errors}: expected more than 0"


def _check_figure(check: FigureCheck) -> Iterator[Finding]:
    for key, value in (("curve", check.curve), ("tolerance", check.tolerance)):
        if check.aspect == "curve" and value is None:
            yield (key,), "missing key: the aspect curve needs it"
        if check.aspect != "curve" and value is not None:
            yield (key,), f"unknown key for the aspect {check.aspect}"
    if check.tolerance is not None:
        yield from _check_tolerance(check.tolerance)
    if check.at_least < 2:
        yield ("at_least",), f"{check.at_least}: expected at least 2 points"


def _check_mistakes(check: CloseCheck | ExactCheck | ExpressionCheck | FunctionCheck) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, mistake in enumerate(check.mistakes):
        path: KeyPath = ("mistakes", index)
        if mistake.code in seen:
            yield (*path, "code"), f"{mistake.code} is listed already"
        seen.add(mistake.code)
        if mistake.share is not None and mistake.share > 1:
            yield (*path, "share"), f"{mistake.share}: expected at most 1, the whole"
        if mistake.wrong is None and check.rule != "function":
            yield (*path, "wrong"), "missing key: only a function can be wrong by a rule"
