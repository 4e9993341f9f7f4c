"""The file of a rubric in the course's folder: read as it is, read as it would be, written back."""

from __future__ import annotations

import difflib
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course, Rubric
from grader.errors import ConflictError, CourseError
from grader.report.write import write_atomically
from grader.review.forms import WrongForm
from grader.spec.load import read_course, read_text


@dataclass(frozen=True)
class RubricFile:
    """A rubric's file. `name` is its place in the course, as in `rubrics/5d.yaml`."""

    folder: Path
    name: str
    rubric: Rubric
    text: str

    @property
    def is_writable(self) -> bool:
        """Whether this program may put another in its place, which a link's own place is not."""
        place = self.folder / self.name
        return not place.is_symlink() and os.access(place, os.W_OK) and os.access(place.parent, os.W_OK)

    @property
    def is_current(self) -> bool:
        """Whether the file is still what was read."""
        try:
            return self._read() == self.text
        except CourseError:
            return False

    @property
    def key(self) -> str:
        """What names the file as it is."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def show_difference(self, text: str) -> str:
        """Return a change as a patch: `git apply` and `patch -p1` read it in the course's folder."""
        old, new = self.text.splitlines(keepends=True), text.splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, f"a/{self.name}", f"b/{self.name}"))

    def propose(self, text: str) -> tuple[Course, Rubric]:
        """Return the course as it would be, and this rubric.

        Raises:
            CourseError: the course would no longer be one; carries every problem.
            WrongForm: the rubric would be another answer's.
        """
        course, files = read_course(self.folder, proposed={self.name: text})
        rubric = next(rubric for document, rubric in files.rubrics if document.file == self.name)
        if rubric.answer != self.rubric.answer:
            raise WrongForm(f"Nothing was changed: answer: {rubric.answer}: expected {self.rubric.answer}, as it was.")
        return course, rubric

    @contextmanager
    def write(self, text: str) -> Iterator[None]:
        """Put another text in its place; the old one is back where what follows fails.

        Raises:
            ConflictError: it is not the file any more that was read.
        """
        if self._read() != self.text:
            raise ConflictError(f"{self.name} has changed since it was read")
        self._replace(text)
        try:
            yield
        except BaseException:
            if self._read() == text:  # else it is somebody else's by now
                self._replace(self.text)
            raise

    def _read(self) -> str:
        return read_text(self.folder / self.name, self.name)

    def _replace(self, text: str) -> None:
        """Write the file, open to nobody whom it was closed to."""
        place = self.folder / self.name
        mode = stat.S_IMODE(place.stat().st_mode)
        write_atomically(place, text, mode=mode)
        place.chmod(mode)


def read_rubric_files(folder: Path) -> dict[str, RubricFile]:
    """Return the files of all rubrics, by answer.

    Raises:
        WrongForm: the course cannot be read any more.
    """
    try:
        _, files = read_course(folder)
        return {
            rubric.answer: RubricFile(folder, document.file, rubric, read_text(folder / document.file, document.file))
            for document, rubric in files.rubrics
        }
    except CourseError as error:
        raise WrongForm(f"Nothing was saved: the course cannot be read as it is now: {error}", 409) from error
