"""The rule `invariant`: a theorem of the course holds for the student's own answers. Needs no reference value.

An invariant is a function of the course, `name(names, inputs, slack)`, that yields its instances, the simplest first.
`names` are the answers under `of`; `inputs` are the rows of arguments that the check's `inputs` gives, with vectors and
matrices as nested tuples; `slack` is how far rounding may seem to break it.

    yield [("first", (0.5,), 1), ("second", (0.5,), 1)], counterexample

Each entry asks for the result of an answer's function on these arguments, or for the answer's own value where the
arguments are None; the number behind it is how many numbers are expected (1: given as a float), and may be left out.
`counterexample` gets the results in this order and returns None where the theorem holds, else what is wrong in words,
in which `{0}` stands for the arguments of the first entry; or `{"inconclusive": name, "why": predicate}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, cast

import numpy as np
from pydantic import Field

from grader.course import Answer, BaseCheck, Invariant, Name
from grader.errors import CourseError, Problem
from grader.judge.arguments import argument_object, build_argument, show_argument
from grader.judge.bounds import bounded
from grader.judge.cache import Cache
from grader.judge.context import CheckContext, read_any_numbers
from grader.judge.decoding import Numbers, Plain
from grader.judge.describe import Invalid
from grader.judge.expectations import MANY, Expectations, build_call
from grader.judge.rules.base import Asking, FieldProblem, Named, Rule, Use
from grader.judge.verdict import Code, Verdict, blocked, failed, passed
from grader.model import Call, CallResult, Frozen, FunctionArgument, NoResult, Raised, Returned, Value

STUDENT_SLACK = 1e-6  # the tolerance of functions

Need: TypeAlias = tuple[str, Call | None]
Lookup: TypeAlias = Callable[[Need], Numbers]


class InvariantCheck(BaseCheck):
    """A theorem holds for the student's own answers `of`, on `inputs`; needs no reference and carries no points."""

    rule: Literal["invariant"]
    theorem: Name = Field(description="Its name in the catalogue of `course.yaml`, and the function that states it.")
    of: Annotated[tuple[Name, ...], Field(min_length=1, description="The answers that it speaks of.")]
    inputs: Name | None = Field(
        None, description="Functions: the function of `reference/inputs.py` that gives the arguments."
    )
    examples: Name | None = Field(
        None,
        description="The function of `reference/public/inputs.py` that takes the place of `inputs` before students "
        "submit; without it a theorem with `inputs` is not held against their answers then.",
    )
    settles: tuple[Name, ...] = Field(
        (), description="The answers that the theorem would give away: it is silent before students submit."
    )
    slack: float = Field(STUDENT_SLACK, gt=0, description="How far rounding may seem to break it.")
    visibility: Literal["hidden", "public"] = Field(
        "public", description="Whether `grader check` says its result to students before they submit."
    )


class InvariantRule(Rule[InvariantCheck]):
    """By the student's own numbers, with the simplest counterexample."""

    record = InvariantCheck
    kinds = ("function", "number", "integer", "complex", "array", "dict", "table")
    asks = (
        "A generator in `reference/public/invariants.py`, or in `reference/invariants.py` where students must not "
        "have it."
    )
    codes = {
        "invariant.holds": Code("the theorem holds for the student's own answers on every input tried", "right"),
        "invariant.violated": Code("the theorem is violated on some input", "theorem"),
    }
    says_whether_right = False
    result_kind = "invariant"

    def find_problems(self, check: InvariantCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield points for what explains and does not score."""
        del answer
        if check.points:
            yield ("points",), f"{check.points}: expected none, as an invariant explains and does not score"
        if check.examples is not None and check.inputs is None:
            yield ("examples",), f"{check.examples}: expected none without `inputs`, whose place they take"

    def uses(self, check: InvariantCheck) -> Iterator[Use]:
        """Yield the answers that it speaks of."""
        yield from (Use(("of", index), name, self.kinds, is_judged_by=False) for index, name in enumerate(check.of))

    def names(self, check: InvariantCheck) -> Iterator[Named]:
        """Yield the theorem and the generator of its inputs."""
        yield Named(("theorem",), "invariants", check.theorem)
        if check.inputs is not None:
            yield Named(("inputs",), "inputs", check.inputs)
        if check.examples is not None:
            yield Named(("examples",), "public.inputs", check.examples)

    def calls(self, check: InvariantCheck, asking: Asking) -> Iterator[tuple[str, tuple[Call, ...]]]:
        """Yield the calls that the instances need of each function."""
        needed: dict[str, dict[Call, None]] = {name: {} for name in check.of}
        for instance in list_instances(check, asking.specs, asking.oracle, asking.cache, check.slack):
            for (name, call), _ in instance.asked:
                if call is not None:
                    needed[name][call] = None
        yield from ((name, tuple(calls)) for name, calls in needed.items())

    def judge(self, context: CheckContext[InvariantCheck]) -> Verdict:
        """Judge whether a theorem holds for the student's own answers."""
        return _judge(context)


# ---------------------------------------------------------------- instances


@dataclass(frozen=True)
class Instance:
    """One instance of a theorem: a name and a call of it for each result it needs; None for the name's own value.

    Beside each need stands how many numbers its result must have; None for any. `counterexample` is the course's.
    """

    asked: tuple[tuple[Need, int | None], ...]
    counterexample: Callable[..., object]


def list_instances(
    check: InvariantCheck, specs: Mapping[str, Answer], oracle: Expectations, cache: Cache, slack: float
) -> tuple[Instance, ...]:
    """Return the instances of a theorem about the answers of a check, the simplest first; the same for every student.

    Raises:
        CourseError: there is no such invariant, it failed, or yields something else.
    """
    key = ("instances", check.theorem, check.of, check.inputs, slack)
    return cache.memoize(key, lambda: _build_instances(check, specs, oracle, slack))


def _build_instances(
    check: InvariantCheck, specs: Mapping[str, Answer], oracle: Expectations, slack: float
) -> tuple[Instance, ...]:
    theorem = oracle.invariant(check.theorem)
    rows: tuple[tuple[object, ...], ...] = ()
    if check.inputs is not None:
        calls = oracle.inputs(check.inputs, specs[check.of[0]].parameters)
        rows = tuple(tuple(map(_plain_argument, call.args)) for call in calls)
    found: list[Instance] = []
    try:
        with bounded(check.theorem):
            for item in theorem(check.of, rows, slack):
                found.append(_parse_instance(check, item, specs))
                if len(found) > MANY:
                    raise _wrong(check.theorem, f"yields more than {MANY} instances")
    except CourseError as error:
        raise oracle.place(error) from error
    return tuple(found)


def _plain_argument(argument: object) -> object:
    """Return an argument as the course gave it: of a function its source, of an odd number or a table itself."""
    if isinstance(argument, FunctionArgument):
        return argument.source
    return argument_object(cast("Any", argument)) if isinstance(argument, Frozen) else argument


def _parse_instance(check: InvariantCheck, item: object, specs: Mapping[str, Answer]) -> Instance:
    if not (isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], list | tuple) and callable(item[1])):
        raise _wrong(check.theorem, f"expected to yield a list of what to ask and a function, got {item!r:.80}")
    asked: list[tuple[Need, int | None]] = []
    for entry in item[0]:
        name, arguments, count = _parse_asked(check, entry)
        call = None if arguments is None else _build_call(check.theorem, specs[name], arguments)
        asked.append(((name, call), count))
    return Instance(tuple(asked), item[1])


def _parse_asked(check: InvariantCheck, asked: object) -> tuple[str, Sequence[object] | None, int | None]:
    """Return the name, the arguments and how many numbers are expected."""
    if not isinstance(asked, tuple | list) or len(asked) not in {2, 3}:
        raise _wrong(
            check.theorem, f"expected to ask with (name, arguments) or (name, arguments, count): {asked!r:.80}"
        )
    name, arguments, count = (*asked, None)[:3]
    if name not in check.of:
        raise _wrong(check.theorem, f"asks for {name!r:.80}: expected one of {', '.join(check.of)}")
    if not isinstance(arguments, tuple | list | None):
        raise _wrong(check.theorem, f"asks for {name} with {arguments!r:.80}: expected a tuple of arguments, or None")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        raise _wrong(check.theorem, f"asks for {count!r:.80} numbers of {name}: expected at least 1")
    return name, arguments, count


def _build_call(theorem: str, answer: Answer, arguments: Sequence[object]) -> Call:
    values = tuple(arguments)
    kinds = [parameter.kind for parameter in answer.parameters] or ["value"] * len(values)
    try:
        return build_call(*(build_argument(value, kind) for value, kind in zip(values, kinds, strict=True)))
    except ValueError as error:
        raise _wrong(theorem, f"asks for {answer.name} on arguments that it does not have: {error}") from error


def _wrong(theorem: str, message: str) -> CourseError:
    return CourseError([Problem("reference", 1, theorem, message)])


# ---------------------------------------------------------------- asking


class Inconclusive(Exception):  # noqa: N818 - no error: the numbers have a form that the theorem says nothing about
    """The student's `name` gave nothing that the theorem speaks of; `why` is a predicate that follows the name."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True)
class Examination:
    """What became of a theorem: the simplest counterexample, and the first thing that kept it from being asked."""

    counterexample: str | None = None
    obstacle: Inconclusive | None = None


def examine(
    check: InvariantCheck, instances: tuple[Instance, ...], lookup: Lookup, specs: Mapping[str, Answer]
) -> Examination:
    """Return the first instance that is broken, in the order given, and the first that cannot be asked.

    Args:
        check: which theorem.
        instances: of the theorem, simplest first.
        lookup: gives the numbers of a name's call, or of its value; raises `Inconclusive`.
        specs: the answers by name, for the names of their arguments.

    Raises:
        CourseError: the course's own code failed.
    """
    obstacle = None
    with bounded(check.theorem), np.errstate(all="ignore"):
        for instance in instances:
            try:
                counterexample = _ask(check, instance, lookup)
            except Inconclusive as reason:
                obstacle = obstacle or reason
                continue
            if counterexample is not None:
                return Examination(_fill(counterexample, instance, specs), obstacle)
    return Examination(None, obstacle)


def _ask(check: InvariantCheck, instance: Instance, lookup: Lookup) -> str | None:
    found = instance.counterexample(*[_fit(need[0], lookup(need), count) for need, count in instance.asked])
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, dict) and isinstance(found.get("inconclusive"), str):
        raise Inconclusive(found["inconclusive"], str(found.get("why", "")))
    raise _wrong(check.theorem, f"expected None, a sentence or an inconclusive, got {found!r:.80}")


def _fit(name: str, numbers: Numbers, count: int | None) -> Plain:
    values = numbers.values
    if count is None:
        return numbers.plain
    if len(values) != count:
        raise Inconclusive(name, f"gave {len(values)} numbers, expected {count}")
    return values[0] if count == 1 else values


def _fill(words: str, instance: Instance, specs: Mapping[str, Answer]) -> str:
    """Return the counterexample with its inputs in their places."""
    for index, ((name, call), _) in enumerate(instance.asked):
        if f"{{{index}}}" in words and call is not None:
            words = words.replace(f"{{{index}}}", show_inputs(specs[name], call))
    return words


def show_inputs(answer: Answer, call: Call) -> str:
    """Return the inputs of a call with the names of the arguments."""
    names = [parameter.name for parameter in answer.parameters]
    return ", ".join(f"{name} = {show_argument(value)}" for name, value in zip(names, call.args, strict=True))


# ---------------------------------------------------------------- the verdict


def _judge(context: CheckContext[InvariantCheck]) -> Verdict:
    check, answers = context.check, context.answers
    theorem = _find_theorem(context)
    for name in check.of:
        if not answers.attempted(name):
            return blocked(theorem.heading, name)
    instances = list_instances(check, context.specs, context.oracle, context.cache, check.slack)
    known = answers.numbers

    def lookup(need: Need) -> Numbers:
        found = known.get(need)
        if found is None:
            found = known[need] = _read(context, *need)
        return found

    examination = examine(check, instances, lookup, context.specs)
    if examination.counterexample is not None:
        message = f"{examination.counterexample}; {theorem.statement} ({theorem.title})"
        return failed("invariant.violated", message)
    if examination.obstacle is not None:
        return blocked(theorem.heading, examination.obstacle.name, examination.obstacle.why)
    return passed("invariant.holds", f"no counterexample was found ({theorem.title}): {theorem.statement}")


def _find_theorem(context: CheckContext[Any]) -> Invariant:
    name = context.check.theorem
    if name not in context.invariants:
        raise CourseError([Problem("course.yaml", 1, "invariants", f"{name} is not in the catalogue")])
    return context.invariants[name]


def _read(context: CheckContext[InvariantCheck], name: str, call: Call | None) -> Numbers:
    """Return the student's numbers; raises `Inconclusive` where there are none, which is no broken theorem."""
    spec = context.specs[name]
    if call is None:
        return _read_all(spec, context.answers.get(name).value, str)
    match context.answers.calls(name).get(call):
        case Returned(value=value):
            return _read_all(spec, value, lambda: f"gave something for {show_inputs(spec, call)} that ")
        case None:
            raise Inconclusive(name, "is not a function that could be called")
        case Raised() | NoResult() as result:
            raise Inconclusive(name, f"{_describe(result)} for {show_inputs(spec, call)}")


def _describe(result: CallResult) -> str:
    match result:
        case Raised():
            return f"raised {result.error}"
        case NoResult(type="timed_out"):
            return "took too long"
        case _:
            return "was not there any more"


def _read_all(spec: Answer, value: Value, words_before: Callable[[], str]) -> Numbers:
    numbers = read_any_numbers(spec, value)
    if isinstance(numbers, Invalid):
        raise Inconclusive(spec.name, f"{words_before()}{numbers.message}")
    return numbers


RULE = InvariantRule()
