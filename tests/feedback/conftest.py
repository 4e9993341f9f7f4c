"""Works of made-up students of this repository's course, what is nasty to show, and a browser to show it in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.feedback import Answered, Asked, Mark, Work
from grader.feedback.formulas import ELEMENTS
from grader.judge.probes import build_probes
from grader.model import (
    AnswerEvidence,
    AxesEvidence,
    Cell,
    Evidence,
    FigureValue,
    FileEvidence,
    LineEvidence,
    OtherValue,
    Returned,
)
from grader.oracle import Oracle
from grader.pipeline import Grader
from grader.release import Stage
from tests.chromium import find_chromium, open_chromium

ROOT = Path(__file__).parents[2]
# Each would run, load or mislead where a page took it for markup.
NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<img src=https://example.org/t.png>",
    '"><svg onload=alert(3)>',
    "'-alert(4)-'",
    "[click](javascript:alert(5))",
    "![p](https://example.org/p.png)",
    "<https://example.org>",
    "$\\href{javascript:alert(6)}{x}$",
    "$\\text{<img src=x onerror=alert(7)>}$",
    "`<b onmouseover=alert(8)>`",
    "</style><style>body{display:none}</style>",
    "</title><script>alert(9)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- <iframe src=https://example.org>",
    "\u202eevil\u202c",
    "&lt;script&gt;alert(10)&lt;/script&gt;",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(11)>",
    "<a href=//example.org>x</a> www.example.org",
    "[x]: javascript:alert(12)\n\n[x]",
    "![a](attachment:a.png)",
    "<details open ontoggle=alert(13)>",
)  # fmt: skip
ALL_NASTY = "\n\n".join(NASTY)


_HTML = (
    {"html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "h1", "h2", "h3", "h4"}
    | {"a", "p", "div", "span", "strong", "em", "code", "pre", "br", "hr", "blockquote", "ul", "ol", "li"}
    | {"dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption"}
)
_SVG = {"svg", "g", "rect", "line", "path", "polyline", "circle", "text", "title"}
_ATTRIBUTES = re.compile(r"on\w*|style|src|srcset|data|action|formaction|xlink:href|srcdoc|background|ping")


class Elements(HTMLParser):
    """What a reader makes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note what is read."""
        self.words.append(data)


def check_harmless(page: str) -> None:
    """A page holds our elements only, leads nowhere, and loads nothing."""
    found = Elements(page)
    assert found.tags <= _HTML | _SVG | ELEMENTS
    assert [name for name, _ in found.attributes if _ATTRIBUTES.fullmatch(name)] == []
    assert [value for name, value in found.attributes if name == "href" and not value.startswith("#")] == []


@pytest.fixture(scope="session")
def exercise_5() -> Grader:
    """The real course's fifth exercise: functions, theorems, a figure, a text."""
    made = pipeline.load_grader(ROOT)
    course = pipeline.select_exercises(made.course, ["1", "5"])
    oracle = Oracle(course, made.oracle.reference)
    return Grader(course, oracle, build_probes(course, oracle))


@pytest.fixture(scope="session")
def build_work(exercise_5: Grader) -> Callable[..., Work]:
    """Return a function that judges a submission of these answers: values as evidence, functions as Python's."""

    def build(
        answers: Mapping[str, Any] | None = None,
        *,
        texts: Mapping[str, str] | None = None,
        cells: tuple[Cell, ...] = (),
        marks: Mapping[str, Mark] | None = None,
        student: str = "ada",
        **evidence: Any,
    ) -> Work:
        probes = {probe.name: probe for probe in exercise_5.probes}
        found = {name: _answer(value, probes[name].calls) for name, value in (answers or {}).items()}
        file = evidence.pop("file", "ada.ipynb")
        run = FileEvidence(file=file, answers=found, texts=dict(texts or {}), **evidence.pop("run", {}))
        made = Evidence.model_validate(
            {
                "schema": "grader/evidence/v1",
                "student": student,
                "files": (file,),
                "submission_sha256": "1" * 64,
                "probes_sha256": exercise_5.probes_sha256,
                "isolation": "full",
                "runs": (run,),
                **evidence,
            }
        )
        report = pipeline.judge(exercise_5, made)
        return Work(exercise_5.course, report, made, {file: cells} if cells else {}, marks or {})

    return build


@pytest.fixture(scope="session")
def solve(exercise_5: Grader) -> Callable[..., Work]:
    """Return a function that gives a work as it is at a stage, solutions at hand."""

    def at(work: Work, stage: Stage = "solutions") -> Work:
        return replace(work, stages={"1": stage, "5": stage}, solutions=pipeline.solve(exercise_5, work.evidence))

    return at


def _answer(value: Any, calls: tuple[Any, ...]) -> AnswerEvidence:
    from tests.conftest import reduce

    if isinstance(value, AnswerEvidence):
        return value
    if not callable(value):
        return AnswerEvidence(value=value if isinstance(value, FigureValue) else reduce(value))
    results = tuple(Returned(value=reduce(value(*call.args))) for call in calls)
    return AnswerEvidence(value=OtherValue(type="callable", type_name="function"), calls=results)


def build_figure(**curves: Any) -> FigureValue:
    """Return a figure of these curves over theta, labelled with their names."""
    places = [index / 100 for index in range(1, 100)]
    lines = tuple(
        LineEvidence(x=tuple(map(float.hex, places)), y=tuple(float(curve(x)).hex() for x in places), label=name)
        for name, curve in curves.items()
    )
    return FigureValue(
        axes=(AxesEvidence(title="", x_label="theta", y_label="", has_legend=True, legend=tuple(curves), lines=lines),)
    )


@pytest.fixture
def nasty_work(build_work: Callable[..., Work]) -> Work:
    """Everything a student can write, in every place where it is shown."""
    text = tuple((1.0 * index).hex() for index in range(30))
    lines = tuple(LineEvidence(x=text, y=text, label=one) for one in NASTY)
    axes = AxesEvidence(title=NASTY[0], x_label=NASTY[1], y_label=NASTY[3], has_legend=True, legend=NASTY, lines=lines)
    answers = {
        "ex5_figure": FigureValue(suptitle=NASTY[0], axes=(axes,)),
        "ex1_larger": NASTY[1],
        "ex1_kl_pq": NASTY[9],
        "ex1_kl_pq_exact": NASTY[0],
        "ex1_r": list(NASTY[:4]),
        "ex5_bounded": {NASTY[1], NASTY[4]},
    }
    cells = (
        *(Cell(index, "markdown", source) for index, source in enumerate(NASTY)),
        Cell(len(NASTY), "markdown", ALL_NASTY),
        Cell(len(NASTY) + 1, "code", f"ex1_larger = {NASTY[1]!r}\n# {NASTY[0]}"),
    )
    asked = Asked(
        "1d", None, ALL_NASTY, "answered", (Answered(Fraction(1), Fraction(1), of_score=False, text=ALL_NASTY),)
    )
    work = build_work(
        answers,
        texts={"ex1d_text": ALL_NASTY, "ex5d_text": NASTY[8] * 40},
        cells=cells,
        marks={"ex1d_text": Mark({}, ALL_NASTY)},
        student=f"{NASTY[3]} {NASTY[11]}",
        file=f"{NASTY[1]}.ipynb",
        remarks=NASTY,
    )
    return replace(work, requests=(asked,))


@pytest.fixture(scope="module")  # while it is open an event loop runs in this thread, and no sandbox may
def browser() -> Iterator[Any]:
    """Chromium as the system has it, or skip."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with open_chromium(path) as opened:
        yield opened
