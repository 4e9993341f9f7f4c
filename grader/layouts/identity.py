"""Who is who: from a download's pieces to students, by their names or through a roster. Never guesses. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.errors import list_some
from grader.layouts.pieces import Person, Piece, Student
from grader.submission.naming import fold, shown

_TOLD = 10


COLUMNS = ("student", "id_number", "canvas_id", "sis_user_id", "login", "email")


@dataclass(frozen=True)
class Work:
    """What one student submitted: the pieces of the newest attempt, and the names of what is older.

    `name` is the course's for the student, or the LMS's where the roster has no such one (`is_known` is false).
    `refusal` says why nothing of it is graded.
    """

    name: str
    pieces: tuple[Piece, ...]
    attempts: int = 1
    earlier: tuple[str, ...] = ()
    refusal: str | None = None
    is_known: bool = True


def gather(pieces: Iterable[Piece], roster: Sequence[Person] | None) -> tuple[list[Work], list[str]]:
    """Return each student's work, and what is odd about it, for staff to read."""
    students: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        students[piece.student.key].append(piece)
    works = [_choose_newest(theirs) for theirs in students.values()]
    told = [
        f"{shown(work.name)}: of {work.attempts} attempts the newest is graded; passed over: "
        + ", ".join(map(shown, work.earlier))
        for work in works
        if work.earlier
    ]
    told += _tell_texts(students.values())
    if roster is None:
        named, more = _tell_apart(works)
    else:
        named, more = _look_up(works, roster)
    return named, [*told, *more, *_tell_refused(named)]


def _tell_texts(students: Iterable[Sequence[Piece]]) -> Iterator[str]:
    """Yield who wrote something in the LMS itself beside what they submitted."""
    wrote = [theirs[0].student.shown for theirs in students if {"work", "text"} <= {piece.role for piece in theirs}]
    if wrote:
        yield f"{len(wrote)} also wrote text in the LMS itself, which is not read: {_list_some(wrote)}"


def _list_some(names: Sequence[str]) -> str:
    return list_some([*map(shown, names)], _TOLD)


def _choose_newest(pieces: Sequence[Piece]) -> Work:
    """Return the work of one student. Two folders of the same moment are not told apart."""
    graded = [piece for piece in pieces if piece.role == "work"]
    name = pieces[0].student.shown
    if not graded:
        return Work(name, tuple(pieces), refusal="text was written in the LMS, and no file submitted")
    attempts = sorted({piece.attempt for piece in graded})
    newest = tuple(piece for piece in graded if piece.attempt == attempts[-1])
    earlier = tuple(piece.item for piece in graded if piece.attempt != attempts[-1])
    folders = [piece.item for piece in newest if not piece.target]
    refusal = None
    if len(folders) > 1:
        refusal = f"{' and '.join(map(shown, folders))} came in the same minute: which is the newer is not known"
    return Work(name, newest, len(attempts), earlier, refusal)


def _tell_apart(works: Sequence[Work]) -> tuple[list[Work], list[str]]:
    """Return the works named as the LMS names the students; two of one name have its number behind it."""
    counts = Counter(fold(work.name) for work in works)
    told: list[str] = []
    named: list[Work] = []
    for work in works:
        if counts[fold(work.name)] > 1:
            name = name_with_key(work.pieces[0].student)
            told.append(f"{counts[fold(work.name)]} students are called {shown(work.name)}; this one is {shown(name)}")
            named.append(replace(work, name=name))
        else:
            named.append(work)
    return named, told


def name_with_key(student: Student) -> str:
    """Return what a student is called whose name another one has too."""
    return student.shown if student.shown == student.key else f"{student.shown} ({student.key})"


# ---------------------------------------------------------------- through a roster


class Directory:
    """A roster by ids and by names, and the students' names as often as they come in a download."""

    def __init__(self, roster: Sequence[Person], students: Iterable[Student]) -> None:
        """Look up in `roster`; what several of the `students` are called is the name of none."""
        self._by_id: defaultdict[tuple[str, str], list[Person]] = defaultdict(list)
        self._by_name: defaultdict[str, dict[str, Person]] = defaultdict(dict)
        for person in roster:
            for column in COLUMNS:
                if value := getattr(person, column):
                    self._by_id[column, fold(value)].append(person)
            for name in list_names(person):
                self._by_name[name][person.student] = person
        self._counts = Counter(fold_name(student.name) for student in students)

    def find(self, student: Student) -> tuple[str | None, str]:
        """Return the course's name of a student; or None, and why it is not known."""
        found = {
            person.student for column in student.columns for one in student.ids
            for person in self._by_id.get((column, fold(one)), ())
        }  # fmt: skip
        name = fold_name(student.name)
        if not found and name:
            if self._counts[name] > 1 and name in self._by_name:
                return (
                    None,
                    f"is one of {self._counts[name]} in the download of that name: a roster tells them by an id",
                )
            found = set(self._by_name.get(name, ()))
        if len(found) == 1:
            return found.pop(), ""
        if found:
            several = ", ".join(shown(one) for one in sorted(found))
            return None, f"may be any of {several} on the roster: expected an id there that tells them apart"
        return None, "is not on the roster"


def list_names(person: Person) -> set[str]:
    """Return what a person of the roster may be called, as `fold_name` gives it."""
    first, last = person.first_name, person.last_name
    return {name for name in (fold_name(first + last), fold_name(last + first)) if name}


def fold_name(name: str) -> str:
    """Return the letters and digits of a name, which is what every LMS keeps of it; not its accents' composition."""
    return "".join(c for c in fold(name) if c.isalnum() or unicodedata.category(c).startswith("M"))


def _look_up(works: Sequence[Work], roster: Sequence[Person]) -> tuple[list[Work], list[str]]:
    """Return the works named as the roster names the students. Who is not found, or not alone, is refused."""
    directory = Directory(roster, (work.pieces[0].student for work in works))
    answers = [directory.find(work.pieces[0].student) for work in works]
    counts = Counter(name for name, _ in answers)
    named: list[Work] = []
    for work, (name, reason) in zip(works, answers, strict=True):
        student = name_with_key(work.pieces[0].student)
        if name is None:
            named.append(replace(work, name=student, refusal=reason, is_known=False))
        elif counts[name] > 1:
            refusal = f"{counts[name]} students of the download are {shown(name)} on the roster"
            named.append(replace(work, name=student, refusal=refusal, is_known=False))
        else:
            named.append(replace(work, name=name))
    return named, list(_tell_absent(roster, {name for name, _ in answers}))


def _tell_refused(works: Iterable[Work]) -> Iterable[str]:
    return (f"{shown(work.name)} is refused: {work.refusal}" for work in works if work.refusal)


def _tell_absent(roster: Sequence[Person], there: set[str | None]) -> Iterator[str]:
    absent = [person.student for person in roster if person.student not in there]
    if absent:
        yield f"{len(absent)} of {len(roster)} students on the roster submitted nothing: {_list_some(absent)}"
