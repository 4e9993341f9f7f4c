"""The search for what gives a group's results: one change of the reference after another, then two at once.

Runs the author's code alone, changed, within the bounds that the judge sets to it; what students gave is compared and
never run. Ends when every group has an explanation, all is tried, or the time is over.
"""

from __future__ import annotations

import ast
import cmath
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from grader.copies import Copy, Sources, trace_lines
from grader.course import Tolerance
from grader.errors import CourseError, EndedInterpreterError
from grader.judge.bounds import SECONDS, bounded
from grader.judge.decoding import Numbers
from grader.judge.expectations import arguments_of
from grader.judge.rules.close import CloseCheck
from grader.judge.rules.function import FunctionCheck
from grader.unnamed.changes import (
    OPERATORS,
    RESULT_CHANGES,
    Change,
    CodeChange,
    Explanation,
    OtherAnswer,
    ResultChange,
    SwappedArguments,
    build_code_change,
    rank_mutant,
)
from grader.unnamed.grouping import Group
from grader.unnamed.questions import RAISED, Following, Question, Row
from grader.validate.evidence import keep_quiet
from grader.validate.mutants import Mutant, Statement, change_trees, find_reached, list_mutants
from grader.validate.operators import RUNTIME

Function = Callable[..., object]
MOST_PAIRED = 200  # changes of the code that are also tried two at once, the likeliest of them: 19,900 pairs
SURE_DIGITS = 1e-3  # relative: where the tolerance is wider, fewer than three digits tell a number from others
TELLING, TELLING_OF_TWO = 3, 9  # one number that is not round, or three that are; thrice as many for two changes
_ROUND = 1e-9


@dataclass(frozen=True)
class Search:
    """What a search found: for each group what explains it, the simplest first, and how far it came."""

    explanations: tuple[tuple[Explanation, ...], ...]
    tried: int
    is_over_time: bool


class Code:
    """A course's reference, ready to be changed."""

    def __init__(self, sources: Sources) -> None:
        """Find every place that can be changed."""
        self.sources = sources
        self.base = Copy(sources, extra=RUNTIME)
        self.places = list(list_mutants(sources))

    def load(self, mutants: Sequence[Mutant], module: str, name: str) -> Function:
        """Return a function of the reference with these changes made."""
        trees = change_trees(self.sources, mutants) if mutants else {}
        codes = {one: self.sources.compile(one, ast.fix_missing_locations(tree)) for one, tree in trees.items()}
        copy = Copy(self.sources, codes, self.base, RUNTIME) if codes else self.base
        function: Function = getattr(copy.module(module), name)
        return function

    def list_reached(self, function: Function, question: Question) -> list[Mutant]:
        """Return the changes of what runs when the function does."""
        with trace_lines(self.sources) as lines, keep_quiet():
            for call in question.calls:
                function(*arguments_of(call))
        statements: list[Statement] = [statement for statement, _ in self.places]
        reached = find_reached(self.sources, statements, lines)
        found = [one for statement, mutants in self.places if statement in reached for one in mutants]
        return [mutant for mutant in found if mutant.operator in OPERATORS]


@dataclass(frozen=True)
class Candidate:
    """Something that may explain a group, and what makes the function that does it."""

    explanation: Explanation
    build: Callable[[], Function]


@dataclass(frozen=True)
class _Outcome:
    fits: frozenset[int] = frozenset()
    is_useful: bool = False  # it has results, other ones than the reference's


@dataclass
class Searching:
    """One search: for the groups of one check."""

    code: Code
    question: Question
    groups: Sequence[Group]
    limit_s: float
    clock: Callable[[], float] = time.monotonic
    tried: int = 0
    is_over_time: bool = False
    found: dict[int, list[Explanation]] = field(default_factory=dict)
    useful: list[Candidate] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._end = self.clock() + self.limit_s

    def run(self) -> Search:
        """Search: single changes, a change of the result on top of another one, two changes of the code."""
        for stage in (self._list_singles, self._list_changed_results, self._list_pairs):
            open_groups = [index for index in range(len(self.groups)) if index not in self.found]
            if open_groups and not self.is_over_time:
                self._try_all(stage(), open_groups, keeps_useful=stage == self._list_singles)
        explained = tuple(tuple(self.found.get(index, ())) for index in range(len(self.groups)))
        return Search(explained, self.tried, self.is_over_time)

    def _try_all(self, candidates: Iterator[Candidate], open_groups: list[int], *, keeps_useful: bool) -> None:
        for candidate in candidates:
            if self._left_s() <= 0:
                self.is_over_time = True
                return
            outcome = self._try(candidate, open_groups)
            self.tried += 1
            for index in sorted(outcome.fits):
                self.found.setdefault(index, []).append(candidate.explanation)
            if keeps_useful and outcome.is_useful:
                self.useful.append(candidate)

    def _left_s(self) -> float:
        return self._end - self.clock()

    def _try(self, candidate: Candidate, open_groups: list[int]) -> _Outcome:
        """Return which groups a candidate gives; none where it fails, takes too long, or gives what is right."""
        try:
            with keep_quiet(), bounded("a changed reference", min(SECONDS, self._left_s())):
                return self._follow(candidate.build(), open_groups)
        except (Exception, SystemExit, EndedInterpreterError):  # noqa: BLE001 - changed code may raise anything: it explains nothing
            return _Outcome()

    def _follow(self, function: Function, open_groups: list[int]) -> _Outcome:
        truth: Following | None = Following(self.question, self.question.truth)
        alive = {index: Following(self.question, self.groups[index].centre) for index in open_groups}
        has_numbers = False
        for call in self.question.calls:
            try:
                reading = self.question.read(function(*arguments_of(call)))
            except (ValueError, ArithmeticError):
                reading = RAISED
            has_numbers = has_numbers or isinstance(reading, Numbers)
            truth = truth if truth is not None and truth.accepts(reading) else None
            alive = {index: one for index, one in alive.items() if one.accepts(reading)}
            if not alive and truth is None:
                break
        return _Outcome() if truth is not None else _Outcome(frozenset(alive), has_numbers)

    # ------------------------------------------------------------ one change

    def _list_singles(self) -> Iterator[Candidate]:
        module, name = self.question.exercise.module, self.question.check.reference_name
        right = self.code.load((), module, name)
        try:
            with bounded(name):
                mutants = self.code.list_reached(right, self.question)
        except CourseError:  # line by line, a slow reference is slower still: what is done to its result is tried
            mutants = []
        for mutant in sorted(mutants, key=lambda one: rank_mutant(one, module)):
            change = build_code_change(self.code.sources, mutant)
            yield Candidate(Explanation((change,)), self._once(partial(self.code.load, [mutant], module, name)))
        yield from self._list_other_answers()
        yield from self._list_swapped(right)
        for result_change in RESULT_CHANGES:
            yield _change_result(result_change, Candidate(Explanation(()), lambda: right))

    def _once(self, load: Callable[[], Function]) -> Callable[[], Function]:
        """Return what loads a function at the first call alone, and works out a value once."""
        kept: list[Function] = []

        def build() -> Function:
            if not kept:
                function = load()
                value = function() if isinstance(self.question.check, CloseCheck) else None
                kept.append(function if value is None else lambda: value)
            return kept[0]

        return build

    def _list_other_answers(self) -> Iterator[Candidate]:
        exercise, own = self.question.exercise, self.question.answer
        for part in exercise.parts:
            for check in part.checks:
                answer = next((one for one in part.answers if one.name == check.answer), None)
                if not isinstance(check, CloseCheck | FunctionCheck) or answer is None or answer.name == own.name:
                    continue
                alike = (answer.kind == "function") == (own.kind == "function")
                if alike and len(answer.parameters) == len(own.parameters):
                    change = OtherAnswer(answer.name, exercise.module, check.reference_name)
                    yield Candidate(
                        Explanation((change,)),
                        partial(self.code.load, (), change.module, change.function),
                    )

    def _list_swapped(self, right: Function) -> Iterator[Candidate]:
        parameters = tuple(parameter.name for parameter in self.question.answer.parameters)
        for first in range(len(parameters) - 1):
            change = SwappedArguments(parameters, first)
            yield Candidate(Explanation((change,)), partial(_swap_arguments, change, right))

    # ------------------------------------------------------------ two changes

    def _list_changed_results(self) -> Iterator[Candidate]:
        for candidate in self.useful:
            for change in RESULT_CHANGES:
                if candidate.explanation.changes != (change,):
                    yield _change_result(change, candidate)

    def _list_pairs(self) -> Iterator[Candidate]:
        module, name = self.question.exercise.module, self.question.check.reference_name
        changes = [one.explanation.changes[0] for one in self.useful]
        places = [change for change in changes if isinstance(change, CodeChange)]
        pairs = sorted(combinations(range(min(len(places), MOST_PAIRED)), 2), key=sum)
        for first, second in pairs:
            pair = places[first], places[second]
            if pair[0].mutant.path != pair[1].mutant.path or pair[0].mutant.statement != pair[1].mutant.statement:
                mutants = [change.mutant for change in pair]
                yield Candidate(Explanation(pair), partial(self.code.load, mutants, module, name))


def _swap_arguments(change: SwappedArguments, function: Function) -> Function:
    return lambda *given: function(*change.exchange(given))


def _change_result(change: ResultChange, candidate: Candidate) -> Candidate:
    def build() -> Function:
        function = candidate.build()
        return lambda *arguments: change.apply(function(*arguments))

    changes: tuple[Change, ...] = (*candidate.explanation.changes, change)
    return Candidate(Explanation(changes), build)


# ---------------------------------------------------------------- by chance


def could_be_chance(question: Question, centre: Row, explanation: Explanation) -> bool:
    """Return whether another formula could as well give these results: they are few, round, or told by few digits.

    Of two changes at once there are thousands, so that a single number is no evidence of any of them.
    """
    wanted = TELLING if len(explanation.changes) == 1 else TELLING_OF_TWO
    return weigh(centre, question.check.tolerance) < wanted


def weigh(row: Row, tolerance: Tolerance) -> int:
    """Return how much a row tells: a number of three digits and more as much as three round ones, zero nothing."""
    numbers = {number for reading in row if isinstance(reading, Numbers) for number in reading.values}
    return sum(_weigh_number(number, tolerance) for number in numbers)


def _weigh_number(number: complex, tolerance: Tolerance) -> int:
    size = abs(number)
    if not cmath.isfinite(number) or size == 0:
        return 0
    is_round = all(abs(part - float(f"{part:.2g}")) <= _ROUND * size for part in (number.real, number.imag))
    allowed = tolerance.absolute + tolerance.relative * size
    return 1 if is_round or allowed > SURE_DIGITS * size else TELLING
