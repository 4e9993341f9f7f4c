"""Writes data/measurements.csv: nitrate in mg/l at four sampling stations, some readings lost; always the same bytes.

The numbers are made up, from a gamma distribution for each station; no river is described.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

SEED = 20260301
STATIONS = {"Bridge": (32, 4.0, 1.6), "Mill": (38, 9.0, 1.3), "Outlet": (30, 2.5, 4.2), "Weir": (36, 6.0, 1.1)}
LOST = 0.08  # the share of readings that are empty cells


def make_rows(rng: np.random.Generator) -> list[tuple[str, str, float, str]]:
    """Return rows of sample, station, water temperature in degrees Celsius and nitrate in mg/l, in no order."""
    rows = []
    for station, (count, shape, scale) in STATIONS.items():
        for number in range(1, count + 1):
            nitrate = rng.gamma(shape, scale)
            lost = rng.random() < LOST
            temperature = round(float(rng.normal(11.0, 3.0)), 1)
            rows.append((f"{station[0]}-{number:03d}", station, temperature, "" if lost else f"{nitrate:.1f}"))
    return [rows[index] for index in rng.permutation(len(rows))]


def write_measurements(path: Path) -> None:
    """Write the table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sample", "station", "temperature", "nitrate"))
        writer.writerows(make_rows(np.random.default_rng(SEED)))


if __name__ == "__main__":
    write_measurements(Path(__file__).parent / "data" / "measurements.csv")
