"""What is marked, in one place: every read and write of the gradebook that the pages need."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from grader.batch.gradebook_feedback import read_attempt
from grader.batch.gradebook_stats import ClassReader
from grader.course import Course, Rubric
from grader.errors import ConflictError, UsageError
from grader.feedback import Work
from grader.gradebook import Gradebook, KeptMarking, Marking, NewMarking
from grader.review.forms import WrongForm, parse_points
from grader.review.queue import Entry, Namer, Queue, build_queue
from grader.review.rubric_change import carry_over, describe_change
from grader.review.rubric_file import RubricFile, read_rubric_files
from grader.review.sessions import Sessions
from grader.review.sign_in import SignIn
from grader.review.view import Asked, hash_example, list_asked
from grader.stats import ClassStats

BUSY_S = 120.0  # how long a page that somebody has opened is taken to be theirs


class OtherRubric(WrongForm):
    """The rubric has changed since the form was loaded."""

    def __init__(self, changes: str) -> None:
        """Keep what is another in it."""
        super().__init__(f"Nothing was saved: the rubric has changed since this page was loaded ({changes}).", 409)


@dataclass
class Opened:
    """Who looks at which text, so that two do not mark the same; nothing depends on it."""

    clock: Callable[[], float] = time.monotonic
    _by: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: str, name: str, who: str) -> None:
        """Note that somebody has opened a text; a page that another has open stays theirs."""
        with self._lock:
            now = self.clock()
            self._by = {key: one for key, one in self._by.items() if now - one[1] < BUSY_S and one[0] != who}
            self._by.setdefault((answer, name), (who, now))

    def find_others(self, answer: str, who: str) -> Mapping[str, str]:
        """Return which texts of an answer others have open, and since when in words."""
        with self._lock:
            now = self.clock()
            return {
                name: f"{other} opened this {round(now - since)} s ago"
                for (own, name), (other, since) in self._by.items()
                if own == answer and other != who and now - since < BUSY_S
            }


@dataclass
class Review:
    """The gradebook of a course as markers work on it.

    Args:
        course: with the rubrics.
        book: where marks are kept.
        sessions: who may mark.
        sign_in: how those begin who have an account; None where links are printed.
        base: the path below which every page lies. Nobody can guess it where links are printed: a cookie for this
            address goes to every port of it, whoever listens there, but only to this path.
        cookie: the name of the cookie.
        folder: where the course lies, for who changes a rubric; None where that cannot be done.
        percent_twice: how many texts in a hundred two people mark.
        opened: who looks at what.
    """

    course: Course
    book: Gradebook
    sessions: Sessions
    base: str
    cookie: str = "grader_review"
    percent_twice: int = 0
    opened: Opened = field(default_factory=Opened)
    sign_in: SignIn | None = None
    folder: Path | None = None

    def __post_init__(self) -> None:
        """Draw, or read, the gradebook's secret."""
        self.asked = list_asked(self.course)
        self._rubric_lock = threading.RLock()  # nobody marks by a rubric while it changes
        self._files: Mapping[str, RubricFile] = {}  # as they were read last, by answer
        self._earlier: dict[str, Rubric] = {}  # which somebody may still have before them, by key
        self._texts: dict[int, dict[str, str]] = {}  # by attempt, whose evidence stays; then by answer
        self._class = ClassReader(self.course, self.book)
        self._class_lock = threading.Lock()
        self._namer = Namer(self.book.review_log.secret(), self.percent_twice)

    def read_class(self) -> ClassStats:
        """Return the numbers of the class; one page at a time reads what is new."""
        with self._class_lock:
            return self._class.compute()

    def find_asked(self, answer: str) -> Asked:
        """Return a text answer; where its rubric cannot be read as it is now, with the last that could be.

        Raises:
            WrongForm: the course has none of this name with a rubric.
        """
        if answer not in self.asked:
            raise WrongForm("the course has no such text with a rubric", 404)
        with suppress(WrongForm):
            self.refresh_rubric(answer)
        return self.asked[answer]

    def refresh_rubric(self, answer: str) -> None:
        """Take over what another program, or a person, has written to a rubric's file since it was read.

        Raises:
            WrongForm: the course cannot be read as it is now.
        """
        if self.folder is None or self._is_current(answer):
            return
        with self._rubric_lock:
            if self._is_current(answer):  # since another request has read it meanwhile
                return
            files = read_rubric_files(self.folder)
            if answer not in files:
                raise WrongForm(f"Nothing was saved: the course has no rubric of {answer} any more.", 409)
            self._files = files
            for name in files.keys() & self.asked.keys():
                self._take_over(files[name].rubric)

    def read_rubric_file(self, answer: str) -> RubricFile:
        """Return a rubric's file, by which texts are marked from now on.

        Raises:
            WrongForm: the course cannot be read as it is now, or its folder is not known.
        """
        with self._rubric_lock:
            self.refresh_rubric(answer)
            if answer not in self._files:
                raise WrongForm("The course's folder is not known here: change the rubric in its file.", 409)
            return self._files[answer]

    def check_rubric(self, answer: str, key: str) -> None:
        """Check that a form was filled in by the rubric as it is now; `key` names the one that it was filled in by.

        Raises:
            OtherRubric: it was not.
            WrongForm: the course cannot be read as it is now.
        """
        self.refresh_rubric(answer)
        rubric = self.asked[answer].rubric
        if key != self.asked[answer].rubric_key:
            old = self._earlier.get(key)
            raise OtherRubric("before grader review was started" if old is None else describe_change(old, rubric))

    def carry_over(self, asked: Asked, key: str, form: Mapping[str, str]) -> dict[str, Fraction]:
        """Return the points of a form that was filled in by the rubric of that key, as the one of today gives them.

        Raises:
            WrongForm: it has none.
        """
        old = self._earlier.get(key, asked.rubric)
        return carry_over(old, asked.rubric, parse_points(old, form))

    def _is_current(self, answer: str) -> bool:
        return answer in self._files and self._files[answer].is_current

    def _take_over(self, rubric: Rubric) -> None:
        asked = self.asked[rubric.answer]
        if asked.rubric != rubric:
            self._earlier[asked.rubric_key] = asked.rubric
            self.asked = self.asked | {rubric.answer: replace(asked, rubric=rubric)}

    def read_queues(self) -> dict[str, Queue]:
        """Return the queues of all answers, in the order of the course."""
        log = self.book.review_log
        texts, events, twice = self.book.texts(), log.events(), log.marked_twice()
        return {
            name: build_queue(
                self._namer,
                [text for text in texts if text.answer == name],
                [event for event in events if event.answer == name],
                [pair for pair in twice if pair.answer == name],
            )
            for name in self.asked
        }

    def read_queue(self, answer: str) -> Queue:
        """Return the queue of an answer."""
        log = self.book.review_log
        return build_queue(self._namer, self.book.texts(answer), log.events(answer), log.marked_twice(answer))

    def read_work(self, entry: Entry) -> Work:
        """Return an entry's work.

        Raises:
            WrongForm: the gradebook lacks it, or it belongs to another version of the course.
        """
        try:
            return read_attempt(self.course, self.book, entry.text.attempt_id)
        except UsageError as error:
            # Its message names the student.
            reason = str(error).replace(entry.text.student, "a student")
            raise WrongForm(f"This text cannot be shown: {reason}", 409) from None

    def find_text(self, entry: Entry, asked: Asked) -> str | None:
        """Return an entry's text; None where it cannot be shown. Read once: a group asks for those of all students."""
        key = entry.text.attempt_id
        if key not in self._texts:
            self._texts[key] = self._read_texts(entry)
        return self._texts[key].get(asked.answer.name)

    def find_read_texts(self, queue: Queue, asked: Asked) -> dict[str, str] | None:
        """Return the texts of a queue by short name; None while some have not been read yet."""
        if not {entry.text.attempt_id for entry in queue} <= self._texts.keys():
            return None
        return self.read_texts(queue, asked)

    def read_texts(self, queue: Queue, asked: Asked) -> dict[str, str]:
        """Return the texts of a queue that can be shown, by short name."""
        texts = {entry.name: self.find_text(entry, asked) for entry in queue}
        return {name: text for name, text in texts.items() if text is not None}

    def read_all_texts(self, ended: threading.Event) -> None:
        """Read every text once, so that no page waits for it; stop where the program ends before."""
        for name, queue in self.read_queues().items():
            for entry in queue:
                if ended.is_set():
                    return
                self.find_text(entry, self.asked[name])

    def _read_texts(self, entry: Entry) -> dict[str, str]:
        try:
            work = self.read_work(entry)
        except WrongForm:
            return {}
        return {name: work.find_text(asked.part, asked.answer) for name, asked in self.asked.items()}

    def mark(self, entry: Entry, asked: Asked, marking: Marking, seen: int) -> bool:
        """Keep a marking; one that is given blind is a second one. Return whether it is.

        Raises:
            ConflictError: there is another marking than the one that was seen (its number; 0 for none).
            OtherRubric: the rubric has changed since.
            WrongForm: the course cannot be read as it is now.
        """
        first = entry.text.kept

        def check() -> None:
            self.check_rubric(asked.answer.name, asked.rubric_key)

        with self._rubric_lock:
            if first is not None and entry.is_blind_for(marking.who):
                check()
                self.book.review_log.add_second(entry.text, first.id, marking)
                return True
            # Checked once no other program can write: one that changes the rubric writes the file before marks.
            self.book.mark([NewMarking(entry.text.attempt_id, marking, asked.rubric, seen)], check)
            return False

    def change_rubric(
        self, file: RubricFile, text: str, rubric: Rubric, changed: Sequence[NewMarking], seen: Collection[int]
    ) -> None:
        """Write a rubric to the course and keep what marks become by it: both, or neither.

        Works are shown by the course as it was, since that is what they were judged by. `seen` are the numbers of all
        markings that the change was measured on.

        Raises:
            ConflictError: somebody has marked one of the texts, or changed the rubric, meanwhile.
            UsageError: the file cannot be written.
        """
        with self._rubric_lock:
            if self.asked[rubric.answer].rubric != file.rubric:
                raise ConflictError(f"the rubric of {rubric.answer} has changed since it was read")
            with file.write(text):
                self.book.recompute(rubric.answer, changed, seen)
            self._take_over(rubric)

    def take_back(self, entry: Entry, who: str, seen: int) -> None:
        """Take somebody's own marking back, the one that they saw (its number); the text waits again.

        Raises:
            WrongForm: it is not theirs, or no longer.
        """
        marking = entry.text.marking
        if marking is None or marking.who != who:
            raise WrongForm("Nothing was taken back: the marking that counts is not yours.", 409)
        try:
            self.book.unmark(entry.text.attempt_id, entry.text.answer, who, "", seen)
        except ConflictError:
            raise WrongForm("Nothing was taken back: another marking counts by now. Look at it anew.", 409) from None

    def list_history(self, entry: Entry) -> list[KeptMarking]:
        """Return every marking of this student's answer, also of other words, the earliest first."""
        history = self.book.marking_history(entry.text.student)
        return [kept for kept, _ in history if kept.marking.answer == entry.text.answer]

    def find_example(self, who: str, asked: Asked) -> int | None:
        """Return which example somebody has to mark before the class; None where they have marked all."""
        done = self.book.review_log.calibrations(who, asked.answer.name)
        left = (
            index
            for index, example in enumerate(asked.rubric.examples)
            if hash_example(asked.rubric, example) not in done
        )
        return next(left, None)
