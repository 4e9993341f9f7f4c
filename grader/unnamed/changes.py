"""What may have gone wrong: changes of the reference's code or result, another answer in the place of this one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from grader.copies import Sources
from grader.reference import path_of
from grader.validate.mutants import Mutant, find_node, shorten

# What an operator of validation means, as a student's mistake; the likeliest first. Operators that are not here are no
# mistakes of students: a result off by a hundredth, another word.
OPERATORS: Mapping[str, str] = {
    "drop_factor": "a factor is forgotten",
    "drop_term": "a term is missing",
    "drop_power": "a power is forgotten",
    "swap_arguments": "two arguments are swapped",
    "base": "a logarithm or an exponential has another base",
    "sum_mean": "a mean is taken for a sum",
    "drop_call": "a function is not applied",
    "drop_clip": "a bound is left out",
    "drop_mask": "a selection is left out",
    "axis": "the other axis is used",
    "plus_minus": "plus and minus are exchanged",
    "negate": "a sign is wrong",
    "times_divide": "a product and a quotient are exchanged",
    "swap_results": "two results are exchanged",
    "constant": "a constant is another one",
    "condition": "a condition is another one",
    "boundary": "a boundary is included or left out",
}
MEAN = "_average_"  # what validation calls in the place of a sum
_LIKELIEST = {name: place for place, name in enumerate(OPERATORS)}


class Change(Protocol):
    """One thing that may have gone wrong."""

    @property
    def name(self) -> str:
        """What it is called in codes: letters and underscores."""
        ...

    @property
    def words(self) -> str:
        """What a student does who makes the mistake, in a few words."""
        ...


@dataclass(frozen=True)
class CodeChange:
    """A change in one place of the reference's code."""

    mutant: Mutant
    before: str

    @property
    def name(self) -> str:
        """The operator of validation."""
        return self.mutant.operator

    @property
    def words(self) -> str:
        """What the operator means."""
        return OPERATORS[self.mutant.operator]

    @property
    def place(self) -> str:
        """File, line and function."""
        statement = self.mutant.statement
        return f"line {self.mutant.line} of {path_of(statement.module)} ({statement.function})"

    @property
    def after(self) -> str:
        """The code as it is changed."""
        return shorten(ast.unparse(self.mutant.node)).replace(MEAN, "mean")


def build_code_change(sources: Sources, mutant: Mutant) -> CodeChange:
    """Return a mutant as a student's mistake."""
    return CodeChange(mutant, shorten(ast.unparse(find_node(sources, mutant))))


def rank_mutant(mutant: Mutant, own_module: str) -> tuple[bool, int, int]:
    """Return by what mutants are sorted, the likeliest first: those of the exercise's own module, then by operator."""
    return mutant.statement.module != own_module, _LIKELIEST[mutant.operator], mutant.line


@dataclass(frozen=True)
class ResultChange:
    """Something donthe exponential of the result is taken, or left undone; `code` is what does it to `value`."""

    name: str
    words: str
    code: str
    change: Callable[[Any], Any]

    def apply(self, found: object) -> object:
        """Return a result changed: of a dict, each of its values.

        Raises:
            ValueError: that cannot be done to such a result.
        """
        if isinstance(found, Mapping):
            return {key: self.apply(value) for key, value in found.items()}
        return self.change(np.asarray(found))


def _transpose(value: Any) -> Any:
    if value.ndim != 2:
        raise ValueError("expected a matrix")
    return value.T


def _reverse(value: Any) -> Any:
    if not value.ndim:
        raise ValueError("expected an array")
    return value[::-1]


RESULT_CHANGES = (
    ResultChange("doubled", "the result is doubled", "2 * value", lambda value: 2 * value),
    ResultChange("halved", "the result is halved", "value / 2", lambda value: value / 2),
    ResultChange("negated", "the result has the other sign", "-value", lambda value: -value),
    ResultChange("transposed", "the matrix is transposed", "value.T", _transpose),
    ResultChange("backwards", "the entries stand in reverse order", "value[::-1]", _reverse),
    ResultChange("in_bits", "the result is in bits", "value / np.log(2)", lambda value: value / np.log(2)),
    ResultChange(
        "in_log10", "the result is by logarithms to base 10", "value / np.log(10)", lambda value: value / np.log(10)
    ),
    ResultChange("from_bits", "the result is multiplied by ln 2", "value * np.log(2)", lambda value: value * np.log(2)),
    ResultChange("squared", "the result is squared", "value**2", lambda value: value**2),
    ResultChange("root_taken", "the root of the result is taken", "np.sqrt(value)", np.sqrt),
    ResultChange("inverted", "the result is inverted", "1 / value", lambda value: 1 / value),
    ResultChange("complement", "the result is taken from 1", "1 - value", lambda value: 1 - value),
    ResultChange("log_taken", "the logarithm of the result is taken", "np.log(value)", np.log),
    ResultChange("exp_taken", "the exponential of the result is taken", "np.exp(value)", np.exp),
    ResultChange("in_percent", "the result is in percent", "100 * value", lambda value: 100 * value),
    ResultChange("per_hundred", "the result is divided by 100", "value / 100", lambda value: value / 100),
    ResultChange("in_degrees", "the angle is in degrees", "np.degrees(value)", np.degrees),
    ResultChange(
        "rounded_3", "the result is rounded to 3 decimals", "np.round(value, 3)", lambda value: np.round(value, 3)
    ),
    ResultChange(
        "rounded_2", "the result is rounded to 2 decimals", "np.round(value, 2)", lambda value: np.round(value, 2)
    ),
    ResultChange(
        "rounded_1", "the result is rounded to 1 decimal", "np.round(value, 1)", lambda value: np.round(value, 1)
    ),
    ResultChange("rounded_0", "the result is rounded to a whole number", "np.round(value)", np.round),
)


@dataclass(frozen=True)
class OtherAnswer:
    """The right result of another answer in the place of this one."""

    answer: str
    module: str
    function: str

    @property
    def name(self) -> str:
        """With the other answer's name."""
        return f"taken_from_{self.answer}"

    @property
    def words(self) -> str:
        """With the other answer's name."""
        return f"the right result of {self.answer} is given"


@dataclass(frozen=True)
class SwappedArguments:
    """Two neighbouring arguments of the function itself exchanged; `first` counts from 0."""

    parameters: tuple[str, ...]
    first: int

    @property
    def name(self) -> str:
        """With both parameters."""
        return f"swapped_{self.parameters[self.first]}_{self.parameters[self.first + 1]}"

    @property
    def words(self) -> str:
        """With both parameters."""
        return f"the arguments {self.parameters[self.first]} and {self.parameters[self.first + 1]} are exchanged"

    def exchange(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments in the other order."""
        changed = list(arguments)
        changed[self.first : self.first + 2] = changed[self.first : self.first + 2][::-1]
        return tuple(changed)


@dataclass(frozen=True)
class Explanation:
    """One change, or two at once, that give a group's results."""

    changes: tuple[Change, ...]

    @property
    def words(self) -> str:
        """What happened, with the code and its place where a place in the code is changed."""
        return "; and ".join(map(describe, self.changes))

    @property
    def name(self) -> str:
        """What it is called in codes."""
        return "_and_".join(change.name for change in self.changes)


def describe(change: Change) -> str:
    """Return a change in words, with its place in the code."""
    if isinstance(change, CodeChange):
        return f"{change.words} in {change.place}: `{change.before}` → `{change.after}`"
    return change.words
