"""What must hold inside one exercise beyond the types of its keys: ids, points, and that each rule fits its answer."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from fractions import Fraction
from keyword import iskeyword

from grader.course import Answer, BaseCheck, Datum, Exercise, Given, Parameter, Part, Variant
from grader.judge.rules import rule_of
from grader.judge.rules.base import FieldProblem
from grader.spec.keys import list_misspelt, suggest
from grader.spec.yaml12 import KeyPath

# Which keys of an answer belong to which kinds; elsewhere they would be dead text that looks like a rule.
_KEYS_OF_KINDS: dict[str, tuple[str, ...]] = {
    "shape": ("array", "complex"),
    "arguments": ("function",),
    "returns": ("function",),
    "choices": ("choice", "set"),
    "range": ("number", "integer"),
    "default": ("number", "integer"),
}
_NEEDED: dict[str, str] = {"choice": "choices", "set": "choices", "function": "arguments"}
STARTER_IMPORT = "np"  # what every starter begins with
_NUMBERED = re.compile(r"([0-9]+)[a-z]")  # 1a: such an id says to which exercise it belongs


def find_exercise_problems(exercise: Exercise) -> Iterator[FieldProblem]:
    """Yield what is wrong inside `exercise`, each with its key path."""
    answers = {answer.name for part in exercise.parts for answer in part.answers}
    yield from _check_given(exercise.given, answers)
    if exercise.variant is not None:
        yield from _check_variant(exercise, exercise.variant, answers)
    yield from _check_slopes(exercise)
    ids = [part.id for part in exercise.parts]
    for index, part in enumerate(exercise.parts):
        path = ("parts", index)
        numbered = _NUMBERED.fullmatch(part.id)
        if numbered and exercise.id.isdigit() and numbered[1] != exercise.id:
            yield (*path, "id"), f"{part.id}: expected {exercise.id} and a letter, as this is exercise {exercise.id}"
        if part.id in ids[:index]:
            yield (*path, "id"), f"{part.id}: expected an id of its own, got that of an earlier part"
        elif numbered and ids[:index] and part.id < ids[index - 1]:
            yield (*path, "id"), f"{part.id} stands after {ids[index - 1]}: expected the parts in order"
        for inner, message in _check_part(part):
            yield (*path, *inner), message


def _check_given(given: tuple[Given, ...], answers: set[str]) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for index, datum in enumerate(given):
        path: KeyPath = ("given", index)
        if datum.name in seen or datum.name in answers:
            yield (*path, "name"), f"{datum.name}: expected a name of its own, got one that is taken"
        yield from (((*path, "name"), message) for message in _check_name(datum.name))
        seen.add(datum.name)
        if datum.value == () or (isinstance(datum.value, tuple) and len({_count_columns(r) for r in datum.value}) > 1):
            yield (*path, "value"), "expected at least one number, and rows of equal length in a table"


def _check_variant(exercise: Exercise, variant: Variant, answers: set[str]) -> Iterator[FieldProblem]:
    """Yield what is wrong with the data that are drawn: each is given, once, and what is printed could be drawn."""
    given = exercise.data
    if exercise.mark in given or exercise.mark in answers:
        yield (
            ("variant",),
            f"{exercise.mark} is the name of the mark in students' starters: expected another name for it",
        )
    for index, parameter in enumerate(variant.parameters):
        path: KeyPath = ("variant", "parameters", index)
        others = variant.parameters[:index]
        if parameter.name not in given:
            yield (*path, "name"), f"{parameter.name} is not among `given`: {suggest(parameter.name, given)}"
            continue
        if parameter.name in {one.name for one in others}:
            yield (*path, "name"), f"{parameter.name}: expected once, got it above too"
        if parameter.constant in {one.constant for one in others}:
            yield (
                (*path, "constant"),
                f"{parameter.constant}: expected a constant of its own, got that of another datum",
            )
        yield from (((*path, *inner), message) for inner, message in _check_bounds(parameter, given[parameter.name]))


def _check_slopes(exercise: Exercise) -> Iterator[FieldProblem]:
    """Yield what is wrong with the pairs of numbers that the class page draws: each is an answer, a number, once."""
    answers = {answer.name: answer for part in exercise.parts for answer in part.answers}
    for index, slope in enumerate(exercise.slopes):
        path: KeyPath = ("slopes", index)
        for key, name in (("from", slope.from_), ("to", slope.to)):
            if name not in answers:
                message = f"{name} is not an answer of exercise {exercise.id}: {suggest(name, answers)}"
                yield (*path, key), message
            elif answers[name].kind not in {"number", "integer"}:
                yield (*path, key), f"{name}: expected a number or an integer, got the kind {answers[name].kind}"
        if slope.from_ == slope.to:
            yield (*path, "to"), f"{slope.to}: expected another answer than under `from`"
        if (slope.from_, slope.to) in {(one.from_, one.to) for one in exercise.slopes[:index]}:
            yield path, f"{slope.from_} and {slope.to}: expected this pair once, got it above too"


def _check_bounds(parameter: Parameter, printed: Datum) -> Iterator[FieldProblem]:
    if isinstance(printed, str):
        if printed not in parameter.choices or parameter.range is not None:
            message = f"{parameter.name}: expected choices with {printed!r} among them, and no range, as it is a text"
            yield ("choices",), message
        return
    if parameter.range is None or parameter.choices:
        yield ("range",), f"{parameter.name}: expected a range, and no choices, as it is made of numbers"
        return
    lowest, highest = parameter.range
    numbers = list(_flatten(printed))
    if not all(lowest <= number <= highest for number in numbers):
        message = f"expected a range that holds the given {_show_ends(numbers)}, got {lowest:g} to {highest:g}"
        yield ("range",), f"{parameter.name}: {message}"


def _flatten(value: Datum) -> Iterator[float]:
    if isinstance(value, tuple):
        for item in value:
            yield from _flatten(item)
    elif not isinstance(value, str):
        yield value


def _show_ends(numbers: list[float]) -> str:
    return f"{min(numbers):g} to {max(numbers):g}" if len(numbers) > 1 else f"{numbers[0]:g}"


def _count_columns(row: float | tuple[float, ...]) -> int:
    return len(row) if isinstance(row, tuple) else 0


def _check_part(part: Part) -> Iterator[FieldProblem]:
    total = sum((check.points for check in part.checks), Fraction(0))
    if total != part.points:
        yield ("points",), f"{part.points}: expected the sum of the checks' points, {total}"
    misspelt = list_misspelt_answers(part)
    undecided = _list_undecided(part) - set(misspelt.values())
    for index, answer in enumerate(part.answers):
        for inner, message in _check_answer(answer):
            yield ("answers", index, *inner), message
        if answer.name in undecided:
            yield ("answers", index, "name"), f"{answer.name}: expected a check that decides it, got none"
    answers = {answer.name: answer for answer in part.answers}
    seen: set[str] = set()
    for index, check in enumerate(part.checks):
        path = ("checks", index)
        if check.id in seen:
            yield (*path, "id"), f"{check.id}: expected an id of its own, got that of an earlier check of this part"
        seen.add(check.id)
        if check.answer not in answers:
            if check.answer not in {one.answer for one in part.checks[:index]}:
                message = f"{check.answer} is not an answer of part {part.id}: {suggest(check.answer, answers)}"
                yield (*path, "answer"), message
            continue
        for inner, message in _check_check(check, answers[check.answer]):
            yield (*path, *inner), message


def _list_undecided(part: Part) -> set[str]:
    """Return the answers that no check decides."""
    judged = {check.answer for check in part.checks if rule_of(check).result_kind != "invariant"}
    return {answer.name for answer in part.answers if not answer.optional and answer.name not in judged}


def list_misspelt_answers(part: Part) -> dict[str, str]:
    """Return the names that checks give and no answer of the part has, each with the answer that was meant."""
    names = {answer.name for answer in part.answers}
    strangers = {check.answer for check in part.checks} - names
    missed = _list_undecided(part) if strangers else set()
    if len(strangers) == len(missed) == 1:  # what is left on both sides belongs together, alike or not
        return {strangers.pop(): missed.pop()}
    return list_misspelt(strangers, names, missed)


def _check_name(name: str) -> Iterator[str]:
    """Yield why a name cannot be a student's."""
    if iskeyword(name):
        yield f"{name} is a word of the Python language"
    elif name == STARTER_IMPORT:
        yield f"{name}: expected a name of its own, got one that is taken by NumPy"
    elif hasattr(builtins, name):
        yield f"{name}: expected a name of its own, got one of Python's, which students' code would lose"


def _check_answer(answer: Answer) -> Iterator[FieldProblem]:
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
    yield from _check_parameters(answer)
    yield from _check_range(answer)
    yield from ((("name",), message) for message in _check_name(answer.name))


def _check_range(answer: Answer) -> Iterator[FieldProblem]:
    if answer.range is not None and answer.range[0] >= answer.range[1]:
        yield ("range",), f"{list(answer.range)}: expected the lower end first"
    if answer.default is not None and not answer.optional:
        yield ("default",), "unknown key: only an optional answer has a default"


def _check_parameters(answer: Answer) -> Iterator[FieldProblem]:
    names = [parameter.name for parameter in answer.parameters]
    for index, name in enumerate(names):
        if iskeyword(name) or name in names[:index]:
            yield ("arguments", index), f"{name}: expected parameter names that differ and are no Python keywords"


def _check_check(check: BaseCheck, answer: Answer) -> Iterator[FieldProblem]:
    rule = rule_of(check)
    if answer.kind not in rule.kinds:
        yield ("rule",), f"{check.rule} does not fit {answer.name} ({answer.kind}): expected {' or '.join(rule.kinds)}"
        return
    yield from rule.find_problems(check, answer)
