"""`make bench`: one run, side by side. Writes bench.json and bench.png, and prints the table.

python -m bench --out build [--quick] [--long] [--repeats N] [--only NAME …]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.contender import Contender, Unavailable, list_versions
from bench.meter import Cost, measure
from bench.pages import measure_classes, render_pages
from bench.peers import bare, nbgrader, otter, ours
from bench.results import Figures, Run, build_ratios, draw, render_table, summarise
from bench.scale import Scale

SCHEMA = "grader/bench/v1"
# Ours: both large enough for worker processes (rendered: threads), with what is computed once well behind.
SIZES = {"ours": (20, 80), "floor": (20, 80), "nbclient": (1, 4), "nbgrader": (1, 5), "otter": (1, 3)}
QUICK = {"ours": (20, 40), "floor": (20, 40)}
MARKED_CLASS, QUICK_CLASS = (300, 30), (30, 3)  # students, rounds
MEMORY_SIZES, LONG_SIZES = (100, 1_000, 10_000), (100, 1_000)


def main() -> int:
    """Measure everything and write it down. 1 where a contender of ours failed."""
    options = parse_arguments()
    work, environments = options.out / "bench-work", options.out / "bench-envs"
    work.mkdir(parents=True, exist_ok=True)
    missing: dict[str, str] = {}
    contenders = collect(work, environments, options, missing)
    runs = time_all(contenders, options.repeats, missing)
    figures = {
        one.name: summarise([run for run in runs if run.contender == one.name], one.title, find_peak(one))
        for one in contenders
        if one.name not in missing
    }
    alone = measure_alone(work, options, missing) | measure_marking(work, options, missing)
    result = {
        "schema": SCHEMA,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": describe_machine(environments),
        "repeats": options.repeats,
        "unavailable": missing,
        "ratios": build_ratios(figures, alone.get("judged_per_s", {})),
        "figures": {name: asdict(one) for name, one in figures.items()},
        **alone,
        "runs": [run.to_json() for run in runs],
    }
    publish(result, figures, options.out)
    return int(any(name.startswith(("ours", "alone")) for name in missing))


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Time the grader beside its peers.")
    parser.add_argument("--out", type=Path, default=Path("build"), help="where results and environments go")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is run; the median counts")
    parser.add_argument("--quick", action="store_true", help="one repeat, few submissions, no peers")
    parser.add_argument("--long", action="store_true", help="also really run 1,000 submissions, for memory")
    parser.add_argument("--only", nargs="*", default=list(SIZES), choices=list(SIZES), help="these contenders alone")
    options = parser.parse_args()
    options.out = options.out.resolve()
    if options.quick:
        options.repeats, options.only = 1, [name for name in options.only if name in QUICK]
    return options


def collect(work: Path, environments: Path, options: argparse.Namespace, missing: dict[str, str]) -> list[Contender]:
    """Set every contender up; note in `missing` why one cannot be."""
    sizes = QUICK if options.quick else SIZES
    builders: dict[str, Callable[..., list[Contender]]] = {
        "ours": lambda few, many: ours.build(work, few, many),
        "floor": lambda few, many: bare.build_floor(work, few, many),
        "nbclient": lambda few, many: [bare.build_nbclient(work, environments, few, many)],
        "nbgrader": lambda few, many: [nbgrader.build(work, environments, few, many)],
        "otter": lambda few, many: [otter.build(work, environments, few, many)],
    }
    contenders = []
    for name in options.only:
        say(f"setting up {name}")
        try:
            contenders += builders[name](*sizes[name])
        except Unavailable as reason:
            missing[name] = str(reason)
            say(f"  not available: {reason}")
    return contenders


def time_all(contenders: list[Contender], repeats: int, missing: dict[str, str]) -> list[Run]:
    """Run each once to warm disks and caches, then all in turn, so that noise of the machine meets all alike."""
    runs: list[Run] = []
    for repeat in range(repeats + 1):
        for contender in contenders:
            for students in (contender.few, contender.many)[: 1 if repeat == 0 else 2]:
                if contender.name in missing:
                    continue
                try:
                    cost = run_once(contender, students)
                except Unavailable as reason:
                    missing[contender.name] = str(reason)
                    say(f"  {contender.name} failed: {reason}")
                    continue
                say(f"{repeat}/{repeats} {contender.name}: {students} in {cost.wall_s:.2f} s, {cost.cpu_s:.2f} s CPU")
                if repeat:
                    runs.append(Run(contender.name, students, repeat, cost))
    return [run for run in runs if run.contender not in missing]


def run_once(contender: Contender, students: int, *, watch_memory: bool = False) -> Cost:
    """Run a contender on its first `students`.

    Raises:
        Unavailable: it failed, or left somebody out.
    """
    command, folder = contender.prepare(students)
    cost = measure(command, folder, contender.build_environment(), watch_memory=watch_memory)
    done = contender.count_done(students)
    if cost.status or done != students:
        raise Unavailable(f"status {cost.status}, {done} of {students} done: {cost.last_words}")
    return cost


def find_peak(contender: Contender) -> int | None:
    """Return the peak memory of a contender, from one more run that is not timed."""
    try:
        return run_once(contender, contender.many, watch_memory=True).peak_bytes
    except Unavailable:
        return None


def measure_alone(work: Path, options: argparse.Namespace, missing: dict[str, str]) -> dict[str, Any]:
    """Return judging speed, start-up and memory of our grader."""
    if "ours" not in options.only:
        return {}
    scale = Scale(work)
    alone: dict[str, Any] = {}
    try:
        say("judging, start-up, memory")
        scale.grade_class()
        alone["judged_per_s"] = scale.measure_judging()
        alone["starts"] = scale.measure_starts()
        alone["memory"] = scale.measure_judging_memory(MEMORY_SIZES[:1] if options.quick else MEMORY_SIZES)
        if options.long:
            alone["memory"] += scale.measure_batch_memory(LONG_SIZES)
    except Unavailable as reason:
        missing["alone"] = str(reason)
        say(f"  failed: {reason}")
    return alone


def measure_marking(work: Path, options: argparse.Namespace, missing: dict[str, str]) -> dict[str, Any]:
    """Return what the pages of `grader review` take, and the commands that read a whole class."""
    if "ours" not in options.only:
        return {}
    say("marking pages")
    try:
        found = measure_classes(work, *(QUICK_CLASS if options.quick else MARKED_CLASS), missing)
    except Unavailable as reason:
        missing["alone_pages"] = str(reason)
        say(f"  failed: {reason}")
        return {}
    say(render_pages(found))
    return {"marking": found}


def describe_machine(environments: Path) -> dict[str, Any]:
    """Return what the figures depend on."""
    names = {"nbgrader": "nbgrader", "otter": "otter-grader", "nbclient": "nbclient"}
    versions: dict[str, str] = {}
    for folder, package in names.items():
        programs = environments / folder / "bin"
        if programs.is_dir():
            versions |= list_versions(programs, package)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "kernel": platform.release(),
        "python": platform.python_version(),
        "peers": versions,
    }


def publish(result: dict[str, Any], figures: dict[str, Figures], out: Path) -> None:
    """Write the results and print the table."""
    (out / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if figures:
        draw(figures, out / "bench.png")
    shown = {key: None if value is None else round(value, 2) for key, value in result["ratios"].items()}
    say(f"\n{render_table(figures)}\n\n{json.dumps(shown, indent=1)}\n{out / 'bench.json'}")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
