"""From runs to figures: what a submission costs each contender, the ratios, a table and a plot. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.meter import Cost

MEGABYTE = 1 << 20
CLASS = 100  # students, for the figures that include starting


@dataclass(frozen=True)
class Run:
    """One timed run of one contender."""

    contender: str
    students: int
    repeat: int
    cost: Cost

    def to_json(self) -> dict[str, Any]:
        """Return the run as one flat record."""
        cost = {key: value for key, value in asdict(self.cost).items() if key not in {"last_words", "peak_bytes"}}
        return {"contender": self.contender, "students": self.students, "repeat": self.repeat, **cost}


@dataclass(frozen=True)
class Figures:
    """Seconds: cost of a class of n = start + n · each, from the medians at two class sizes."""

    title: str
    wall_each_s: float
    wall_start_s: float
    cpu_each_s: float
    cpu_start_s: float
    peak_bytes: int | None

    @property
    def wall_in_class_s(self) -> float:
        """Wall time per submission of a class of 100, starting included."""
        return self.wall_each_s + self.wall_start_s / CLASS


def summarise(runs: Iterable[Run], title: str, peak_bytes: int | None) -> Figures:
    """Return what one contender's runs say; they are of exactly two class sizes."""
    listed = list(runs)
    few, many = sorted({run.students for run in listed})
    wall = {n: median(run.cost.wall_s for run in listed if run.students == n) for n in (few, many)}
    cpu = {n: median(run.cost.cpu_s for run in listed if run.students == n) for n in (few, many)}
    wall_each, cpu_each = (wall[many] - wall[few]) / (many - few), (cpu[many] - cpu[few]) / (many - few)
    return Figures(title, wall_each, wall[few] - few * wall_each, cpu_each, cpu[few] - few * cpu_each, peak_bytes)


def build_ratios(figures: dict[str, Figures], judging: dict[str, float]) -> dict[str, float | None]:
    """Return the headline ratios; None where a contender could not be run.

    `ours` is two workers at full isolation, figures not rendered, as `grader batch` works. `…_rendered` is the same
    with them rendered, beside contenders that cannot leave it out.
    """

    def over(above: str, below: str, name: str) -> float | None:
        if above not in figures or below not in figures:
            return None
        under = getattr(figures[below], name)
        return float(getattr(figures[above], name) / under) if under > 0 else None

    ratios = {
        f"{peer}_wall_over_ours{kind}": over(peer, f"ours_2{kind}", "wall_each_s")
        for peer in ("nbgrader", "otter", "nbclient")
        for kind in ("", "_rendered")
    }
    ratios |= {
        f"{peer}_wall_over_ours_class_of_{CLASS}": over(peer, "ours_2", "wall_in_class_s")
        for peer in ("nbgrader", "otter", "nbclient")
    }
    for kind in ("", "_rendered"):
        ratios[f"nbclient_cpu_over_ours{kind}"] = over("nbclient", f"ours_2{kind}", "cpu_each_s")
        ratios[f"ours_cpu_over_floor{kind}"] = over(f"ours_2{kind}", f"floor{kind}", "cpu_each_s")
        ratios[f"ours_1_cpu_over_floor{kind}"] = over(f"ours_1{kind}", f"floor{kind}", "cpu_each_s")
    ratios["workers_2_over_1_throughput"] = over("ours_1", "ours_2", "wall_each_s")
    return ratios | {"judged_per_s_per_core": judging.get("read_judge")}


def render_table(figures: dict[str, Figures]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| contender | wall, ms each | CPU, ms each | start, s wall | peak memory, MB |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in figures.values():
        peak = "" if one.peak_bytes is None else f"{one.peak_bytes / MEGABYTE:.0f}"
        wall, cpu = 1000 * one.wall_each_s, 1000 * one.cpu_each_s
        lines.append(f"| {one.title} | {wall:.0f} | {cpu:.0f} | {one.wall_start_s:.1f} | {peak} |")
    return "\n".join(lines)


def draw(figures: dict[str, Figures], path: Path) -> None:
    """Write a plot of wall and CPU time per submission, on a logarithmic scale."""
    import matplotlib as mpl  # noqa: PLC0415 -- slow to import, and only needed here

    mpl.use("agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    names = list(reversed(figures))
    figure, axes = plt.subplots(figsize=(9, 0.55 * len(names) + 1.2), layout="constrained")
    for shift, (label, key) in enumerate({"CPU, all processes": "cpu_each_s", "wall": "wall_each_s"}.items()):
        values = [max(1000 * getattr(figures[name], key), 0.1) for name in names]
        places = [index + 0.38 * (shift - 0.5) for index in range(len(names))]
        bars = axes.barh(places, values, height=0.36, label=label)
        axes.bar_label(bars, [f" {value:.0f}" for value in values], fontsize=8)
    axes.set_yticks(range(len(names)), [figures[name].title for name in names])
    axes.set_xscale("log")
    axes.set_xlim(10, 20_000)
    axes.set_xlabel("milliseconds per submission")
    axes.legend(loc="upper right")
    figure.savefig(path, dpi=150)
    plt.close(figure)
