"""What is marked, in one place: every read and write of the gradebook that the pages need."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.batch.gradebook_feedback import read_attempt
from grader.batch.gradebook_stats import ClassReader
from grader.course import Course, Rubric
from grader.errors import ConflictError, UsageError
from grader.feedback import Work
from grader.gradebook import Gradebook, KeptMarking, Marking, NewMarking
from grader.review.forms import WrongForm
from grader.review.queue import Entry, Namer, Queue, build_queue
from grader.review.rubric_file import RubricFile
from grader.review.sessions import Sessions
from grader.review.sign_in import SignIn
from grader.review.view import Asked, hash_example, list_asked
from grader.stats import ClassStats

OTHER_RUBRIC = "Nothing was saved: the rubric has changed since this page was loaded. Look at the text anew."
BUSY_S = 120.0  # how long a page that somebody has opened is taken to be theirs


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
        self._rubric_lock = threading.Lock()  # nobody marks by a rubric while it changes
        self._texts: dict[int, dict[str, str]] = {}  # by attempt, whose evidence stays; then by answer
        self._class = ClassReader(self.course, self.book)
        self._class_lock = threading.Lock()
        self._namer = Namer(self.book.review_log.secret(), self.percent_twice)

    def read_class(self) -> ClassStats:
        """Return the numbers of the class; one page at a time reads what is new."""
        with self._class_lock:
            return self._class.compute()

    def find_asked(self, answer: str) -> Asked:
        """Return a text answer.

        Raises:
            WrongForm: the course has none of this name with a rubric.
        """
        if answer not in self.asked:
            raise WrongForm("the course has no such text with a rubric", 404)
        return self.asked[answer]

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

    def mark(self, entry: Entry, asked: Asked, marking: Marking, seen: int) -> None:
        """Keep a marking; one that is given blind is a second one.

        Raises:
            ConflictError: there is another marking than the one that was seen (its number; 0 for none).
            WrongForm: the rubric has changed since.
        """
        first = entry.text.kept
        with self._rubric_lock:
            if self.asked[asked.answer.name].rubric != asked.rubric:
                raise WrongForm(OTHER_RUBRIC, 409)
            if first is not None and entry.is_blind_for(marking.who):
                self.book.review_log.add_second(entry.text, first.id, marking)
            else:
                self.book.mark([NewMarking(entry.text.attempt_id, marking, asked.rubric, seen)])

    def change_rubric(self, file: RubricFile, text: str, changed: Sequence[NewMarking], rubric: Rubric) -> None:
        """Write a rubric to the course and keep what marks become by it: both, or neither.

        Works are shown by the course as it was, since that is what they were judged by.

        Raises:
            ConflictError: somebody has marked one of the texts, or changed the rubric, meanwhile.
            UsageError: the file cannot be written.
        """
        with self._rubric_lock:
            asked = self.asked[rubric.answer]
            if asked.rubric != file.rubric:
                raise ConflictError(f"the rubric of {rubric.answer} has changed since it was read")
            with file.write(text):
                self.book.recompute(changed)
            self.asked = self.asked | {rubric.answer: replace(asked, rubric=rubric)}

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
