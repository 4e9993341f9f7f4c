"""Why points were lost, by cause: one forgotten factor is one cause, however many checks it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.feedback.work import Work
from grader.judge.rules.figure import FigureCheck
from grader.judge.rules.invariant import InvariantCheck
from grader.judge.verdict import ENDINGS
from grader.model import CheckResult, RunFailure

INVARIANT = "invariant"
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Placed:
    """A check that did not earn all, and the part it stands in. `root` is the failed one that this one follows from."""

    part: str
    check: CheckResult
    root: Placed | None = None

    @property
    def label(self) -> str:
        """The check's name in its part."""
        return self.check.id.removeprefix(f"{self.part}.")

    @property
    def lost(self) -> Fraction:
        """The points that are missing."""
        return self.check.max - self.check.score


@dataclass
class Cause:
    """What went wrong once. `checks` fail by it; `consequences` fail because they look at an answer that it spoilt."""

    title: str
    checks: list[Placed] = field(default_factory=list)
    consequences: list[Placed] = field(default_factory=list)

    @property
    def home(self) -> str:
        """The part where it is explained: the first that it shows in."""
        return self.checks[0].part

    @property
    def lost(self) -> Fraction:
        """All points that it cost."""
        return sum((one.lost for one in (*self.checks, *self.consequences)), Fraction(0))

    def count_lost(self, part: str) -> Fraction:
        """Return the points that it cost in one part."""
        return sum((one.lost for one in (*self.checks, *self.consequences) if one.part == part), Fraction(0))

    @property
    def parts(self) -> list[str]:
        """The parts that it shows in, in order, its home first."""
        return list(dict.fromkeys(one.part for one in (*self.checks, *self.consequences)))


def find_causes(work: Work) -> list[Cause]:
    """Return the causes in the order in which they appear; each check that failed belongs to exactly one."""
    failed = [
        Placed(part.id, check)
        for exercise in work.report.exercises
        for part in exercise.parts
        for check in part.checks
        if check.outcome in {"fail", "blocked"}
    ]
    roots = {one.check.answer: one for one in reversed(failed) if _spoils(one)}
    causes: dict[_Key, Cause] = {}
    for one in failed:
        root = _trace(work, one, roots)
        if root is None:
            continue  # blocked by what was not attempted: that is said already
        key = _name_cause(root)
        cause = causes.setdefault(key, Cause(_describe(work, root)))
        if _name_cause(one) == key:
            cause.checks.append(one)
        else:
            cause.consequences.append(replace(one, root=root))
    return list(causes.values())


def rank_causes(causes: list[Cause]) -> list[Cause]:
    """Return the causes that cost points, the most costly first."""
    return sorted((cause for cause in causes if cause.lost), key=lambda cause: -cause.lost)


def _spoils(one: Placed) -> bool:
    """Return whether a failed check says that its answer is wrong, and not only that something looks wrong."""
    return one.check.outcome == "fail" and one.check.kind != INVARIANT


def _trace(work: Work, one: Placed, roots: Mapping[str, Placed]) -> Placed | None:
    """Return the failed check at the beginning of what leads to this one."""
    passed = [one]
    while (root := _find_root(work, passed[-1], roots)) is not None and root not in passed:
        passed.append(root)
    return None if root is None and len(passed) == 1 else passed[-1]


def _find_root(work: Work, one: Placed, roots: Mapping[str, Placed]) -> Placed | None:
    """Return the failed check that explains this one: itself, mostly. None where only a missing answer does."""
    if one.check.mistake is not None or one.check.cause is not None:
        return one
    found = next((roots[name] for name in _list_needed(work, one) if name in roots), None)
    if found is not None and found is not one:
        return found
    return None if one.check.outcome == "blocked" else one


def _list_needed(work: Work, one: Placed) -> Iterator[str]:
    """Yield the answers by which a check fails where they are wrong.

    Not those of `follow_through`: what follows from a wrong value is right, so what does not is wrong by itself.
    """
    check = work.checks.get(one.check.id)
    match check:
        case InvariantCheck():
            yield from check.of
        case FigureCheck(curve=str(curve)):
            yield curve
        case _ if one.check.outcome == "blocked":
            follow = getattr(check, "follow_through", None)
            yield from getattr(check, "uses", ()) or (follow.uses if follow else ())
        case _:
            return


def _name_cause(one: Placed) -> _Key:
    """Return what two checks have in common that fail for the same reason."""
    check = one.check
    if check.cause is not None:
        return "run", check.cause.file, str(check.cause.cell), check.cause.kind
    if check.mistake is not None:
        return "mistake", check.mistake
    return "answer", check.answer, "" if _spoils(one) else check.id


def _describe(work: Work, one: Placed) -> str:
    """Return the cause in a few words."""
    if one.check.cause is not None:
        return _describe_failure(one.check.cause, is_one_of_many=len(work.report.files) > 1)
    if one.check.title:
        return one.check.title
    if work.is_marked(one.check):
        return f"{one.check.answer}, marked by a person"
    sentence, _, _ = one.check.message.partition(". ")
    return sentence.rstrip(".")


def _describe_failure(cause: RunFailure, *, is_one_of_many: bool) -> str:
    places = [f"cell {cause.cell}" if cause.cell is not None else "", cause.file if is_one_of_many else ""]
    where = " of ".join(filter(None, places))
    if cause.kind != "raised" or not where:
        return f"Your code {ENDINGS[cause.kind]}{f' in {where}' if where else ''}"
    line = f" in line {cause.line}" if cause.line is not None else ""
    return f"{where[:1].upper()}{where[1:]} stopped{line}{f': {cause.error}' if cause.error else ''}"
