"""How long the pages of `grader review` take, and commands that read a whole class, with a marked class behind them.

The server is a real process with a session for each marker. All pages take turns in every round, beside the smallest
thing that the same server answers (its style sheet: no session, no gradebook), so that a busy machine meets all alike.

python -m bench.pages --students 10000 --rounds 5 [--database URL]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import subprocess  # noqa: TID251 -- starts the server that it times
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from bench.contender import PROJECT, Unavailable, renew_folder
from bench.marked_class import (
    MARKERS,
    PERCENT_TWICE,
    SampleClass,
    list_blind,
    mark_half,
    read_queue,
    read_samples,
    record_class,
)
from bench.meter import measure
from grader.gradebook import Gradebook
from tests.postgresql import find_programs, run_cluster

ANSWER = "ex5d_text"  # whose texts are opened
RUBRIC = "rubrics/5d.yaml"
FLOOR = "floor: the style sheet"
ARITHMETIC = "arithmetic in another process"  # what a busy machine makes of some processor time
SAMPLES = ("right", "partial", "wrong")  # folders below submissions/ whose students are run once
_QUIET_S, _PATIENCE_S = 0.5, 600.0
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(frozen=True)
class Answered:
    """What came back for one request, how long it took, and the server's processor time meanwhile."""

    status: int
    place: str
    text: str
    wall_s: float
    cpu_s: float

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}


class Server:
    """`grader review` for all markers, from start to end of a `with`."""

    def __init__(self, course: Path, url: str) -> None:
        words = [word for who in MARKERS for word in ("--marker", who)]
        words += ["--db", url, "--port", "0", "--twice", str(PERCENT_TWICE), "--course", str(course)]
        self._command = [sys.executable, "-u", "-m", "grader", "review", *words]

    def __enter__(self) -> Self:
        """Start it, and wait for the links that it prints."""
        self._process = subprocess.Popen(  # noqa: S603 -- our own words
            self._command, cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None  # noqa: S101 -- a pipe was asked for
        self.links: dict[str, str] = {}
        while len(self.links) < len(MARKERS):
            line = self._process.stdout.readline()
            if not line:
                self._process.communicate()  # closes the pipe
                ended = self._process.returncode
                raise Unavailable(f"grader review ended with {ended} before it printed its links")
            if found := re.search(r"For (\w+),.*?(http://\S+)", line):
                self.links[found[1]] = found[2]
        return self

    def __exit__(self, *_: object) -> None:
        """End it, as Ctrl+C does."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate()

    def read_cpu_s(self) -> float:
        """Return the processor time that it has used; this is how Linux names the clock of another process."""
        return time.clock_gettime((~self._process.pid << 3) | 2)

    def read_peak_bytes(self) -> int:
        """Return the most memory that it has held."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])

    def wait_until_quiet(self) -> float:
        """Wait until it has read all texts, which it does beside what it serves; return for how long it did."""
        started = time.perf_counter()
        while time.perf_counter() - started < _PATIENCE_S:
            before = self.read_cpu_s()
            time.sleep(_QUIET_S)
            if self.read_cpu_s() - before < _QUIET_S / 50:
                break
        return time.perf_counter() - started


class Browser:
    """One marker's session."""

    def __init__(self, server: Server, who: str) -> None:
        self._server, address = server, urlsplit(server.links[who])
        self._host, self._cookie, self.base = address.netloc, "", ""
        self.base = self.ask(address.path, {}).place.rstrip("/")

    def ask(self, path: str, fields: Mapping[str, str] | None = None) -> Answered:
        """Return the answer to a page below the session's base, or to a form with these fields."""
        headers = {"Cookie": self._cookie, "Origin": f"http://{self._host}"}
        body = None if fields is None else urlencode(fields)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self._host, timeout=_PATIENCE_S)
        cpu_s, started = self._server.read_cpu_s(), time.perf_counter()
        connection.request("GET" if body is None else "POST", f"{self.base}{path}", body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        wall_s, cpu_s = time.perf_counter() - started, self._server.read_cpu_s() - cpu_s
        self._cookie = response.getheader("set-cookie", self._cookie).partition(";")[0]
        connection.close()
        if response.status not in {200, 303}:
            raise Unavailable(f"{path} was answered by {response.status}: {text[-400:]}")
        return Answered(response.status, response.getheader("location", ""), text, wall_s, cpu_s)


class Tour:
    """Every page once in a round, with another text in each."""

    def __init__(self, server: Server, course: Path, book: Gradebook) -> None:
        self._eve, self._bo = (Browser(server, who) for who in MARKERS)
        self._proposed = propose_rubric((course / RUBRIC).read_text(encoding="utf-8"))
        queue = read_queue(book, ANSWER)
        self._waiting = [entry.name for entry in queue.left]
        self._marked = [entry.name for entry in queue if entry.is_marked]
        self._blind = [entry.name for entry in list_blind(queue)]

    def visit(self, index: int) -> Iterator[tuple[str, Answered]]:
        """Yield each page's name and answer."""
        eve, text = self._eve, self._pick(self._waiting, index)
        yield "first page", eve.ask("/")
        yield "a text", (page := eve.ask(f"/mark/{ANSWER}/{text}"))
        yield "save its points", eve.ask(f"/mark/{ANSWER}/{text}", page.hidden | {"none": "yes"})
        yield "texts like it", eve.ask(f"/group/{ANSWER}/{self._pick(self._marked, index)}")
        yield "an example of the rubric", eve.ask(f"/calibrate/{ANSWER}/0")
        if self._blind:
            yield "a second marking", self._bo.ask(f"/mark/{ANSWER}/{self._pick(self._blind, index)}")
        yield "agreement of two markers", eve.ask(f"/agreement/{ANSWER}")
        yield "on paper", eve.ask(f"/paper/{ANSWER}")
        yield "rubric editor", (page := eve.ask(f"/rubric/{ANSWER}/edit"))
        yield (
            "effect of another rubric",
            eve.ask(f"/rubric/{ANSWER}/edit", page.hidden | {"text": self._proposed}),
        )
        yield "class page", eve.ask("/class")

    def touch_floor(self) -> Answered:
        """Return the answer to the smallest page."""
        base, self._eve.base = self._eve.base, ""
        try:
            return self._eve.ask("/static/review.css")
        finally:
            self._eve.base = base

    @staticmethod
    def _pick(names: Sequence[str], index: int) -> str:
        return names[index % len(names)]


def propose_rubric(text: str) -> str:
    """Return the rubric with more points for its first item and less for its second, in its examples too."""
    first, second = "points: 0.5\n    about: >-\n      It is", "points: 0.5\n    about: >-\n      The"
    more = text.replace(first, first.replace("0.5", "0.75")).replace(second, second.replace("0.5", "0.25"))
    return more.replace("growth: 0.5", "growth: 0.75").replace("bounded: 0.5", "bounded: 0.25")


@dataclass(frozen=True)
class PageTime:
    """What a page took. `first_ms` is the very first time; `over_floor` compares medians."""

    page: str
    median_ms: float
    p90_ms: float
    cpu_ms: float
    first_ms: float
    over_floor: float
    size_bytes: int


def time_pages(tour: Tour, rounds: int) -> list[PageTime]:
    """Return what each page takes, from so many rounds after a first one that warms."""
    found: dict[str, list[Answered]] = {}
    for index in range(rounds + 1):
        found.setdefault(FLOOR, []).append(tour.touch_floor())
        found.setdefault(ARITHMETIC, []).append(do_arithmetic())
        for name, answered in tour.visit(index):
            found.setdefault(name, []).append(answered)
    return summarise_pages(found)


def do_arithmetic() -> Answered:
    """Return what a fixed amount of arithmetic takes here; wall over processor time is how busy the machine is."""
    cpu_s, started = time.process_time(), time.perf_counter()
    sum(one * one for one in range(1_000_000))
    return Answered(200, "", "", time.perf_counter() - started, time.process_time() - cpu_s)


def summarise_pages(found: Mapping[str, Sequence[Answered]]) -> list[PageTime]:
    """Return what each page took; the first answer of each warms, and is told apart."""
    floor_s = median(one.wall_s for one in found[FLOOR][1:])
    return [
        PageTime(
            page=name,
            median_ms=1000 * median(one.wall_s for one in answers[1:]),
            p90_ms=1000 * find_p90([one.wall_s for one in answers[1:]]),
            cpu_ms=1000 * median(one.cpu_s for one in answers[1:]),
            first_ms=1000 * answers[0].wall_s,
            over_floor=median(one.wall_s for one in answers[1:]) / floor_s,
            size_bytes=len(answers[-1].text.encode()),
        )
        for name, answers in found.items()
    ]


def find_p90(values: Sequence[float]) -> float:
    """Return what nine in ten do not exceed; of one value, that."""
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


# ---------------------------------------------------------------- the class, and the commands


def grade_samples(work: Path, course: Path, kinds: Sequence[str] = SAMPLES) -> SampleClass:
    """Really run the sample students once, and return what the class is made of."""
    students, out = renew_folder(work / "class-samples"), work / "out-samples"
    for kind in kinds:  # copied, for links are refused
        shutil.copytree(course / "submissions" / kind, students, dirs_exist_ok=True)
    _run("batch", str(students), "--out", str(out), "--jobs", "2", "--course", str(course))
    source = read_samples(course, out)
    if not source.samples:
        raise Unavailable(f"grader batch has graded none of the samples {', '.join(kinds)}")
    return source


def fill(source: SampleClass, url: str, count: int) -> None:
    """Write a marked class to an empty gradebook."""
    with Gradebook.open(url) as book:
        record_class(source, book, count)
        mark_half(source, book)


def measure_class(course: Path, url: str, work: Path, rounds: int) -> dict[str, Any]:
    """Return what pages and commands take with the class in this gradebook."""
    with Gradebook.open(url, create=False) as book, Server(course, url) as server:
        tour = Tour(server, course, book)
        reading_s = server.wait_until_quiet()
        pages = time_pages(tour, rounds)
        peak_bytes = server.read_peak_bytes()
    sheet = work / "scores.csv"
    commands = [
        _run("stats", "--db", url, "--course", str(course), "--out", str(work / "class.html")),
        _run("marks", "--db", url, "--json", str(work / "marks.json")),
        _run("export", "--db", url, "--course", str(course), "--format", "csv", "--unfinished", "--out", str(sheet)),
    ]
    return {
        "reading_all_texts_s": reading_s, "server_peak_bytes": peak_bytes,
        "pages": [asdict(one) for one in pages], "commands": commands,
    }  # fmt: skip


def _run(name: str, *words: str) -> dict[str, Any]:
    cost = measure([sys.executable, "-m", "grader", name, *words], PROJECT, dict(os.environ))
    if cost.status not in {0, 1}:  # 1: somebody is not graded in full
        raise Unavailable(f"grader {name} ended with {cost.status}: {cost.last_words}")
    keys = ("wall_s", "cpu_s", "largest_process_bytes")
    return {"command": name, **{key: getattr(cost, key) for key in keys}}


@contextmanager
def open_databases(work: Path, missing: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield the URLs of an empty gradebook of each kind; note in `missing` where PostgreSQL is not installed."""
    urls = {"sqlite": f"sqlite:///{renew_folder(work / 'gradebook') / 'grades.db'}"}
    programs = find_programs()
    if programs is None:
        missing["postgresql"] = "PostgreSQL is not installed (apt-get install postgresql)"
        yield urls
        return
    with run_cluster(programs) as cluster:
        yield urls | {"postgresql": cluster.create_database()}


def measure_classes(work: Path, count: int, rounds: int, missing: dict[str, str]) -> dict[str, Any]:
    """Return what pages and commands take with a class of so many in each kind of gradebook."""
    source = grade_samples(work, PROJECT)
    found: dict[str, Any] = {}
    with open_databases(work, missing) as urls:
        for kind, url in urls.items():
            fill(source, url, count)
            found[kind] = {"students": count, **measure_class(PROJECT, url, work, rounds)}
    return found


def render_pages(found: Mapping[str, Any]) -> str:
    """Return the figures of classes as Markdown tables."""
    lines = []
    for kind, one in found.items():
        lines += [
            "", f"| {one['students']} students, {kind} | median, ms | p90, ms | CPU, ms | first, ms | × floor | kB |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]  # fmt: skip
        lines += [
            f"| {page['page']} | {page['median_ms']:.0f} | {page['p90_ms']:.0f} | {page['cpu_ms']:.0f} "
            f"| {page['first_ms']:.0f} | {page['over_floor']:.0f} | {page['size_bytes'] / 1000:.0f} |"
            for page in one["pages"]
        ]
        lines += [
            f"| `grader {cost['command']}`: {cost['wall_s']:.1f} s, {cost['cpu_s']:.1f} s CPU, "
            f"{cost['largest_process_bytes'] / 1e6:.0f} MB | | | | | | |"
            for cost in one["commands"]
        ]
        lines.append(
            f"| all texts are read {one['reading_all_texts_s']:.1f} s after the start; the server holds "
            f"{one['server_peak_bytes'] / 1e6:.0f} MB | | | | | | |"
        )
    return "\n".join(lines[1:])


def main() -> int:
    """Measure a class of any size by hand, in gradebooks of its own or in the one that is given."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("--out", type=Path, default=Path("build"))
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--database", help="the URL of a gradebook that is empty or not there yet, and is filled")
    options = parser.parse_args()
    work = options.out.resolve() / "bench-work"
    work.mkdir(parents=True, exist_ok=True)
    if options.database is None:
        found = measure_classes(work, options.students, options.rounds, {})
    else:
        fill(grade_samples(work, PROJECT), options.database, options.students)
        found = {
            "database": {"students": options.students, **measure_class(PROJECT, options.database, work, options.rounds)}
        }
    (options.out / "bench-pages.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(render_pages(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
