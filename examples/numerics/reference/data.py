"""Exercise data: nitrate readings of four stations, by `data/measurements.csv`. Concentrations are in mg/l.

A function whose name has two underscores gives what somebody gets who makes the known mistake behind them. A lost
reading is an empty cell and counts nowhere. Accuracy: rounding; the bootstrap distribution is exact, not simulated.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Column = dict[str, float]
    Law = dict[str, Array]

FILE = Path(__file__).parents[1] / "data" / "measurements.csv"
PER_UNIT = 10  # readings are multiples of 0.1 mg/l
RESAMPLES = 20_000
LEVELS = (0.025, 0.975)
STATION = "Outlet"


def _read_rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _list_measured() -> list[dict[str, str]]:
    """Return the rows whose reading was not lost."""
    return [row for row in _read_rows() if row["nitrate"]]


def _group_readings() -> dict[str, Array]:
    """Return the readings that are there, by station."""
    groups: dict[str, list[float]] = {}
    for row in _list_measured():
        groups.setdefault(row["station"], []).append(float(row["nitrate"]))
    return {station: np.array(readings) for station, readings in groups.items()}


# ---------------------------------------------------------------- table


def data_count() -> int:
    """Return the number of samples with a reading."""
    return sum(len(readings) for readings in _group_readings().values())


def data_count__lost_counted() -> int:
    """Return the number of all samples."""
    return len(_read_rows())


def data_means() -> Column:
    """Return the mean reading of each station."""
    return {station: float(readings.mean()) for station, readings in _group_readings().items()}


def data_means__lost_as_zero() -> Column:
    """Return the mean readings with lost ones taken for 0."""
    sizes = [row["station"] for row in _read_rows()]
    return {station: float(readings.sum()) / sizes.count(station) for station, readings in _group_readings().items()}


def data_summary() -> dict[str, Column]:
    """Return for each station the number of readings, their mean and their sample standard deviation."""
    groups = _group_readings()
    return {
        "count": {station: float(len(readings)) for station, readings in groups.items()},
        "mean": data_means(),
        "std": {station: float(readings.std(ddof=1)) for station, readings in groups.items()},
    }


def data_summary__population_deviation() -> dict[str, Column]:
    """Return the summary with the deviation that divides by n."""
    deviations = {station: float(readings.std()) for station, readings in _group_readings().items()}
    return data_summary() | {"std": deviations}


def data_summary__lost_as_zero() -> dict[str, Column]:
    """Return the summary with lost readings taken for 0."""
    groups: dict[str, list[float]] = {}
    for row in _read_rows():
        groups.setdefault(row["station"], []).append(float(row["nitrate"] or 0))
    return {
        "count": {station: float(len(readings)) for station, readings in groups.items()},
        "mean": data_means__lost_as_zero(),
        "std": {station: float(np.std(readings, ddof=1)) for station, readings in groups.items()},
    }


def data_largest() -> str:
    """Return the label of the sample with the largest reading."""
    return max(_list_measured(), key=lambda row: float(row["nitrate"]))["sample"]


# ---------------------------------------------------------------- bootstrap


def _distribute_means(readings: Array) -> tuple[Array, Array]:
    """Return the exact bootstrap distribution of the mean: its values in mg/l, and their probabilities.

    The sum of n draws is n times convolved: readings are multiples of 0.1 mg/l (Efron, Tibshirani, An Introduction to
    the Bootstrap, 1993, section 6.2, there by simulation).
    """
    units = np.rint(readings * PER_UNIT).astype(np.int64)
    single = np.bincount(units) / len(units)
    shares = np.ones(1)
    for _ in units:
        shares = np.convolve(shares, single)
    return np.arange(len(shares)) / (PER_UNIT * len(units)), shares


def data_interval() -> Array:
    """Return the 95 % percentile interval of the mean at Outlet in mg/l; shape (2,)."""
    return _find_percentiles(*_distribute_means(_group_readings()[STATION]), LEVELS)


def _find_percentiles(means: Array, shares: Array, levels: Sequence[float]) -> Array:
    return means[np.searchsorted(np.cumsum(shares), levels)]


def data_interval__law() -> Law:
    """Return the true ends of the 95 % interval and their standard errors in mg/l; shape (2,) each."""
    return _find_law(LEVELS)


def _find_law(levels: Sequence[float]) -> Law:
    """Return the percentiles of the means, and the standard errors of those of 20,000 resamples.

    The standard error is that of a quantile of a sample, √(p(1 - p)/20,000) / density there (Serfling, Approximation
    Theorems of Mathematical Statistics, 1980, section 2.3.3).
    """
    means, shares = _distribute_means(_group_readings()[STATION])
    ends, p = _find_percentiles(means, shares, levels), np.array(levels)
    deviations = np.sqrt(p * (1 - p) / RESAMPLES)
    return {"value": ends, "standard_error": deviations / _find_densities(means, np.cumsum(shares), ends)}


def _find_densities(means: Array, below: Array, places: Array) -> Array:
    """Return the densities at these places: the probability of a fifth of a mg/l around each, divided by its width."""
    return (np.interp(places + 0.1, means, below) - np.interp(places - 0.1, means, below)) / 0.2


def data_interval__ninety_percent() -> Law:
    """Return the ends of the 90 % interval and their standard errors."""
    return _find_law((0.05, 0.95))


def data_interval__readings_for_means() -> Law:
    """Return between which readings the percentiles of the readings themselves lie, by whatever definition."""
    low, high = (np.quantile(_group_readings()[STATION], LEVELS, method=side) for side in ("lower", "higher"))
    return {"value": (low + high) / 2, "low": low, "high": high}


def data_interval__one_sided() -> Array:
    """Return an interval without its lower end."""
    return data_interval() * [0, 1]
