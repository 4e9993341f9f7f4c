"""Unpacks a zip or a tar that anybody may have made, within bounds, into a folder of our own.

What makes the whole unusable (damage, too much of it, a path that leads out) refuses all of it. What is wrong with one
member (a link, a password, a second of its name, too large, packed too well) is that member's fault: an empty file
stands in its place, so that whose it is can be seen, and the fault is told with it. So is a path that systems do not
agree on; nothing stands there for it. Nothing that comes from the archive but names that were
checked reaches the file system, and nothing is made but folders and plain files that were not there before.
"""

from __future__ import annotations

import bz2
import gzip
import heapq
import io
import os
import re
import stat
import tarfile
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from grader.errors import SubmissionRefused, advise, blame
from grader.submission.naming import is_hidden, is_ignored, shown
from grader.submission.opening import open_binary

ARCHIVE_NAME = re.compile(r".+\.(?:zip|tar|tar\.gz|tgz|tar\.bz2|tbz2?)", re.IGNORECASE | re.DOTALL)
RATIO = 200  # unpacked to packed bytes; notebooks come to ten, and deflate gives no more than a thousand
_FREE_BYTES = 16 << 20  # unpacked beyond the ratio, by all members together
_DEPTH, _NAME_BYTES, _PATH_BYTES = 16, 255, 1024
_TOLD_PATH_BYTES = 4 * _PATH_BYTES  # of a path that is one student's fault; no LMS has longer ones
_CULPRITS = 3
_SHOWN = 80
_CHUNK_BYTES = 1 << 16
_HEADER_BYTES = 1 << 20  # of a tar's long name, or of what else stands before a member
_HEADERS_BYTES = 64 << 20  # of a tar's members together
_DIRECTORY_BYTES = 64 << 20  # of a zip's list of members, which is read at once
_AGAIN = "download or pack it again"
_BLOCK = bytes(tarfile.BLOCKSIZE)
_OTHERS = {
    b"\xfd7zXZ\x00": "is compressed by xz",
    b"7z\xbc\xaf\x27\x1c": "is a 7z archive",
    b"Rar!\x1a\x07": "is a RAR archive",
    b"\x28\xb5\x2f\xfd": "is compressed by zstd",
}
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the memory of others is the archive's to choose
_KINDS = (
    (stat.S_ISLNK, "is a symbolic link"),
    (stat.S_ISFIFO, "is a named pipe"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
    (stat.S_ISSOCK, "is a socket"),
)


@dataclass(frozen=True)
class Bounds:
    """What an archive may come to: members, bytes in all, bytes of one file."""

    members: int
    total_bytes: int
    file_bytes: int


@dataclass(frozen=True)
class _Member:
    """A member as its archive lists it. `fault` says why it is not read.

    `changed_s` is nothing where not known, and `packed_bytes` where members are not packed one by one.
    """

    name: str
    is_folder: bool = False
    fault: str | None = None
    changed_s: float | None = None
    packed_bytes: int | None = None
    open: Callable[[], IO[bytes]] = field(default=io.BytesIO, repr=False)


class _DamagedError(Exception):
    """One member cannot be read to its end; the others can."""


def unpack(path: Path, target: Path, bounds: Bounds) -> dict[str, str]:
    """Unpack an archive into `target`, a new folder, and return what is wrong with single members, by their paths.

    System files are left out. Paths keep the members' names; their times are the members', where they have any.

    Raises:
        SubmissionRefused: it is no zip or tar, or nothing of it can be used; says why.
        HostError: the disk is full.
    """
    target.mkdir(mode=0o700)
    try:
        with open_binary(path) as file:
            size = os.fstat(file.fileno()).st_size
            most = min(bounds.total_bytes, _FREE_BYTES + RATIO * size)
            writer = _Writer(target, bounds, most)
            for member in _list_members(file, most):
                writer.take(member)
    except SubmissionRefused as error:
        raise SubmissionRefused(f"{shown(path.name)} {error}") from error
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise SubmissionRefused(f"{shown(path.name)} is damaged ({error}); {_AGAIN}") from error
    except OSError as error:
        if error.errno is None:  # what gzip and bz2 say of their own streams
            raise SubmissionRefused(f"{shown(path.name)} is damaged ({error}); {_AGAIN}") from error
        if advise(error) is None:  # a name, or a path, that this file system does not have
            raise SubmissionRefused(f"{shown(path.name)} cannot be unpacked: {error.strerror}") from error
        raise blame(f"{shown(path.name)} cannot be unpacked", error) from error
    return writer.faults


def _list_members(file: BinaryIO, most: int) -> Iterator[_Member]:
    start = file.read(8)
    file.seek(0)
    for magic, what in _OTHERS.items():
        if start.startswith(magic):
            raise SubmissionRefused(f"{what}: expected a zip, or a tar, plain or compressed by gzip or bzip2")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _list_zip(file)
    if start.startswith(b"\x1f\x8b"):
        return _list_tar(cast("IO[bytes]", gzip.GzipFile(fileobj=file)), most)
    if start.startswith(b"BZh"):
        return _list_tar(bz2.BZ2File(file), most)
    return _list_tar(file, most)


# ---------------------------------------------------------------- zip


class _Directory(io.BufferedReader):
    """A zip whose list of members, which `zipfile` reads at once, may not be of any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, but not more than a list of members may take."""
        most = _DIRECTORY_BYTES + 1
        content = super().read(most if size is None or size < 0 else min(size, most))
        if len(content) == most:
            raise SubmissionRefused(f"has a list of members of more than {_DIRECTORY_BYTES:,} bytes")
        return content


def _list_zip(file: BinaryIO) -> Iterator[_Member]:
    try:
        archive = zipfile.ZipFile(_Directory(io.FileIO(file.fileno(), closefd=False)))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise SubmissionRefused(f"is damaged: not a whole zip ({error}); {_AGAIN}") from error
    for info in archive.infolist():
        mode = info.external_attr >> 16
        fault = next((words for is_kind, words in _KINDS if mode and is_kind(mode)), None)
        if info.flag_bits & 1:
            fault = "is encrypted"
        elif fault is None and info.compress_type not in _METHODS:
            fault = f"is compressed by a method (number {info.compress_type}) that is not read"
        changed_s = None
        with suppress(ValueError, OverflowError):
            changed_s = time.mktime((*info.date_time, 0, 0, -1))
        read = partial(_open_zipped, archive, info)
        yield _Member(_decode_name(info), info.is_dir(), fault, changed_s, info.compress_size, read)


def _open_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise _DamagedError from error


def _decode_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name whole: `zipfile` cuts it at a NUL.

    Where the archive does not say how names are written, UTF-8 is tried before the code page of DOS: macOS writes the
    former without saying so, and hardly a name in the latter happens to be UTF-8.
    """
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            return name.encode("cp437").decode("utf-8")
    return name


# ---------------------------------------------------------------- tar


class _Unpacked:
    """What a tar reads from: not much more than `most` bytes in all, and never much at once, whatever it claims."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER_BYTES:
            raise SubmissionRefused(f"has a header of more than {_HEADER_BYTES:,} bytes")
        self._check(self._file.tell())
        self.last = self._file.read(size)
        return self.last

    def seek(self, position: int) -> int:
        self._check(position)
        return self._file.seek(position)

    def tell(self) -> int:
        return self._file.tell()

    def _check(self, position: int) -> None:
        if position > self._most + _HEADERS_BYTES:
            raise SubmissionRefused(_say_too_much(self._most))


def _list_tar(file: IO[bytes], most: int) -> Iterator[_Member]:
    unpacked = _Unpacked(file, most)
    try:
        archive = tarfile.open(fileobj=unpacked, mode="r:")  # type: ignore[call-overload] # noqa: SIM115 - it holds nothing of its own
    except tarfile.ReadError as error:
        raise SubmissionRefused(f"is no zip and no tar ({error})") from error
    offset = -1
    while (info := _read_next(archive)) is not None:
        if info.size < 0 or archive.offset <= offset:  # else the same member comes for ever
            raise SubmissionRefused("is damaged: a member has a negative size")
        offset = archive.offset
        yield _describe_tarred(archive, info)
    if unpacked.last != _BLOCK:  # `tarfile` takes any end for the end
        raise SubmissionRefused(f"is damaged: it ends in the middle; {_AGAIN}")


def _read_next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except (ValueError, OverflowError) as error:  # of a number in a header
        raise SubmissionRefused(f"is damaged ({error}); {_AGAIN}") from error


def _describe_tarred(archive: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    fault = None
    if info.issym() or info.islnk():
        fault = "is a link"
    elif info.ischr() or info.isblk():
        fault = "is a device"
    elif info.isfifo():
        fault = "is a named pipe"
    elif not (info.isreg() or info.isdir()):
        fault = f"is neither a file nor a folder (type {info.type!r})"
    read = partial(_open_tarred, archive, info)
    return _Member(info.name, info.isdir(), fault, float(info.mtime), None, read)


def _open_tarred(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    return archive.extractfile(info) or io.BytesIO()


# ---------------------------------------------------------------- to disk


class _Writer:
    """Writes members into a folder, one after the other, and counts."""

    def __init__(self, target: Path, bounds: Bounds, most: int) -> None:
        self._target, self._bounds, self._most = target, bounds, most
        self._left, self._free, self._members = most, _FREE_BYTES, 0
        self._files: set[str] = set()
        self._counted: Counter[str] = Counter()
        self._written: Counter[str] = Counter()
        self.faults: dict[str, str] = {}

    def take(self, member: _Member) -> None:
        steps = _split_path(member.name)
        self._members += 1
        self._counted.update(_list_tops(steps))
        if self._members > self._bounds.members:
            raise SubmissionRefused(f"has more than {self._bounds.members:,} members{_name_largest(self._counted)}")
        if not steps or any(map(is_ignored, steps)):
            self._keep_hidden(steps)
            return
        if fault := _find_path_fault(steps, member.name):
            self._blame("/".join(steps), fault)
            return
        name, place = "/".join(steps), self._target.joinpath(*steps)
        try:
            if member.is_folder and not member.fault:
                place.mkdir(parents=True, exist_ok=True)
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch(exist_ok=False)
        except (FileExistsError, NotADirectoryError):
            self._blame(name, "is there twice" if name in self._files else "has the name of something else in there")
            return
        self._files.add(name)
        self._fill(name, place, member)

    def _keep_hidden(self, steps: Sequence[str]) -> None:
        """Make an empty folder for a name with a dot where students' may be, so that it can be told."""
        for depth in (1, 2):
            step = "".join(steps[depth - 1 : depth])
            if is_hidden(step) and _find_path_fault(steps[:depth], step) is None:
                with suppress(FileExistsError, NotADirectoryError):
                    self._target.joinpath(*steps[:depth]).mkdir(parents=True)
            if is_ignored(step):
                return

    def _fill(self, name: str, place: Path, member: _Member) -> None:
        fault = member.fault or self._copy(name, place, member)
        if fault:
            os.truncate(place, 0)
            self._blame(name, fault)
        if member.changed_s is not None:
            with suppress(OverflowError, OSError, ValueError):
                os.utime(place, (member.changed_s, member.changed_s))

    def _copy(self, name: str, place: Path, member: _Member) -> str | None:
        """Write a member, and return why what is there is not the whole of it."""
        size = 0
        try:
            with member.open() as source, place.open("wb") as file:
                while chunk := _read_chunk(source):
                    size += len(chunk)
                    self._count(name, len(chunk))
                    if size > self._bounds.file_bytes:
                        return f"is larger than {self._bounds.file_bytes} bytes"
                    if self._is_overblown(member, size, len(chunk)):
                        return f"unpacks to more than {RATIO} times its size"
                    file.write(chunk)
        except _DamagedError:
            return "is damaged in the archive"
        return None

    def _count(self, name: str, size: int) -> None:
        """Take what came out from what all may come to, whether it is kept or not."""
        self._left -= size
        self._written.update(dict.fromkeys(_list_tops(name.split("/")), size))
        if self._left < 0:
            raise SubmissionRefused(f"{_say_too_much(self._most)}{_name_largest(self._written)}")

    def _is_overblown(self, member: _Member, size: int, last: int) -> bool:
        """Return whether a member is beyond its ratio, and what all may have beyond theirs is used up."""
        beyond = 0 if member.packed_bytes is None else size - RATIO * member.packed_bytes
        self._free -= max(0, min(last, beyond))
        return beyond > 0 and self._free < 0

    def _blame(self, name: str, fault: str) -> None:
        self.faults.setdefault(name, fault)


def _read_chunk(source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _DamagedError from error
    except (zlib.error, EOFError) as error:
        if isinstance(source, zipfile.ZipExtFile):
            raise _DamagedError from error
        raise  # of a compressed tar: nothing after it can be read


def _say_too_much(most: int) -> str:
    return f"unpacks to more than {most:,} bytes (at most {RATIO} times its size)"


def _list_tops(steps: Sequence[str]) -> set[str]:
    """Return what a member is counted by: a student's folder may lie in one for all."""
    return {"/".join(steps[:depth]) for depth in (1, 2)}


def _name_largest(counts: Counter[str]) -> str:
    """Return which files and folders have most of it, for a message."""
    largest = heapq.nsmallest(_CULPRITS, counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{shown(name[:_SHOWN])} ({count:,})" for name, count in largest)
    return f"; most of it: {listed}"


def _split_path(name: str) -> list[str]:
    """Return the steps of a member's path.

    Raises:
        SubmissionRefused: it leads out of the folder.
    """
    if name.startswith("/") or re.match(r"[A-Za-z]:[/\\]", name):
        raise SubmissionRefused(f"has an absolute path, {shown(name[:_SHOWN])}")
    steps = [step for step in name.split("/") if step not in {"", "."}]
    if ".." in steps:
        raise SubmissionRefused(f"has a path that leads out of it, {shown(name[:_SHOWN])}")
    return steps


def _find_path_fault(steps: Sequence[str], name: str) -> str | None:
    """Return what is wrong with a path that no file system would have, or that systems do not agree on.

    Raises:
        SubmissionRefused: it is longer than what can be told of one student.
    """
    sizes = [len(os.fsencode(step)) for step in steps]
    if sum(sizes) + len(sizes) > _TOLD_PATH_BYTES:
        raise SubmissionRefused(f"has a path of more than {_TOLD_PATH_BYTES} bytes, {shown(name[:_SHOWN])}")
    if "\\" in name:
        return "has a path with a backslash: pack it again, with another program"
    if any(unicodedata.category(char) == "Cc" for char in name):
        return "has a path with a control character"
    if len(steps) > _DEPTH or sum(sizes) + len(sizes) > _PATH_BYTES or max(sizes) > _NAME_BYTES:
        return f"has a path of more than {_DEPTH} steps, {_PATH_BYTES} bytes, or {_NAME_BYTES} bytes a step"
    return None
