"""Every format is read by somebody else: a library, a schema, or a model of what the service documents."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any, Literal

import jsonschema
import junitparser
import pytest
from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict

from grader.model import CheckResult, ExerciseScore, PartScore, Report
from grader.report.annotations import Annotation, render_annotations
from grader.report.classroom import encode_classroom, render_classroom
from grader.report.classroom50 import Assignment, render_classroom50
from grader.report.escape import markdown
from grader.report.github import render_summary
from grader.report.gradescope import render_gradescope, render_gradescope_refusal
from grader.report.junit import render_junit

NASTY = (
    'x\x00\x1b[31m\ud800\ufffe | <b>&"]]> `|` @bob #1 ![i](http://e.vil/i.png) </details> ::error::no ##[group]no\nz'
)
EXPECTED = "0.1438"


def build_check(name: str, outcome: str, score: str = "0", **other: Any) -> CheckResult:
    """Return a result of part 1a, worth one point, whose detail must never be shown."""
    facts: dict[str, Any] = {"kind": "number", "code": "value.wrong", "max": Fraction(1), "message": f"{name} {NASTY}"}
    facts |= {"id": f"1a.{name}", "answer": name, "outcome": outcome, "score": Fraction(score)}
    facts["category"] = "right" if outcome == "pass" else "wrong"
    return CheckResult(**(facts | {"detail": f"expected {EXPECTED}"} | other))


def build_report(*checks: CheckResult, student: str = f"ada {NASTY}", parts: int = 1) -> Report:
    """Return a report of one exercise whose parts all have these checks."""
    sums = {
        "score": sum((check.score for check in checks), Fraction(0)),
        "max": sum((check.max for check in checks), Fraction(0)),
        "pending": sum((check.max for check in checks if check.outcome == "review"), Fraction(0)),
        "ungraded": sum((check.max for check in checks if check.outcome == "ungraded"), Fraction(0)),
    }
    made = [PartScore(f"{i}a", f"Title {NASTY}", status="partial", checks=checks, **sums) for i in range(1, parts + 1)]
    sums = {name: parts * value for name, value in sums.items()}
    exercise = ExerciseScore("1", f"Exercise {NASTY}", parts=tuple(made), **sums)
    names = ("submission_sha256", "course_sha256", "evidence_sha256")
    return Report(
        student=student,
        files=(f"{NASTY}.ipynb",),
        exercises=(exercise,),
        notes=(f"a note {NASTY}",),
        grader="1.0.0",
        seed=0,
        **sums,
        **dict.fromkeys(names, "a" * 64),
    )


@pytest.fixture
def report() -> Report:
    """Return a report with each outcome once, every text of it hostile."""
    outcomes = ("fail", "missing", "blocked", "review", "ungraded")
    return build_report(
        build_check("right", "pass", "1"),
        build_check("half", "fail", "1/2", code="mistake.known", mistake="bits_not_nats"),
        *(build_check(outcome, outcome) for outcome in outcomes),
    )


# ---------------------------------------------------------------- JUnit


def test_junit_is_read_by_a_library(report: Report) -> None:
    """Counts and results are what the outcomes say; wrong is a failure, ours an error, the rest skipped."""
    read = junitparser.JUnitXml.fromstring(render_junit([report, report]).encode())
    assert (read.tests, read.failures, read.errors, read.skipped) == (14, 4, 2, 6)
    cases = {case.name: case for case in next(iter(read))}
    kinds = {
        name.removeprefix("1a."): [type(result).__name__ for result in case.result] for name, case in cases.items()
    }
    assert kinds == {
        "right": [], "half": ["Failure"], "fail": ["Failure"], "missing": ["Skipped"], "blocked": ["Skipped"],
        "review": ["Skipped"], "ungraded": ["Error"],
    }  # fmt: skip
    assert cases["1a.half"].result[0].type == "bits_not_nats"
    recounted = junitparser.JUnitXml.fromstring(render_junit([report]).encode())
    recounted.update_statistics()
    assert (recounted.tests, recounted.failures, recounted.errors, recounted.skipped) == (7, 2, 1, 3)


def test_junit_has_no_control_character(report: Report) -> None:
    """Every character is one of XML 1.0's."""
    assert not re.search("[^\x09\x0a\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", render_junit([report]))


def test_junit_of_nothing_is_read() -> None:
    """A job without a submission still has a file that tools can read."""
    assert junitparser.JUnitXml.fromstring(render_junit([]).encode()).tests == 0


# ---------------------------------------------------------------- Gradescope

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]
TextFormat = Literal["text", "html", "simple_format", "md", "ansi"]


class Strict(BaseModel):
    """Nothing that Gradescope does not document."""

    model_config = ConfigDict(extra="forbid", strict=True)


class GradescopeTest(Strict):
    """One test."""

    score: float | None = None
    max_score: float | None = None
    status: Literal["passed", "failed"] | None = None
    name: str
    name_format: TextFormat = "text"
    number: str = ""
    output: str = ""
    output_format: TextFormat = "text"
    tags: list[str] = []
    visibility: Visibility = "visible"
    extra_data: dict[str, Any] = {}


class GradescopeResults(Strict):
    """The file."""

    score: float
    execution_time: float | None = None
    output: str = ""
    output_format: TextFormat = "text"
    test_output_format: TextFormat = "text"
    test_name_format: TextFormat = "text"
    visibility: Visibility = "visible"
    stdout_visibility: Visibility = "hidden"
    extra_data: dict[str, Any] = {}
    tests: list[GradescopeTest]


def test_gradescope_has_the_documented_fields(report: Report) -> None:
    """The score is what is decided; a test's maximum leaves out what a person or we still owe."""
    results = GradescopeResults.model_validate_json(render_gradescope(report))
    assert results.score == 1.5
    assert [(test.score, test.max_score, test.status) for test in results.tests] == [(1.5, 5.0, "failed")]
    assert "to be marked" in results.output
    assert "a mistake on our side" in results.output
    GradescopeResults.model_validate_json(render_gradescope_refusal(NASTY))


# ---------------------------------------------------------------- Classroom 50 and GitHub Classroom

TEST_50 = {
    "type": "object",
    "required": ["test-name", "passed", "score", "max-score"],
    "properties": {
        "test-name": {"type": "string", "minLength": 1},
        "passed": {"type": "boolean"},
        "score": {"type": "integer", "minimum": 0},
        "max-score": {"type": "integer", "minimum": 0},
    },
}
TEXT_50 = {"type": "string", "minLength": 1}
TEXTS_50 = ("classroom", "assignment", "owner", "commit", "release", "review")
SCHEMA_50 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": dict.fromkeys(TEXTS_50, TEXT_50)
    | {
        "schema": {"const": "classroom50/result/v1"},
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "score": {"type": "integer", "minimum": 0},
        "max-score": {"type": "integer", "minimum": 0},
        "tests": {"type": "array", "items": TEST_50},
    },
}
SCHEMA_50["required"] = sorted(SCHEMA_50["properties"])  # type: ignore[call-overload]  # a dict of its keys

ASSIGNMENT = Assignment(
    classroom="c",
    assignment="kl",
    owner="ada",
    submission="submit/2026-05-01T10-00-00Z-1234567",
    commit="https://example.org/commit",
    release="https://example.org/release",
    review="",
    committed_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
)


def test_classroom50_follows_its_schema(report: Report) -> None:
    """Points times 100 as whole numbers, no score above its maximum; what we owe is in neither."""
    data = json.loads(render_classroom50(report, ASSIGNMENT))
    jsonschema.validate(data, SCHEMA_50)
    assert (data["score"], data["max-score"], data["datetime"]) == (150, 600, "2026-05-01T10:00:00Z")
    assert data["review"] == data["commit"]
    assert all(test["score"] <= test["max-score"] for test in data["tests"])


def test_classroom50_rounds_down() -> None:
    """A third of a point is 33, so that a score cannot pass its maximum."""
    data = json.loads(render_classroom50(build_report(build_check("a", "fail", "1/3")), ASSIGNMENT))
    assert data["score"] == 33


def test_classroom_result_is_what_the_reporter_reads(report: Report) -> None:
    """The step output is base64 of the JSON; our own fault is an error, and a whole maximum is given."""
    data = json.loads(base64.b64decode(encode_classroom([report]), validate=True))
    assert data == json.loads(render_classroom([report]))
    assert isinstance(data["max_score"], int)
    assert data["status"] in {"pass", "fail", "error"}
    assert all({"name", "status", "test_code", "task_id", "filename", "line_no", "duration", "score"} <= set(test)
               for test in data["tests"])  # fmt: skip
    assert sum(test["score"] for test in data["tests"]) == 1.5


# ---------------------------------------------------------------- Markdown and annotations


class Tags(HTMLParser):
    """Collects what a browser would make of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, with its attributes."""
        self.tags.append(tag if not attrs else f"{tag} {attrs}")

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def read_markdown(text: str) -> Tags:
    """Render as GitHub would: tables, raw HTML and bare links on."""
    tags = Tags()
    tags.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text))
    return tags


def test_summary_shows_hostile_text_as_it_is(report: Report) -> None:
    """No image, link or tag comes out of a student's text, and each row has five cells."""
    text = render_summary([report])
    page = read_markdown(text)
    allowed = {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "details", "summary", "ul", "li",
               "blockquote", "code"}  # fmt: skip
    assert {tag.split(" ")[0] for tag in page.tags} <= allowed
    assert page.tags.count("details") == 1
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows} == {6}
    assert "</details> : :error: :no" in page.text


@pytest.mark.parametrize("text", ["@bob", "see #12", "http://e.vil", "www.e.vil", "a@e.vil"])
def test_markdown_breaks_what_github_links_after_decoding(text: str) -> None:
    """Entities alone do not keep GitHub from mentions and bare links: a space of no width stands inside."""
    assert "&#8203;" in markdown(text)
    assert read_markdown(markdown(text)).text.strip().replace("\u200b", "") == text


def test_markdown_keeps_code() -> None:
    """Names in backticks are code; what stands in them is as harmless as the rest."""
    assert markdown("use `np.log`, not `<b>`") == "use <code>np.log</code>, not <code>&#60;b&#62;</code>"
    assert "<code>" not in markdown("a lone ` is itself")


def test_summary_is_cut_at_whole_sections() -> None:
    """Over the limit nothing is torn: sections are left out, and the end says how many."""
    checks = (build_check("a", "fail", message="wrong " * 50),)
    reports = [build_report(*checks, student=f"s{i}", parts=20) for i in range(20)]
    text = render_summary(reports, 60_000)
    assert len(text.encode()) <= 60_000
    assert "Cut here" in text
    assert text.count("<details>") == text.count("</details>")
    assert len(render_summary(reports, 10**7).encode()) > 60_000


def test_annotations_stay_below_the_runner_limit() -> None:
    """Ten of a kind at most, the last of which names the rest."""
    many = [Annotation("error", f"part {i}", "wrong", "a.py", i) for i in range(1, 26)]
    lines = render_annotations([*many, Annotation("notice", "x", "y")]).splitlines()
    assert len([line for line in lines if line.startswith("::error ")]) == 10
    assert "16 more" in lines[9]
    assert "part 25" in lines[9]
    assert lines[10].startswith("::notice ")
    assert len(render_annotations(many[:10]).splitlines()) == 10
    assert "more" not in render_annotations(many[:10])


def test_annotation_is_one_command() -> None:
    """Line breaks, percent signs and separators of a student's text are encoded."""
    text = render_annotations([Annotation("error", "a,b:c", "50 %\nof ::x::", "d,e.py", 3)])
    assert text == "::error file=d%2Ce.py,line=3,title=a%2Cb%3Ac::50 %25%0Aof : :x: :\n"


@pytest.mark.parametrize(
    "render",
    [
        lambda report: render_junit([report]),
        render_gradescope,
        lambda report: render_classroom50(report, ASSIGNMENT),
        lambda report: render_classroom([report]),
        lambda report: render_summary([report]),
    ],
)
def test_no_format_shows_detail(report: Report, render: Any) -> None:
    """What staff may see stays with staff, and text is encodable whatever a student wrote."""
    text = render(report)
    assert EXPECTED not in text
    assert "::error" not in text
    text.encode()
