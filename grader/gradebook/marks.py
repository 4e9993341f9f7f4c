"""People's marks: what may be given, and which of them count for which text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from fractions import Fraction

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select

from grader.course import Rubric
from grader.errors import ConflictError, UsageError
from grader.gradebook import tables
from grader.gradebook.records import Attempt, KeptMarking, Marking, MarkingState, TextToMark
from grader.gradebook.scope import Scope


def check_points(rubric: Rubric, points: Mapping[str, Fraction], *, partly: bool = False) -> None:
    """Check that points are a rubric's: all of its criteria (not where `partly`) and no other, with what each can give.

    Raises:
        UsageError: they are not; says all that is wrong with them.
    """
    missing = {one.id: one.points for one in rubric.criteria if partly and one.id not in points}
    wrong = tuple(find_wrong_points(rubric, {**points, **missing}))
    if wrong:
        raise UsageError(f"{rubric.answer}: {'; '.join(wrong)}")


def find_wrong_points(rubric: Rubric, points: Mapping[str, Fraction]) -> Iterator[str]:
    """Yield what is wrong with points that are to be given by a rubric."""
    criteria = {criterion.id: criterion for criterion in rubric.criteria}
    for name in points:
        if name not in criteria:
            yield f"{name} is not a criterion: expected {', '.join(criteria)}"
    for name, criterion in criteria.items():
        choices = ", ".join(map(str, criterion.choices))
        if name not in points:
            yield f"{name} is not marked: expected one of {choices}"
        elif points[name] not in criterion.choices:
            yield f"{name} = {points[name]}: expected one of {choices}"


def write_marking(connection: Connection, attempt: Attempt, student_id: int, marking: Marking, seen: int | None) -> int:
    """Keep a marking of an attempt's text and return its number; without points, it takes earlier ones back.

    Args:
        connection: in a transaction that keeps other writers from this student.
        attempt: whose text it is.
        student_id: the student's key.
        marking: what is kept.
        seen: the number of the marking that the marker saw, 0 for none; None does not ask.

    Raises:
        UsageError: the attempt has no such text waiting for a person.
        ConflictError: somebody has marked the text since the marking that was seen.
    """
    text = _find_text(connection, attempt.id, marking.answer)
    if seen is not None and _find_counted(connection, attempt.id, marking.answer) != seen:
        raise ConflictError(f"{marking.answer} of {attempt.student}: marked by somebody else meanwhile")
    values = {
        "student_id": student_id,
        "submission_sha256": attempt.submission_sha256,
        "text_sha256": text["text_sha256"],
        "attempt_id": attempt.id,
        "part": text["part"],
        "answer": marking.answer,
        "who": marking.who,
        "made_at": marking.when,
        "why": marking.why,
        "note": marking.note,
    }
    statement = insert(tables.markings).values(**values).returning(tables.markings.c.id)
    key = int(connection.execute(statement).scalar_one())
    if marking.points:
        rows = [{"marking_id": key, "criterion": name, "points": given} for name, given in marking.points.items()]
        connection.execute(insert(tables.marks), rows)
    return key


def _find_text(connection: Connection, attempt_id: int, answer: str) -> RowMapping:
    checks = tables.check_results
    waiting = (checks.c.attempt_id == attempt_id, checks.c.answer == answer, checks.c.outcome == tables.REVIEW)
    found = connection.execute(select(checks.c.part, checks.c.text_sha256).where(*waiting)).mappings().first()
    if found is None:
        raise UsageError(f"answer = {answer!r}: attempt {attempt_id} has no such text for a person to mark")
    return found


def _find_counted(connection: Connection, attempt_id: int, answer: str) -> int:
    """Return the number of the marking that counts, 0 where there is none."""
    counted = tables.counted_markings
    statement = select(counted.c.marking_id).where(counted.c.attempt_id == attempt_id, counted.c.answer == answer)
    return connection.execute(statement).scalar_one_or_none() or 0


def read_counted(connection: Connection, attempt_id: int) -> list[KeptMarking]:
    """Return of each text of an attempt the marking that counts, where there is one that was not taken back."""
    return [one for one in read_last(connection, attempt_id) if one.marking.points]


def read_last(connection: Connection, attempt_id: int) -> list[KeptMarking]:
    """Return of each text of an attempt the last marking, which has no points where it took earlier ones back."""
    counted = tables.counted_markings
    chosen = select(counted.c.marking_id).where(counted.c.attempt_id == attempt_id)
    return read_markings(connection, tables.markings.c.id.in_(chosen))


def read_markings(connection: Connection, *where: ColumnElement[bool]) -> list[KeptMarking]:
    """Return markings with their points, the earliest first."""
    found: dict[int, tuple[RowMapping, dict[str, Fraction]]] = {}
    for row in connection.execute(_MARKINGS.where(*where).order_by(tables.markings.c.id)).mappings().all():
        points = found.setdefault(row["id"], (row, {}))[1]
        if row["criterion"] is not None:
            points[row["criterion"]] = row["points"]
    return [_to_marking(row, points) for row, points in found.values()]


_MARKINGS = (
    select(tables.markings, tables.students.c.student, tables.marks.c.criterion, tables.marks.c.points)
    .join(tables.students)
    .join(tables.marks, tables.marks.c.marking_id == tables.markings.c.id, isouter=True)
)


_OF_MARKING = tuple(field.name for field in fields(KeptMarking) if field.name != "marking")


def _to_marking(row: RowMapping, points: Mapping[str, Fraction]) -> KeptMarking:
    marking = Marking(row["answer"], points, row["who"], row["made_at"], row["why"], row["note"])
    return KeptMarking(marking=marking, **{name: row[name] for name in _OF_MARKING})


def read_texts(
    connection: Connection, scope: Scope, answer: str | None, instead: Mapping[int, int]
) -> list[TextToMark]:
    """Return the texts (of one answer) that people mark, of each student's attempt that counts, by student.

    `instead` has what counts in the place of attempts that were received last.
    """
    scores, checks, counted = tables.attempt_scores, tables.check_results, tables.counted_markings
    same = (counted.c.attempt_id == checks.c.attempt_id) & (counted.c.answer == checks.c.answer)
    statement = (
        select(
            scores.c.student, checks.c.attempt_id, checks.c.part, checks.c.answer, checks.c.max, checks.c.text_sha256,
            counted.c.marking_id,
        )
        .join(checks, checks.c.attempt_id == scores.c.attempt_id)
        .join(counted, same, isouter=True)
        .where(scope.of(scores), counts(instead), checks.c.outcome == tables.REVIEW)
        .where(*(() if answer is None else (checks.c.answer == answer,)))
        .order_by(scores.c.student, checks.c.position)
    )  # fmt: skip
    rows = connection.execute(statement).mappings().all()
    where = () if answer is None else (tables.markings.c.answer == answer,)
    kept = {marking.id: marking for marking in read_markings(connection, *where)}
    return [_to_text(row, kept) for row in rows]


def _to_text(row: RowMapping, kept: Mapping[int, KeptMarking]) -> TextToMark:
    return TextToMark(
        student=row["student"],
        attempt_id=row["attempt_id"],
        part=row["part"],
        answer=row["answer"],
        max=row["max"],
        text_sha256=row["text_sha256"] or "",
        kept=kept.get(row["marking_id"]),
    )


def counts(instead: Mapping[int, int]) -> ColumnElement[bool]:
    """Return whether an attempt counts; `instead` has what counts in the place of attempts that were received last."""
    scores = tables.attempt_scores
    return ((scores.c.rank == 1) & scores.c.attempt_id.not_in(instead)) | scores.c.attempt_id.in_(instead.values())


def read_history(
    connection: Connection, scope: Scope, student: str | None, instead: Mapping[int, int]
) -> list[tuple[KeptMarking, MarkingState]]:
    """Return every marking ever made (for one student), the earliest first, and what has become of it.

    `instead` has what counts in the place of attempts that were received last.
    """
    scores, counted, attempts = tables.attempt_scores, tables.counted_markings, tables.attempts
    current = select(counted.c.marking_id).join(scores, scores.c.attempt_id == counted.c.attempt_id)
    counting = set(connection.execute(current.where(scope.of(scores), counts(instead))).scalars())
    own = tables.markings.c.attempt_id.in_(select(attempts.c.id).where(scope.of(attempts)))
    where = (own,) if student is None else (own, tables.students.c.student == student)
    markings = read_markings(connection, *where)
    last = {_find_subject(marking): marking.id for marking in markings}
    return [(one, _find_state(one, counting, last[_find_subject(one)])) for one in markings]


def _find_subject(marking: KeptMarking) -> tuple[str, str, str]:
    return marking.student, marking.marking.answer, marking.text_sha256 or marking.submission_sha256


def _find_state(one: KeptMarking, counting: Collection[int], last: int) -> MarkingState:
    if one.id in counting:
        return "counts" if one.marking.points else "takes back"
    return "replaced" if one.id != last else "another text"
