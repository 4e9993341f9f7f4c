"""What several rooms' tests share: golden files, a course of two answers, a sandbox that runs nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.postgresql import Cluster, find_programs, run_cluster

ROOT = Path(__file__).resolve().parents[1]


def copy_course(folder: Path, course: Path = ROOT) -> Path:
    """Return a new folder with a copy of a course, this repository's if no other is named."""
    folder.mkdir(parents=True)
    shutil.copy(course / "course.yaml", folder)
    for name in ("exercises", "rubrics", "reference", "data"):
        if (course / name).is_dir():
            shutil.copytree(course / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def replace(path: Path, old: str, new: str) -> None:
    """Replace the only place of `old` in a file."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), "utf-8")


@cache
def _read_and_write() -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    from pydantic import TypeAdapter

    from grader.model import Value

    return TypeAdapter(Value).validate_json, TypeAdapter(dict).dump_json


def reduce(value: object, value_bytes: int = 1 << 20) -> Any:
    """Return a value as it comes out of the box."""
    from grader.sandbox.box.reduce import reduce_value

    read, write = _read_and_write()
    return read(write(reduce_value(value, value_bytes)))


def pytest_configure() -> None:
    """Let no property test rest on the clock: on a machine that does other things too, an example may take a second."""
    try:
        from hypothesis import HealthCheck, settings
    except ModuleNotFoundError:  # the walls are tested as an ordinary user too, who has fewer packages
        return
    settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that accepts what is rendered now as the new golden files, to be reviewed as a diff."""
    parser.addoption("--rewrite-golden", action="store_true", help="write golden files instead of comparing with them")


# Folders whose tests share something costly, made once a session: with xdist, one worker runs each of them.
GROUPED = ("validate", "samples", "e2e", "packaging", "examples", "fidelity", "variants", "unnamed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a grouped folder on one worker."""
    for item in items:
        folder = item.path.parent.name
        if folder in GROUPED:
            item.add_marker(pytest.mark.xdist_group(folder))


# What may be skipped where all tools are installed (.ci/run sets GRADER_TESTS_COMPLETE), by how the reason begins.
# What is missing on a newcomer's machine alone (PostgreSQL, a browser, packages, isolation) is not among it.
ALLOWED_SKIPS = (
    "by hand: ",  # tables that take minutes and are written for a page
    "only root ",  # where an ordinary user runs the tests; where root does, an ordinary user runs its share as well
    "this is an ordinary user",
    "an ordinary user cannot run ",  # Debian has the interpreter of one version; .ci/run says so
    "the numbers are those of x86_64",
    "this machine gives us no control group for memory",  # which groups there are is up to the host
    "no memory in the groups of this machine",
    "no pids in the groups of this machine",
    "no control group can be made here",
    "this machine has no network to keep out",
    "this container lets nobody make devices",
    "nothing can be mounted here",
    "no mount namespace can be made here",
)


def fail_skipped(report: Any) -> Any:
    """Return the report of a test or module; failed where it was skipped for what has to be there."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("GRADER_TESTS_COMPLETE"):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if not reason.startswith(ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"skipped: {reason} (has to be there: GRADER_TESTS_COMPLETE)"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """See `fail_skipped`; first, so that it sees what the other hooks have made of the report."""
    return fail_skipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """See `fail_skipped`."""
    return fail_skipped((yield))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares a text with `golden/<name>` beside the test."""

    def compare(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        if request.config.getoption("--rewrite-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; --rewrite-golden accepts the new text"

    return compare


class TinyOracle:
    """Knows that the right answer to everything is 2."""

    reference = SimpleNamespace(defines=lambda _module, _name: False)  # none of it is public

    def value(self, exercise_id: str, name: str) -> object:  # noqa: ARG002 - the protocol's signature
        """Return the reference's value."""
        return 2.0

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return a function of the reference; the tiny course has none."""
        raise AssertionError(exercise_id, name)


def build_tiny_course() -> Any:
    """Return a course of two exercises: `a` for one point with a text for another, `b` for one point."""
    from grader.course import Answer, Course, CourseFile, Exercise, Part, Tolerance
    from grader.judge.rules.close import CloseCheck
    from grader.judge.rules.text import TextCheck

    tolerance = Tolerance(absolute=1e-3, reason="wide enough for a test")

    def number(name: str) -> Any:
        return CloseCheck(rule="close", id=name, answer=name, points=Fraction(1), tolerance=tolerance)

    def exercise(number_: str, answers: tuple[Any, ...], checks: tuple[Any, ...]) -> Any:
        part = Part(
            id=f"{number_}a",
            title="The only part",
            points=Fraction(len(checks)),
            statement="Give the answers.",
            answers=answers,
            checks=checks,
        )
        return Exercise(
            schema="grader/exercise/v1", id=number_, title="An exercise", statement="Do it well.", parts=(part,)
        )

    a = Answer(name="a", kind="number", about="the number two")
    b = Answer(name="b", kind="number", about="the number two")
    essay = Answer(name="essay", kind="text", about="why it is two")
    text = TextCheck(rule="text", id="essay", answer="essay", points=Fraction(1))
    file = CourseFile(schema="grader/course/v1", id="tiny", title="A tiny course", packages=(), seed=0)
    exercises = (exercise("1", (a, essay), (number("a"), text)), exercise("2", (b,), (number("b"),)))
    return Course(file=file, exercises=exercises, rubrics=(), sha256="c" * 64)


@pytest.fixture
def tiny_grader() -> Any:
    """Return a grader for the tiny course."""
    from grader.judge.probes import build_probes
    from grader.pipeline import Grader

    course, oracle = build_tiny_course(), TinyOracle()
    return Grader(course, oracle, build_probes(course, oracle))  # type: ignore[arg-type]  # a fake oracle


@pytest.fixture
def released(tiny_grader: Any) -> Any:
    """Return a grader for the tiny course that withholds: due on 1 June, scores a week later, feedback a day later."""
    from dataclasses import replace as changed
    from datetime import UTC, datetime, timedelta

    from grader.course import Assignment, ReleaseFile

    stages = {"scores": {"from": "7 days after due"}, "feedback": {"from": "8 days after due"}}
    release = ReleaseFile.model_validate({"schema": "grader/release/v1", "stages": stages})
    due = datetime(2026, 6, 1, 12, tzinfo=UTC)
    extensions = {"bob": due + timedelta(days=20)}
    assignment = Assignment(id="hw", exercises=("1", "2"), due=due, extensions=extensions)
    file = tiny_grader.course.file.model_copy(update={"assignments": (assignment,)})
    return changed(tiny_grader, course=tiny_grader.course.model_copy(update={"file": file, "release": release}))


@dataclass
class FakeSandboxes:
    """Opens sandboxes that read `name = number` lines and run nothing; remembers what was asked of them.

    A source with `# dies always` kills the sandbox every time, `# dies once` the first time only,
    `# faulty` gives evidence with a fault, `# bug` shows a bug of ours.
    """

    isolation: str = "full"
    opened: int = 0
    ran: list[str] = field(default_factory=list)
    refuse: Exception | None = None

    @contextmanager
    def open(self, *_arguments: Any, **_named: Any) -> Iterator[Any]:
        """Open a sandbox."""
        if self.refuse is not None:
            raise self.refuse
        self.opened += 1
        yield SimpleNamespace(run=self.run)

    def run(self, submission: Any, _probes: Sequence[Any], probes_sha256: str) -> Any:
        """Return what the student's lines say, as evidence."""
        from grader.errors import SandboxError

        self.ran.append(submission.student)
        source = "\n".join(cell.source for file in submission.files for cell in file.cells)
        if "# dies once" in source and self.ran.count(submission.student) == 1:
            raise SandboxError("the box is gone")
        if "# dies always" in source:
            raise SandboxError("the box is gone")
        if "# bug" in source:
            raise ZeroDivisionError("ours")
        evidence = build_evidence(submission, source, probes_sha256, self.isolation)
        if "# faulty" in source:
            evidence = evidence.model_copy(update={"fault": "the box said nonsense"})
        notebooks = {file.name: build_notebook(file) for file in submission.files}
        return SimpleNamespace(evidence=evidence, notebooks=notebooks, times={"cells_s": 0.25})


def build_notebook(file: Any) -> dict[str, Any]:
    """Return the notebook of a run that printed nothing."""
    cells = [
        {"cell_type": cell.kind, "source": cell.source, "metadata": {"tags": list(cell.tags)}} for cell in file.cells
    ]
    return {"cells": cells, "nbformat": 4}


def build_evidence(submission: Any, source: str, probes_sha256: str, isolation: str) -> Any:
    """Return evidence of the numbers and the essay in a source."""
    from grader.model import AnswerEvidence, Evidence, FileEvidence, FloatValue

    found = re.findall(r"^(\w+) = ([\d.]+)$", source, re.MULTILINE)
    answers = {name: AnswerEvidence(value=FloatValue(value=float(text).hex())) for name, text in found}
    texts = {"essay": "Because one and one make two."} if "essay" in source else {}
    files = tuple(file.name for file in submission.files)
    run = FileEvidence(file=files[0], answers=answers, texts=texts)
    return Evidence.model_validate(
        {
            "schema": "grader/evidence/v1",
            "student": submission.student,
            "files": files,
            "submission_sha256": submission.sha256,
            "probes_sha256": probes_sha256,
            "isolation": isolation,
            "runs": (run,),
        }
    )


@pytest.fixture
def sandboxes() -> FakeSandboxes:
    """Return the fake sandboxes of one test."""
    return FakeSandboxes()


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a folder of submissions, one file per keyword (`ada="a = 2"` is ada.py)."""

    def write(**sources: str) -> Path:
        folder = tmp_path / "submissions"
        folder.mkdir(exist_ok=True)
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source + "\n", encoding="utf-8")
        return folder

    return write


@pytest.fixture
def change(tmp_path: Path) -> Callable[[str, Callable[[Any], None]], Path]:
    """Return a function that copies the course and edits the data of one of its files."""
    from grader.spec.yaml12 import parse_yaml

    def changed(file: str, edit: Callable[[Any], None]) -> Path:
        folder = copy_course(tmp_path / "course")
        data = parse_yaml((folder / file).read_text(encoding="utf-8"), file).data
        edit(data)
        (folder / file).write_text(json.dumps(data), encoding="utf-8")  # JSON is YAML
        return folder

    return changed


# ---------------------------------------------------------------- two databases


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Yield a PostgreSQL server that lives as long as the tests."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install 'numgrade[postgres]')")
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with run_cluster(programs) as running:
        yield running


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the URL of an SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'grades.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        found: str = request.getfixturevalue("sqlite_url")
        return found
    created: str = request.getfixturevalue("cluster").create_database()
    return created
