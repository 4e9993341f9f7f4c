"""Two databases, a PostgreSQL cluster of our own, and hand-made reports."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.course import Criterion, Level, MarkedExample, Rubric
from grader.gradebook import Gradebook, Marking, NewMarking
from grader.model import CheckResult, ExerciseScore, PartScore, Report

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ZERO = Fraction(0)


@dataclass
class Clock:
    """A clock that goes on by a second whenever it is read."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        """Return the next second."""
        self.now += timedelta(seconds=1)
        return self.now


def build_report(student: str = "ada", score: Any = 1, **other: Any) -> Report:
    """Return a report of `score` out of 3 points and a text for 2 more; `ungraded` says that our sandbox broke."""
    ungraded = other.pop("ungraded", False)
    text = other.pop("text", "review")
    number = CheckResult(
        id="1a.a",
        kind="number",
        answer="a",
        outcome="ungraded" if ungraded else "pass",
        code="value.close",
        category="right",
        score=ZERO if ungraded else Fraction(score),
        max=Fraction(3),
        message="a is right",
        detail="expected 2",
        follow_through=True,
        shown="a = 3",
        because_of=("b",),
    )
    essay = CheckResult(
        id="1b.essay",
        kind="text",
        answer="essay",
        outcome=text,
        code="text.review",
        category="review",
        score=ZERO,
        max=Fraction(2),
        message="a person reads this",
        text_sha256=other.pop("text_sha256", ""),
    )
    parts = (_part("1a", "ungraded" if ungraded else "pass", number), _part("1b", "review", essay))
    names = ("score", "max", "pending", "ungraded")
    sums: dict[str, Any] = {name: sum((getattr(part, name) for part in parts), ZERO) for name in names}
    facts: dict[str, Any] = {
        "submission_sha256": "s1",
        "evidence_sha256": "e1",
        "course_sha256": "c1",
        "grader": "1.0.0",
    } | other
    exercises = (ExerciseScore(id="1", title="An exercise", parts=parts, **sums),)
    return Report(student=student, files=("a.py",), exercises=exercises, notes=("a note",), seed=0, **facts, **sums)


def _part(identity: str, status: Any, check: CheckResult) -> PartScore:
    pending = check.max if check.outcome == "review" else ZERO
    ungraded = check.max if check.outcome == "ungraded" else ZERO
    return PartScore(identity, "A part", check.score, check.max, pending, ungraded, status, (check,), ("noted",))


def build_rubric() -> Rubric:
    """Return the rubric of the essay: a proof for one and a half points, or one, and its form for half a point."""
    proof = Criterion(
        id="proof",
        points=Fraction(3, 2),
        about="It is proved.",
        levels=(Level(points=Fraction(1), when="It is proved but for a step."),),
        feedback="Prove it as well.",
    )
    form = Criterion(
        id="form",
        points=Fraction(1, 2),
        about="It is well written.",
        levels=(Level(points=Fraction(1, 3), when="It can be read."),),
        feedback="Write it down once more.",
    )
    example = MarkedExample(text="A proof of this.", points={"proof": Fraction(1)}, why="It is a proof.")
    return Rubric(
        schema="grader/rubric/v1",
        part="1b",
        answer="essay",
        points=Fraction(2),
        criteria=(proof, form),
        examples=(example, example),
    )


def build_marking(attempt_id: int, proof: Any, form: Any = 0, seen: int | None = None, **said: Any) -> NewMarking:
    """Return a marking of the essay; Eve gives it at noon, if nothing else is said."""
    points = {"proof": Fraction(proof), "form": Fraction(form)}
    marking = Marking("essay", points, **{"who": "eve", "when": NOON, **said})
    return NewMarking(attempt_id, marking, build_rubric(), seen)


@pytest.fixture
def mark_of() -> Callable[..., NewMarking]:
    """Return the builder of markings."""
    return build_marking


@pytest.fixture
def report_of() -> Callable[..., Report]:
    """Return the builder of reports."""
    return build_report


@pytest.fixture
def noon() -> datetime:
    """Return a moment."""
    return NOON


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL server, reached at `base` followed by a database's name."""

    base: str

    def create_database(self) -> str:
        """Return the URL of a new, empty database."""
        import psycopg

        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(f"{self.base}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"{self.base}/{name}"


def _find_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


def _ordinary_user() -> pwd.struct_passwd:
    """Return who the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Yield a PostgreSQL server that lives as long as the tests, on a free port, run by an ordinary user."""
    programs = _find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install 'numgrade[postgres]')")
    user = _ordinary_user()
    folder = Path(tempfile.mkdtemp(prefix="grader-postgresql-"))
    password = folder / "password"
    password.write_text(secrets.token_hex(8))
    for path in (folder, password):
        os.chown(path, user.pw_uid, user.pw_gid)

    def run(program: str, *arguments: object) -> None:
        as_other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [str(programs / program), *map(str, arguments)]
        # Output goes to a file and not to a pipe, which the server would inherit and keep open.
        with (folder / "output").open("a") as output:
            subprocess.run(command, check=True, cwd=folder, stdout=output, stderr=output, **as_other)  # type: ignore[call-overload]  # a dict of keywords, which mypy cannot match

    data = folder / "data"

    def start() -> int:
        for attempt in range(3):
            port = _find_port()  # free now; another program may take it before the server does
            settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
            try:
                run("pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", settings, "start")
            except subprocess.CalledProcessError:
                if attempt == 2:
                    raise
            else:
                return port
        raise AssertionError

    try:
        run(
            "initdb", "-D", data, "-U", "grader", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--no-sync"
        )
        port = start()
        try:
            yield Cluster(f"postgresql://grader:{password.read_text()}@127.0.0.1:{port}")
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


@pytest.fixture
def book(url: str) -> Iterator[Gradebook]:
    """Yield an empty gradebook."""
    with Gradebook.open(url, clock=Clock()) as opened:
        yield opened


@pytest.fixture
def small_book(sqlite_url: str) -> Iterator[Gradebook]:
    """Yield an empty gradebook in SQLite, for what does not depend on the database."""
    with Gradebook.open(sqlite_url, clock=Clock()) as opened:
        yield opened
