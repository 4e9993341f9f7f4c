"""From runs to figures: shapes and arithmetic, no timing."""

from __future__ import annotations

import json

import pytest

from bench.meter import Cost, list_descendants, read_memory_bytes
from bench.results import Run, build_ratios, render_table, summarise

PROMISED = {
    "nbgrader_wall_over_ours", "otter_wall_over_ours", "nbclient_cpu_over_ours", "ours_cpu_over_floor",
    "judged_per_s_per_core",
}  # fmt: skip


def build_run(students: int, wall_s: float, cpu_s: float, repeat: int = 1) -> Run:
    """Return a run with these times."""
    cost = Cost(
        wall_s, cpu_s, cpu_s, cpu_complete=True, peak_bytes=None, largest_process_bytes=1, status=0, last_words=""
    )
    return Run("any", students, repeat, cost)


def test_each_is_the_slope_of_medians() -> None:
    """One wild run among three changes nothing; starting is kept apart from what a submission costs."""
    runs = [build_run(2, 3.0, 6.0, r) for r in (1, 2, 3)] + [build_run(12, 8.0, 16.0, r) for r in (1, 2)]
    figures = summarise([*runs, build_run(12, 99.0, 99.0, 3)], "any", None)
    assert (figures.wall_each_s, figures.wall_start_s) == pytest.approx((0.5, 2.0))
    assert (figures.cpu_each_s, figures.cpu_start_s) == pytest.approx((1.0, 4.0))
    assert figures.wall_in_class_s == pytest.approx(0.52)


def test_ratios_have_the_promised_names() -> None:
    """The results carry the ratios that others read, None for a contender that could not be run."""
    ours = summarise([build_run(1, 1.0, 1.0), build_run(2, 1.1, 1.2)], "ours", None)
    peer = summarise([build_run(1, 1.0, 1.0), build_run(2, 5.0, 5.0)], "peer", 1 << 20)
    ratios = build_ratios({"ours_2": ours, "nbgrader": peer}, {"read_judge": 400.0})
    assert ratios.keys() >= PROMISED
    assert ratios["nbgrader_wall_over_ours"] == pytest.approx(40.0)
    assert ratios["otter_wall_over_ours"] is None
    assert ratios["judged_per_s_per_core"] == 400.0
    assert "| peer | 4000 | 4000 |" in render_table({"ours": ours, "peer": peer})


def test_a_run_is_flat_json() -> None:
    """A run is one record of plain values."""
    record = json.loads(json.dumps(build_run(2, 1.0, 2.0).to_json()))
    assert record["students"] == 2
    assert not any(isinstance(value, dict | list) for value in record.values())


def test_processes_are_found_and_weighed() -> None:
    """Process 1 has no memory for us or some, never less; nobody is their own descendant."""
    assert read_memory_bytes(1) >= 0
    assert 1 not in list_descendants(1)
