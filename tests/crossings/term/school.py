"""A small course, its class and the program, called as a person calls it; what is done is kept in a ledger as well."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import select

from grader.cli import main
from grader.gradebook.engine import build_engine, read_transaction
from grader.gradebook.tables import metadata
from tests.conftest import replace
from tests.crossings.term.truth import HOMEWORK, Grade, Ledger, Work, at

COURSE = Path(__file__).with_name("course")
NAMES = {
    name: (name.title(), "Doe")
    for name in (
        "ada",
        "bo",
        "cleo",
        "dan",
        "eli",
        "finn",
        "gil",
        "hal",
        "ivy",
        "jon",
        "kim",
        "lea",
        "max",
        "nia",
        "oda",
    )
} | {"Zoë O'Brien": ("Zoë", "O'Brien")}  # in their login, by which a folder is called, too
Row = Mapping[str, str]


@dataclass
class School:
    """The course in a folder of its own, a gradebook, and what came in."""

    folder: Path
    url: str
    ledger: Ledger = field(default_factory=Ledger)
    knows_everybody: bool = False  # whether the gradebook was given the roster

    def __post_init__(self) -> None:
        """Make the course and the list of the class."""
        shutil.copytree(COURSE, self.course)
        lines = (
            f"{name},{first},{last},{first.lower()}@example.org,n{number},{100 + number}"
            for number, (name, (first, last)) in enumerate(NAMES.items())
        )
        header = "student,first_name,last_name,email,id_number,canvas_id"
        self.roster.write_text("\n".join([header, *lines, ""]), "utf-8")

    @property
    def course(self) -> Path:
        """The course."""
        return self.folder / "course"

    @property
    def roster(self) -> Path:
        """The list of the class."""
        return self.folder / "roster.csv"

    def out(self, homework: str) -> Path:
        """Return the folder of a homework's reports."""
        return self.folder / f"out-{homework}"

    def of(self, homework: str) -> tuple[str, ...]:
        """Return the options of a command on one homework."""
        return ("--db", self.url, "--assignment", homework)

    # ------------------------------------------------------------ the program

    def run(self, *arguments: object, status: int = 0) -> str:
        """Call the program in the course's folder; return all that it says."""
        return self._call(arguments, status).output

    def read(self, *arguments: object) -> str:
        """Call the program, and return what it says on standard output alone."""
        return self._call(arguments, 0).stdout

    def _call(self, arguments: Iterable[object], status: int) -> Result:
        before = Path.cwd()
        os.chdir(self.course)
        try:
            done = CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
        finally:
            os.chdir(before)
        assert done.exit_code == status, f"{arguments}: status {done.exit_code}, expected {status}\n{done.output}"
        return done

    # ------------------------------------------------------------ what comes in

    def hand_in(self, works: Iterable[Work], homework: str) -> str:
        """Let these works come in, and grade them: hw1 lies in a folder of files, hw2 comes from Gradescope."""
        self.ledger.works += works
        give = {"hw1": self._write_folder, "hw2": self._write_download}[homework]
        return self.run("batch", *give(homework), "--out", self.out(homework), *self.of(homework))

    def _write_folder(self, homework: str) -> tuple[object, ...]:
        """Write everybody's last work as a file of their name, which tells by its time when it came."""
        folder = self.folder / "submissions"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for work in self.ledger.find_last(homework).values():
            path = folder / f"{work.student}.{'ipynb' if work.broken else 'py'}"
            path.write_text(work.source, "utf-8")
            os.utime(path, (work.came.timestamp(), work.came.timestamp()))
        return (folder,)

    def _write_download(self, homework: str) -> tuple[object, ...]:
        """Write what Gradescope gives: everybody's last work, and a list that says when it came and whose it is."""
        path, lines = self.folder / "export.zip", []
        with zipfile.ZipFile(path, "w") as archive:
            for number, work in enumerate(self.ledger.find_last(homework).values()):
                first, last = NAMES[work.student]
                quoted = f"{first} {last}".replace("'", "''")
                lines += [f"submission_{number}:", "  :submitters:", f"  - :name: '{quoted}'"]
                lines += [f"    :email: {first.lower()}@example.org", f"  :created_at: {work.came.isoformat(' ')}"]
                suffix = "ipynb" if work.broken else "py"
                archive.writestr(f"export/submission_{number}/work.{suffix}", work.source)
            archive.writestr("export/submission_metadata.yml", "\n".join(lines))
        return path, "--roster", self.roster

    # ------------------------------------------------------------ what people decide

    def mark(self, homework: str, student: str, points: tuple[str, str], why: str = "") -> str:
        """Give a text its points by the two criteria."""
        words = [f"{name}={one}" for name, one in zip(HOMEWORK[homework].criteria, points, strict=True)]
        self.note_mark(homework, student, points)
        answer = HOMEWORK[homework].text
        return self.run("mark", student, answer, *words, "--by", "eve", "--why", why, *self.of(homework))

    def mark_sheet(self, homework: str, points: Mapping[str, tuple[str, str]]) -> str:
        """Give the points of several students by a sheet, which says nothing of the others."""
        sheet, answer = self.folder / "sheet.csv", HOMEWORK[homework].text
        self.run("mark", answer, "--write-csv", sheet, "--by", "tom", *self.of(homework))
        rows = list(csv.DictReader(sheet.read_text("utf-8").splitlines()))
        for row in rows:
            if row["student"] in points:
                row |= dict(zip(HOMEWORK[homework].criteria, points[row["student"]], strict=True))
                self.note_mark(homework, row["student"], points[row["student"]])
        written = io.StringIO()
        writer = csv.DictWriter(written, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        sheet.write_text(written.getvalue(), "utf-8")
        assert {row["student"] for row in rows} >= set(points)
        return self.run("mark", answer, "--csv", sheet, "--by", "tom", "--apply", *self.of(homework))

    def unmark(self, homework: str, student: str) -> str:
        """Take back what was given for a text."""
        work = self.ledger.find_counting(homework, student)
        assert work is not None
        self.ledger.marks[homework, student, work.words] = None
        answer = HOMEWORK[homework].text
        return self.run("unmark", student, answer, "--by", "eve", "--why", "wrong student", *self.of(homework))

    def note_mark(self, homework: str, student: str, points: Iterable[str]) -> None:
        """Keep in the ledger what a person gave for the words that count."""
        work = self.ledger.find_counting(homework, student)
        assert work is not None
        pairs = zip(points, ("1", "2"), strict=True)
        worth = [Fraction({"full": full, "none": "0"}.get(one, one.replace(",", "."))) for one, full in pairs]
        self.ledger.marks[homework, student, work.words] = sum(worth, Fraction(0))

    def override(self, homework: str, student: str, points: str, why: str) -> str:
        """Set a score as a whole."""
        self.ledger.overrides[homework, student] = Fraction(points)
        return self.run("override", student, points, "--by", "eve", "--why", why, *self.of(homework))

    def mend(self) -> None:
        """Widen the tolerance that refuses honest rounded answers."""
        replace(
            self.course / "exercises" / "circle.yaml",
            "tolerance: {absolute: 1e-9, reason: Rounding in double precision stays far below it.}",
            "tolerance: {absolute: 5e-4, reason: The statement asks for three decimals.}",
        )

    def ask(self, homework: str, student: str, part: str, answer: str | None = None, submission: str = "") -> None:
        """Let a student ask for another look, in the words that the feedback page offers."""
        page = (self.feedback(homework) / name_folder(student) / "feedback.md").read_text("utf-8")
        own = re.search(r'^submission: "(\w{64})"$', page, re.MULTILINE)
        assert own is not None, f"{student} is offered no request"
        folder = self.folder / f"requests-{homework}" / student
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["schema: grader/regrade/v1", f'submission: "{submission or own[1]}"', f"part: {part}"]
        lines += [f"answer: {answer}"] if answer else []
        (folder / "regrade.yaml").write_text("\n".join([*lines, "reason: It is as the statement asks for.", ""]))

    # ------------------------------------------------------------ what leaves

    def publish(self, homework: str, moment: str) -> str:
        """Write everybody's feedback as it is at a moment."""
        target = self.feedback(homework)
        return self.run("feedback", "--out", target, "--at", at(moment).isoformat(), *self.of(homework))

    def feedback(self, homework: str) -> Path:
        """Return the folder of a homework's feedback."""
        return self.folder / f"feedback-{homework}"

    def read_page(self, homework: str, student: str) -> str:
        """Return the text that a student reads."""
        return " ".join((self.feedback(homework) / name_folder(student) / "report.txt").read_text("utf-8").split())

    def export(self, homework: str, form: str, *options: object) -> str:
        """Return an export."""
        return self.read("export", "--format", form, "--out", "-", *options, *self.of(homework))

    def list_rows(self, homework: str) -> dict[str, Row]:
        """Return what staff are told of every student."""
        roster = () if self.knows_everybody else ("--roster", self.roster)
        text = self.export(homework, "csv", "--staff", "--unfinished", *roster)
        self.knows_everybody = True
        return {row["student"]: row for row in csv.DictReader(text.splitlines())}

    def read_published(self, homework: str, moment: str, *options: str) -> dict[str, dict[str, Decimal]]:
        """Return by format what other systems get at a moment: the score of everybody who has one."""
        when = ("--at", at(moment).isoformat(), "--column-name", "Homework", *options)
        ids = {f"n{number}": name for number, name in enumerate(NAMES)}
        ids |= {str(100 + number): name for number, name in enumerate(NAMES)}
        told: dict[str, dict[str, Decimal]] = {}
        columns = {"csv": ("student", "score"), "canvas": ("ID", "Homework"), "moodle": ("ID number", "Homework")}
        for form, (key, column) in (columns | {"nbgrader": ("student_id", "score")}).items():
            rows = csv.DictReader(self.export(homework, form, *when).splitlines())
            scores = {row[key]: row[column] for row in rows if row[key] and row[column]}
            told[form] = {ids.get(name, name): Decimal(score) for name, score in scores.items()}
        return told | {"gradescope": self._read_results(homework, *when)}

    def _read_results(self, homework: str, *when: str) -> dict[str, Decimal]:
        """Return what Gradescope gets: of each student a file."""
        results = self.folder / "results"
        shutil.rmtree(results, ignore_errors=True)
        self.run("export", "--format", "gradescope", "--out", results, *when, *self.of(homework))
        folders = {name_folder(name): name for name in NAMES}
        scores = {path.parent.name: json.loads(path.read_text("utf-8"))["score"] for path in results.glob("*/*.json")}
        return {folders[name]: Decimal(str(score)) for name, score in scores.items()}

    def read_total(self, moment: str) -> dict[str, Row]:
        """Return what the course comes to, by student."""
        when = ("--at", at(moment).isoformat(), "--db", self.url)
        text = self.read("export", "--total", "--format", "csv", "--out", "-", *when)
        return {row["student"]: row for row in csv.DictReader(text.splitlines())}

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of the gradebook."""
        engine = build_engine(self.url, create=False)
        try:
            with read_transaction(engine) as connection:
                return {
                    name: sorted(map(tuple, connection.execute(select(*table.columns))), key=str)
                    for name, table in metadata.tables.items()
                }
        finally:
            engine.dispose()


def name_folder(student: str) -> str:
    """Return the folder of a student's files."""
    return student.replace(" ", "%20").replace("'", "%27")


def describe_row(row: Row) -> Grade:
    """Return what a line of staff's CSV says, as the ledger says it; shares are compared by their exact score."""
    has_work = bool(row["received_at"])
    return Grade(
        status=row["status"],
        late_days=int(row["late_days"]),
        automatic=Fraction(row["automatic_score"]).limit_denominator(1000) if has_work else None,
        marked=Fraction(row["human_score"]).limit_denominator(1000) if has_work else Fraction(0),
        pending=int(row["pending"] or 0),
        override=Fraction(row["override"]) if row["override"] else None,
        score=Fraction(row["score_exact"]) if row["score_exact"] else None,
    )
