"""What was submitted and what came out of it, as the gradebook keeps it: compressed, by its hash, bounded.

A gradebook may be anybody's: what comes back is checked against its hash, and never larger than what is ever kept.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Table, func, select

from grader.errors import UsageError
from grader.gradebook import tables
from grader.gradebook.column_types import storable
from grader.gradebook.engine import insert_or_meet
from grader.gradebook.scope import Scope
from grader.model import RunTimes
from grader.submission.naming import split_extension

KEPT_BYTES = 64 << 20  # of one submission: its evidence, then its notebooks and scripts, then its data
_COMPRESSED_BYTES = KEPT_BYTES + (1 << 16)  # what cannot be compressed grows by less than a thousandth
Form = Literal["submitted", "executed"]


@dataclass(frozen=True)
class Kept:
    """Evidence, as the batch wrote it, and files by name: as they were `submitted`, or as notebooks once `executed`.

    `times` are those of the run that gave the evidence; None where they are not known.
    """

    evidence: bytes = field(default=b"", repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    form: Form = "submitted"
    times: RunTimes | None = None


@dataclass(frozen=True)
class KeptFile:
    """A file that was kept, and in which form."""

    content: bytes = field(repr=False)
    form: Form


@dataclass(frozen=True)
class Packed:
    """What is written of a `Kept`: rows of three tables."""

    blobs: Mapping[str, dict[str, Any]]
    evidence: Mapping[str, Any] | None
    files: tuple[Mapping[str, Any], ...]


def pack(kept: Kept) -> Packed:
    """Return the rows of what is kept: as much of it as `KEPT_BYTES` allow, and of the rest its name and size."""
    blobs: dict[str, dict[str, Any]] = {}
    evidence, files = None, []
    for name, content, fits in _choose(kept):
        row = {"size_bytes": len(content), "blob": _add(blobs, content) if fits else None}
        if name is None:
            evidence = row | {"times": None if kept.times is None else kept.times.model_dump_json()}
        else:
            files.append({**row, "name": name, "form": kept.form})
    return Packed(blobs, evidence, tuple(files))


def list_left_out(kept: Kept) -> list[str]:
    """Return what is too large to be kept, each with its size."""
    return [f"{name or 'the evidence'} ({len(content):,} bytes)" for name, content, fits in _choose(kept) if not fits]


def _choose(kept: Kept) -> Iterator[tuple[str | None, bytes, bool]]:
    """Yield what matters most first, and whether there is room for it; the evidence has no name."""
    files = sorted(kept.files.items(), key=lambda file: (not split_extension(file[0])[1], file[0]))
    ordered = [*([(None, kept.evidence)] if kept.evidence else []), *files]
    left = KEPT_BYTES
    for name, content in ordered:
        fits = len(content) <= left
        left -= len(content) if fits else 0
        yield name, content, fits


def _add(blobs: dict[str, dict[str, Any]], content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    if digest not in blobs:
        blobs[digest] = {"sha256": digest, "size_bytes": len(content), "compressed": zlib.compress(content)}
    return digest


def write_packed(connection: Connection, packed: Packed, evidence_sha256: str, submission: str) -> None:
    """Write what is kept of an attempt. What is there already stays, but for a notebook in a submitted file's place.

    Args:
        connection: within a transaction that writes.
        packed: what is written.
        evidence_sha256: by which the attempt names its evidence.
        submission: the hash by which it names what was submitted.
    """
    for digest in sorted(packed.blobs):  # in one order: two writers of the same blobs would wait for each other
        connection.execute(
            insert_or_meet(connection, tables.blobs).values(packed.blobs[digest]).on_conflict_do_nothing()
        )
    if packed.evidence is not None:
        row = {**packed.evidence, "evidence_sha256": evidence_sha256}
        new = insert_or_meet(connection, tables.evidence).values(row)
        connection.execute(  # what an older version recorded has no times
            new.on_conflict_do_update(
                index_elements=["evidence_sha256"],
                set_={"times": new.excluded.times},
                where=tables.evidence.c.times.is_(None),
            )
        )
    table = tables.submitted_files
    for file in sorted(packed.files, key=lambda row: str(row["name"])):
        insert = insert_or_meet(connection, table).values({**file, "submission_sha256": submission})
        if file["form"] == "executed":
            connection.execute(insert.on_conflict_do_nothing())
            continue
        new = {name: insert.excluded[name] for name in ("form", "size_bytes", "blob")}
        keys = ["submission_sha256", "name"]
        connection.execute(
            insert.on_conflict_do_update(index_elements=keys, set_=new, where=table.c.form == "executed")
        )


def read_evidence(connection: Connection, evidence_sha256: str) -> bytes | None:
    """Return evidence by the hash that attempts name; None where none was kept.

    Raises:
        UsageError: what is there is damaged.
    """
    table = tables.evidence
    row = connection.execute(_select(table).where(table.c.evidence_sha256 == evidence_sha256)).mappings().one_or_none()
    return None if row is None or row["sha256"] is None else _unpack(connection, row, KEPT_BYTES)


def read_times(connection: Connection, scope: Scope) -> dict[int, RunTimes]:
    """Return how long the runs took that attempts rest on, by attempt, as far as it was kept.

    Raises:
        UsageError: what is there is damaged.
    """
    attempts, table = tables.attempts, tables.evidence
    joined = attempts.join(table, attempts.c.evidence_sha256 == table.c.evidence_sha256)
    rows = connection.execute(
        select(attempts.c.id, table.c.times).select_from(joined).where(table.c.times.is_not(None), scope.of(attempts))
    )
    return {row.id: _parse_times(row.id, row.times) for row in rows}


def _parse_times(attempt_id: int, text: str) -> RunTimes:
    try:
        return RunTimes.model_validate_json(text)
    except ValueError as error:
        message = f"the gradebook's times of attempt {attempt_id} cannot be read; restore the gradebook from a backup"
        raise UsageError(message) from error


def read_files(connection: Connection, submission_sha256: str, names: Collection[str]) -> dict[str, KeptFile]:
    """Return those of the files that were kept, by name.

    Raises:
        UsageError: what is there is damaged.
    """
    table = tables.submitted_files
    statement = _select(table, table.c.name, table.c.form).where(table.c.submission_sha256 == submission_sha256)
    rows = {row["name"]: row for row in connection.execute(statement.limit(_MOST_FILES)).mappings()}
    found, left = {}, KEPT_BYTES
    for name in names:
        row = rows.get(storable(name))
        if row is not None and row["sha256"] is not None:
            content = _unpack(connection, row, left)
            left -= len(content)
            found[name] = KeptFile(content, "executed" if row["form"] == "executed" else "submitted")
    return found


def read_file_hashes(connection: Connection, submission_sha256: str, names: Collection[str]) -> dict[str, str]:
    """Return the SHA-256 of those of the files that were kept as they were submitted, by name."""
    table = tables.submitted_files
    found = table.c.submission_sha256 == submission_sha256, table.c.form == "submitted", table.c.blob.is_not(None)
    rows = connection.execute(select(table.c.name, table.c.blob).where(*found).limit(_MOST_FILES))
    hashes = {row.name: row.blob for row in rows}
    return {name: hashes[storable(name)] for name in names if storable(name) in hashes}


_MOST_FILES = 1 << 16  # far more than a submission may hold: what a gradebook of somebody else could claim is endless


def _select(table: Table, *columns: Any) -> Any:
    """Return a statement for what is known of blobs without their content, which may be of any size."""
    blobs = tables.blobs
    known = (blobs.c.sha256, blobs.c.size_bytes, func.length(blobs.c.compressed).label("length"))
    return select(*columns, *known).select_from(table.outerjoin(blobs, table.c.blob == blobs.c.sha256))


def _unpack(connection: Connection, row: RowMapping, most: int) -> bytes:
    """Return a blob's content, once it is certain that it is no larger than `most` and what it was."""
    if not 0 <= row["size_bytes"] <= most or row["length"] > _COMPRESSED_BYTES:  # of size -1, zlib unpacks everything
        raise _blame(row, f"claims a size outside the {KEPT_BYTES:,} bytes that are kept of a submission")
    blobs = tables.blobs
    compressed = connection.execute(select(blobs.c.compressed).where(blobs.c.sha256 == row["sha256"])).scalar_one()
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(compressed, row["size_bytes"] + 1)  # never the rest of a bomb
    except zlib.error as error:
        raise _blame(row, "cannot be decompressed") from error
    if not unpacking.eof or hashlib.sha256(content).hexdigest() != row["sha256"]:
        raise _blame(row, "is not what its hash says")
    return content


def _blame(row: RowMapping, what: str) -> UsageError:
    return UsageError(f"the gradebook's blob {str(row['sha256'])[:12]} {what}; restore the gradebook from a backup")
