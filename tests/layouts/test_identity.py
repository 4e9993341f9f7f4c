"""Who is who: by ids, then by names, and where neither is certain, by nobody's guess."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

import pytest

from grader.gradebook import Person
from grader.layouts.identity import Work, gather
from grader.layouts.pieces import Piece, Student
from tests.layouts.conftest import NAMES


def piece(name: str, key: str, *ids: str, **more: Any) -> Piece:
    """Return a student's file."""
    return Piece(f"{key}.py", Student(name, key, ids, ("canvas_id", "login")), "hw.py", **more)


def look_up(*people: Person, **students: str) -> dict[str, tuple[str, str | None]]:
    """Return name and refusal, by key, of students of these names."""
    works, _ = gather([piece(name, key, key) for key, name in students.items()], people)
    return {work.pieces[0].student.key: (work.name, work.refusal) for work in works}


def find(work: Work) -> tuple[str, str | None, bool]:
    """Return what is known of a student."""
    return work.name, work.refusal, work.is_known


@pytest.mark.parametrize(("first", "last"), NAMES)
def test_names_as_each_lms_spells_them(first: str, last: str) -> None:
    """First name first or last, signs left out, lower case, composed or not: the same person."""
    person = Person("s1", first_name=first, last_name=last)
    spellings = [f"{first} {last}", f"{last}, {first}", f"{last}{first}".lower(), f"{first} {last}".replace("'", "")]
    spellings += [unicodedata.normalize(form, spellings[0]) for form in ("NFC", "NFD")]
    for spelling in spellings:
        works, told = gather([piece(spelling, "1")], [person])
        assert find(works[0]) == ("s1", None, True), spelling
        assert told == []


def test_accents_are_part_of_a_name() -> None:
    """Jose is not José."""
    assert look_up(Person("s1", first_name="José", last_name="Doe"), k="Jose Doe")["k"][1] == "is not on the roster"


def test_an_id_counts_before_a_name() -> None:
    """Only in the columns that the LMS's id stands in."""
    people = (Person("s1", first_name="Bo", last_name="Roe"), Person("s2", canvas_id="7"), Person("s3", id_number="8"))
    assert look_up(*people, **{"7": "Bo Roe", "8": "Cy Loe"}) == {
        "7": ("s2", None), "8": ("Cy Loe (8)", "is not on the roster"),
    }  # fmt: skip


def test_two_people_of_one_name_are_not_guessed() -> None:
    """Neither those on the roster nor those of the download; an id tells them apart."""
    twins = [Person(f"s{number}", first_name="Jane", last_name="Doe") for number in (1, 2)]
    assert "may be any of s1, s2" in str(look_up(*twins, k="Jane Doe")["k"][1])
    found = look_up(twins[0], a="Jane Doe", b="jane doe")
    assert [reason for _, reason in found.values()] == [
        "is one of 2 in the download of that name: a roster tells them by an id"
    ] * 2
    known = [Person("s1", first_name="Jane", last_name="Doe", canvas_id="a"), Person("s2", canvas_id="b")]
    assert look_up(*known, a="Jane Doe", b="Jane Doe") == {"a": ("s1", None), "b": ("s2", None)}


def test_one_person_twice_is_refused() -> None:
    """One by the number, another one by the name."""
    person = Person("s1", first_name="Jane", last_name="Doe", canvas_id="a")
    works, told = gather([piece("Other", "a", "a"), piece("Jane Doe", "b", "b")], [person])
    assert [find(work) for work in works] == [
        ("Other (a)", "2 students of the download are s1 on the roster", False),
        ("Jane Doe (b)", "2 students of the download are s1 on the roster", False),
    ]
    assert "Other (a) is refused: 2 students of the download are s1 on the roster" in told


def test_who_submitted_nothing_is_told() -> None:
    """The first of them by name."""
    people = [Person("s0", canvas_id="k"), *(Person(f"s{number}") for number in range(1, 13))]
    _, told = gather([piece("A", "k", "k")], people)
    assert told == [
        "12 of 13 students on the roster submitted nothing: s1, s2, s3, s4, s5, s6, s7, s8, s9, s10 and 2 more"
    ]


def test_without_a_roster_two_of_one_name_have_their_numbers() -> None:
    """Also where the names differ by case or composition alone."""
    works, told = gather([piece("Zoë", "1"), piece("zoe\u0308", "2"), piece("Bo", "3")], None)
    assert [work.name for work in works] == ["Zoë (1)", "zoe\u0308 (2)", "Bo"]
    assert told[0] == "2 students are called Zoë; this one is Zoë (1)"


def test_the_newest_attempt_counts_whole() -> None:
    """The others are passed over, by name."""
    pieces = [piece("A", "k", attempt=(number,)) for number in (1, 3, 3, 2)]
    works, told = gather(pieces, None)
    assert works[0].pieces == (pieces[1], pieces[2])
    assert (works[0].attempts, works[0].earlier) == (3, ("k.py", "k.py"))
    assert told == ["A: of 3 attempts the newest is graded; passed over: k.py, k.py"]


def test_two_folders_of_one_minute_are_not_guessed() -> None:
    """Nobody knows which came later."""
    same = [Piece(name, Student("A", "k"), submitted_at=datetime(2024, 1, 1)) for name in ("x", "y")]
    works, told = gather(same, None)
    assert works[0].refusal == "x and y came in the same minute: which is the newer is not known"
    assert told == [f"A is refused: {works[0].refusal}"]


def test_text_in_the_lms_is_no_file() -> None:
    """Who wrote nothing else is refused; who submitted a file as well is told."""
    works, told = gather([piece("A", "k", role="text")], None)
    assert works[0].refusal == "text was written in the LMS, and no file submitted"
    works, told = gather([piece("A", "k", role="text"), piece("A", "k"), piece("A", "k", role="receipt")], None)
    assert works[0].refusal is None
    assert told == ["1 also wrote text in the LMS itself, which is not read: A"]
