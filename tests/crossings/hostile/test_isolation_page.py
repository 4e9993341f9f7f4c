"""The page about isolation states the limits that hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.model import Limits
from grader.sandbox import policy

_PAGE = Path(__file__).parents[3] / "docs" / "isolation.md"
_BOUNDS = re.compile(r"(<!-- limits: .* -->\n)(.*)(<!-- end of limits -->)", re.DOTALL)
_ABOUT = {
    "cell_wall_s": ("one cell", "`run.timed_out`; later cells run"),
    "submission_wall_s": ("all cells of a submission", "`run.timed_out`; later cells are not run"),
    "submission_cpu_s": ("processor time of all cells", "`run.timed_out`"),
    "call_wall_s": ("one call of a student's function", "that call has timed out"),
    "calls_wall_s": ("all calls of a submission", "later calls have timed out"),
    "memory_bytes": ("memory: of each process, and of all where there is a control group", "`run.out_of_memory`"),
    "processes": ("processes and threads together", "`run.too_many_processes`"),
    "disk_bytes": ("what was submitted and everything written, and any one file", "`run.too_much_disk`"),
    "disk_files": ("files and folders", "`run.too_much_disk`"),
    "cell_output_bytes": ("output of one cell", "cut, with a notice"),
    "submission_output_bytes": ("output of all cells; each output counts for 1 KiB at least", "`run.too_much_output`"),
    "file_bytes": ("one submitted file", "refused"),
    "cells": ("cells of a submission", "refused"),
    "value_bytes": ("one answer's value; four times that for all results of its calls", "unreadable: too large"),
}
_FIXED = {
    "OPEN_FILES": ("open files", "`OSError` in the student's code"),
    "GRACE_S": ("processor time between an interrupt and a kill", "`run.timed_out`"),
    "IDLE_GRACE_S": ("the same by the clock, of code that only waits", "`run.timed_out`"),
    "FRAME_BYTES": ("one frame on the channel", "`run.protocol`"),
    "RESERVE_BYTES": ("memory kept for reading answers, within the limit", "`run.out_of_memory`"),
    "START_S": ("starting a child", "ungraded"),
}


def _amount(name: str, value: float) -> str:
    unit = name.lower().rpartition("_")[2]
    if unit == "bytes":
        return f"{value >> 20} MiB"
    return f"{value:g} s" if unit == "s" else f"{value:,}"


def render_limits() -> str:
    """Return the table of limits, from the records that set them."""
    rows = [(f"`{name}`", *_ABOUT[name], _amount(name, field.default)) for name, field in Limits.model_fields.items()]
    rows += [("fixed", *_FIXED[name], _amount(name, getattr(policy, name))) for name in _FIXED]
    lines = [f"| {option} | {about} | {amount} | {end} |" for option, about, end, amount in rows]
    return "\n".join(["| limit | of what | default | past it |", "|---|---|---|---|", *lines]) + "\n"


def test_the_table_of_limits_is_current(request: pytest.FixtureRequest) -> None:
    """The table is what the policy says; --rewrite-golden writes it anew."""
    page = _PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--rewrite-golden"):
        page = _BOUNDS.sub(lambda match: match[1] + render_limits() + match[3], page)
        _PAGE.write_text(page, encoding="utf-8")
    found = _BOUNDS.search(page)
    assert found is not None
    assert found[2] == render_limits()


def test_every_level_and_layer_is_on_the_page() -> None:
    """A level or a layer that is added is explained."""
    page = _PAGE.read_text(encoding="utf-8").lower()
    for word in (*policy.LAYERS, *policy.Layers.__dataclass_fields__):
        assert word in page
