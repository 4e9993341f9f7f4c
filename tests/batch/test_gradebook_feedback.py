"""Feedback from a gradebook alone: the same as from the batch's folder, with people's marks joined in."""

from __future__ import annotations

import hashlib
import html
import itertools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from grader import pipeline
from grader.batch import gradebook_feedback
from grader.batch.publication import Publication, measure_gradebook
from grader.cli import choice, feedback, main, running
from grader.course import Criterion, Level, MarkedExample, Opening, Rubric
from grader.gradebook import Gradebook, Marking, NewMarking, Override, kept, tables
from grader.gradebook.engine import write_transaction
from grader.judge.cache import Cache
from grader.release import UNKNOWN

MARKER = "eve the marker"
EXAMPLE = MarkedExample(text="A reason for it.", points={"reason": Fraction(1)}, why="It is a reason.")
RUBRIC = Rubric(
    schema="grader/rubric/v1",
    part="1a",
    answer="essay",
    points=Fraction(1),
    criteria=(
        Criterion(
            id="reason",
            points=Fraction(1),
            about="There is a reason.",
            levels=(Level(points=Fraction(1, 2), when="It is half a reason."),),
            feedback="Give a reason.",
        ),
    ),
    examples=(EXAMPLE, EXAMPLE),
)
COMMENT = "Say *why* it is two,\n<script>alert(1)</script> and when."


@dataclass
class Program:
    """The program with a tiny course: its commands, in a folder of a test's own."""

    folder: Path
    url: str
    expected: int = 0

    def call(self, *arguments: object, expected: int = 0) -> str:
        """Run a command and return what it said."""
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == expected, done.output
        return done.output

    def batch(self, *more: object) -> str:
        """Grade the class and keep it."""
        return self.call("batch", self.folder / "submissions", "--out", self.out, "--db", self.url, *more)

    def judge(self, *, expected: int = 0) -> str:
        """Judge the class again and keep it."""
        return self.call("judge", self.out, "--db", self.url, "--note", "mended", expected=expected)

    def mark(self, student: str = "bob") -> None:
        """Give half of a student's points for the text."""
        with Gradebook.open(self.url) as book:
            (row,) = [row for row in book.current_scores() if row.person.student == student]
            assert row.attempt_id is not None
            moment = datetime(2026, 1, 1, tzinfo=UTC)
            marking = Marking("essay", {"reason": Fraction(1, 2)}, MARKER, moment, COMMENT)
            book.mark([NewMarking(row.attempt_id, marking, RUBRIC)])

    def from_folder(self, *more: object) -> dict[str, bytes]:
        """Return the feedback that the batch's folder gives."""
        self.call("feedback", self.out, "--out", self.folder / "from_folder", *more)
        return read(self.folder / "from_folder")

    def from_book(self, *more: object, expected: int = 0) -> dict[str, bytes]:
        """Return the feedback that the gradebook gives."""
        target = self.folder / "from_book"
        shutil.rmtree(target, ignore_errors=True)
        self.call("feedback", "--db", self.url, "--out", target, *more, expected=expected)
        return read(target)

    @property
    def out(self) -> Path:
        """The folder of the batch."""
        return self.folder / "out"


def read(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def program(tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, folder_of: Any, tmp_path: Path) -> Any:
    """Return the program with a class of four, one of them refused, one with data beside a notebook."""
    monkeypatch.chdir(tmp_path)  # no course is near, whose gradebook it would not be
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(choice, "load_course", lambda _folder: tiny_grader.course)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)
    folder = folder_of(ada="a = 2", bob="# %% tags=['1a']\na = 3\n# %% [markdown]\n# essay")
    (folder / "eve.ipynb").write_text("{")
    (folder / "Dan & co").mkdir()
    (folder / "Dan & co" / "work.py").write_text("b = 2\n")
    (folder / "Dan & co" / "data.csv").write_text("1,2\n")
    (folder / "notes.txt").write_text("nobody's")
    return Program(tmp_path, f"sqlite:///{tmp_path / 'grades.db'}")


def test_the_same_bytes_without_the_batch_s_folder(program: Program) -> None:
    """Nothing but the gradebook is left; a stray file, which belongs to nobody, is no student of it."""
    program.batch()
    expected = program.from_folder()
    shutil.rmtree(program.out)
    shutil.rmtree(program.folder / "submissions")
    found = program.from_book()
    assert {name: text for name, text in expected.items() if not name.startswith("notes")} == found
    assert {name.split("/")[0] for name in found} == {"ada", "bob", "eve", "Dan%20%26%20co"}
    assert "b = 2" in found["Dan%20%26%20co/feedback.ipynb"].decode()


def test_marks_are_joined_without_the_marker(program: Program) -> None:
    """Points, criteria and comment stand in every form; the student's words and the marker's are text."""
    program.batch()
    before = program.from_book()
    program.mark()
    after = program.from_book()
    assert {name for name in before if before[name] != after[name]} == {
        f"bob/{name}" for name in ("feedback.html", "feedback.ipynb", "feedback.md", "report.txt")
    }
    for name in ("feedback.html", "feedback.ipynb", "feedback.md"):
        text = after[f"bob/{name}"].decode()
        assert MARKER not in text
        assert "0.5 points" in text
        assert "reason" in text
        assert "it is two" in text
        assert "<script>" not in text
    assert MARKER not in after["bob/report.txt"].decode()


@pytest.mark.parametrize("order", list(itertools.permutations(("batch", "judge", "mark"))), ids="-".join)
def test_the_order_of_work_does_not_matter(program: Program, order: tuple[str, ...]) -> None:
    """Once a class is recorded: graded and judged again and marked in any order, exported in between."""
    program.batch()
    program.mark()
    expected, sheet = program.from_book(), _export(program)
    (program.folder / "grades.db").unlink()
    for left in ("-wal", "-shm"):
        (program.folder / f"grades.db{left}").unlink(missing_ok=True)
    program.batch()
    for step in order:
        getattr(program, step)()
        program.from_book()
        _export(program)
    assert program.from_book() == expected
    assert _export(program) == sheet


def _export(program: Program) -> str:
    return program.call("export", "--db", program.url, "--format", "csv", "--out", "-", "--unfinished")


def _forget(program: Program, *forgotten: Any) -> None:
    """Leave the gradebook as an older version would have."""
    with Gradebook.open(program.url) as book, write_transaction(book._engine) as connection:
        for table in forgotten:
            connection.execute(table.delete())


OLD = (tables.submitted_files, tables.evidence, tables.blobs)


@pytest.mark.parametrize("again", ["judge", "batch"])
def test_an_older_attempt_is_completed(program: Program, again: str) -> None:
    """It says what it lacks and which command brings it, and that command does."""
    program.batch()
    expected = program.from_book()
    _forget(program, *OLD)
    output = program.call("feedback", "--db", program.url, "--out", program.folder / "fb", expected=2)
    assert "the gradebook has no evidence of ada" in output
    assert "grader judge OUT --db URL" in output
    getattr(program, again)()
    assert program.from_book() == expected


def test_judging_records_a_new_version_of_the_course(
    program: Program, tiny_grader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged by another version is not shown, until it is judged again."""
    program.batch()
    expected = program.from_book()
    course = tiny_grader.course.model_copy(update={"sha256": "d" * 64})
    monkeypatch.setattr(choice, "load_course", lambda _folder: course)
    output = program.call("feedback", "--db", program.url, "--out", program.folder / "fb", expected=2)
    assert "ada was judged by another version of the course: run `grader judge" in output
    monkeypatch.setattr(pipeline, "load_grader", lambda *_a, **_n: replace(tiny_grader, course=course, cache=Cache()))
    program.judge()
    assert program.from_book().keys() == expected.keys()


def test_judging_does_not_invent_a_moment(program: Program) -> None:
    """Who was never recorded was submitted at a moment that only a batch can see; the others are kept."""
    program.batch()
    with Gradebook.open(program.url) as book, write_transaction(book._engine) as connection:
        for table in (tables.check_results, tables.attempts):
            connection.execute(table.delete())
        assert book.current_scores()
    output = program.judge(expected=2)
    assert "is not in the gradebook, which has to know when it was submitted: run `grader batch`" in output


def test_only_chosen_students(program: Program) -> None:
    """By name, in the folders that they always have; one who is not there is a usage error."""
    program.batch()
    everybody = program.from_book()
    chosen = program.from_book("--student", "Dan & co", "--student", "eve")
    assert chosen == {name: text for name, text in everybody.items() if name.startswith(("Dan", "eve"))}
    program.from_book("--student", "nobody", expected=2)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "expected either OUT"),
        (("{out}", "--db", "{url}"), "expected either OUT"),
        (("{out}", "--student", "ada"), "expected --db URL"),
        (("--db", "{url}", "--student", "zoe"), "'zoe': the gradebook has nothing that they submitted"),
    ],
)
def test_wrong_usage_is_told(program: Program, arguments: tuple[str, ...], why: str) -> None:
    """Which of the two sources, and whom."""
    program.batch()
    given = [argument.format(out=program.out, url=program.url) for argument in arguments]
    assert why in program.call("feedback", *given, "--out", program.folder / "fb", expected=2)


def test_an_empty_gradebook_is_told(program: Program) -> None:
    """Rather than nothing, silently."""
    Gradebook.open(program.url).close()
    output = program.call("feedback", "--db", program.url, "--out", program.folder / "fb", expected=2)
    assert "nothing that anybody submitted" in output


def test_damaged_evidence_stops_nobody(program: Program) -> None:
    """One student's is not what the report was made of; the others have theirs."""
    program.batch()
    with Gradebook.open(program.url) as book, write_transaction(book._engine) as connection:
        (ada,) = book.attempts("ada")
        (bob,) = book.attempts("bob")
        table = tables.evidence
        other = table.select().where(table.c.evidence_sha256 == bob.evidence_sha256)
        blob = connection.execute(other).mappings().one()["blob"]
        connection.execute(update(table).where(table.c.evidence_sha256 == ada.evidence_sha256).values(blob=blob))
    output = program.call("feedback", "--db", program.url, "--out", program.folder / "fb", expected=2)
    assert "evidence of ada is not what its report was made of" in output
    assert (program.folder / "fb" / "bob" / "feedback.html").is_file()


def test_our_fault_has_no_notebook_in_either(program: Program, folder_of: Callable[..., Path]) -> None:
    """Nothing ran, so that there is nothing to remark."""
    folder_of(zoe="a = 2\n# dies always")
    program.call("batch", program.folder / "submissions", "--out", program.out, "--db", program.url, expected=3)
    expected = program.from_folder()
    found = program.from_book()
    assert {name for name in found if name.startswith("zoe")} == {
        "zoe/feedback.html", "zoe/feedback.md", "zoe/report.txt"
    }  # fmt: skip
    assert {name: expected[name] for name in found} == found


def test_what_changed_while_it_was_graded_is_not_kept(
    program: Program, sandboxes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gradebook never holds a file under the hash of another, and says what it lacks."""
    run = sandboxes.run

    def change(submission: Any, *more: Any) -> Any:
        if submission.student == "ada":
            (program.folder / "submissions" / "ada.py").write_text("a = 4\n")
        return run(submission, *more)

    monkeypatch.setattr(sandboxes, "run", change)
    assert "ada: what was submitted changed while it was graded" in program.batch("--jobs", "1")
    assert "ada/feedback.ipynb" not in program.from_book()


def test_what_is_too_large_is_told(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name and size, and evidence that was not kept is missed by name."""
    monkeypatch.setattr(kept, "KEPT_BYTES", 8)
    output = program.batch()
    assert "ada: the evidence (" in output
    assert "Dan & co: data.csv (4 bytes) is not kept" in output
    assert "bob: bob.py (" in output
    assert "too large to be kept" in program.call(
        "feedback", "--db", program.url, "--out", program.folder / "fb", expected=2
    )


PRACTICE, RECEIVED, SCORES, ALL_DUE = "2026-05-31T12:00Z", "2026-06-02T12:00Z", "2026-06-08T12:00Z", "2026-06-21T12:00Z"


@pytest.fixture
def withheld(program: Program, released: Any, folder_of: Any, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program with a course that releases in stages; bob's and zoe's texts wait for a person."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: released)
    monkeypatch.setattr(choice, "load_course", lambda _folder: released.course)
    folder_of(zoe="# %% tags=['1a']\na = 3\n# %% [markdown]\n# essay")
    program.batch()
    return program


@pytest.mark.parametrize("at", [PRACTICE, RECEIVED, SCORES, ALL_DUE])
def test_stages_are_those_of_the_folder(withheld: Program, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes from both at each of them, as long as nobody has marked; a folder knows less of the arrival."""
    monkeypatch.setattr(gradebook_feedback, "read_receipt", lambda *_: UNKNOWN)
    expected = withheld.from_folder("--at", at)
    found = withheld.from_book("--at", at)
    assert found == {name: text for name, text in expected.items() if name in found}
    assert found.keys() == {name for name in expected if not name.startswith("notes")}


@pytest.mark.parametrize("at", [PRACTICE, RECEIVED, SCORES, "2026-06-22T12:00Z"])
def test_a_receipt_has_each_file_s_hash_and_the_moment(withheld: Program, at: str) -> None:
    """At every stage, that of the file as it was submitted, by which a student can see that it is the right one."""
    path = withheld.folder / "submissions" / "zoe.py"
    moment = datetime(2026, 6, 1, 12, 1, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    path = path.rename(path.with_name("yan.py"))
    withheld.batch()
    text = " ".join(html.unescape(withheld.from_book("--at", at)["yan/feedback.md"].decode()).split())
    assert f"yan.py: {hashlib.sha256(path.read_bytes()).hexdigest()}" in text
    assert "Received 2026-06-01T12:01+00:00; hw was due 2026-06-01T12:00+00:00: late." in text


@pytest.mark.parametrize("at", [PRACTICE, RECEIVED, SCORES, "2026-06-22T12:00Z"])
def test_who_was_refused_reads_it_beside_what_counts(withheld: Program, at: str) -> None:
    """At every stage: an earlier submission counts and is shown, and what could not be read is told."""
    path = withheld.folder / "submissions" / "zoe.py"
    path.rename(path.with_suffix(".ipynb"))  # a script is no notebook
    withheld.batch()
    text = " ".join(html.unescape(withheld.from_book("--at", at)["zoe/feedback.md"].decode()).split())
    assert "What you submitted last could not be read, and does not count: zoe.ipynb is not a notebook" in text
    assert "zoe.py: " in text


def test_who_was_refused_reads_it_where_nothing_is_withheld(program: Program) -> None:
    """Above the same report; who has nothing else has a page of that alone."""
    program.batch()
    path = program.folder / "submissions" / "ada.py"
    path.rename(path.with_suffix(".ipynb"))
    program.batch()
    files = program.from_book()
    assert b"does not count: ada.ipynb is not a notebook" in files["ada/report.txt"].replace(b"\n", b" ")
    assert b"Nothing could be graded" not in files["ada/feedback.html"]
    assert {name for name in files if name.startswith("eve/")} == {"eve/feedback.html", "eve/feedback.md"}


def test_nothing_tells_marks_before_the_feedback(withheld: Program) -> None:
    """Half of the class is marked: no byte differs, points included, and nobody reads why anything is wrong."""
    before = withheld.from_book("--at", ALL_DUE)
    withheld.mark()
    assert withheld.from_book("--at", ALL_DUE) == before
    text = before["bob/report.txt"].decode()
    assert "Points are published" in text
    assert "a = 3" not in text


def test_a_score_that_a_person_set_is_told_with_the_scores(withheld: Program) -> None:
    """Other systems show it, and nobody is to wonder which number counts; before that nobody reads it."""
    before = withheld.from_book("--at", RECEIVED)
    override = Override(Fraction(5, 2), MARKER, datetime(2026, 6, 3, tzinfo=UTC), "was ill")
    with Gradebook.open(withheld.url) as book:
        book.override("bob", override)
    assert withheld.from_book("--at", RECEIVED) == before
    found = withheld.from_book("--at", ALL_DUE)
    for name in ("feedback.html", "feedback.md", "report.txt"):
        told = " ".join(html.unescape(found[f"bob/{name}"].decode()).split())
        assert "2.5 of 3 points, set by a person" in told.replace("**", "").replace("<strong>", "").replace(
            "</strong>", ""
        )
        assert "arts give 0 of 2 points graded so far" in told
        assert "0 points before, 2.5 now; set by a person." not in told  # nothing was told before
        assert "was ill" not in told
        assert MARKER not in told
    assert "set by a person" not in found["ada/report.txt"].decode()


def test_feedback_comes_with_the_last_mark(withheld: Program) -> None:
    """Then with points, comment and reasons; whose extension runs is not waited for, and reads nothing."""
    withheld.mark("zoe")
    early = withheld.from_book("--at", "2026-06-09T12:00Z")
    assert "it is two" in early["zoe/feedback.md"].decode()
    assert "it is two" not in early["bob/feedback.md"].decode()
    withheld.mark("bob")
    late = withheld.from_book("--at", ALL_DUE)
    for student in ("bob", "zoe"):
        assert "it is two" in late[f"{student}/feedback.md"].decode()
        assert "a = 3" in late[f"{student}/report.txt"].decode()


def dry_run(program: Program, released: Any, monkeypatch: pytest.MonkeyPatch, *more: object, expected: int = 0) -> str:
    """Return what `grader release --dry-run` says."""
    monkeypatch.setattr(choice, "choose_course", lambda *_: program.folder)
    monkeypatch.setattr(choice, "load_course", lambda _: released.course)
    return program.call("release", "--dry-run", *more, expected=expected)


def test_a_dry_run_shows_what_the_feedback_will_write(
    withheld: Program, released: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stage by stage, with people's marks from the feedback on; and who is missing by the gradebook."""
    withheld.mark("zoe")
    output = dry_run(withheld, released, monkeypatch, "zoe", "--db", withheld.url, "--at", "2026-06-09T12:00Z")
    assert "zoe is in stage feedback" in output
    shown = {part.split(":")[0]: part for part in output.split("\n==== ")[1:]}
    for stage, at in (("scores", SCORES), ("feedback", "2026-06-09T12:00Z")):
        text = withheld.from_book("--at", at)["zoe/report.txt"].decode()
        assert text.strip() in shown[stage]
    assert "0.5/1" in shown["feedback"]
    assert "0.5/1" not in shown["scores"]
    late = dry_run(withheld, released, monkeypatch, "zoe", "--db", withheld.url, "--at", ALL_DUE)
    assert "so feedback waits unless `requires` allows it: bob" in late


def test_a_dry_run_wants_one_source_and_a_student_of_it(
    withheld: Program, released: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a report of this version of the course."""

    def said(*more: object) -> str:
        return dry_run(withheld, released, monkeypatch, *more, expected=2)

    assert "expected either OUT" in said("zoe")
    assert "expected either OUT" in said("zoe", withheld.out, "--db", withheld.url)
    assert "'dan' has no attempt in the gradebook: expected one of Dan & co, ada" in said("dan", "--db", withheld.url)
    other = SimpleNamespace(course=released.course.model_copy(update={"sha256": "d" * 64}))
    assert "judged by another version" in dry_run(withheld, other, monkeypatch, "zoe", "--db", withheld.url, expected=2)


def test_solutions_are_those_of_the_folder(withheld: Program, released: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference is loaded once a command, and only where somebody may read what is right."""
    loaded = []
    opening = Opening.model_validate({"from": "21 days after due"})
    stages = released.course.release.stages.model_copy(update={"solutions": opening})
    release = released.course.release.model_copy(update={"stages": stages})
    course = released.course.model_copy(update={"release": release})
    monkeypatch.setattr(choice, "load_course", lambda _folder: course)
    monkeypatch.setattr(
        pipeline, "load_grader", lambda folder, *, packages, **_: loaded.append((folder, packages)) or released
    )
    for student in ("bob", "zoe"):
        withheld.mark(student)
    early = withheld.from_book("--at", ALL_DUE)
    assert loaded == []
    assert "Solution" not in early["zoe/feedback.md"].decode()
    late = withheld.from_book("--at", "2026-06-22T12:00Z")
    assert loaded == [(withheld.folder, False)]
    assert "2; the error may be 0.001." in late["zoe/feedback.md"].decode()
    assert "Solution of 1a" in late["bob/feedback.html"].decode()


def test_the_class_is_shown_once_all_are_marked(withheld: Program, folder_of: Any, released: Any) -> None:
    """In `scores` without marks, with the feedback with them; not while a newer attempt is ungraded."""
    sources = {f"s{index:02}": f"a = {2 + index % 2}\nb = {2 + index % 3}" for index in range(20)}
    folder_of(**sources)
    withheld.batch("--jobs", "1")
    withheld.mark("zoe")
    assert "Scores of the class" not in withheld.from_book("--at", ALL_DUE)["zoe/feedback.html"].decode()
    withheld.mark("bob")
    late = withheld.from_book("--at", ALL_DUE)["zoe/feedback.html"].decode()
    assert "Scores of 24 students" in late
    with Gradebook.open(withheld.url) as book:
        spreads = Publication(released.course, book, datetime(2026, 6, 21, 12, tzinfo=UTC)).spreads["hw"]
        other = released.course.model_copy(update={"sha256": "d" * 64})
        assert Publication(other, book, datetime(2026, 6, 21, 12, tzinfo=UTC)).spreads == {}
    assert spreads.marked is not None
    assert spreads.unmarked is not None
    folder_of(ada="a = 2\n# dies always")
    withheld.call(
        "batch", withheld.folder / "submissions", "--out", withheld.out, "--db", withheld.url, "--jobs", "1", expected=3
    )
    assert "Scores of" not in withheld.from_book("--at", ALL_DUE)["zoe/feedback.html"].decode()


def test_the_clock_counts_where_no_moment_is_given(withheld: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read once."""
    moments = iter([datetime(2026, 6, 2, 12, tzinfo=UTC)])
    monkeypatch.setattr(feedback, "datetime", SimpleNamespace(now=lambda _zone: next(moments)))
    assert "We have your submission" in withheld.from_book()["zoe/report.txt"].decode()


def test_open_work_that_nobody_knows_keeps_feedback_back(withheld: Program, released: Any) -> None:
    """What another version of the course judged may wait for anything."""
    moment = datetime(2026, 6, 21, 12, tzinfo=UTC)
    other = released.course.model_copy(update={"sha256": "d" * 64})
    with Gradebook.open(withheld.url) as book:
        assert measure_gradebook(released.course, book, moment)["hw"].students == ("bob", "zoe")
        assert measure_gradebook(other, book, moment) == {}


def test_a_newer_attempt_that_we_failed_to_grade_is_open_work(withheld: Program, folder_of: Any, released: Any) -> None:
    """Though an older one counts until then."""
    folder_of(ada="a = 2\n# dies always")
    withheld.call("batch", withheld.folder / "submissions", "--out", withheld.out, "--db", withheld.url, expected=3)
    with Gradebook.open(withheld.url) as book:
        left = measure_gradebook(released.course, book, datetime(2026, 6, 21, 12, tzinfo=UTC))["hw"]
    assert left.students[0] == "ada"
    assert left.ungraded > 0
