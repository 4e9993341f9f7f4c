"""What all layouts speak of: the items of a download, and the pieces of students' work that their names tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Read = Callable[[str], bytes]  # a small file of the download, by its name; raises `SubmissionRefused`
Role = Literal["work", "text", "receipt"]


@dataclass(frozen=True)
class Item:
    """A file or folder directly in a download. `refusal` says why it is not read: a link, damaged in its archive."""

    name: str
    is_folder: bool = False
    refusal: str | None = None


@dataclass(frozen=True)
class Student:
    """A student as an LMS names them.

    `key` is what it tells students apart by: a number, where it has one. `ids` are what a roster may know them by, in
    its `columns`. Without a `name`, only by those.
    """

    name: str
    key: str
    ids: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    label: str = ""  # the name to be shown, where it is not `name`

    @property
    def shown(self) -> str:
        """The student's name without a roster."""
        return self.label or self.name


@dataclass(frozen=True)
class Piece:
    """An item that belongs to a student.

    `target` is its name in what was submitted; nothing for a folder, which is taken as it is. `role`: work is graded; a
    `text` was written in the LMS itself, and a `receipt` is the LMS's own: neither is. `submitted_at` has no time zone
    where the download gives none. The newer of two attempts has the greater `attempt`. `is_repository`: what was
    submitted is a commit in the folder, a bare repository.
    """

    item: str
    student: Student
    target: str = ""
    role: Role = "work"
    late: bool = False
    submitted_at: datetime | None = None
    attempt: tuple[int | str, ...] = ()
    is_repository: bool = False


@dataclass(frozen=True)
class Sorted:
    """The items of a download by one layout. `own` are the LMS's, `strays` do not fit; `told` are oddities.

    `unsettled` fit, but whose they are cannot be told; their `refusal` says why.
    """

    pieces: tuple[Piece, ...] = ()
    strays: tuple[Item, ...] = ()
    own: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unsettled: tuple[Item, ...] = ()

    @property
    def is_some(self) -> bool:
        """Whether some item is a student's."""
        return bool(self.pieces or self.unsettled)

    @property
    def fits(self) -> bool:
        """Whether every item fits, and some of it is a student's."""
        return self.is_some and not self.strays


class Person(Protocol):
    """A student of the roster, as the gradebook's is: `student` and the names and ids of other systems."""

    @property
    def student(self) -> str:
        """The course's name for the student."""

    @property
    def canvas_id(self) -> str:
        """Canvas's number of the student."""

    @property
    def first_name(self) -> str:
        """The first names."""

    @property
    def last_name(self) -> str:
        """The last names."""


class Layout(Protocol):
    """One LMS's way to lay out a download."""

    NAME: str
    TITLE: str

    def sort(self, items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:
        """Return whose each item is; `people`, the roster, settle what can be read in two ways. Pure but for `read`."""
