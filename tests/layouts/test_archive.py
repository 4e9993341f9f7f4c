"""What an archive may not do: nothing leaves its folder, nothing grows without end, and every refusal says why."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import HostError, SubmissionRefused
from grader.layouts import archive
from grader.layouts.archive import Bounds, unpack
from tests.layouts.conftest import pack_tar, pack_zip

BOUNDS = Bounds(members=100, total_bytes=1 << 26, file_bytes=1 << 20)
GOOD = {"ada.py": b"x = 1", "bo/hw.py": b"y = 2"}


def unpacked(tmp_path: Path, content: bytes, bounds: Bounds = BOUNDS) -> dict[str, str]:
    """Unpack these bytes, and return what is wrong with members."""
    (tmp_path / "a.zip").write_bytes(content)
    return unpack(tmp_path / "a.zip", tmp_path / "out", bounds)


def list_out(tmp_path: Path) -> dict[str, bytes]:
    """Return the files that were unpacked, none of which is a link."""
    found = [path for path in (tmp_path / "out").rglob("*") if not path.is_dir()]
    assert all(stat.S_ISREG(path.lstat().st_mode) for path in found)
    return {path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in found}


def refused(tmp_path: Path, content: bytes, bounds: Bounds = BOUNDS) -> str:
    """Return why all of it is refused; nothing lies beside the folder that it was for."""
    with pytest.raises(SubmissionRefused) as caught:
        unpacked(tmp_path, content, bounds)
    assert {path.name for path in tmp_path.iterdir()} <= {"a.zip", "out"}
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [pack_zip(GOOD), pack_tar(GOOD, "w"), pack_tar(GOOD, "w:gz"), pack_tar(GOOD, "w:bz2")],
    ids=["zip", "tar", "gz", "bz2"],
)
def test_archives_are_unpacked(content: bytes, tmp_path: Path) -> None:
    """A zip, and a tar plain or compressed, told by what they are and not by their names."""
    assert unpacked(tmp_path, content) == {}
    assert list_out(tmp_path) == GOOD


def test_times_of_members_are_kept(tmp_path: Path) -> None:
    """They are those of the files for whoever knows no better."""
    unpacked(tmp_path, pack_tar(GOOD))
    assert (tmp_path / "out" / "ada.py").stat().st_mtime == 1_700_000_000


def test_system_files_are_left_out(tmp_path: Path) -> None:
    """Also macOS's icon, whose name has a control character."""
    system = {"__MACOSX/._ada.py": b"", ".DS_Store": b"", "bo/Thumbs.db": b"", "Icon\r": b""}
    assert unpacked(tmp_path, pack_zip(GOOD | system)) == {}
    assert list_out(tmp_path) == GOOD


@pytest.mark.parametrize("pack", [pack_zip, pack_tar])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.py", "leads out"),
        ("ada/../../evil.py", "leads out"),
        ("/etc/evil.py", "absolute path"),
        ("C:/evil.py", "absolute path"),
        ("d/" * 2049, "more than 4096 bytes"),
    ],
)
def test_paths_that_lead_anywhere_refuse_the_whole(
    pack: Callable[..., bytes], name: str, reason: str, tmp_path: Path
) -> None:
    """Whose they are nobody can tell."""
    assert reason in refused(tmp_path, pack({**GOOD, name: b""}))


@pytest.mark.parametrize("pack", [pack_zip, pack_tar])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("eve/a\\evil.py", "has a path with a backslash: pack it again, with another program"),
        ("eve/\x1b[31m.py", "has a path with a control character"),
        ("eve/a\nb.py", "has a path with a control character"),
        ("eve/" + "n" * 256 + ".py", "255 bytes a step"),
        ("é" * 128 + ".py", "255 bytes a step"),
        ("d/" * 17 + "evil.py", "16 steps"),
        (("n" * 200 + "/") * 6 + "evil.py", "1024 bytes"),
    ],
)
def test_a_path_that_systems_do_not_agree_on_is_that_members_fault(
    pack: Callable[..., bytes], name: str, reason: str, tmp_path: Path
) -> None:
    """It is named whole, for a student's name may be in it; nothing is made for it."""
    faults = unpacked(tmp_path, pack({**GOOD, name: b"x"}))
    assert list(faults) == [name]
    assert reason in faults[name]
    assert list_out(tmp_path) == GOOD


def test_a_nul_in_a_name_is_seen(tmp_path: Path) -> None:
    """`zipfile` would cut the name there, and take it for another one."""
    content = pack_zip({"ada.pyX": b""}).replace(b"ada.pyX", b"ada.py\0")
    assert unpacked(tmp_path, content) == {"ada.py\0": "has a path with a control character"}
    assert list_out(tmp_path) == {}


@pytest.mark.parametrize("pack", [pack_zip, pack_tar])
def test_too_many_members(pack: Callable[..., bytes], tmp_path: Path) -> None:
    """The last that is allowed still counts."""
    names = {f"{number}.py": b"" for number in range(100)}
    assert unpacked(tmp_path, pack(names)) == {}
    (tmp_path / "again").mkdir()
    assert "more than 100 members" in refused(tmp_path / "again", pack({**names, "one more.py": b""}))
    (tmp_path / "third").mkdir()
    laid = {"ada/a.py": b"", **{f"eve/{number}.py": b"" for number in range(100)}}
    assert "has more than 100 members; most of it: eve (100), ada (1), ada/a.py (1)" in refused(
        tmp_path / "third", pack(laid)
    )


def test_a_hundred_thousand_members(tmp_path: Path) -> None:
    """As many as no class has are refused before the last of them is made."""
    content = pack_zip({f"{number}.py": b"" for number in range(100_000)})
    assert "more than 100 members" in refused(tmp_path, content)
    assert len(list_out(tmp_path)) == 100


def test_a_list_of_members_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read at once."""
    monkeypatch.setattr(archive, "_DIRECTORY_BYTES", 5000)
    assert "list of members" in refused(tmp_path, pack_zip({f"{number:0200}.py": b"" for number in range(50)}))


@pytest.mark.parametrize("pack", [pack_zip, pack_tar])
def test_one_large_member_is_that_members_fault(pack: Callable[..., bytes], tmp_path: Path) -> None:
    """An empty file stands in its place, and the others are there."""
    noise = os.urandom(1 << 20)
    assert unpacked(tmp_path, pack({"big.py": noise + b"!", "fits.py": noise, **GOOD})) == {
        "big.py": "is larger than 1048576 bytes"
    }
    assert list_out(tmp_path) == {"big.py": b"", "fits.py": noise, **GOOD}


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    """Of a tar as a whole: which member is packed so well is not in there."""
    zeros = {f"eve/{number}.csv": bytes(1 << 20) for number in range(24)}
    reason = refused(tmp_path, _deflate(pack_tar, {**GOOD, **zeros}))
    assert "bytes (at most 200 times its size); most of it: eve (" in reason


def test_a_member_that_is_packed_too_well_is_that_members_fault(tmp_path: Path) -> None:
    """Below what is free whatever the ratio, it may be anything; beyond, what keeps to the ratio is unpacked still."""
    zeros, fits = {f"{number}.csv": bytes(1 << 20) for number in range(24)}, {"fits.csv": os.urandom(1 << 20)}
    faults = unpacked(tmp_path, _deflate(pack_zip, {**zeros, **GOOD, **fits}))
    assert set(faults.values()) == {"unpacks to more than 200 times its size"}
    assert {"22.csv", "23.csv"} <= set(faults) <= {f"{number}.csv" for number in range(16, 24)}
    assert list_out(tmp_path) == {**zeros, **dict.fromkeys(faults, b""), **GOOD, **fits}


def test_members_that_share_their_bytes_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each keeps to its ratio, and all of them unpack to more than so small an archive may."""
    monkeypatch.setattr(archive, "_FREE_BYTES", 0)
    monkeypatch.setattr(archive, "RATIO", 2)
    buffer, content, listed = io.BytesIO(), os.urandom(1 << 10), []
    for number in range(20):  # each holds the one before it, as a file of its own
        with zipfile.ZipFile(one := io.BytesIO(), "w") as packed:
            packed.writestr(f"{number}.py", content)
            listed.append((packed.infolist()[0], len(content)))
            content = one.getvalue()[: packed.start_dir]
    with zipfile.ZipFile(buffer, "w") as packed:
        buffer.write(content)
        packed.start_dir, packed._didModify = len(content), True  # else the list of members is not written
        for info, size in listed:
            info.header_offset = len(content) - size - 30 - len(info.filename)
        packed.filelist = [info for info, _ in listed]
    assert "unpacks to more than" in refused(tmp_path, buffer.getvalue())


def _deflate(pack: Callable[..., bytes], files: dict[str, bytes]) -> bytes:
    if pack is pack_tar:
        return pack_tar(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [pack_zip, pack_tar])
def test_more_than_a_class_may_have(pack: Callable[..., bytes], tmp_path: Path) -> None:
    """In all, whatever it was packed to."""
    files = {f"{number}.csv": os.urandom(1 << 18) for number in range(5)}
    reason = refused(tmp_path, pack(files), Bounds(100, 1 << 20, 1 << 19))
    assert "unpacks to more than 1,048,576 bytes (at most 200 times its size); most of it: 0.csv (262,144), 1" in reason


def test_a_size_that_lies(tmp_path: Path) -> None:
    """What is counted is what comes out; `zipfile` stops at the size that is claimed, and the checksum tells."""
    content = bytearray(_deflate(pack_zip, {"ada.py": b"x" * 5000}))
    for place in (content.find(b"PK\x03\x04") + 22, content.find(b"PK\x01\x02") + 24):
        content[place : place + 4] = struct.pack("<L", 10)
    assert unpacked(tmp_path, bytes(content)) == {"ada.py": "is damaged in the archive"}
    assert list_out(tmp_path) == {"ada.py": b""}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "is a link"),
        (tarfile.LNKTYPE, "is a link"),
        (tarfile.CHRTYPE, "is a device"),
        (tarfile.BLKTYPE, "is a device"),
        (tarfile.FIFOTYPE, "is a named pipe"),
        (b"Z", "is neither a file nor a folder (type b'Z')"),
    ],
)
def test_what_is_no_file_in_a_tar(kind: bytes, reason: str, tmp_path: Path) -> None:
    """Is never made, and never followed: the member after it would be written through it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        info = tarfile.TarInfo("ada")
        info.type, info.linkname = kind, "/tmp"
        packed.addfile(info)
        packed.addfile(tarfile.TarInfo("ada/evil.py"))
        packed.addfile(tarfile.TarInfo("bo.py"))
    faults = unpacked(tmp_path, buffer.getvalue())
    assert faults == {"ada": reason, "ada/evil.py": "has the name of something else in there"}
    assert list_out(tmp_path) == {"ada": b"", "bo.py": b""}


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (stat.S_IFLNK, "is a symbolic link"),
        (stat.S_IFIFO, "is a named pipe"),
        (stat.S_IFCHR, "is a device"),
        (stat.S_IFBLK, "is a device"),
        (stat.S_IFSOCK, "is a socket"),
    ],
)
def test_what_is_no_file_in_a_zip(mode: int, reason: str, tmp_path: Path) -> None:
    """As Unix writes it there."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        info = zipfile.ZipInfo("ada.py")
        info.external_attr = (mode | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
        packed.writestr("bo.py", "x = 1")
    assert unpacked(tmp_path, buffer.getvalue()) == {"ada.py": reason}
    assert list_out(tmp_path) == {"ada.py": b"", "bo.py": b"x = 1"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("pack", ["zip", "tar"])
def test_a_name_that_is_there_twice(pack: str, tmp_path: Path) -> None:
    """Which one counts is not guessed."""
    buffer = io.BytesIO()
    if pack == "zip":
        with zipfile.ZipFile(buffer, "w") as zipped:
            for text in ("x = 1", "x = 2"):
                zipped.writestr("ada.py", text)
    else:
        with tarfile.open(fileobj=buffer, mode="w") as packed:
            for name in ("ada.py", "./ada.py"):
                packed.addfile(tarfile.TarInfo(name))
    assert unpacked(tmp_path, buffer.getvalue()) == {"ada.py": "is there twice"}


def test_a_file_where_a_folder_is(tmp_path: Path) -> None:
    """In either order."""
    faults = unpacked(tmp_path, pack_tar({"a/x.py": b"", "a": b"", "b": b"", "b/y.py": b""}))
    assert faults == dict.fromkeys(("a", "b/y.py"), "has the name of something else in there")


def test_names_that_differ_by_case_are_two(tmp_path: Path) -> None:
    """Where the file system tells them apart; where it does not, the second is a fault and overwrites nothing."""
    assert unpacked(tmp_path, pack_zip({"ada.py": b"1", "Ada.py": b"2"})) == {}
    assert list_out(tmp_path) == {"ada.py": b"1", "Ada.py": b"2"}


def test_a_member_with_a_password(tmp_path: Path) -> None:
    """Is that member's fault."""
    content = bytearray(pack_zip({"ada.py": b"x = 1", "bo.py": b"y"}))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(magic) + place] |= 1
    assert unpacked(tmp_path, bytes(content)) == {"ada.py": "is encrypted"}
    assert list_out(tmp_path)["bo.py"] == b"y"


def test_a_member_by_another_method(tmp_path: Path) -> None:
    """LZMA's memory would be the archive's to choose."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("ada.py", "x = 1")
    assert "by a method (number 14)" in unpacked(tmp_path, buffer.getvalue())["ada.py"]


def test_a_damaged_member(tmp_path: Path) -> None:
    """One flipped bit, which the checksum shows."""
    content = pack_zip({"ada.py": b"x = 1", "bo.py": b"y"}).replace(b"x = 1", b"x = 2")
    assert unpacked(tmp_path, content) == {"ada.py": "is damaged in the archive"}
    assert list_out(tmp_path) == {"ada.py": b"", "bo.py": b"y"}


def test_deflated_rubbish(tmp_path: Path) -> None:
    """What cannot be unpacked at all is damaged too."""
    content = bytearray(_deflate(pack_zip, {"ada.py": b"x = 1" * 100}))
    content[36:46] = b"\xff" * 10
    assert unpacked(tmp_path, bytes(content)) == {"ada.py": "is damaged in the archive"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pack_zip(GOOD)[:-30], "not a whole zip"),
        (b"PK\x03\x04", "not a whole zip"),
        (pack_tar(GOOD, "w")[:1024], "ends in the middle"),  # at a member's end, where `tarfile` is content
        (pack_tar({"a.py": bytes(2000)}, "w")[:1500], "is damaged"),
        (pack_tar(GOOD, "w")[:1024] + b"x" * 512, "ends in the middle"),
        (pack_tar({"a.py": os.urandom(99_999)}, "w:gz")[:-50_000], "is damaged"),
        (pack_tar({"a.py": os.urandom(99_999)}, "w:bz2")[:-50_000], "is damaged"),
        (gzip.compress(b"no tar at all"), "is no zip and no tar"),
        (b"\x1f\x8b no gzip", "is damaged"),
        (b"BZh no bzip2", "is damaged"),
        (bz2.compress(b""), "is no zip and no tar"),
        (b"", "is no zip and no tar"),
        (b"%PDF-1.4", "is no zip and no tar"),
        (lzma.compress(pack_tar(GOOD, "w")), "is compressed by xz: expected a zip"),
        (b"Rar!\x1a\x07\x01\x00", "is a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "is a 7z archive"),
        (b"\x28\xb5\x2f\xfd\x00", "is compressed by zstd"),
    ],
    ids=map(str, range(17)),
)
def test_what_is_no_whole_archive(content: bytes, reason: str, tmp_path: Path) -> None:
    """A student who was behind the damage would be lost without a word."""
    assert reason in refused(tmp_path, content)


def test_a_tar_header_has_a_size(tmp_path: Path) -> None:
    """A long name of two megabytes would be read at once, and of two gigabytes too."""
    buffer = io.BytesIO()
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2 << 20
    buffer.write(info.tobuf(tarfile.GNU_FORMAT) + b"n" * (2 << 20))
    assert "header of more than 1,048,576 bytes" in refused(tmp_path, buffer.getvalue())


def test_a_negative_size_does_not_go_round_in_circles(tmp_path: Path) -> None:
    """`tarfile` would come back to the same member for ever."""
    first, second = tarfile.TarInfo("a.py"), tarfile.TarInfo("b.py")
    second.size = -1024
    buffer = first.tobuf(tarfile.GNU_FORMAT) + second.tobuf(tarfile.GNU_FORMAT) + bytes(1024)
    assert "negative size" in refused(tmp_path, buffer)


@pytest.mark.parametrize("flagged", [True, False])
def test_names_in_utf8_without_saying_so(flagged: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """As macOS writes them; other names are in the code page of DOS."""
    name = unicodedata.normalize("NFD", "Zoë.py")
    content = pack_zip({name: b"z"})
    if not flagged:
        for magic, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
            at = content.find(magic) + place
            content = content[:at] + bytes([content[at] & ~8]) + content[at + 1 :]
    assert unpacked(tmp_path, content) == {}
    assert list_out(tmp_path) == {name: b"z"}


def test_a_name_in_the_code_page_of_dos(tmp_path: Path) -> None:
    """Which is hardly ever UTF-8 by chance."""
    assert unpacked(tmp_path, pack_zip({"Zoe.py": b""}).replace(b"Zoe.py", b"Zo\x89.py")) == {}
    assert list_out(tmp_path) == {"Zoë.py": b""}


def test_a_link_to_an_archive_is_not_followed(tmp_path: Path) -> None:
    """A student's archive is opened as all that is a student's."""
    (tmp_path / "real.zip").write_bytes(pack_zip(GOOD))
    (tmp_path / "a.zip").symlink_to(tmp_path / "real.zip")
    with pytest.raises(SubmissionRefused, match="is a symbolic link"):
        unpack(tmp_path / "a.zip", tmp_path / "out", BOUNDS)
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(SubmissionRefused, match="is a named pipe"):
        unpack(tmp_path / "pipe.zip", tmp_path / "out2", BOUNDS)


def test_a_full_disk_is_nobodys_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops the class, and says what to do."""

    def fail(*_: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "touch", fail)
    with pytest.raises(HostError, match="No space left"):
        unpacked(tmp_path, pack_zip(GOOD))


def test_a_name_that_the_file_system_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the archive's fault, which may be one student's."""

    def fail(*_: object, **_more: object) -> None:
        raise OSError(36, "File name too long")

    monkeypatch.setattr(Path, "touch", fail)
    assert refused(tmp_path, pack_zip(GOOD)) == "a.zip cannot be unpacked: File name too long"
