"""Reads what comes in, whatever it is, into the entries of a batch: unpacked, recognised, told whose it is.

A flat download's files get their own names back, as copies in a folder for each student, so that a notebook finds its
data; folders stay where they are. A single archive that is all a student submitted is unpacked for that student.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from grader.errors import SubmissionRefused, UsageError, advise, list_some
from grader.git import HEAD, collect_commit, find_commit, open_bare
from grader.layouts.archive import ARCHIVE_NAME, Bounds, unpack
from grader.layouts.identity import COLUMNS, Work, gather, name_with_key
from grader.layouts.pieces import Item, Person, Piece, Read, Sorted, Student
from grader.layouts.recognition import LAYOUTS, PLAIN, Recognised, recognise
from grader.model import Limits
from grader.submission import Delivery, Entry, list_entries
from grader.submission.naming import fold, folder_name, is_hidden, is_ignored, shown, split_extension, well_formed
from grader.submission.opening import Quota, list_files, read_paths, refusal_of

MEMBERS = 50_000  # of a class's archive
TOTAL_BYTES = 4 << 30
METADATA_BYTES = 64 << 20  # of what a layout reads: Gradescope lists every test of every student
_TOLD_NAMES = 3
_SHOWN = 80


@dataclass(frozen=True)
class Reading:
    """How to read what comes in: by which layout, with whose names; None where it is to be found out, or not known.

    Of a repository the first of `refs` that it has is graded.
    """

    layout: str | None = None
    roster: Sequence[Person] | None = None
    refs: Sequence[str] = (HEAD,)

    def recognise(self, items: Sequence[Item], read: Read) -> Recognised:
        """Return the layout of these items, and whose each is.

        Raises:
            UsageError: they fit two, or none of them fits the one that is asked for.
        """
        return recognise(items, read, self.layout, self.roster or ())


@dataclass(frozen=True)
class Arrival:
    """What came in: a row for each student, and what was understood, for staff to read.

    `is_update`: it is one student's, and the rest of the class stays as it is.
    """

    entries: tuple[Entry, ...]
    summary: str
    told: tuple[str, ...] = ()
    is_update: bool = False
    layout: str = PLAIN

    def count_timeless(self) -> int:
        """Return of how many students an LMS's download does not say when they submitted."""
        timeless = [one for one in self.entries if one.refusal is None and one.delivery.submitted_at is None]
        return 0 if self.layout == PLAIN else len(timeless)


@dataclass(frozen=True)
class Known:
    """A row of an earlier batch: whose entry is graded into which folder."""

    student: str
    entry: str
    folder: str


@dataclass(frozen=True)
class _Place:
    """Where the items lie, what is wrong with what an archive had there (by path), and how it all is called."""

    root: Path
    name: str
    faults: Mapping[str, str] = field(default_factory=dict)

    def enter(self, folder: str) -> _Place:
        """Return the place in a folder of this one."""
        inside = {path.removeprefix(f"{folder}/"): fault for path, fault in self.faults.items() if "/" in path}
        return replace(self, root=self.root / folder, faults=inside)

    def read(self, name: str) -> bytes:
        """Return a small file that a layout reads."""
        if name in self._inside:
            raise SubmissionRefused(f"{shown(name)} cannot be read")
        quota = Quota(METADATA_BYTES, 2 * METADATA_BYTES, 1)
        return b"".join(content for _, content in read_paths(self.root / name, quota))

    def list_items(self) -> list[Item]:
        """Return what lies there, system files aside, in name order; also what an archive has and that was not made."""
        found: dict[str, Item] = {}
        with suppress(FileNotFoundError), os.scandir(self.root) as entries:  # nothing in it could be made
            found = {entry.name: self._describe(entry) for entry in entries if not is_ignored(entry.name)}
        lost = {name: any(path for path, _ in inside) for name, inside in self._inside.items() if name not in found}
        found |= {name: Item(name, is_folder, self.find_fault(name)) for name, is_folder in lost.items()}
        return [found[name] for name in sorted(found)]

    def tell_hidden(self) -> Iterator[str]:
        """Yield what is passed over for the dot that its name begins with: a student may be called so."""
        with suppress(FileNotFoundError):
            names = sorted(path.name for path in self.root.iterdir() if is_hidden(path.name))
            listed = list_some([shown(name[:_SHOWN]) for name in names], _TOLD_NAMES)
            if names:
                yield f"{len(names)} whose name begins with a dot passed over, and may be a student's: {listed}"

    @cached_property
    def _inside(self) -> Mapping[str, list[tuple[str, str]]]:
        """What is wrong, with its path within the item, by item."""
        inside: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for path, fault in self.faults.items():
            item, _, rest = path.partition("/")
            inside[item].append((rest, fault))
        return inside

    def _describe(self, entry: os.DirEntry[str]) -> Item:
        mode = entry.stat(follow_symlinks=False).st_mode
        return Item(entry.name, stat.S_ISDIR(mode), refusal_of(mode) or self.find_fault(entry.name))

    def find_fault(self, item: str) -> str | None:
        """Return what is wrong with an item of an archive, or in it."""
        faults = [
            f"holds {shown(path[:_SHOWN])}, which {fault}" if path else fault
            for path, fault in self._inside.get(item, ())[:_TOLD_NAMES]
        ]
        return "; ".join(faults) or None


def read_arrival(path: Path, scratch: Path, reading: Reading, limits: Limits, known: Sequence[Known] = ()) -> Arrival:
    """Return the entries of a folder, an archive, or what is one student's.

    Args:
        path: what came in. A file that is a notebook or script, or a folder that is an entry of an earlier batch, is
            one student's.
        scratch: a private folder that is not there yet, for what is unpacked or gets its own name back; it has to stay
            as long as the entries are read.
        reading: how to read it.
        limits: what a file, and all of one student's, may take.
        known: the rows of an earlier batch into the same output.

    Raises:
        UsageError: nothing there can be graded as asked; says why.
        HostError: the disk is full.
    """
    scratch.mkdir(mode=0o700)
    reader = _Reader(scratch, reading, limits)
    single = _find_single(path, reading, known)
    return reader.read_class(path) if single is None else reader.read_one(path, single, known)


def _find_single(path: Path, reading: Reading, known: Sequence[Known]) -> Recognised | None:
    """Return how the name of one student's work is laid out; None where this is a class."""
    is_folder = path.is_dir()
    if not is_folder and not split_extension(path.name)[1]:
        return None
    item = Item(path.name, is_folder=is_folder)
    layout = LAYOUTS.get(reading.layout or "")
    candidates = [layout] if layout else [one for one in LAYOUTS.values() if reading.layout is None]
    read = _Place(path.parent, path.name).read
    found = [(one.NAME, one.sort((item,), read, reading.roster or ())) for one in candidates]
    fitting = [Recognised(name, one) for name, one in found if one.fits]
    if len(fitting) > 1:
        return recognise((item,), read)  # which says what to do
    if fitting:
        return fitting[0]
    is_known = any(well_formed(path.name) in {row.entry, row.student} for row in known)
    return Recognised(PLAIN) if is_known or not is_folder else None


class _Reader:
    """Reads one arrival into `scratch`."""

    def __init__(self, scratch: Path, reading: Reading, limits: Limits) -> None:
        self._scratch, self._reading, self._limits = scratch, reading, limits
        self._numbers = iter(range(1_000_000_000))

    # ------------------------------------------------------------ a class

    def read_class(self, path: Path) -> Arrival:
        place = _Place(path, path.name) if path.is_dir() else self._unpack_class(path)
        place, found = self._recognise(place)
        if found.layout == PLAIN:
            arrival = self._read_plain(place, found)
        else:
            entries, told = self._build(place, found.sorted)
            arrival = _summarize(place, found, entries, (*found.sorted.told, *told))
        return replace(arrival, told=(*arrival.told, *place.tell_hidden()))

    def _unpack_class(self, path: Path) -> _Place:
        target = self._scratch / "archive"
        # What is larger than a student's file may be is refused where it is read, unless it is the LMS's own.
        bounds = Bounds(MEMBERS, TOTAL_BYTES, max(self._limits.file_bytes, METADATA_BYTES))
        try:
            faults = unpack(path.resolve(), target, bounds)
        except SubmissionRefused as error:
            raise UsageError(f"{error}; nothing is graded") from error
        return _Place(target, path.name, faults)

    def _recognise(self, place: _Place) -> tuple[_Place, Recognised]:
        """Return the layout, and the place whose items have it: where all lies in one folder, mostly that folder."""
        items = place.list_items()
        inner = place.enter(items[0].name) if len(items) == 1 and _is_open(items[0]) else None
        if inner is None:
            return place, self._reading.recognise(items, place.read)
        outer = [one.sort(items, place.read).fits for one in LAYOUTS.values()]
        if any(outer):
            return place, self._reading.recognise(items, place.read)
        found = self._reading.recognise(inner.list_items(), inner.read)
        is_wrapped = found.layout != PLAIN or place.name.split(".")[0] == items[0].name
        return (inner, found) if is_wrapped else (place, recognise(items, place.read, PLAIN))

    def _build(self, place: _Place, one: Sorted) -> tuple[list[Entry], list[str]]:
        """Return an entry for each student, and one for each stray; and what is odd."""
        works, told = gather(one.pieces, self._reading.roster)
        told += [f"{shown(item.name)} {item.refusal}" for item in one.unsettled]
        refusals = {item.name: item.refusal for item in place.list_items() if item.refusal}
        taken: set[str] = set()
        entries = [
            self._give_files(_build_entry(place, work, refusals, folder_name(work.name, taken)), work.pieces)
            for work in works
        ]
        strays = [_refuse_stray(place, item, taken) for item in (*one.strays, *one.unsettled)]
        return sorted([*entries, *strays], key=lambda entry: (entry.student, entry.folder)), told

    def _give_files(self, entry: Entry, pieces: Sequence[Piece]) -> Entry:
        """Return the entry with its files under their own names, and unpacked where that is all there is."""
        if entry.refusal:
            return entry
        home = self._scratch / str(next(self._numbers))
        home.mkdir()
        name = folder_name(entry.student)  # which a refusal shows
        try:
            if any(piece.is_repository for piece in pieces):
                return _take_commit(entry, self._reading.refs, home, self._limits)
            if any(piece.target for piece in pieces):
                entry = replace(entry, paths=(self._copy(entry.paths, pieces, home / name),))
            return replace(entry, paths=self._unpack_students(entry.paths, home / f"{name} unpacked"))
        except SubmissionRefused as error:
            return replace(entry, refusal=str(error))
        except OSError as error:
            if advise(error) is not None:  # the machine has run short, which is no student's
                raise
            return replace(entry, refusal=f"the files cannot be copied: {error.strerror or error}")

    def _copy(self, paths: Sequence[Path], pieces: Sequence[Piece], home: Path) -> Path:
        """Fill `home` with copies of a student's files, as they were called before the LMS renamed them."""
        quota = Quota(self._limits.file_bytes, self._limits.disk_bytes, self._limits.disk_files)
        for path, piece in zip(paths, pieces, strict=True):
            for name, content in read_paths(path, quota):
                place = home / (piece.target or name)
                place.parent.mkdir(parents=True, exist_ok=True)
                try:
                    place.open("xb").close()
                except FileExistsError as error:
                    raise SubmissionRefused(f"two of the files are named {shown(place.name)}") from error
                place.write_bytes(content)
                changed_ns = (path if piece.target else path / name).lstat().st_mtime_ns
                os.utime(place, ns=(changed_ns, changed_ns))
        return home

    def _unpack_students(self, paths: tuple[Path, ...], target: Path) -> tuple[Path, ...]:
        """Return where the files of a student's only archive lie, or `paths` where something else can be run."""
        files = [path / name for path in paths for name in list_files(path)]
        if any(split_extension(file.name)[1] for file in files):
            return paths
        archives = [file for file in files if ARCHIVE_NAME.fullmatch(file.name)]
        if len(archives) != 1:
            listed = ", ".join(shown(file.name) for file in files[:_TOLD_NAMES])
            raise SubmissionRefused(f"no notebook (.ipynb) and no script (.py) was submitted: {listed or 'nothing'}")
        bounds = Bounds(self._limits.disk_files, self._limits.disk_bytes, self._limits.file_bytes)
        faults = unpack(archives[0], target, bounds)
        if faults:
            told = "; ".join(f"{shown(name[:_SHOWN])} {fault}" for name, fault in list(faults.items())[:_TOLD_NAMES])
            raise SubmissionRefused(f"in {shown(archives[0].name)}: {told}")
        if not any(split_extension(name)[1] for name in list_files(target)):
            raise SubmissionRefused(f"{shown(archives[0].name)} holds no notebook (.ipynb) and no script (.py)")
        return (target,)

    # ------------------------------------------------------------ plain

    def _read_plain(self, place: _Place, found: Recognised) -> Arrival:
        """Return the entries of a folder in which each entry is a student by its own name."""
        entries = [_add_faults(place, entry) for entry in list_entries(place.root)]
        entries += _list_lost(place, entries)
        told: tuple[str, ...] = ()
        if self._reading.roster is not None:
            entries, told = _rename(entries, self._reading.roster)
        return _summarize(place, found, entries, told)

    # ------------------------------------------------------------ one student

    def read_one(self, path: Path, found: Recognised, known: Sequence[Known]) -> Arrival:
        """Return the entry of one student, in the folder that an earlier batch gave.

        Whose an entry is that the earlier batch had is known from there, and looked up in no roster.
        """
        if unsettled := found.sorted.unsettled:
            raise UsageError(f"{shown(path.name)} {unsettled[0].refusal}; nothing is graded")
        place, name = _Place(path.parent, path.name), well_formed(path.name)
        roster = None if any(row.entry == name for row in known) else self._reading.roster
        pieces = found.sorted.pieces or (_build_plain_piece(path.name, split_extension(path.name)[0]),)
        work = gather(pieces, roster)[0][0]
        refusals = {path.name: reason} if (reason := refusal_of(path.lstat().st_mode)) else {}
        entry = _build_entry(place, work, refusals, "")
        if found.layout != PLAIN:
            entry = self._give_files(entry, work.pieces)
        entry = _place_among(entry, pieces[0].student, name, known)
        summary = f"{shown(path.name)}: the work of {shown(entry.student)} ({found.title}); the rest of the class stays"
        return Arrival((entry,), summary, is_update=True, layout=found.layout)


def _build_entry(place: _Place, work: Work, refusals: Mapping[str, str], folder: str) -> Entry:
    """Return the entry of one student, whose files are as the LMS calls them still."""
    names = tuple(piece.item for piece in work.pieces)
    reasons = [f"{shown(name)} {refusals[name]}" for name in names if name in refusals]
    return Entry(
        student=well_formed(work.name),
        entry=well_formed(names[0]),
        folder=folder,
        paths=tuple(place.root / name for name in names),
        refusal=work.refusal or "; ".join(reasons) or None,
        entries=tuple(map(well_formed, names)),
        is_student=work.is_known,
        delivery=_describe_delivery(work),
    )


def _take_commit(entry: Entry, refs: Sequence[str], home: Path, limits: Limits) -> Entry:
    """Return the entry of a repository with the files of the commit that counts, written below `home`.

    Raises:
        SubmissionRefused: there is no such commit, or no such repository.
    """
    with open_bare(entry.paths[0]) as repository:
        commit = find_commit(repository, refs)
        found = replace(entry, delivery=replace(entry.delivery, commit=commit))
        try:
            return replace(found, paths=(collect_commit(repository, commit, home, limits),))
        except SubmissionRefused as error:
            return replace(found, refusal=str(error))


def _build_plain_piece(item: str, student: str) -> Piece:
    """Return the work of whoever is called like their file or folder."""
    return Piece(item, Student(student, student, (student,), COLUMNS))


def _place_among(entry: Entry, student: Student, name: str, known: Sequence[Known]) -> Entry:
    """Return the entry with student and folder as an earlier batch has them, else with a folder of its own."""
    wanted: tuple[Callable[[Known], bool], ...] = (
        lambda row: row.entry == name,
        lambda row: row.student == well_formed(name_with_key(student)),
        lambda row: row.student == entry.student,
    )
    for is_same in wanted:
        rows = {(row.student, row.folder) for row in known if is_same(row)}
        if len(rows) == 1:
            theirs, folder = rows.pop()
            return replace(entry, student=theirs, folder=folder)
    return replace(entry, folder=folder_name(entry.student, {fold(row.folder) for row in known}))


def _add_faults(place: _Place, entry: Entry) -> Entry:
    """Return an entry refused for what is wrong in its archive."""
    faults = [f"{shown(name)} {fault}" for name in entry.entries if (fault := place.find_fault(name))]
    return replace(entry, refusal=entry.refusal or "; ".join(faults) or None)


def _list_lost(place: _Place, entries: Sequence[Entry]) -> list[Entry]:
    """Return an entry for each item of an archive that was not made, for its name."""
    taken = {fold(entry.folder) for entry in entries}
    there = {path.name for entry in entries for path in entry.paths}
    return [_refuse_stray(place, item, taken) for item in place.list_items() if item.refusal and item.name not in there]


def _is_open(item: Item) -> bool:
    return item.is_folder and (item.refusal is None or item.refusal.startswith("holds "))


def _refuse_stray(place: _Place, item: Item, taken: set[str]) -> Entry:
    name = well_formed(item.name)
    reason = item.refusal or "does not fit the layout of the others"
    return Entry(
        student=name,
        entry=name,
        folder=folder_name(item.name, taken),
        paths=(place.root / item.name,),
        refusal=f"{shown(name)} {reason}",
        entries=(name,),
        is_student=False,
    )


def _describe_delivery(work: Work) -> Delivery:
    moments = [piece.submitted_at for piece in work.pieces if piece.submitted_at is not None]
    return Delivery(
        # Without a zone it is read in that of this machine, as the times of files are.
        submitted_at=max(map(datetime.astimezone, moments), default=None),
        late=any(piece.late for piece in work.pieces),
        attempts=work.attempts,
        earlier=tuple(map(well_formed, work.earlier)),
        ids=_list_ids(work.pieces[0].student),
    )


def _list_ids(student: Student) -> tuple[tuple[str, str], ...]:
    """Return the student's ids by the columns of a roster, where the system says which column each belongs to."""
    return tuple(zip(student.columns, student.ids, strict=True)) if len(student.columns) == 1 else ()


def _rename(entries: Sequence[Entry], roster: Sequence[Person]) -> tuple[list[Entry], tuple[str, ...]]:
    """Return plain entries under the course's names for the students."""
    pieces = [
        _build_plain_piece(str(number), entry.student) for number, entry in enumerate(entries) if entry.is_student
    ]
    works, told = gather(pieces, roster)
    taken: set[str] = set()
    named = [
        replace(
            entries[int(work.pieces[0].item)],
            student=work.name,
            folder=folder_name(work.name, taken),
            refusal=work.refusal or entries[int(work.pieces[0].item)].refusal,
            is_student=work.is_known,
        )
        for work in works
    ]
    strays = [replace(entry, folder=folder_name(entry.student, taken)) for entry in entries if not entry.is_student]
    return sorted([*named, *strays], key=lambda entry: (entry.student, entry.folder)), tuple(told)


def _summarize(place: _Place, found: Recognised, entries: Sequence[Entry], told: Sequence[str]) -> Arrival:
    students = [entry for entry in entries if entry.is_student]
    parts = [
        f"{len(students)} student{'' if len(students) == 1 else 's'}",
        *_count(students, lambda entry: entry.delivery.late, "late"),
        *_count(students, lambda entry: entry.delivery.submitted_at is not None, "with the time of submission"),
        *_count(students, lambda entry: bool(entry.delivery.earlier), "with earlier attempts, which are passed over"),
        *_count(entries, lambda entry: not entry.is_student, "refused, of nobody in the course"),
    ]
    title = "plain, each entry a student" if found.layout == PLAIN else f"a download of {found.title}"
    summary = f"{shown(place.name)}: {title}; {', '.join(parts)}"
    return Arrival(tuple(entries), summary, (*found.told, *told), layout=found.layout)


def _count(entries: Sequence[Entry], is_one: Callable[[Entry], bool], what: str) -> Iterator[str]:
    if number := sum(map(is_one, entries)):
        yield f"{number} {what}"
