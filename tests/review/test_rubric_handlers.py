"""A rubric is changed in its file and in the marks given by it: both, or neither."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from grader.errors import ConflictError, HostError
from grader.gradebook import Gradebook, Marking
from grader.review import rubric_file
from grader.review.forms import WrongForm
from grader.review.rubric_file import RubricFile, read_rubric_files
from grader.spec import load_course
from tests.review.conftest import ANSWER, FULL, GOOD, NOON, Marker, Served, find_name

EDIT = f"/rubric/{ANSWER}/edit"
QUARTERS = (("points: 0.5", "points: 0.75"), ("points: 0.5", "points: 0.25"), ("growth: 0.5", "growth: 0.75"))
POINTS = (*QUARTERS, ("bounded: 0.5", "bounded: 0.25"), ("bounded: 0.5", "bounded: 0.25"))


@dataclass
class Edited:
    """A class of three, two of them marked, and an editor of the rubric."""

    served: Served
    eve: Marker
    path: Path

    def change(self, *pairs: tuple[str, str]) -> str:
        """Return the rubric's text with these words replaced, once each."""
        text = self.path.read_text()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    def send(self, text: str, **fields: str) -> Any:
        """Send the editor's form."""
        return self.eve.post(EDIT, text=text, **fields)

    def write(self, text: str, **fields: str) -> Any:
        """Look at what a change does, then write it."""
        seen = read_hidden(self.send(text, do="show").text)["seen"]
        return self.send(text, **{"do": "write", "seen": seen, **fields})


def read_rubric_file(folder: Path, answer: str) -> RubricFile:
    """Return the file of one rubric."""
    return read_rubric_files(folder)[answer]


def read_hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}


@pytest.fixture
def edited(folder: Path, serve: Callable[..., Served], submit: Callable[..., None]) -> Edited:
    """Return the editor: ada has all points, bob half of them, nobody has marked cy."""
    for student, text in {"ada": GOOD, "bob": "Half of it.", "cy": "Nothing of it."}.items():
        submit(student, text)
    served = serve("eve", "bo", folder=folder)
    eve = served.sign_in("eve").calibrate()
    for entry in served.review.read_queue(ANSWER):
        points = {"ada": FULL, "bob": {"points.growth": "1/2"}}.get(entry.text.student)
        if points:
            assert eve.post(f"/mark/{ANSWER}/{entry.name}", **points, comment="fine").status_code == 303
    return Edited(served, eve, folder / "rubrics" / "5d.yaml")


def read_points(book: Gradebook) -> dict[str, list[dict[str, Fraction]]]:
    """Return all that students were ever given."""
    return {
        name: [dict(kept.marking.points) for kept, _ in book.marking_history(name)] for name in ("ada", "bob", "cy")
    }


def test_points_are_shown_before_they_change(edited: Edited, book: Gradebook) -> None:
    """Nothing is written by looking."""
    before = edited.path.read_bytes()
    page = " ".join(edited.send(edited.change(*POINTS)).text.split())
    assert "Recomputes 2 marks: 1 goes up, 0 go down, mean 0.75 → 0.875." in page
    assert "- points: 0.5 + points: 0.75" in page
    assert edited.path.read_bytes() == before
    assert [len(rows) for rows in read_points(book).values()] == [1, 1, 0]


def test_change_is_written_to_file_and_marks(edited: Edited, book: Gradebook, folder: Path) -> None:
    """The history keeps the old points; the marks stay their markers', with a note; the file keeps its layout."""
    text = edited.change(*POINTS)
    answer = edited.write(text, why="growth is the harder half")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{edited.eve.base}{EDIT}?saved=2")
    assert "Written to <code>rubrics/5d.yaml</code>; 2 recomputed." in edited.eve.read(f"{EDIT}?saved=2")
    assert edited.path.read_text() == text
    assert next(one for one in load_course(folder).rubrics if one.answer == ANSWER).criteria[0].points == Fraction(3, 4)
    half, rest = Fraction(1, 2), {"growth": Fraction(3, 4), "bounded": Fraction(1, 4)}
    assert read_points(book) == {
        "ada": [{"growth": half, "bounded": half}, rest],
        "bob": [{"growth": half, "bounded": 0}, rest | {"bounded": 0}],
        "cy": [],
    }
    last = book.marking_history("bob")[-1][0].marking
    assert (last.who, last.why, last.note) == ("eve", "fine", "rubric change by eve: growth is the harder half")
    edited.eve.calibrate()
    assert edited.eve.post(f"/mark/{ANSWER}/{find_name(edited.eve)}", **{"points.growth": "3/4"}).status_code == 303


def test_other_words_change_no_mark(edited: Edited, book: Gradebook) -> None:
    """Who missed the item reads them."""
    text = edited.change(("Compare each distribution", "Compare each of the two distributions"))
    page = " ".join(edited.send(text).text.split())
    assert "No score changes." in page
    assert "Sends new words to 1 student." in page
    assert edited.write(text).status_code == 303
    assert edited.path.read_text() == text
    assert [len(rows) for rows in read_points(book).values()] == [1, 1, 0]


NEW_ITEM = (
    ("points: 0.5", "points: 0.25"),
    (
        "  - id: bounded",
        "  - id: named\n    points: 0.25\n    about: Names a mixture.\n    feedback: Name a mixture.\n  - id: bounded",
    ),
    ("growth: 0.5,", "growth: 0.25, named: 0.25,"),
)


def test_new_item_was_not_looked_at(edited: Edited, book: Gradebook) -> None:
    """Old marks say nothing of it, and are listed until somebody has looked."""
    page = " ".join(edited.send(edited.change(*NEW_ITEM)).text.split())
    assert "2 marked texts are not looked at for <strong>named</strong>" in page
    assert edited.write(edited.change(*NEW_ITEM), why="it was missing").status_code == 303
    assert read_points(book)["ada"][-1] == {"growth": Fraction(1, 4), "bounded": Fraction(1, 2)}
    assert "2 to look at again" in edited.eve.read("/")
    again = edited.eve.read(f"/again/{ANSWER}")
    names = re.findall(rf"/mark/{ANSWER}/(\w+)\">\w+</a>: named", again)
    assert len(names) == 2
    edited.eve.calibrate()
    page = edited.eve.read(f"/mark/{ANSWER}/{names[0]}")
    assert 'name="points.named" value="1/4" data-points="0.25" checked' not in page
    assert 'name="points.named" value="0" data-points="0" checked' not in page
    assert edited.eve.post(f"/mark/{ANSWER}/{names[0]}", **{"points.named": "1/4"}).status_code == 303
    assert names[0] not in edited.eve.read(f"/again/{ANSWER}").partition("<main")[2]


def test_marks_change_with_a_reason(edited: Edited, book: Gradebook) -> None:
    """Without one nothing is written, and the change stands there as it was; other words need none."""
    text, before = edited.change(*POINTS), edited.path.read_bytes()
    page = edited.send(text).text
    assert "Why (needed: marks that were given change)" in page
    assert re.search(r'<textarea id="why"[^>]* required>', page)
    refused = edited.write(text, why=" \n ")
    assert (refused.status_code, "say why marks that were given change" in refused.text) == (409, True)
    assert read_hidden(refused.text)["text"] == text
    assert edited.path.read_bytes() == before
    assert [len(rows) for rows in read_points(book).values()] == [1, 1, 0]
    reworded = edited.send(edited.change(("Compare each distribution", "Compare both"))).text
    assert not re.search(r'<textarea id="why"[^>]* required>', reworded)


def test_used_item_is_removed_with_a_reason(edited: Edited, book: Gradebook) -> None:
    """Without one nothing is written."""
    text = edited.path.read_text()
    start, end = text.index("  - id: bounded"), text.index("examples:")
    text = text[:start] + text[end:]
    text = text.replace("points: 0.5", "points: 1").replace("growth: 0.5, bounded: 0.5", "growth: 1")
    text = text.replace("growth: 0, bounded: 0.5", "growth: 0")
    refused = edited.write(text)
    assert (refused.status_code, "say why bounded is removed" in refused.text) == (409, True)
    assert "bounded" in edited.path.read_text()
    assert edited.write(text, why="nobody agreed on it").status_code == 303
    assert [rows[-1] for rows in list(read_points(book).values())[:2]] == [{"growth": 1}] * 2


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("points: 0.5", "points: 0.75"), "expected the sum of the criteria"),
        (("points: 1", "points: 2"), "expected the sum of the criteria"),
        (("answer: ex5d_text", "answer: ex6d_text"), "ex6d_text"),
        (("schema: grader/rubric/v1", "{"), "rubrics/5d.yaml"),
        (("about: >-", "abuot: >-"), "abuot"),
    ],
)
def test_what_is_no_rubric_is_refused(edited: Edited, pair: tuple[str, str], message: str) -> None:
    """With every problem, and the text still in the form."""
    before = edited.path.read_bytes()
    answer = edited.send(edited.change(pair), do="write")
    assert (answer.status_code, message in unescape(answer.text)) == (400, True)
    assert pair[1] in unescape(answer.text)
    assert edited.path.read_bytes() == before


def test_marks_given_meanwhile_are_looked_at_first(edited: Edited) -> None:
    """What is written is what was shown."""
    text = edited.change(*POINTS)
    seen = read_hidden(edited.send(text).text)["seen"]
    edited.eve.post(f"/mark/{ANSWER}/{find_name(edited.eve)}", none="yes")
    before = edited.path.read_bytes()
    answer = edited.send(text, do="write", seen=seen, why="x")
    assert (answer.status_code, "have changed meanwhile" in answer.text) == (409, True)
    assert "Recomputes 2 marks" in answer.text
    assert edited.path.read_bytes() == before


def test_mark_that_slips_in_between_undoes_the_file(
    edited: Edited, book: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gradebook refuses all of it, and the file is as it was."""
    text, before = edited.change(*POINTS), edited.path.read_bytes()
    real = Gradebook.recompute

    def slip_in(self: Gradebook, answer: str, new: Any, seen: Any) -> None:
        assert edited.path.read_text() == text  # it is written by now
        attempt = new[0].attempt_id
        self.unmark(attempt, ANSWER, "bo", "")
        real(self, answer, new, seen)

    monkeypatch.setattr(Gradebook, "recompute", slip_in)
    assert edited.write(text, why="x").status_code == 409
    assert edited.path.read_bytes() == before
    assert all(
        set(row.values()) <= {Fraction(1, 2), Fraction(0)} for rows in read_points(book).values() for row in rows
    )
    assert edited.served.review.asked[ANSWER].rubric.criteria[0].points == Fraction(1, 2)


def test_gradebook_that_fails_undoes_the_file(edited: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the disk of the database is full."""
    before = edited.path.read_bytes()

    def fail(*_: Any) -> None:
        raise HostError("no space")

    monkeypatch.setattr(Gradebook, "recompute", fail)
    assert edited.write(edited.change(*POINTS), why="x").status_code == 500
    assert edited.path.read_bytes() == before
    assert edited.served.review.asked[ANSWER].rubric.criteria[0].points == Fraction(1, 2)


def test_file_that_cannot_be_written_changes_no_mark(
    edited: Edited, book: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes first."""

    def fail(*_: Any, **_named: Any) -> None:
        raise HostError("no space")

    monkeypatch.setattr(rubric_file, "write_atomically", fail)
    assert edited.write(edited.change(*POINTS), why="x").status_code == 500
    assert [len(rows) for rows in read_points(book).values()] == [1, 1, 0]


def test_course_that_cannot_be_written_is_said(edited: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change is shown, to be given to who can; a form that asks for it all the same writes nothing."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    before = edited.path.read_bytes()
    for do in ("show", "write"):
        page = edited.send(edited.change(*POINTS), do=do)
        assert (page.status_code, "cannot be written from here" in page.text) == (200, True)
        assert "Write the change" not in page.text
    assert edited.path.read_bytes() == before


def test_changed_file_is_not_overwritten(edited: Edited) -> None:
    """Neither one that changed since the page was loaded, nor one that is not what is marked by."""
    text = edited.change(*POINTS)
    fields = read_hidden(edited.eve.read(EDIT))
    edited.path.write_text(f"# a remark\n{edited.path.read_text()}")
    answer = edited.eve.send(EDIT, **fields, text=text, do="write")
    assert (answer.status_code, "has changed since" in answer.text) == (409, True)
    assert "points: 0.75" in answer.text  # neither is what was typed lost
    assert "-# a remark" in answer.text
    assert edited.path.read_text().startswith("# a remark")
    edited.path.write_text("{")
    broken = edited.eve.get(EDIT)
    assert (broken.status_code, "cannot be read as it is now" in broken.text) == (409, True)


def test_form_of_the_old_rubric_saves_nothing(edited: Edited, book: Gradebook) -> None:
    """Its marker has not seen the items that are there now."""
    path = f"/mark/{ANSWER}/{find_name(edited.eve)}"
    fields = read_hidden(edited.eve.read(path))
    asked = edited.served.review.asked[ANSWER]
    entry = edited.served.review.read_queue(ANSWER)[0]
    edited.write(edited.change(*POINTS), why="x")
    edited.eve.calibrate()
    answer = edited.eve.send(path, **fields, none="yes")
    assert (answer.status_code, "the rubric has changed" in answer.text) == (409, True)
    assert read_points(book)["cy"] == []
    with pytest.raises(WrongForm, match="the rubric has changed"):  # the same, a moment later
        edited.served.review.mark(entry, asked, Marking(ANSWER, {}, "eve", NOON), 0)


@dataclass
class Two:
    """Two programs on one gradebook and course: eve is at the first, bo at the second."""

    first: Edited
    bo: Marker

    @property
    def form(self) -> tuple[str, dict[str, str]]:
        """The address and the hidden fields of the text that bo is to mark next."""
        path = f"/mark/{ANSWER}/{find_name(self.bo)}"
        return path, read_hidden(self.bo.read(path))


@pytest.fixture
def two(edited: Edited, serve: Callable[..., Served], folder: Path) -> Two:
    """Return the two programs."""
    return Two(edited, serve("bo", folder=folder).sign_in("bo").calibrate())


def test_other_program_marks_by_the_changed_rubric(two: Two, book: Gradebook) -> None:
    """Who was shown the old one is told what has changed, with all that they wrote; then the new one is marked by."""
    path, fields = two.form
    assert two.first.write(two.first.change(*POINTS), why="x").status_code == 303
    sent = {"points.growth": "1/2", "comment": "well <said>", "note": "hm"}
    answer = two.bo.send(path, **fields, **sent)
    assert answer.status_code == 409
    for words in ("growth gives 0.75 or 0, no longer 0.5 or 0", "growth 1/2", "well &lt;said&gt;", "hm"):
        assert words in answer.text, words
    assert read_points(book)["cy"] == []
    two.bo.calibrate()  # its examples' points are others
    page = two.bo.read(path)
    assert 'data-points="0.75"' in page
    assert two.bo.post(path, **{"points.growth": "3/4"}).status_code == 303
    assert read_points(book)["cy"] == [{"growth": Fraction(3, 4), "bounded": 0}]


def test_form_is_filled_again_where_no_example_has_changed(two: Two, book: Gradebook) -> None:
    """With the points as the new rubric gives them."""
    path, fields = two.form
    text = two.first.change(("Compare each distribution", "Compare both"))
    assert two.first.write(text).status_code == 303
    answer = two.bo.send(path, **fields, **{"points.growth": "1/2", "comment": "well said"})
    assert (answer.status_code, "bounded has other words" in answer.text) == (409, True)
    assert "well said</textarea>" in answer.text
    assert 'name="points.growth" value="1/2" data-points="0.5" checked' in answer.text
    again = read_hidden(answer.text)
    assert two.bo.send(path, **again, **{"points.growth": "1/2", "comment": "well said"}).status_code == 303
    assert len(read_points(book)["cy"]) == 1


def test_group_is_not_marked_by_the_old_rubric(two: Two, book: Gradebook) -> None:
    """Nor by one that was written a moment ago."""
    ada = next(one.name for one in two.first.served.review.read_queue(ANSWER) if one.text.student == "ada")
    path = f"/group/{ANSWER}/{ada}"
    fields = read_hidden(two.bo.read(f"/mark/{ANSWER}/{ada}"))
    two.first.write(two.first.change(("Compare each distribution", "Compare both")))
    answer = two.bo.send(path, **fields)
    assert (answer.status_code, "bounded has other words" in answer.text) == (409, True)
    assert len(book.marking_history()) == 2


def test_other_program_does_not_write_over_a_rubric(two: Two) -> None:
    """Who had the old file before them gets the difference, and keeps what was typed; then it is theirs to merge."""
    text = two.first.change(("Compare each distribution", "Compare both"))
    mine = two.first.change(("points: 0.5", "points: 0.5  # half"))
    fields = read_hidden(two.bo.read(EDIT))
    assert two.first.write(text).status_code == 303
    answer = two.bo.send(EDIT, **fields, text=mine, do="write")
    assert answer.status_code == 409
    assert "# half" in unescape(answer.text).partition("<textarea")[2]
    assert re.search(r"-.*Compare both", unescape(answer.text))
    assert two.first.path.read_text() == text
    merged = text.replace("points: 0.5", "points: 0.5  # half", 1)
    seen = read_hidden(two.bo.post(EDIT, text=merged, do="show").text)["seen"]
    assert two.bo.post(EDIT, text=merged, do="write", seen=seen).status_code == 303
    assert two.first.path.read_text() == merged


def test_rubric_that_is_broken_by_hand_saves_nothing(two: Two, book: Gradebook) -> None:
    """It is said where; texts can still be read, and once it is whole they can be marked."""
    path, fields = two.form
    whole = two.first.path.read_text()
    two.first.path.write_text(whole.replace("about:", "abuot:"))
    answer = two.bo.send(path, **fields, none="yes")
    assert (answer.status_code, "rubrics/5d.yaml:" in answer.text, "abuot" in answer.text) == (409, True, True)
    assert two.bo.get(path).status_code == 200
    two.first.path.unlink()
    assert two.bo.send(path, **fields, none="yes").status_code == 409
    assert read_points(book)["cy"] == []
    two.first.path.write_text(whole)
    assert two.bo.send(path, **fields, none="yes").status_code == 303


def test_mark_of_the_other_program_is_not_left_behind(
    two: Two, book: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by the old rubric that comes between measuring and writing: the change is not made."""
    text, before = two.first.change(*POINTS), two.first.path.read_bytes()
    path, fields = two.form
    real = RubricFile.write

    def slip_in(self: RubricFile, new: str) -> Any:
        assert two.bo.send(path, **fields, **{"points.growth": "1/2"}).status_code == 303
        return real(self, new)

    monkeypatch.setattr(RubricFile, "write", slip_in)
    assert two.first.write(text, why="x").status_code == 409
    assert two.first.path.read_bytes() == before
    assert read_points(book)["cy"] == [{"growth": Fraction(1, 2), "bounded": 0}]


def test_rubric_that_changes_while_a_mark_is_saved_keeps_it_out(
    two: Two, book: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at once more when no other program can write."""
    path, fields = two.form
    real = Gradebook.mark

    def slip_in(self: Gradebook, *given: Any) -> None:
        monkeypatch.setattr(Gradebook, "mark", real)
        two.first.path.write_text(two.first.change(*POINTS))
        real(self, *given)

    monkeypatch.setattr(Gradebook, "mark", slip_in)
    answer = two.bo.send(path, **fields, none="yes")
    assert (answer.status_code, "no longer 0.5 or 0" in answer.text) == (409, True)
    assert read_points(book)["cy"] == []


def test_without_a_folder_there_is_no_editor(eve: Marker) -> None:
    """It says where to change it."""
    assert "change the rubric in its file" in eve.get(EDIT).text


def test_form_needs_its_token(edited: Edited) -> None:
    """As every other."""
    assert edited.eve.send(EDIT, text="x", do="write").status_code == 403


def test_second_change_at_once_is_told(edited: Edited) -> None:
    """Whoever comes second overwrites neither the file nor the marks, and puts back nothing that is not theirs."""
    review = edited.served.review
    first, second = (read_rubric_file(edited.path.parents[1], ANSWER) for _ in range(2))
    other = edited.change(("points: 0.5", "points: 0.5  # half"))
    text = edited.change(*POINTS)
    counting = {entry.seen for entry in review.read_queue(ANSWER) if entry.is_marked}
    review.change_rubric(first, text, first.propose(text)[1], [], counting)
    with pytest.raises(ConflictError, match="has changed since it was read"), second.write(other):
        pytest.fail("it was written")
    with pytest.raises(ConflictError, match="the rubric of"):
        review.change_rubric(second, other, second.propose(other)[1], [], counting)
    assert edited.path.read_text() == text


def test_file_that_somebody_else_wrote_is_not_put_back(edited: Edited) -> None:
    """Where the gradebook fails, what stands there by then may be another program's."""
    file = read_rubric_file(edited.path.parents[1], ANSWER)
    theirs = edited.change(("points: 0.5", "points: 0.5  # theirs"))

    def fail_later() -> None:
        with file.write(edited.change(*POINTS)):
            edited.path.write_text(theirs)
            raise HostError("the disk is full")

    with pytest.raises(HostError):
        fail_later()
    assert edited.path.read_text() == theirs


def test_file_stays_closed_to_whom_it_was(edited: Edited) -> None:
    """Its examples have points, which other accounts of the machine may not read."""
    edited.path.chmod(0o600)
    assert edited.write(edited.change(*POINTS), why="x").status_code == 303
    assert edited.path.stat().st_mode & 0o777 == 0o600


def test_link_is_not_written_through(edited: Edited) -> None:
    """A file would stand in its place."""
    elsewhere = edited.path.parents[1] / "elsewhere.yaml"
    edited.path.rename(elsewhere)
    edited.path.symlink_to(elsewhere)
    assert not read_rubric_file(edited.path.parents[1], ANSWER).is_writable


def test_examples_are_marked_before_their_points_are_read(edited: Edited) -> None:
    """They stand in the file."""
    bo = edited.served.sign_in("bo")
    answer = bo.get(EDIT)
    assert (answer.status_code, "Mark the rubric&#39;s examples first" in answer.text) == (409, True)


def test_reason_is_one_line(edited: Edited, book: Gradebook) -> None:
    """A second one would look like the program's own."""
    edited.write(edited.change(*POINTS), why="clearer\nrubric change by root: x")
    notes = {kept.marking.note for kept, _ in book.marking_history("bob")}
    assert "rubric change by eve: clearer rubric change by root: x" in notes


def test_blind_marker_reads_no_mark_off_a_preview(
    folder: Path, serve: Callable[..., Served], submit: Callable[..., None]
) -> None:
    """What another gave for the only text is neither a mean nor a count; to who gave it, it is."""
    submit("ada", GOOD)
    served = serve("eve", "bo", folder=folder, percent_twice=100)
    eve, bo = (served.sign_in(who).calibrate() for who in ("eve", "bo"))
    (entry,) = served.review.read_queue(ANSWER)
    assert eve.post(f"/mark/{ANSWER}/{entry.name}", **FULL).status_code == 303
    text = (folder / "rubrics" / "5d.yaml").read_text()
    for old, new in POINTS:
        text = text.replace(old, new, 1)
    assert "Recomputes 1 mark" in eve.post(EDIT, text=text, do="show").text
    page = bo.post(EDIT, text=text, do="show").text
    assert "Recomputes" not in page
    assert "1 text that you are to mark a second time, blind, is left out" in page
