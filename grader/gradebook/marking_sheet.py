"""A spreadsheet in which people mark one answer: written, filled in elsewhere, and read back with all that is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from grader.course import Criterion, Rubric
from grader.errors import UsageError
from grader.gradebook.cells import Cell, plain_text, render_csv
from grader.gradebook.marks import find_wrong_points
from grader.gradebook.records import Marking, NewMarking, TextToMark

_SHEET_BYTES = 64 << 20
_FIRST, _LAST = ("student", "text_sha256", "marking", "text"), ("comment", "note")
_SEPARATORS = ",;\t"
_WORDS = {"full": 0, "none": -1}  # which of a criterion's choices
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}


def parse_points(criterion: Criterion, text: str) -> Fraction:
    """Return points as a person writes them: 0.5, 0,5, 1/2, ½, full or none. What the criterion gives is not asked.

    Raises:
        ValueError: they are something else.
    """
    word = text.strip().casefold()
    if word in _WORDS:
        return criterion.choices[_WORDS[word]]
    try:
        return Fraction(_FRACTIONS.get(word, word.replace(",", ".")))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is not a number of points, full or none") from None


def render_marking_sheet(rubric: Rubric, texts: Sequence[tuple[TextToMark, str]]) -> str:
    """Return a CSV file with a row for each text, and a column for each criterion of the rubric.

    Args:
        rubric: by which the texts are marked.
        texts: each with its words.
    """
    criteria = [criterion.id for criterion in rubric.criteria]
    return render_csv((*_FIRST, *criteria, *_LAST), [_build_row(text, words) for text, words in texts])


def _build_row(text: TextToMark, words: str) -> Mapping[str, Cell]:
    row: dict[str, Cell] = {
        "student": text.student,
        "text_sha256": text.text_sha256,
        "marking": _count_seen(text),
        "text": words,
    }
    given = text.marking
    row |= {"comment": given.why, "note": given.note} if given else {"comment": "", "note": ""}
    return _Blank(row | (dict(given.points) if given else {}))


class _Blank(dict[str, Cell]):
    """A row whose other cells are empty."""

    def __missing__(self, key: str) -> Cell:
        return None


def _count_seen(text: TextToMark) -> int:
    return text.kept.id if text.kept is not None else 0


@dataclass(frozen=True)
class ReadSheet:
    """What a sheet says: new markings, each of a text; how many rows say nothing new, or nothing; all problems."""

    new: list[tuple[TextToMark, NewMarking]] = field(default_factory=list)
    unchanged: int = 0
    blank: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marker:
    """Who marks, and when."""

    who: str
    when: datetime


def read_marking_sheet(path: Path, rubric: Rubric, texts: Sequence[TextToMark], marker: Marker) -> ReadSheet:
    """Read a sheet that was filled in; a row without any points is one that nobody has marked yet.

    Args:
        path: a CSV file in UTF-8, its cells apart by comma, semicolon or tabulator.
        rubric: by which the texts are marked.
        texts: those of the rubric's answer, as they stand in the gradebook now.
        marker: who filled it in.

    Raises:
        UsageError: it is no such file.
    """
    rows = list(_read_rows(path, [criterion.id for criterion in rubric.criteria]))
    known = {plain_text(text.student): text for text in texts}
    sheet = ReadSheet()
    problems: list[str] = []
    seen: set[str] = set()
    unchanged = blank = 0
    for line, row in rows:
        try:
            text = _find_text(row, known, seen)
            marking = _read_marking(row, rubric, marker, text.marking)
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
            continue
        if marking is None:
            blank += 1
        elif text.marking is not None and _says_the_same(marking, text.marking):
            unchanged += 1
        else:
            sheet.new.append((text, NewMarking(text.attempt_id, marking, rubric, _count_seen(text))))
    return replace(sheet, unchanged=unchanged, blank=blank, problems=tuple(problems))


def _read_rows(path: Path, criteria: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with its line."""
    expected = (*_FIRST, *criteria, *_LAST)
    try:
        with path.open("rb") as file:
            content = file.read(_SHEET_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > _SHEET_BYTES:
        raise UsageError(f"{path}: expected at most {_SHEET_BYTES} bytes, got more")
    try:
        lines = content.decode("utf-8-sig")
        separator = next((one for one in _SEPARATORS if lines.startswith((f"student{one}", f'"student"{one}'))), ",")
        reader = csv.DictReader(io.StringIO(lines, newline=""), strict=True, delimiter=separator)
        if tuple(reader.fieldnames or ()) != expected:
            raise UsageError(f"{path}:1: expected the columns {', '.join(expected)}, as they were written")
        for row in reader:
            if None in row or None in row.values():
                raise UsageError(f"{path}:{reader.line_num}: expected as many cells as the header has, {len(expected)}")
            yield reader.line_num, row
    except (csv.Error, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not a CSV file in UTF-8: {error}") from error


def _find_text(row: Mapping[str, str], known: Mapping[str, TextToMark], seen: set[str]) -> TextToMark:
    student = row["student"]
    if student in seen:
        raise ValueError(f"student = {student!r}: expected one row, got another above")
    seen.add(student)
    text = known.get(student)
    if text is None:
        raise ValueError(f"student = {student!r}: the gradebook has no such text of theirs")
    if row["text_sha256"].strip() != text.text_sha256:
        raise ValueError(f"{student} has changed the text since the sheet was written: write it anew, and read theirs")
    if row["marking"].strip() != str(_count_seen(text)):
        raise ValueError(f"{student} was marked by somebody else since the sheet was written: write it anew, and look")
    return text


def _read_marking(row: Mapping[str, str], rubric: Rubric, marker: Marker, before: Marking | None) -> Marking | None:
    """Return what a row gives, None where it gives nothing yet."""
    cells = {criterion.id: row[criterion.id].strip() for criterion in rubric.criteria}
    if not any(cells.values()):
        return None
    points, wrong = {}, []
    for criterion in rubric.criteria:
        if cells[criterion.id]:
            try:
                points[criterion.id] = parse_points(criterion, cells[criterion.id])
            except ValueError as error:
                wrong.append(f"{criterion.id}: {error}")
    wrong += find_wrong_points(rubric, points) if not wrong else ()
    if wrong:
        raise ValueError(f"{row['student']}: {'; '.join(wrong)}")
    why = _read_words(row["comment"], before.why if before else "")
    note = _read_words(row["note"], before.note if before else "")
    return Marking(rubric.answer, points, marker.who, marker.when, why, note)


def _read_words(cell: str, before: str) -> str:
    """Return the words in a cell, those of before where nobody has touched how a cell shows them."""
    return before if cell == plain_text(before) else cell.strip()


def _says_the_same(one: Marking, other: Marking) -> bool:
    return (one.points, one.why, one.note) == (dict(other.points), other.why, other.note)
