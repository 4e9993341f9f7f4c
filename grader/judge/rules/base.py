"""What a rule is: one way to judge an answer, with everything that belongs to it, in one module.

A module of this package that has a `RULE` is found by the registry; it gives the YAML record, what the rule needs, how
it judges, which wrong answers the validator tries, and its reason codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, get_args

from grader.course import Answer, BaseCheck, Invariant, MistakeUse
from grader.judge.cache import Cache
from grader.judge.context import CheckContext
from grader.judge.expectations import Expectations
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict
from grader.model import Call

KeyPath: TypeAlias = tuple[str | int, ...]
FieldProblem: TypeAlias = tuple[KeyPath, str]
Wrong: TypeAlias = tuple[str, object]  # what is wrong, in words, and the value or function
C = TypeVar("C", bound=BaseCheck)

Catalogue = Literal["inputs", "public.inputs", "invariants", "rules", "catalogue"]
VALUES = ("number", "integer", "complex", "array", "string", "bool", "choice", "set", "dict", "table", "function")


@dataclass(frozen=True)
class Use:
    """Another answer that a check is judged by: the key that names it, and the kinds it may have."""

    path: KeyPath
    name: str
    kinds: tuple[str, ...] = VALUES
    is_judged_by: bool = True  # its value decides, so that there may be no circle


@dataclass(frozen=True)
class Named:
    """Something of the course's own code or catalogue that a check names: the key, where it is looked up, its name."""

    path: KeyPath
    catalogue: Catalogue
    name: str


@dataclass(frozen=True)
class Asking:
    """What a rule may look at to say which calls it needs: the answers by name, the course's code, its cache."""

    specs: Mapping[str, Answer]
    invariants: Mapping[str, Invariant]
    oracle: Expectations
    cache: Cache

    def calls(self, answer: str, inputs: str) -> tuple[Call, ...]:
        """Return the calls of a function answer on the inputs of this name."""
        return self.oracle.inputs(inputs, self.specs[answer].parameters)


class Rule(Generic[C]):
    """One way to judge an answer. Override what differs.

    Attributes:
        record: the check as the author writes it.
        kinds: the kinds of answer that it can judge.
        codes: its own reason codes, each with what it means and its category.
        asks: what it asks of the course's own Python, for authors.
        says_whether_right: an answer is right or wrong by it; False where it explains, or leaves it to a person.
        looks_for_itself: it judges answers that were not attempted, too.
        result_kind: what reports call its result; None for the answer's kind.
    """

    record: ClassVar[type[BaseCheck]]
    kinds: ClassVar[tuple[str, ...]]
    codes: ClassVar[Mapping[str, Code]] = {}
    asks: ClassVar[str]
    says_whether_right: ClassVar[bool] = True
    looks_for_itself: ClassVar[bool] = False
    result_kind: ClassVar[str | None] = None

    @property
    def name(self) -> str:
        """The word under `rule` in the author's files."""
        word: str = get_args(self.record.model_fields["rule"].annotation)[0]
        return word

    def find_problems(self, check: C, answer: Answer) -> Iterator[FieldProblem]:
        """Yield what is wrong with a check beyond the types of its keys."""
        del check, answer
        yield from ()

    def uses(self, check: C) -> Iterator[Use]:
        """Yield the other answers that the check looks at."""
        follow = getattr(check, "follow_through", None)
        for index, name in enumerate(follow.uses if follow else ()):
            yield Use(("follow_through", "uses", index), name)

    def names(self, check: C) -> Iterator[Named]:
        """Yield what the check names of the course's own code."""
        uses: tuple[MistakeUse, ...] = getattr(check, "mistakes", ())
        for index, use in enumerate(uses):
            yield Named(("mistakes", index, "code"), "catalogue", use.code)
            if use.by is not None:
                yield Named(("mistakes", index, "by"), "rules", use.by)

    def functions(self, check: C, answer: Answer) -> Iterator[tuple[KeyPath, str]]:
        """Yield the functions of the exercise's reference module that the check names, each with its key."""
        del answer
        if "reference" in type(check).model_fields:
            is_named = getattr(check, "reference", None) is not None
            yield ("reference",) if is_named else ("answer",), check.reference_name
        follow = getattr(check, "follow_through", None)
        if follow is not None:
            yield ("follow_through", "by"), follow.by
        uses: tuple[MistakeUse, ...] = getattr(check, "mistakes", ())
        yield from ((("mistakes", index, "wrong"), use.wrong) for index, use in enumerate(uses) if use.wrong)
        yield from ((("mistakes", index, "from"), use.from_) for index, use in enumerate(uses) if use.from_)

    def calls(self, check: C, asking: Asking) -> Iterator[tuple[str, tuple[Call, ...]]]:
        """Yield which calls the check needs of which function."""
        del check, asking
        yield from ()

    def judge(self, context: CheckContext[C]) -> Verdict:
        """Return the verdict on an answer that was attempted; never raises for a student.

        Raises:
            CourseError: the author's fault; the check is ungraded.
        """
        raise NotImplementedError

    def solve(self, context: CheckContext[C]) -> Solution | None:
        """Return what is right, to be shown once solutions are out; None where the rule cannot say it.

        Raises:
            CourseError: the author's fault; nothing is shown.
        """
        del context
        return None

    def mistaken_answer(self, found: object) -> object:
        """Return what a student answers who makes a known mistake, from what its `wrong` gives."""
        return found

    def presupposes(self, check: C, other: BaseCheck) -> bool:
        """Return whether a check of the same answer fails by itself wherever this other one fails."""
        del check, other
        return False

    def wrong_answers(self, check: C) -> tuple[str, ...]:
        """Return the functions of the reference that give wrong answers which the check must not pass."""
        del check
        return ()

    def wrong_examples(self, check: C, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield wrong answers of the right form, for the validator to see them fail."""
        del check, answer, truth
        yield from ()
