"""The gradebook: every attempt, mark and override is kept; the current score is a view of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import asdict, fields
from datetime import UTC, datetime
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, RowMapping, Table, func, insert, select, update

from grader.course import Course
from grader.errors import ConflictError, UsageError
from grader.gradebook import tables
from grader.gradebook.engine import build_engine, insert_or_meet, read_transaction, write_transaction
from grader.gradebook.history import History, check_owner
from grader.gradebook.kept import (
    Kept,
    KeptFile,
    pack,
    read_evidence,
    read_file_hashes,
    read_files,
    read_times,
    write_packed,
)
from grader.gradebook.marks import (
    check_points,
    counts,
    read_counted,
    read_history,
    read_last,
    read_texts,
    write_marking,
)
from grader.gradebook.migrate import migrate
from grader.gradebook.records import (
    Attempt,
    JudgedBy,
    KeptMarking,
    Marking,
    MarkingState,
    NewMarking,
    NewRequest,
    Override,
    Person,
    Refusal,
    Request,
    RequestEvent,
    ScoreRow,
    TextToMark,
)
from grader.gradebook.reports import attempt_values, check_values, mark_report
from grader.gradebook.requests import add_request, move_request, read_requests
from grader.gradebook.review_log import ReviewLog
from grader.gradebook.scope import WHOLE, Scope, read_kept
from grader.late import NO_POLICY, LatePolicy, find_course_policy, is_cut_off
from grader.model import Report, RunTimes
from grader.report.parse import parse_report

Clock = Callable[[], datetime]
_NOTHING = Kept()
_PERSON = tuple(field.name for field in fields(Person))


def read_clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Gradebook:
    """One course's gradebook, or what of it belongs to one assignment: nothing else is ever read or written.

    May be used by several threads; several processes each open their own.
    """

    def __init__(self, engine: Engine, clock: Clock = read_clock, scope: Scope = WHOLE) -> None:
        self._engine, self._clock, self._scope = engine, clock, scope
        self.policy = NO_POLICY  # by which it is decided which attempt of a student counts

    @classmethod
    def open_for(cls, url: str, course: Course, *, create: bool = False) -> Self:
        """Return the gradebook at `url` of a course, or of the assignment that the course is narrowed to.

        Which attempt counts, its late policy decides; none, where the assignments of a whole course have several.
        """
        book = cls.open(url, create=create, course=course.file.id, assignment=course.assignment)
        return book.under(find_course_policy(course.assignments) or NO_POLICY)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        create: bool = True,
        course: str | None = None,
        assignment: str = "",
        clock: Clock = read_clock,
    ) -> Self:
        """Return the gradebook at `url`, made where there is none (unless not `create`), brought up to date if old.

        Args:
            url: `sqlite:///grades.db` or `postgresql://host/name`.
            create: whether it may be made.
            course: the id of the course that it has to belong to; with `create` it does from now on, where it is
                nobody's yet. None for any.
            assignment: which of the course's is looked at; '' for the whole course.
            clock: says what time it is.

        Raises:
            UsageError: the database cannot be used, holds something newer or another course's grades, or nothing and
                `create` is false; or it holds scores of the whole course where one assignment is asked for, or the
                other way round.
        """
        scope = Scope(assignment)
        engine = build_engine(url, create=create)
        try:
            migrate(engine, create=create)
            if course is not None:
                check_owner(engine, course, claim=create)
            scope.open(engine, may_add=create or course is not None)
        except UsageError:
            engine.dispose()
            raise
        return cls(engine, clock, scope)

    def under(self, policy: LatePolicy) -> Self:
        """Return the same gradebook with a late policy by which it decides which attempt of a student counts.

        One after the cut-off takes the place of none before it: neither its points count nor its texts.
        """
        other = copy(self)
        other.policy = policy
        return other

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Return the gradebook."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    @property
    def review_log(self) -> ReviewLog:
        """What marking needs beside marks."""
        return ReviewLog(self._engine, self._clock)

    @property
    def history(self) -> History:
        """Whose gradebook it is, by which versions of the course it was judged, and what students were told."""
        return History(self._engine, self._clock, self._scope)

    # ------------------------------------------------------------ what is written

    def upsert_students(self, people: Iterable[Person]) -> None:
        """Add students, or what other systems know of them; a student who is there already keeps all attempts."""
        with write_transaction(self._engine) as connection:
            for person in people:
                statement = insert_or_meet(connection, tables.students).values(**asdict(person))
                known = {name: statement.excluded[name] for name in _PERSON if name != "student"}
                connection.execute(statement.on_conflict_do_update(index_elements=["student"], set_=known))

    def learn_ids(self, student: str, ids: Mapping[str, str]) -> None:
        """Keep what another system calls a student, by column; what a roster or an earlier download said stays."""
        if not ids:
            return
        table = tables.students
        with write_transaction(self._engine) as connection:
            for name, value in ids.items():
                unknown = (table.c.student == student, table.c[name] == "")
                connection.execute(update(table).where(*unknown).values({name: value}))

    def record(self, report: Report, received_at: datetime, entry: str, kept: Kept = _NOTHING) -> Attempt:
        """Keep a report, with what it was made of.

        The same submission, evidence and course are one attempt, however often they are recorded.
        Judged anew (by a mended grader) such an attempt gets the new verdict, unless that one is ungraded and the
        old one is not. Received twice in a row, the earlier moment counts.

        Args:
            report: the verdict.
            received_at: when the submission came in, with a time zone.
            entry: its name in the batch folder, or another word for where it came from.
            kept: its evidence and the files of its submission; what is kept of them already stays.
        """
        moments = {"received_at": received_at, "judged_at": self._clock()}
        values = attempt_values(report, entry) | moments | {"assignment": self._scope.assignment}
        packed = pack(kept)  # before the transaction, for which other writers wait
        with write_transaction(self._engine) as connection:
            self._scope.claim(connection)
            values["student_id"] = self._find_student(connection, report.student)
            values["received_at"] = self._find_moment(connection, values, received_at)
            if kept.form == "submitted":  # not merely judged again
                refused = tables.refusals.c.student == report.student, self._scope.of(tables.refusals)
                connection.execute(tables.refusals.delete().where(*refused))
            hashes = report.evidence_sha256, report.submission_sha256
            write_packed(connection, packed, *hashes)
            old = self._find_same(connection, values)
            if old is None:
                key = _insert(connection, tables.attempts, values)
                _write_checks(connection, key, report)
                return self._read_attempt(connection, key)
            if old["is_ungraded"] >= values["is_ungraded"]:
                self._judge_anew(connection, old, values, report)
            return self._read_attempt(connection, old["id"])

    def refuse(self, student: str, reason: str) -> None:
        """Keep why a student's files could not be read, until some are graded; no score depends on it."""
        key = {"student": student, "assignment": self._scope.assignment}
        values = {"reason": reason, "made_at": self._clock()}
        with write_transaction(self._engine) as connection:
            self._scope.claim(connection)
            self._find_student(connection, student)  # somebody of the class, also without a score
            statement = insert_or_meet(connection, tables.refusals).values(**key, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=[*key], set_=values))

    def mark(self, new: Iterable[NewMarking], check: Callable[[], None] | None = None) -> None:
        """Keep people's points for texts, all of them or none. A text that is submitted again unchanged keeps them.

        `check` is called while nobody else can write; nothing is kept where it raises.

        Raises:
            UsageError: an attempt has no such text waiting for a person, or the points are not the rubric's.
            ConflictError: somebody has marked a text since the marking that was seen.
        """
        entries = tuple(new)  # before the transaction, for which other writers wait
        with write_transaction(self._engine) as connection:
            if check is not None:
                check()
            for one in entries:
                self._mark(connection, one)

    def unmark(self, attempt_id: int, answer: str, who: str, why: str, seen: int | None = None) -> None:
        """Take back what people gave for a text, which waits for a person again.

        `seen` is the number of the marking that is taken back: where another one counts by now, that one stays. None
        does not ask.

        Raises:
            UsageError: the attempt has no such text, or nobody has marked it.
            ConflictError: somebody has marked the text since the marking that was seen.
        """
        with write_transaction(self._engine) as connection:
            if not any(kept.marking.answer == answer for kept in read_counted(connection, attempt_id)):
                raise UsageError(f"answer = {answer!r}: nobody has marked this text of attempt {attempt_id}")
            self._write_marking(connection, attempt_id, Marking(answer, {}, who, self._clock(), why), seen)

    def recompute(self, answer: str, new: Iterable[NewMarking], seen: Collection[int]) -> None:
        """Keep the points that a changed rubric gives in the place of those that people gave: all of them or none.

        An item that nobody has looked at may be missing. `seen` are the numbers of all markings of the answer that
        counted when the change was measured: a mark that was given by the old rubric since then is not left behind.

        Raises:
            UsageError: an attempt has no such text waiting for a person, or points are none of the rubric's.
            ConflictError: somebody has marked a text meanwhile.
        """
        instead = self._list_instead()
        with write_transaction(self._engine) as connection:
            texts = read_texts(connection, self._scope, answer, instead)
            if {text.kept.id for text in texts if text.kept is not None and text.marking} != set(seen):
                raise ConflictError(f"{answer}: marked by somebody else meanwhile")
            for one in new:
                self._mark(connection, one, partly=True)

    def override(self, student: str, override: Override, most: Fraction | None = None) -> None:
        """Keep a manual override of a student's score; it holds, whatever is submitted, until it is taken back.

        Args:
            student: whose score it is.
            override: the points, who gave them and why.
            most: the largest number of points that is no mistake; None for any.

        Raises:
            UsageError: no such student, or fewer points than none, or more than the most.
        """
        with write_transaction(self._engine) as connection:
            self._write_override(connection, student, override, most)

    def add_request(self, asked: NewRequest) -> int:
        """Keep a request for another look of a student who has submitted something; one that is known stays as it is.

        Returns its number.
        """
        event = RequestEvent("open", "", self._clock(), "")
        with write_transaction(self._engine) as connection:
            student_id = self._find_student(connection, asked.student)
            return add_request(connection, self._scope, student_id, asked, event)

    def move_request(
        self, request: Request, event: RequestEvent, decision: NewMarking | Override | None = None
    ) -> None:
        """Bring a request to another state, together with what was decided: a marking, or an override.

        Nothing is written where anything is raised.

        Raises:
            UsageError: its state does not lead to this one, or the decision cannot be kept.
            ConflictError: somebody has marked the text since the marking that was seen.
        """
        with write_transaction(self._engine) as connection:
            move_request(connection, self._scope, request.id, event)
            match decision:
                case Override():
                    self._write_override(connection, request.asked.student, decision)
                case NewMarking():
                    self._mark(connection, decision)
                case None:
                    pass

    # ------------------------------------------------------------ what is read

    def current_scores(self) -> list[ScoreRow]:
        """Return one row for each student, by name."""
        rows = self._read_scores(tables.current_scores)
        in_time = self._find_in_time(rows)
        return [in_time.get(row.attempt_id, row) for row in rows]

    def attempt_scores(self, student: str) -> list[ScoreRow]:
        """Return a row for each attempt of a student, the one that counts first."""
        return self._read_scores(tables.attempt_scores, student)

    def attempts(self, student: str | None = None) -> list[Attempt]:
        """Return every attempt (of one student), in the order of recording."""
        with read_transaction(self._engine) as connection:
            statement = _ATTEMPTS.where(self._scope.of(tables.attempts))
            if student is not None:
                statement = statement.where(tables.students.c.student == student)
            return [_to_attempt(row) for row in connection.execute(statement.order_by(tables.attempts.c.id)).mappings()]

    def attempt(self, attempt_id: int) -> Attempt:
        """Return one attempt.

        Raises:
            UsageError: there is no such attempt.
        """
        with read_transaction(self._engine) as connection:
            return self._read_attempt(connection, attempt_id)

    def verdicts(self) -> dict[int, JudgedBy]:
        """Return of each attempt when it was judged, and by what; the reports themselves are left where they are."""
        table = tables.attempts
        with read_transaction(self._engine) as connection:
            statement = select(table.c.id, table.c.judged_at, table.c.course_sha256).where(self._scope.of(table))
            rows = connection.execute(statement)
            return {row.id: JudgedBy(row.judged_at, row.course_sha256) for row in rows}

    def markings(self, attempt_id: int) -> list[KeptMarking]:
        """Return of each text of this attempt the marking that counts, where there is one."""
        with read_transaction(self._engine) as connection:
            return read_counted(connection, attempt_id)

    def last_marking(self, attempt_id: int, answer: str) -> KeptMarking | None:
        """Return the last marking of a text, without points where it took earlier ones back; None where there is none.

        The number is the one to be given as `seen` with the next marking.
        """
        with read_transaction(self._engine) as connection:
            return next((one for one in read_last(connection, attempt_id) if one.marking.answer == answer), None)

    def texts(self, answer: str | None = None) -> list[TextToMark]:
        """Return the texts (of one answer) that people mark, of each student's attempt that counts, by student."""
        instead = self._list_instead()
        with read_transaction(self._engine) as connection:
            return read_texts(connection, self._scope, answer, instead)

    def marking_history(self, student: str | None = None) -> list[tuple[KeptMarking, MarkingState]]:
        """Return every marking (of one student), the earliest first, and what has become of it."""
        instead = self._list_instead()
        with read_transaction(self._engine) as connection:
            return read_history(connection, self._scope, student, instead)

    def assignments(self) -> set[str]:
        """Return the assignments of which anything is kept of a student; '' is the whole course."""
        with read_transaction(self._engine) as connection:
            return read_kept(connection)

    def markers(self) -> set[str]:
        """Return the names of all who have marked something."""
        with read_transaction(self._engine) as connection:
            return set(connection.execute(select(tables.markings.c.who).distinct()).scalars())

    def requests(self, student: str | None = None) -> list[Request]:
        """Return every request for another look (of one student), in the order in which they were taken."""
        with read_transaction(self._engine) as connection:
            return read_requests(connection, self._scope, student)

    def overrides(self, student: str) -> list[Override]:
        """Return every override of a student's score, the earliest first."""
        return [override for _, override in self.override_history(student)]

    def override_history(self, student: str | None = None) -> list[tuple[str, Override]]:
        """Return every override (of one student), each with the student, the earliest first."""
        table, students = tables.overrides, tables.students
        statement = select(table, students.c.student).join(students).where(self._scope.of(table)).order_by(table.c.id)
        if student is not None:
            statement = statement.where(students.c.student == student)
        with read_transaction(self._engine) as connection:
            return [
                (row["student"], Override(row["points"], row["who"], row["made_at"], row["why"]))
                for row in connection.execute(statement).mappings()
            ]

    def report(self, attempt_id: int, *, with_marks: bool = True) -> Report:
        """Return the report of an attempt, with people's marks in it or as the grader alone made it.

        Raises:
            UsageError: there is no such attempt.
        """
        checks, attempts = tables.check_results, tables.attempts
        with read_transaction(self._engine) as connection:
            text = connection.execute(
                select(attempts.c.report).where(attempts.c.id == attempt_id, self._scope.of(attempts))
            ).scalar_one_or_none()
            if text is None:
                raise UsageError(f"the gradebook has no attempt {attempt_id}")
            rows = connection.execute(
                select(checks.c.score, checks.c.max)
                .where(checks.c.attempt_id == attempt_id)
                .order_by(checks.c.position)
            )
            report = parse_report(text, ((row.score, row.max) for row in rows))
            if not with_marks:
                return report
            markings = {kept.marking.answer: kept.marking for kept in read_counted(connection, attempt_id)}
        return mark_report(report, markings)

    def evidence(self, attempt_id: int) -> bytes | None:
        """Return an attempt's evidence, as the batch wrote it; None where none was kept.

        Raises:
            UsageError: there is no such attempt, or what was kept is damaged.
        """
        with read_transaction(self._engine) as connection:
            return read_evidence(connection, self._read_attempt(connection, attempt_id).evidence_sha256)

    def run_times(self) -> Mapping[int, RunTimes]:
        """Return how long the run of each attempt took, as far as that was kept.

        Raises:
            UsageError: what was kept is damaged.
        """
        with read_transaction(self._engine) as connection:
            return read_times(connection, self._scope)

    def files(self, attempt_id: int, names: Collection[str]) -> Mapping[str, KeptFile]:
        """Return those of these files that were kept of what was submitted with an attempt.

        Raises:
            UsageError: there is no such attempt, or what was kept is damaged.
        """
        with read_transaction(self._engine) as connection:
            return read_files(connection, self._read_attempt(connection, attempt_id).submission_sha256, names)

    def file_hashes(self, attempt_id: int, names: Collection[str]) -> Mapping[str, str]:
        """Return the SHA-256 of those of these files that were kept as they were submitted with an attempt, by name.

        Raises:
            UsageError: there is no such attempt.
        """
        with read_transaction(self._engine) as connection:
            return read_file_hashes(connection, self._read_attempt(connection, attempt_id).submission_sha256, names)

    def refusals(self) -> list[Refusal]:
        """Return whose files could not be read when they were last submitted, by name."""
        table = tables.refusals
        with read_transaction(self._engine) as connection:
            statement = select(table.c.student, table.c.reason).where(self._scope.of(table))
            rows = connection.execute(statement.order_by(table.c.student))
            return [Refusal(row.student, row.reason) for row in rows]

    def check_rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield every check of every attempt as a plain row, without holding them all in memory."""
        checks, scores, attempts = tables.check_results, tables.attempt_scores, tables.attempts
        is_current = counts(self._list_instead()).label("is_current")
        statement = (
            select(
                scores.c.student, is_current, scores.c.entry, scores.c.received_at, scores.c.submission_sha256,
                attempts.c.evidence_sha256, attempts.c.course_sha256, attempts.c.grader, checks,
            )
            .join(attempts, attempts.c.id == scores.c.attempt_id)
            .join(checks, checks.c.attempt_id == attempts.c.id)
            .where(self._scope.of(scores))
            .order_by(scores.c.student, attempts.c.id, checks.c.position)
        )  # fmt: skip
        with read_transaction(self._engine) as connection:
            for row in connection.execution_options(yield_per=1000).execute(statement).mappings():
                yield dict(row)

    # ------------------------------------------------------------ how

    def _mark(self, connection: Connection, new: NewMarking, *, partly: bool = False) -> None:
        check_points(new.rubric, new.marking.points, partly=partly)
        self._write_marking(connection, new.attempt_id, new.marking, new.seen)

    def _write_marking(
        self, connection: Connection, attempt_id: int, marking: Marking, seen: int | None = None
    ) -> None:
        attempt = self._read_attempt(connection, attempt_id)
        write_marking(connection, attempt, self._find_student(connection, attempt.student), marking, seen)

    def _find_student(self, connection: Connection, student: str) -> int:
        """Return the student's key, and keep other writers from this student until the transaction ends."""
        connection.execute(insert_or_meet(connection, tables.students).values(student=student).on_conflict_do_nothing())
        statement = select(tables.students.c.id).where(tables.students.c.student == student).with_for_update()
        return int(connection.execute(statement).scalar_one())

    def _find_moment(self, connection: Connection, values: Mapping[str, Any], received_at: datetime) -> datetime:
        """Return when a submission came in, and let every verdict on it say so.

        Of the same files twice in a row the earlier moment counts: a copy of a folder, or another download, may have
        lost the times. Where something else came between, the student has come back to them, and the later one counts.
        """
        attempts = tables.attempts
        own = attempts.c.student_id == values["student_id"], self._scope.of(attempts)
        same = attempts.c.submission_sha256 == values["submission_sha256"]
        found = select(func.min(attempts.c.received_at)).where(*own, same)
        known: datetime = connection.execute(found).scalar_one_or_none() or received_at
        if known == received_at:
            return received_at
        early, late = min(known, received_at), max(known, received_at)
        between = ~same, attempts.c.received_at > early, attempts.c.received_at < late
        came_back = connection.execute(select(attempts.c.id).where(*own, *between).limit(1)).first() is not None
        moment = late if came_back else early
        connection.execute(update(attempts).where(*own, same).values(received_at=moment))
        return moment

    def _find_same(self, connection: Connection, values: dict[str, Any]) -> RowMapping | None:
        keys = ("student_id", "submission_sha256", "evidence_sha256", "course_sha256")
        same = (tables.attempts.c[key] == values[key] for key in keys)
        statement = select(tables.attempts).where(*same, self._scope.of(tables.attempts))
        return connection.execute(statement).mappings().one_or_none()

    def _read_attempt(self, connection: Connection, attempt_id: int) -> Attempt:
        statement = _ATTEMPTS.where(tables.attempts.c.id == attempt_id, self._scope.of(tables.attempts))
        row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise UsageError(f"the gradebook has no attempt {attempt_id}")
        return _to_attempt(row)

    def _write_override(
        self, connection: Connection, student: str, override: Override, most: Fraction | None = None
    ) -> None:
        if override.points is not None and (override.points < 0 or (most is not None and override.points > most)):
            limits = "at least 0" if most is None else f"0 to {most}"
            raise UsageError(f"an override of {override.points} points: expected {limits}")
        self._scope.claim(connection)
        found = connection.execute(
            select(tables.students.c.id).where(tables.students.c.student == student)
        ).scalar_one_or_none()
        if found is None:
            raise UsageError(f"the gradebook has no student {student!r}")
        values = {"points": override.points, "who": override.who, "made_at": override.when, "why": override.why}
        row = {"student_id": found, "assignment": self._scope.assignment, **values}
        connection.execute(insert(tables.overrides).values(row))

    def _judge_anew(self, connection: Connection, old: RowMapping, values: dict[str, Any], report: Report) -> None:
        connection.execute(update(tables.attempts).where(tables.attempts.c.id == old["id"]).values(**values))
        if old["report"] != values["report"]:
            checks = tables.check_results
            connection.execute(checks.delete().where(checks.c.attempt_id == old["id"]))
            _write_checks(connection, old["id"], report)

    def _find_in_time(self, rows: Iterable[ScoreRow]) -> dict[int | None, ScoreRow]:
        """Return of these attempts, which came last, by those after the cut-off what counts in their place.

        That is the last one before it, also one that we failed to grade, which is better than a zero.
        """
        found: dict[int | None, ScoreRow] = {}
        for row in filter(self._is_too_late, rows):
            others = self.attempt_scores(row.person.student)
            found[row.attempt_id] = next((one for one in others if not self._is_too_late(one)), row)
        return found

    def _is_too_late(self, row: ScoreRow) -> bool:
        return row.received_at is not None and is_cut_off(self.policy, row.person.student, row.received_at)

    def _list_instead(self) -> dict[int, int]:
        """Return `_find_in_time` of all students by numbers alone."""
        if self.policy.cut_off_days is None:
            return {}
        found = self._find_in_time(self._read_scores(tables.current_scores)).items()
        return {old: row.attempt_id for old, row in found if old is not None and row.attempt_id is not None}

    def _read_scores(self, view: Table, student: str | None = None) -> list[ScoreRow]:
        statement = select(view).where(self._scope.of(view)).order_by(view.c.student, view.c.rank)
        if student is not None:
            statement = statement.where(view.c.student == student)
        with read_transaction(self._engine) as connection:
            return [_to_score(row) for row in connection.execute(statement).mappings()]


def _insert(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    """Insert a row and return its key."""
    return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


_ATTEMPTS = select(tables.attempts, tables.students.c.student).join(tables.students)


def _write_checks(connection: Connection, attempt_id: int, report: Report) -> None:
    rows = check_values(attempt_id, report)
    if rows:
        connection.execute(insert(tables.check_results), rows)


def _to_attempt(row: RowMapping) -> Attempt:
    return Attempt(**{field.name: row[field.name] for field in fields(Attempt)})


def _to_score(row: RowMapping) -> ScoreRow:
    person = Person(**{name: row[name] for name in _PERSON})
    names = [field.name for field in fields(ScoreRow) if field.name not in {"person", "is_ungraded"}]
    # Without an attempt there is nothing in the column, and nothing that we failed to grade.
    return ScoreRow(person=person, is_ungraded=bool(row["is_ungraded"]), **{name: row[name] for name in names})
