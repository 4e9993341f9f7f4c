"""The ignorant student: what does each check pay to somebody who knows nothing?

Two of them take the course. *Lucky* guesses every bool, choice and set right, and everything that is right as a
constant or as given data, and has nothing else. *Unlucky* has wrong constants, and in every later answer what follows.
Where one of them is paid, the answer has to say why that is honest (`guessable`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.course import BaseCheck, Exercise
from grader.errors import CourseError
from grader.judge.bounds import bounded
from grader.judge.rules import rule_of
from grader.judge.rules.consistent import ConsistentCheck
from grader.judge.rules.text import TextCheck
from grader.model import CheckResult
from grader.validate.evidence import Broken, collect_answers, keep_quiet
from grader.validate.follow_through import find_consistent, follow_rule
from grader.validate.guesses import KNOWN_BY_LUCK, Guess, list_guesses
from grader.validate.harness import ExerciseHarness, list_results
from grader.validate.issues import Issue

Student = Literal["lucky", "unlucky"]
STUDENTS: tuple[Student, ...] = ("lucky", "unlucky")
ROUNDS = 14  # of wrong constants: so many, and for each two ways to go on from them


@dataclass(frozen=True)
class Payment:
    """What one check pays to an ignorant student, and for what."""

    student: Student
    check: str
    answer: str
    points: Fraction
    of: Fraction
    gave: str


@dataclass
class Ignorance:
    """What the two of them earn: all that some try was paid, and the payments of each one's best submission."""

    tries: dict[tuple[Student, str], Payment] = field(default_factory=dict)  # the best one for each check
    right: set[tuple[str, str]] = field(default_factory=set)  # answers with guesses that are paid by the reference
    earned: dict[Student, tuple[Payment, ...]] = field(default_factory=dict)


def build_points_harness(harness: ExerciseHarness) -> ExerciseHarness:
    """Return an harness that asks for points alone: invariants explain, and texts wait for a person."""
    exercises = tuple(map(_reduce, harness.course.exercises))
    reduced = harness.course.model_copy(update={"exercises": exercises})
    exercise = next(one for one in exercises if one.id == harness.exercise.id)
    return ExerciseHarness(reduced, exercise, harness.oracle.reference)


def _reduce(exercise: Exercise) -> Exercise:
    parts = [
        part.model_copy(update={"checks": tuple(check for check in part.checks if _pays(check))})
        for part in exercise.parts
    ]
    return exercise.model_copy(update={"parts": tuple(parts)})


def _pays(check: BaseCheck) -> bool:
    return bool(check.points) and not isinstance(check, TextCheck)


def try_ignorance(harness: ExerciseHarness) -> Ignorance:
    """Return what the two students earn in an exercise; the harness asks for points alone."""
    found = Ignorance()
    with keep_quiet():
        guesses = _list_all(harness)
        best = _try_guesses(harness, guesses, found)
        found.earned["lucky"] = tuple(_submit(harness, "lucky", best).values())
        found.earned["unlucky"] = max(
            (tuple(paid.values()) for paid in _be_unlucky(harness, guesses, found)),
            key=lambda paid: sum(payment.points for payment in paid),
            default=(),
        )
    for payment in (*found.earned["lucky"], *found.earned["unlucky"]):
        _keep(found, payment)
    return found


def find_unearned(harness: ExerciseHarness, found: Ignorance) -> Iterator[Issue]:
    """Yield the checks that pay somebody who knows nothing for an answer that is not declared guessable."""
    for payment in found.tries.values():
        if not harness.specs[payment.answer].guessable:
            message = f"{payment.answer}: the {payment.student} student, who knows nothing, is paid "
            message += f"{payment.points} of {payment.of} for {payment.gave}; mend the rule, or say why that is honest"
            yield Issue("check.pays_ignorance", payment.check, f"{message} (`guessable`)")


def find_unpaid(harness: ExerciseHarness, found: Ignorance) -> Iterator[Issue]:
    """Yield the answers that are declared guessable and pay nobody who knows nothing."""
    paid = {payment.answer for payment in found.tries.values()}
    for part in harness.exercise.parts:
        for answer in part.answers:
            if answer.guessable and answer.name not in paid:
                message = f"{answer.name} is declared guessable, and neither ignorant student is paid for it"
                yield Issue("guessable.not_paid", part.id, message)


def _keep(found: Ignorance, payment: Payment) -> None:
    key = (payment.student, payment.check)
    if key not in found.tries or payment.points > found.tries[key].points:
        found.tries[key] = payment


def _submit(harness: ExerciseHarness, student: Student, given: Mapping[str, Guess]) -> dict[str, Payment]:
    """Return what a submission of these answers and no others is paid, by check."""
    answers = collect_answers(harness.own_probes, {name: value for name, (_, value) in given.items()})
    results = list_results(harness.report(answers))
    return {
        name: Payment(student, name, check.answer, results[name].score, check.points, _word(given, check))
        for _, check, name in harness.list_checks()
        if results[name].score
    }


def _word(given: Mapping[str, Guess], check: BaseCheck) -> str:
    return f"{check.answer} = {given[check.answer][0]}" if check.answer in given else "nothing"


def _list_all(harness: ExerciseHarness) -> dict[str, tuple[Guess, ...]]:
    """Return the guesses for each answer that some check pays."""
    paid = {check.answer for _, check, _ in harness.list_checks()}
    specs = [answer for part in harness.exercise.parts for answer in part.answers if answer.name in paid]
    found: dict[str, tuple[Guess, ...]] = {}
    for spec in specs:
        truth = harness.namespace.get(spec.name)
        if truth is None or isinstance(truth, Broken):
            continue
        by_luck = ((f"{_show(truth)}, by luck", truth),) if spec.kind in KNOWN_BY_LUCK else ()
        found[spec.name] = by_luck or list_guesses(harness.exercise, spec, truth)
    return found


def _show(value: object) -> str:
    return "{" + ", ".join(sorted(map(str, value))) + "}" if isinstance(value, set | frozenset) else repr(value)


# ---------------------------------------------------------------- lucky


def _try_guesses(
    harness: ExerciseHarness, guesses: Mapping[str, tuple[Guess, ...]], found: Ignorance
) -> dict[str, Guess]:
    """Try every guess, and return the best one for each answer, where one is paid.

    A guess for each answer at a time: what is paid by the reference does not depend on the other answers. Those that
    another check looks at are also tried with the right ones in their place, so that nothing is blocked by them.
    """
    needed = {name: ("right", harness.namespace[name]) for name in _list_needed(harness) if name in guesses}
    best: dict[str, tuple[Fraction, Guess]] = {}
    for index in range(max(map(len, guesses.values()), default=0)):
        tried = {name: some[index] for name, some in guesses.items() if index < len(some)}
        for given, others in ((tried, {}), ({name: tried[name] for name in tried if name not in needed}, needed)):
            if others or given is tried:
                _try_round(harness, (given, {**others, **given}), best, found)
    return {name: guess for name, (_, guess) in best.items()}


def _try_round(
    harness: ExerciseHarness,
    given: tuple[Mapping[str, Guess], Mapping[str, Guess]],
    best: dict[str, tuple[Fraction, Guess]],
    found: Ignorance,
) -> None:
    """Judge some guesses among other answers, and keep what is paid by the reference and not by other answers."""
    guesses, submitted = given
    answers = collect_answers(harness.own_probes, {name: value for name, (_, value) in submitted.items()})
    results = list_results(harness.report(answers))
    points: dict[str, Fraction] = {}
    for _, check, name in harness.list_checks():
        if check.answer in guesses and results[name].score and not _follows(check, results[name]):
            points[check.answer] = points.get(check.answer, Fraction(0)) + results[name].score
            found.right.add((check.answer, guesses[check.answer][0]))
            words = _word(guesses, check)
            _keep(found, Payment("lucky", name, check.answer, results[name].score, check.points, words))
    for answer, paid in points.items():
        if answer not in best or paid > best[answer][0]:
            best[answer] = (paid, guesses[answer])


def _follows(check: BaseCheck, result: CheckResult) -> bool:
    return result.follow_through or isinstance(check, ConsistentCheck)


def _list_needed(harness: ExerciseHarness) -> frozenset[str]:
    """Return the answers without which another check is blocked."""
    checks = [check for _, check, _ in harness.list_checks()]
    uses = {use.name for check in checks if not follow_rule(check) for use in rule_of(check).uses(check)}
    return frozenset(uses - {check.answer for check in checks if follow_rule(check)})


# ---------------------------------------------------------------- unlucky


def _be_unlucky(
    harness: ExerciseHarness, guesses: Mapping[str, tuple[Guess, ...]], found: Ignorance
) -> Iterator[dict[str, Payment]]:
    """Yield what is paid for wrong constants and for what follows from them, one submission after the other."""
    rules = {check.answer: rule for _, check, _ in harness.list_checks() if (rule := follow_rule(check))}
    used = dict.fromkeys(name for uses, _ in rules.values() for name in uses)
    if not rules:
        return
    wrong = {
        name: [guess for guess in guesses[name] if (name, guess[0]) not in found.right]
        for name in used
        if name in guesses and harness.specs[name].kind not in KNOWN_BY_LUCK
    }
    tried: set[frozenset[tuple[str, str]]] = set()
    for number in range(ROUNDS):
        for step in (0, 1):  # the same constant everywhere, and another one for each answer
            base = {
                name: some[(number + step * place) % len(some)]
                for place, (name, some) in enumerate(wrong.items())
                if some
            }
            for stop in (frozenset(base), frozenset(base) - rules.keys()):
                words = frozenset((name, base[name][0]) for name in stop)
                if words in tried:
                    continue
                tried.add(words)
                given = _go_on(harness, {name: base[name] for name in stop}, rules)
                paid = _submit(harness, "unlucky", given)
                for payment in paid.values():
                    _keep(found, payment)
                yield paid


def _go_on(
    harness: ExerciseHarness, base: Mapping[str, Guess], rules: Mapping[str, tuple[tuple[str, ...], str]]
) -> dict[str, Guess]:
    """Return wrong answers with all that follows from them, from the student's own values, one after the other."""
    given = dict(base)
    waiting = [name for name in rules if name not in given]
    while waiting:
        ready = [name for name in waiting if _can_follow(harness, rules[name][0], given)]
        if not ready:
            break
        for name in ready:
            waiting.remove(name)
            uses, by = rules[name]
            own = {one: given[one][1] if one in given else harness.earlier[one] for one in uses}
            follows = _work_out(harness, name, by, own)
            if follows is not None:
                words = ", ".join(f"{one} = {given[one][0]}" for one in uses if one in given)
                given[name] = (f"what follows from {words}", follows)
    return given


def _can_follow(harness: ExerciseHarness, uses: tuple[str, ...], given: Mapping[str, Guess]) -> bool:
    """Return whether all earlier answers are there, and one of them is the student's; the rest are other exercises'."""
    return any(name in given for name in uses) and all(name in given or name in harness.earlier for name in uses)


def _work_out(harness: ExerciseHarness, name: str, by: str, own: dict[str, object]) -> object | None:
    try:
        with bounded(by):
            function = harness.oracle.function(harness.exercise.id, by)
            follows: object = find_consistent(harness, harness.specs[name], function, own)
    except (CourseError, ArithmeticError, LookupError, TypeError, ValueError):  # then nothing follows
        return None
    return follows
