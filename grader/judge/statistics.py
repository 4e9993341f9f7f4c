"""The Monte-Carlo part: is the grid one, is the curve within chance of the true one, are the minima minima.

What chance may do is computed from the true standard error at the number of samples that the exercise asks for,
never from the student's own spread.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.errors import CourseError, Problem
from grader.judge.evidence import Answers
from grader.judge.values import Refusal, read_number, read_numbers, show
from grader.judge.verdict import Verdict, blocked, failed, lost, missing, passed
from grader.model import Value
from grader.oracle import Expectations
from grader.spec.model import CurveCheck, GridCheck, MinimaCheck

Array = npt.NDArray[np.float64]

ROUNDING = 1e-9  # of a grid step: -3 + 60 * 0.1 is not 3 in binary
TRUTHS = 64  # true curves that are remembered
FAR = 10.0  # no minimum of the mixture lies further out, and the true curve overflows somewhere beyond


def check_grid(check: GridCheck, answers: Answers) -> Verdict:
    """Return whether an array is an increasing grid of the asked length over the asked range."""
    absent = _find_absent(check.answer, answers)
    if absent is not None:
        return absent
    grid = _read_grid(check, answers)
    if isinstance(grid, Refusal):
        return failed(grid.code, f"{check.answer} {grid.message}")
    return passed(
        "grid.ok", f"{check.answer} has {grid.size} increasing values from {show(grid[0])} to {show(grid[-1])}"
    )


def check_curve(
    check: CurveCheck, answers: Answers, oracle: Expectations, exercise_id: str, grid_check: GridCheck
) -> Verdict:
    """Return whether every point of the curve is within the allowed standard errors of the true one.

    Args:
        check: the question.
        answers: the student's.
        oracle: knows `reverse_kl_curve(mu, var)` and `standard_errors(mu, var, samples)`, both arrays like mu.
        exercise_id: the exercise whose reference module these are in.
        grid_check: the question that the grid must pass first; otherwise this one is blocked.

    Raises:
        CourseError: the reference failed.
    """
    absent = _find_absent(check.answer, answers)
    if absent is not None:
        return absent
    if not answers.attempted(check.grid):
        return blocked(check.answer, check.grid)
    grid = _read_grid(grid_check, answers)
    if isinstance(grid, Refusal):
        return blocked(check.answer, check.grid, f"was refused: it {grid.message}")
    curve = _read_finite(answers.get(check.answer).value, grid.shape)
    if isinstance(curve, Refusal):
        return failed(curve.code, f"{check.answer} {curve.message}; each value of {check.grid} needs one estimate")
    truth = _Truth(oracle, exercise_id, check, _choose_variance(check, answers))
    return _compare(check, grid, curve, truth)


def check_minima(check: MinimaCheck, answers: Answers, oracle: Expectations, exercise_id: str) -> Verdict:
    """Return whether one negative and one positive place are given at which the true curve is lowest, within chance.

    Raises:
        CourseError: the reference failed.
    """
    absent = _find_absent(check.answer, answers)
    if absent is not None:
        return absent
    minima = _read_finite(answers.get(check.answer).value, (2,))
    if isinstance(minima, Refusal):
        return failed(minima.code, f"{check.answer} {minima.message}")
    variance = _choose_variance(check, answers)
    shown = f"{check.answer} = [{show(minima[0])}, {show(minima[1])}]"
    if not minima.min() < 0 < minima.max():
        return failed("minima.wrong", f"{shown}: one negative and one positive place are due{variance.note}")
    if np.abs(minima).max() > FAR:
        return failed("minima.wrong", f"{shown}: this lies far outside the grid on which to look{variance.note}")
    truth = _Truth(oracle, exercise_id, check, variance)
    above = (truth.curve(minima) - truth.minimum()) / truth.errors(minima)
    detail = f"standard errors above the minimum: {', '.join(map(show, above))}"
    if np.all(above <= check.standard_errors):
        return passed(
            "minima.found", f"{shown}: both are minima, as far as {check.samples} samples can tell{variance.note}"
        )
    wrong = minima[int(np.argmax(above))]
    message = f"{shown}: at {show(wrong)} the curve is still clearly above its lowest value{variance.note}"
    return failed("minima.wrong", message, detail)


# ---------------------------------------------------------------- what the student gave


def _find_absent(name: str, answers: Answers) -> Verdict | None:
    """Return the verdict on an answer that is not there; None where it is."""
    if answers.attempted(name):
        return None
    cause = answers.lost(name)
    return missing(name) if cause is None else lost(name, cause)


def _read_finite(value: Value, shape: tuple[int, ...] | None) -> Array | Refusal:
    numbers = read_numbers(value, shape)
    if isinstance(numbers, Refusal):
        return numbers
    infinite = list(map(math.isinf, numbers.values))
    if any(infinite):
        return Refusal("value.infinite", f"has an entry [{infinite.index(True)}] that is infinite")
    return np.array(numbers.values, dtype=np.float64).reshape(numbers.shape)


def _read_grid(check: GridCheck, answers: Answers) -> Array | Refusal:
    """Return the grid, or why it is none."""
    grid = _read_finite(answers.get(check.answer).value, None)
    if isinstance(grid, Refusal):
        return grid
    if grid.ndim != 1:
        return Refusal("grid.refused", f"has {grid.ndim} dimensions; one is due")
    if not check.at_least <= grid.size <= check.at_most:
        return Refusal("grid.refused", f"has {grid.size} values; {check.at_least} to {check.at_most} are due")
    with np.errstate(over="ignore"):
        steps = np.diff(grid)
    if not np.all(steps > 0):
        index = int(np.argmin(steps > 0))
        pair = f"{show(grid[index])} is followed by {show(grid[index + 1])}"
        return Refusal("grid.refused", f"does not increase: {pair} at index {index}")
    # The median: a first value far outside makes a first step as large as it likes.
    step = float(np.median(steps))
    for end, due in ((grid[0], check.low), (grid[-1], check.high)):
        if abs(end - due) > step * (1 + ROUNDING):
            return Refusal("grid.refused", f"ends at {show(end)}, more than one grid step from {show(due)}")
    return grid


@dataclass(frozen=True)
class _Variance:
    """The variance to judge by, and what to tell the student about it."""

    value: float
    note: str = ""


def _choose_variance(check: CurveCheck | MinimaCheck, answers: Answers) -> _Variance:
    """Return the declared variance; the default where none is declared, and with a note where it is refused."""
    if not answers.attempted(check.variance):
        return _Variance(check.default_variance)
    number = read_number(answers.get(check.variance).value)
    used = f"; so the variance {show(check.default_variance)} was used"
    if isinstance(number, Refusal):
        return _Variance(check.default_variance, f" (your {check.variance} {number.message}{used})")
    low, high = check.variance_range
    if not low <= number <= high:
        note = f" (your {check.variance} = {show(number)} is not between {show(low)} and {show(high)}{used})"
        return _Variance(check.default_variance, note)
    return _Variance(number)


# ---------------------------------------------------------------- what is true


class _Truth:
    """The true curve at one variance, in nats, and the true standard error of an honest estimate of it."""

    def __init__(
        self, oracle: Expectations, exercise_id: str, check: CurveCheck | MinimaCheck, variance: _Variance
    ) -> None:
        self._oracle = oracle
        self._exercise_id = exercise_id
        self._samples = check.samples
        self.variance = variance

    def curve(self, mu: Array) -> Array:
        """Return the true curve at `mu`."""
        return self._ask("reverse_kl_curve", mu.shape, mu, self.variance.value)

    def errors(self, mu: Array) -> Array:
        """Return the true standard errors at `mu`, all of them positive."""
        return self._ask("standard_errors", mu.shape, mu, self.variance.value, self._samples)

    def minimum(self) -> float:
        """Return the lowest value of the true curve."""
        return float(self._ask("curve_minimum", (), self.variance.value))

    def _ask(self, name: str, shape: tuple[int, ...], *arguments: object) -> Array:
        # Most students of a class choose the same grid; an array is known by its bytes.
        known = self._oracle.derive(("truths", self._exercise_id), OrderedDict[object, Array])
        key = (name, *(one.tobytes() if isinstance(one, np.ndarray) else one for one in arguments))
        if key not in known:
            known[key] = self._compute(name, shape, *arguments)
        while len(known) > TRUTHS:
            known.popitem(last=False)
        return known[key]

    def _compute(self, name: str, shape: tuple[int, ...], *arguments: object) -> Array:
        found = np.asarray(self._oracle.function(self._exercise_id, name)(*arguments), dtype=np.float64)
        # NaN compares false with everything, and would fail students silently.
        if found.shape != shape or not np.all(np.isfinite(found)):
            message = f"shape {found.shape}: finite values of shape {shape} are due"
            raise CourseError([Problem(f"reference/exercise{self._exercise_id}.py", 1, name, message)])
        return found


def _compare(check: CurveCheck, grid: Array, curve: Array, truth: _Truth) -> Verdict:
    errors = truth.errors(grid)
    with np.errstate(over="ignore"):
        away = (curve - truth.curve(grid)) / errors
    outside = np.abs(away) > check.standard_errors
    worst = int(np.argmax(np.abs(away)))
    detail = (
        f"worst at mu = {show(grid[worst])}: {show(away[worst])} standard errors; variance {truth.variance.value:g}"
    )
    if not outside.any():
        message = f"every point of {check.answer} is within the noise of {check.samples} samples"
        return passed("curve.close", f"{message}{truth.variance.note}", detail)
    side = "high" if away[worst] > 0 else "low"
    message = (
        f"at mu = {show(grid[worst])} your {check.answer} is {show(curve[worst])}, too {side} to be the noise of "
        f"{check.samples} samples; so are {int(outside.sum())} of {curve.size} points"
    )
    return failed("curve.wrong", f"{message}{_hint(away, errors, check)}{truth.variance.note}", detail)


def _hint(away: Array, errors: Array, check: CurveCheck) -> str:
    """Return what can be said of a curve of the right form at the wrong height, as with a forgotten constant."""
    difference = away * errors
    spread = np.abs(difference - np.median(difference))
    if np.all(np.isfinite(spread)) and np.all(spread <= check.standard_errors * errors):
        return ". Its form is right, but all of it is shifted: is a constant missing, such as the weights in p?"
    return ""
