"""Gradescope: *Download Submissions* (*Export Submissions*) of an assignment. A folder for each, and one file on all.

    assignment_4321_export/
      submission_metadata.yml       submission_98765:
                                      :submitters:
                                      - :name: Jane Doe
                                        :sid: '3031234567'
                                        :email: jane@example.edu
                                      :created_at: 2024-01-31 23:59:00.123456000 Z
      submission_98765/hw1.ipynb

The folder has what counts; earlier submissions are listed (`:history:`) and not in the download. A group's submission
is each member's. The file also has every result of every test, which is passed over: it is read as a stream of events,
not as one document, for Ruby writes what it has written already as an alias.

Sources: programs that read this file, found by its name: a homework of SER594 (Rhishabh Hattarki, 2023: `:submitters`,
`:sid`, `:created_at`, `:history`), a script that renames by `:sid`, the ingest of "Provenance" (`METADATA` in its
tests: folders, groups, the wrapping folder, `__MACOSX`), `loadGradescopeMetadata` of an HTML workshop's checker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import yaml

from grader.errors import SubmissionRefused
from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student
from grader.submission.naming import shown

NAME, TITLE = "gradescope", "Gradescope"
METADATA = "submission_metadata.yml"
_TIME = re.compile(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?"
    r" ?(?:(?P<utc>Z|UTC)|(?P<sign>[-+])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?"
)
_COLUMNS = ("id_number", "sis_user_id", "student", "email", "login")
_MOST_CHARS = 200  # of a name or number


@dataclass(frozen=True)
class _Submission:
    """What the file says of one submission."""

    students: tuple[Student, ...]
    submitted_at: datetime | None


def sort(items: Sequence[Item], read: Read, people: Sequence[Person] = ()) -> Sorted:  # noqa: ARG001 - names have one reading
    """Return whose each item is, as `submission_metadata.yml` says."""
    if METADATA not in (item.name for item in items):
        return Sorted(strays=tuple(items))
    try:
        known = parse_metadata(read(METADATA))
    except SubmissionRefused as error:
        return Sorted(strays=tuple(items), told=(str(error),))
    pieces: list[Piece] = []
    strays: list[Item] = []
    for item in items:
        if item.name == METADATA:
            continue
        submission = known.get(item.name)
        if submission is None:
            strays.append(item)
            continue
        target = "" if item.is_folder or item.refusal else item.name
        pieces += [
            Piece(item.name, student, target, submitted_at=submission.submitted_at, attempt=_number(submission))
            for student in submission.students
        ]
    return Sorted(tuple(pieces), tuple(strays), (METADATA,), tuple(_find_oddities(items, known)))


def _number(submission: _Submission) -> tuple[str, ...]:
    return () if submission.submitted_at is None else (submission.submitted_at.astimezone(UTC).isoformat(),)


def _find_oddities(items: Sequence[Item], known: Mapping[str, _Submission]) -> Iterator[str]:
    there = {item.name for item in items}
    for name, submission in known.items():
        if name not in there:
            yield f"{shown(name)} is listed in {METADATA} and not in the download"
        if len(submission.students) > 1:
            members = ", ".join(shown(student.shown) for student in submission.students)
            yield f"{shown(name)} is of a group, and graded for each member: {members}"


def parse_metadata(content: bytes) -> dict[str, _Submission]:
    """Return what the file says of each submission, by the name of its folder.

    Raises:
        SubmissionRefused: it is no such file, or a submission in it names nobody.
    """
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        events = yaml.parse(content, Loader=loader)
        return {name: _read_submission(name, events) for name in _read_keys(events)}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SubmissionRefused(f"{METADATA} cannot be read as YAML: {' '.join(str(error).split())[:200]}") from error


def _read_keys(events: Iterator[yaml.Event]) -> Iterator[str]:
    """Yield the keys of the mapping that the document is; whoever takes one reads its value."""
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            break
        if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            raise SubmissionRefused(f"{METADATA} is not what Gradescope writes: expected a mapping of submissions")
    yield from _keys_of_mapping(events)


def _keys_of_mapping(events: Iterator[yaml.Event]) -> Iterator[str]:
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if not isinstance(event, yaml.ScalarEvent):
            _skip(event, events)
        yield key


def _read_submission(name: str, events: Iterator[yaml.Event]) -> _Submission:
    students: tuple[Student, ...] = ()
    submitted_at = None
    event = next(events)
    if not isinstance(event, yaml.MappingStartEvent):
        _skip(event, events)
    else:
        for key in _keys_of_mapping(events):
            value = next(events)
            if key == ":submitters" and isinstance(value, yaml.SequenceStartEvent):
                students = tuple(_read_students(events))
            elif key == ":created_at" and isinstance(value, yaml.ScalarEvent):
                submitted_at = parse_time(value.value)
            else:
                _skip(value, events)
    if not students:
        raise SubmissionRefused(f"{METADATA}: {shown(name)[:_MOST_CHARS]} names no submitter with a name, sid or email")
    return _Submission(students, submitted_at)


def _read_students(events: Iterator[yaml.Event]) -> Iterator[Student]:
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        if not isinstance(event, yaml.MappingStartEvent):
            _skip(event, events)
            continue
        found: dict[str, str] = {}
        for key in _keys_of_mapping(events):
            value = next(events)
            if isinstance(value, yaml.ScalarEvent):
                found[key] = value.value.strip()[:_MOST_CHARS]
            else:
                _skip(value, events)
        name, number, email = (found.get(key, "") for key in (":name", ":sid", ":email"))
        ids = tuple(one for one in (number, email) if one)
        if name or ids:
            yield Student(name, ids[0] if ids else name, ids, _COLUMNS, label=name or ids[0])


def _skip(event: yaml.Event, events: Iterator[yaml.Event]) -> None:
    """Pass over the value that begins with `event`."""
    depth = 0
    while True:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth == 0:
            return
        event = next(events)


def parse_time(text: str) -> datetime | None:
    """Return the moment that Ruby wrote, in its zone; without one where it names none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    with suppress(ValueError):
        moment = datetime.fromisoformat(found["moment"])
        if found["utc"]:
            return moment.replace(tzinfo=UTC)
        if found["sign"]:
            offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
            return moment.replace(tzinfo=timezone(-offset if found["sign"] == "-" else offset))
        return moment
    return None
