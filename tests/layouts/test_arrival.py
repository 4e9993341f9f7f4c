"""A class of forty as each LMS lays it out: every student found once, every oddity named, whatever it comes in."""

from __future__ import annotations

import errno
import os
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from grader.errors import SubmissionRefused, UsageError
from grader.gradebook import Person
from grader.layouts import Arrival, Known
from grader.layouts import arrival as arrival_module
from grader.model import Limits
from tests.layouts.conftest import (
    CLASS,
    KINDS,
    LAY,
    LMS,
    SYSTEM,
    build_roster,
    lay_blackboard,
    lay_down,
    lay_gradescope,
    notebook,
    pack_tar,
    pack_zip,
    put,
    read_files,
)

Arrive = Callable[..., Arrival]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lms", LMS)
def test_everybody_is_found_once_by_the_roster(lms: str, kind: str, tmp_path: Path, arrive: Arrive) -> None:
    """With the files of the newest attempt under their own names, late flags and times where the LMS has them."""
    path = lay_down(tmp_path, kind, LAY[lms](CLASS) | SYSTEM)
    arrival = arrive(path, roster=build_roster(CLASS))
    assert [entry.student for entry in arrival.entries] == [f"s{one.number:02}" for one in CLASS]
    for entry, one in zip(arrival.entries, CLASS, strict=True):
        assert entry.refusal is None
        assert read_files(entry) == one.files
        assert entry.delivery.late == (lms == "canvas" and one.late)
        if lms in {"canvas", "moodle"}:
            assert entry.delivery.submitted_at is None
        else:
            _check_moment(lms, entry.delivery.submitted_at, one.came)
        assert bool(entry.delivery.earlier) == (one.again and lms not in {"moodle", "gradescope"})
    assert "40 students" in arrival.summary
    assert sum("passed over" in told for told in arrival.told) == sum(bool(e.delivery.earlier) for e in arrival.entries)


def _check_moment(lms: str, found: datetime | None, expected: datetime) -> None:
    assert found is not None
    assert found.tzinfo is not None
    if lms == "gradescope":
        assert found.isoformat() == f"{expected:%Y-%m-%dT%H:%M:%S}+00:00"
    else:
        assert found == expected.astimezone()


@pytest.mark.parametrize("lms", LMS)
def test_everybody_is_found_once_without_a_roster(lms: str, tmp_path: Path, arrive: Arrive) -> None:
    """Named as the LMS names them, each with a folder of their own."""
    arrival = arrive(lay_down(tmp_path, "zip", LAY[lms](CLASS)))
    assert len({entry.student for entry in arrival.entries}) == 40
    assert len({entry.folder for entry in arrival.entries}) == 40
    found = [sorted(read_files(entry).items()) for entry in arrival.entries]
    assert sorted(found) == sorted(sorted(one.files.items()) for one in CLASS)
    if lms in {"brightspace", "gradescope"}:
        assert {entry.student for entry in arrival.entries} == {one.name for one in CLASS}
    assert unicodedata.is_normalized("NFC", arrival.summary)


def rows(arrival: Arrival) -> list[tuple[str, str, str | None]]:
    """Return student, entry and refusal of each row."""
    return [(entry.student, entry.entry, entry.refusal) for entry in arrival.entries]


# ---------------------------------------------------------------- plain


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_class_is_what_it_was(kind: str, tmp_path: Path, arrive: Arrive) -> None:
    """Each entry a student by its own name, from a folder or an archive, which may hold the folder itself."""
    files = {"ada.py": b"x = 1", "ada.ipynb": notebook(""), "bo/hw.py": b"y = 2", "bo/d.csv": b"1", "cy.txt": b""}
    expected = [("ada", "ada.ipynb", None), ("bo", "bo", None), ("cy.txt", "cy.txt", "cy.txt is not a notebook")]
    for home, laid in (("a", files), ("b", {f"download/{name}": content for name, content in files.items()})):
        (tmp_path / home).mkdir()
        arrival = arrive(lay_down(tmp_path / home, kind, laid))
        found = [(student, entry, reason and reason[:24]) for student, entry, reason in rows(arrival)]
        assert found == expected
        assert read_files(arrival.entries[1]) == {"hw.py": b"y = 2", "d.csv": b"1"}
        assert "plain, each entry a student; 2 students, 1 refused, of nobody in the course" in arrival.summary


def test_one_folder_in_an_archive_is_a_student(tmp_path: Path, arrive: Arrive) -> None:
    """Where it is not called like the archive, which systems do that pack a folder."""
    assert rows(arrive(lay_down(tmp_path, "zip", {"ada/hw.py": b""}))) == [("ada", "ada", None)]


def test_a_plain_class_and_a_roster(tmp_path: Path, arrive: Arrive) -> None:
    """Names of files are looked up as ids and as names; what is nobody's stays so."""
    files = {"u_00.py": b"", "5001.py": b"", "Zoë Grünwald/a.py": b"", "eve.py": b"", "x.txt": b"", "s05.py": b""}
    arrival = arrive(lay_down(tmp_path, "folder", files), roster=build_roster(CLASS))
    assert rows(arrival) == [
        ("eve", "eve.py", "is not on the roster"),
        ("s00", "u_00.py", None),
        ("s01", "5001.py", None),
        ("s02", "Zoë Grünwald", None),
        ("s05", "s05.py", None),
        ("x.txt", "x.txt", "x.txt is not a notebook (.ipynb) or script (.py)"),
    ]
    assert [entry.is_student for entry in arrival.entries] == [False, True, True, True, True, False]
    assert any("36 of 40 students on the roster submitted nothing" in told for told in arrival.told)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_what_is_wrong_with_a_member_is_one_students(
    kind: str, tmp_path: Path, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a plain class and of an LMS's, of a file and of a file in a folder; the others are graded."""
    monkeypatch.setattr(arrival_module, "METADATA_BYTES", 100)
    limits = Limits(file_bytes=100)
    plain = {"ada.py": b"x", "bo/hw.py": b"x", "bo/big.csv": os.urandom(101), "cy.py": os.urandom(101)}
    assert rows(arrive(lay_down(tmp_path, kind, plain), limits=limits)) == [
        ("ada", "ada.py", None),
        ("bo", "bo", "bo holds big.csv, which is larger than 100 bytes"),
        ("cy", "cy.py", "cy.py is larger than 100 bytes"),
    ]
    (tmp_path / "again").mkdir()
    laid = {"export/A_1_assignsubmission_file_/big.csv": os.urandom(101), "export/B_2_assignsubmission_file_/b.py": b""}
    assert rows(arrive(lay_down(tmp_path / "again", kind, laid), limits=limits)) == [
        ("A", "A_1_assignsubmission_file_", "A_1_assignsubmission_file_ holds big.csv, which is larger than 100 bytes"),
        ("B", "B_2_assignsubmission_file_", None),
    ]


ODD_NAMES = ("a\\b.py", "a\nb.py", "n" * 256 + ".py", "d/" * 17 + "x.py")


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", ODD_NAMES, ids=["backslash", "line", "long", "deep"])
def test_a_path_that_is_not_made_is_one_students(name: str, kind: str, tmp_path: Path, arrive: Arrive) -> None:
    """In a folder of hers, whether something else could be made of it or not, within one for all or none."""
    good = "A_1_assignsubmission_file_/a.py"
    for number, head in enumerate(("", "export/")):
        for more in ({}, {f"{head}E_9_assignsubmission_file_/hw.py": b"x"}):
            home = tmp_path / f"{number}{len(more)}"
            home.mkdir()
            laid = {head + good: b"x", f"{head}E_9_assignsubmission_file_/{name}": b"x", **more}
            (ada, _, fine), (eve, _, reason) = rows(arrive(lay_down(home, kind, laid)))
            assert (ada, fine, eve) == ("A", None, "E")
            assert str(reason).startswith("E_9_assignsubmission_file_ holds ")
            assert "which has a path " in str(reason)
            assert "\n" not in str(reason)


def test_an_archive_of_which_nothing_is_made(tmp_path: Path, arrive: Arrive) -> None:
    """Its folder for all is not there, and its student is."""
    ((name, _, reason),) = rows(arrive(lay_down(tmp_path, "zip", {"export/E_9_assignsubmission_file_/a\\b.py": b"x"})))
    assert (name, "with a backslash" in str(reason)) == ("E", True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("head", ["", "export/"])
def test_names_with_a_dot_are_told(head: str, kind: str, tmp_path: Path, arrive: Arrive) -> None:
    """A student may be called so; systems' own files are nobody's, nor is what lies in a student's folder."""
    names = ("A_1", "..._2", ".b_3", ".c_4", ".d_5")
    laid = {f"{head}{name}_assignsubmission_file_/hw.py": b"x" for name in names}
    laid |= {f"{head}A_1_assignsubmission_file_/.hidden": b"x", f"{head}.DS_Store": b"", f"{head}.git/config": b""}
    arrival = arrive(lay_down(tmp_path, kind, laid))
    assert [student for student, _, _ in rows(arrival)] == ["A"]
    assert read_files(arrival.entries[0]) == {"hw.py": b"x"}
    (told,) = arrival.told
    assert told == (
        "4 whose name begins with a dot passed over, and may be a student's: ..._2_assignsubmission_file_, "
        ".b_3_assignsubmission_file_, .c_4_assignsubmission_file_ and 1 more"
    )


@pytest.mark.parametrize("name", ODD_NAMES[:3], ids=["backslash", "line", "long"])
def test_a_file_that_is_not_made_is_whose_its_name_says(name: str, tmp_path: Path, arrive: Arrive) -> None:
    """In a flat download, by the whole of its name; in a plain class it is a row of its own, and nobody's."""
    laid = {"doe_12345_678910_a.py": b"x", f"eve_12399_678911_{name}": b"x"}
    (doe, _, fine), (eve, _, reason) = rows(arrive(lay_down(tmp_path, "zip", laid)))
    assert (doe, fine, eve) == ("doe", None, "eve")
    assert "has a path " in str(reason)
    (tmp_path / "again").mkdir()
    arrival = arrive(lay_down(tmp_path / "again", "zip", {"ada.py": b"x", name: b"x"}))
    found = {student: (entry.is_student, entry.refusal) for student, entry in zip(
        (row[0] for row in rows(arrival)), arrival.entries, strict=True
    )}  # fmt: skip
    assert found["ada"] == (True, None)
    assert found[name][0] is False
    assert "has a path " in str(found[name][1])


def test_a_file_that_is_packed_too_well_is_one_students(tmp_path: Path, arrive: Arrive) -> None:
    """Whatever the size of the class's archive."""
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("doe_12345_678910_a.py", "x")
        packed.writestr("eve_12399_678911_big.csv", bytes(30 << 20))
        packed.writestr("roe_12346_678912_a.py", "y")
    assert [reason for _, _, reason in rows(arrive(path))] == [
        None, "eve_12399_678911_big.csv unpacks to more than 200 times its size", None,
    ]  # fmt: skip


# ---------------------------------------------------------------- what does not fit


def test_a_stray_under_a_named_layout_is_refused(tmp_path: Path, arrive: Arrive) -> None:
    """By name, and as nobody's; without the name all of it is plain."""
    path = lay_down(tmp_path, "folder", {"doe_1_2_a.py": b"", "notes.txt": b"", "roe.py": b""})
    assert [student for student, _, _ in rows(arrive(path))] == ["doe_1_2_a", "notes.txt", "roe"]
    arrival = arrive(path, layout="canvas")
    assert rows(arrival) == [
        ("doe", "doe_1_2_a.py", None),
        ("notes.txt", "notes.txt", "notes.txt does not fit the layout of the others"),
        ("roe.py", "roe.py", "roe.py does not fit the layout of the others"),
    ]
    assert [entry.is_student for entry in arrival.entries] == [True, False, False]


UNSETTLED = "doejane_12345_678910_54321_123456_a.py"


def test_whose_name_can_be_read_twice_is_refused_alone(tmp_path: Path, arrive: Arrive) -> None:
    """Under the whole name, as nobody's, and told; the classmate whose number it has keeps row and files."""
    roe, eve = "garcia_12346_678911_a.py", "garcia_12346_678944_12399_678913_a.py"
    arrival = arrive(lay_down(tmp_path, "zip", {roe: b"x", eve: b"y"}))
    (garcia, _, _), (name, entry, reason) = rows(arrival)
    assert (garcia, name, entry) == ("garcia", eve, eve)
    assert str(reason).startswith(f"{eve} can be of any student with one of the numbers 12346, 678944, 12399 in Canvas")
    assert reason in arrival.told
    assert [entry.is_student for entry in arrival.entries] == [True, False]
    assert read_files(arrival.entries[0]) == {"a.py": b"x"}


def test_a_roster_settles_a_name_of_a_class_and_of_one_student(tmp_path: Path, arrive: Arrive) -> None:
    """Without it the one is nobody's, and nothing of it is graded."""
    roster = [Person("s1", "Jane", "Doe", canvas_id="12345")]
    folder = put(tmp_path / "class", {UNSETTLED: b"x", "roe_12346_678911_a.py": b"y"})
    for path in (folder, folder / UNSETTLED):
        arrival = arrive(path, roster=roster)
        assert ("s1", UNSETTLED, None) in rows(arrival)
        assert b"x" in [
            content for entry in arrival.entries if not entry.refusal for content in read_files(entry).values()
        ]
    with pytest.raises(UsageError, match=r"can be of any student .*; nothing is graded"):
        arrive(folder / UNSETTLED)
    assert rows(arrive(put(tmp_path / "alone", {UNSETTLED: b"x"}), layout="canvas"))[0][0] == UNSETTLED


def test_where_two_layouts_fit_nothing_is_graded(tmp_path: Path, arrive: Arrive) -> None:
    """In an archive too, and in a folder of its own in there."""
    laid = lay_blackboard(CLASS[:2], "hw_3_14")
    for home, files in (("a", laid), ("b", {f"x/{name}": content for name, content in laid.items()})):
        (tmp_path / home).mkdir()
        with pytest.raises(UsageError, match="Canvas and of Blackboard"):
            arrive(lay_down(tmp_path / home, "zip", files))


def test_links_and_pipes_in_a_download_are_their_students(tmp_path: Path, arrive: Arrive) -> None:
    """Nothing behind them is read."""
    folder = lay_down(tmp_path, "folder", {"doe_1_2_a.py": b"x", "roe_2_3_a.py": b"y"})
    (folder / "eve_3_4_a.py").symlink_to(folder / "doe_1_2_a.py")
    os.mkfifo(folder / "fay_4_5_a.py")
    assert rows(arrive(folder)) == [
        ("doe", "doe_1_2_a.py", None),
        ("eve", "eve_3_4_a.py", "eve_3_4_a.py is a symbolic link; submit the file itself"),
        ("fay", "fay_4_5_a.py", "fay_4_5_a.py is a named pipe, not a file"),
        ("roe", "roe_2_3_a.py", None),
    ]


def test_a_metadata_file_that_is_no_file(tmp_path: Path, arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to it is not followed, and one that is too large in its archive is not read as empty."""
    folder = lay_down(tmp_path, "folder", lay_gradescope(CLASS[:2]))
    inner = folder / "export"
    (inner / "submission_metadata.yml").rename(tmp_path / "real.yml")
    (inner / "submission_metadata.yml").symlink_to(tmp_path / "real.yml")
    assert any("submission_metadata.yml is a symbolic link" in told for told in arrive(inner).told)
    (tmp_path / "again").mkdir()
    path = lay_down(tmp_path / "again", "zip", lay_gradescope(CLASS[:2]))
    limits = Limits(file_bytes=100)
    assert "a download of Gradescope" in arrive(path, limits=limits).summary  # the LMS's own file may be larger
    monkeypatch.setattr(arrival_module, "METADATA_BYTES", 100)
    with pytest.raises(UsageError, match=r"submission_metadata.yml cannot be read"):
        arrive(path, limits=limits, layout="gradescope")


def test_a_text_beside_a_file_stops_nobody(tmp_path: Path, arrive: Arrive) -> None:
    """Of a class, in which somebody wrote text in Canvas, everybody's file is graded under its own name."""
    laid = {"doe_1_2_a.py": b"x", "roe_2_3_a.py": b"y", "roe_2_text.html": b"<p>"}
    assert [read_files(entry) for entry in arrive(lay_down(tmp_path, "zip", laid)).entries] == [
        {"a.py": b"x"}, {"a.py": b"y"},
    ]  # fmt: skip


def test_what_the_file_system_says_of_one_students_files_refuses_that_student(
    tmp_path: Path, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a name that it does not have; but a full disk stops the class, for it is nobody's."""
    path = lay_down(tmp_path, "folder", {"doe_1_2_a.py": b"x", "eve_3_4_odd.py": b"z", "roe_2_3_b.py": b"y"})
    number, real = errno.ENOTDIR, Path.write_bytes

    def write(self: Path, content: bytes) -> int:
        if self.name == "odd.py":
            raise OSError(number, os.strerror(number))
        return real(self, content)

    monkeypatch.setattr(Path, "write_bytes", write)
    assert [reason for _, _, reason in rows(arrive(path))] == [
        None, "the files cannot be copied: Not a directory", None,
    ]  # fmt: skip
    number = errno.ENOSPC
    with pytest.raises(OSError, match="No space left"):
        arrive(path)


def test_files_of_one_name_are_not_merged(tmp_path: Path, arrive: Arrive) -> None:
    """Two that Canvas numbered, of which both are named as the student named them."""
    laid = {"doe_1_2_a.py": b"x", "doe_1_3_b.py": b"x", "doe_1_4_hw.zip": b"x"}
    assert read_files(arrive(lay_down(tmp_path, "zip", laid)).entries[0]).keys() == {"a.py", "b.py", "hw.zip"}
    laid = {"A_1_assignsubmission_file_hw.py": b"", "A_1_assignsubmission_file_/hw.py": b""}
    (tmp_path / "again").mkdir()
    arrival = arrive(lay_down(tmp_path / "again", "zip", laid))
    assert [reason for _, _, reason in rows(arrival)] == ["two of the files are named hw.py"]


# ---------------------------------------------------------------- an archive of one student


@pytest.mark.parametrize("name", ["hw.zip", "HW.TAR.GZ", "hw.tgz"])
def test_an_archive_that_is_all_there_is_is_unpacked(name: str, tmp_path: Path, arrive: Arrive) -> None:
    """Of a flat layout and of one with folders; an archive in it stays one."""
    inner = {"hw/hw1.ipynb": notebook("a = 1"), "hw/more.zip": pack_zip({"x.py": b""}), "__MACOSX/hw/._x": b""}
    packed = pack_zip(inner) if name == "hw.zip" else pack_tar(inner)
    expected = {name: content for name, content in inner.items() if "MACOSX" not in name}
    for home, laid in (("a", f"doe_1_2_{name}"), ("b", f"Jane Doe_1_assignsubmission_file_/{name}")):
        (tmp_path / home).mkdir()
        arrival = arrive(lay_down(tmp_path / home, "zip", {laid: packed}))
        assert read_files(arrival.entries[0]) == expected


def test_an_archive_beside_a_notebook_is_data(tmp_path: Path, arrive: Arrive) -> None:
    """The notebook may open it itself."""
    files = {"doe_1_2_hw.py": b"", "doe_1_3_data.zip": pack_zip({"x.py": b""})}
    assert read_files(arrive(lay_down(tmp_path, "folder", files)).entries[0]).keys() == {"hw.py", "data.zip"}


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"no zip", "hw.zip is no zip and no tar"),
        (pack_zip({"../evil.py": b""}), "hw.zip has a path that leads out of it, ../evil.py"),
        (pack_zip({"a.py": b"x = 1"}).replace(b"x = 1", b"x = 2"), "in hw.zip: a.py is damaged in the archive"),
        (pack_zip({"a.csv": b"1"}), "hw.zip holds no notebook (.ipynb) and no script (.py)"),
        (pack_zip({f"{number}.py": b"" for number in range(11)}), "hw.zip has more than 10 members"),
        (pack_tar({f"{number}.csv": b"x" * 4000 for number in range(3)}), "hw.zip unpacks to more than 10,000 bytes"),
    ],
    ids=["rubbish", "path", "damage", "data", "members", "bytes"],
)
def test_a_hostile_archive_is_its_students(packed: bytes, reason: str, tmp_path: Path, arrive: Arrive) -> None:
    """The class goes on."""
    path = lay_down(tmp_path, "zip", {"doe_1_2_hw.zip": packed, "roe_2_3_hw.py": b"x"})
    arrival = arrive(path, limits=Limits(disk_files=10, disk_bytes=10_000))
    assert str(arrival.entries[0].refusal).startswith(reason)
    assert arrival.entries[1].refusal is None


def test_an_archive_of_the_class_that_is_hostile_stops_it(tmp_path: Path, arrive: Arrive) -> None:
    """Whose fault it is cannot be known."""
    with pytest.raises(
        UsageError, match=r"download.zip has a path that leads out of it, \.\./evil.py; nothing is graded"
    ):
        arrive(lay_down(tmp_path, "zip", {"ada.py": b"", "../evil.py": b""}))
    assert not (tmp_path / "evil.py").exists()
    rubbish = tmp_path / "class.rar"
    rubbish.write_bytes(b"Rar!\x1a\x07\x01\x00")
    with pytest.raises(UsageError, match="is a RAR archive"):
        arrive(rubbish)


# ---------------------------------------------------------------- one student

CLASS_ROWS = (
    Known("ada", "ada.ipynb", "ada"),
    Known("doe (1)", "doe_1_2_a.py", "doe%20%281%29"),
    Known("doe (9)", "doe_9_3_a.py", "doe%20%289%29"),
    Known("Bo", "submission_7", "Bo"),
    Known("s05", "u_05.py", "s05"),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ada.py", ("ada", "ada")),
        ("ada/hw.py", ("ada", "ada")),
        ("ADA.py", ("ADA", "%41DA")),
        ("doe_LATE_1_7_a-1.py", ("doe (1)", "doe%20%281%29")),
        ("roe_5_7_a.py", ("roe", "roe")),
        ("submission_7/hw.py", ("Bo", "Bo")),
        ("Jane Doe_12345_assignsubmission_file_/hw.py", ("Jane Doe", "Jane%20Doe")),
        ("1-2 - Jane Doe - Oct 10, 2025 234 PM/hw.py", ("Jane Doe", "Jane%20Doe")),
    ],
)
def test_what_is_one_students_updates_that_student(
    name: str, expected: tuple[str, str], tmp_path: Path, arrive: Arrive
) -> None:
    """In the folder that they have, if they have one; a name of the LMS is understood as in its download."""
    put(tmp_path / "late", {name: b"x = 1"})
    arrival = arrive(tmp_path / "late" / name.split("/", 1)[0], known=CLASS_ROWS)
    assert arrival.is_update
    assert [(entry.student, entry.folder) for entry in arrival.entries] == [expected]
    assert set(read_files(arrival.entries[0]).values()) == {b"x = 1"}
    assert arrival.entries[0].delivery.late == ("LATE" in name)
    assert "the rest of the class stays" in arrival.summary


def test_a_folder_that_nobody_knows_is_a_class(tmp_path: Path, arrive: Arrive) -> None:
    """So is one of a known student's under another layout that was asked for."""
    folder = put(tmp_path / "group", {"ada.py": b""})
    assert not arrive(folder, known=CLASS_ROWS).is_update


def test_one_student_and_a_roster(tmp_path: Path, arrive: Arrive) -> None:
    """Who is in the class by this entry is known; who is not is looked up, and may be refused."""
    roster = build_roster(CLASS)
    names = ("submission_7/a.py", "u_05.py", "u_06.py", "eve.py", "mallory_5007_2_a.py")
    folder = put(tmp_path / "late", dict.fromkeys(names, b""))
    found = {path.name: arrive(path, known=CLASS_ROWS, roster=roster).entries[0] for path in folder.iterdir()}
    assert {name: (entry.student, entry.refusal) for name, entry in found.items()} == {
        "submission_7": ("Bo", None),
        "u_05.py": ("s05", None),
        "u_06.py": ("s06", None),
        "eve.py": ("eve", "is not on the roster"),
        "mallory_5007_2_a.py": ("s07", None),
    }


def test_one_students_link_is_refused(tmp_path: Path, arrive: Arrive) -> None:
    """As in a class."""
    (tmp_path / "x.py").write_text("")
    (tmp_path / "ada.py").symlink_to(tmp_path / "x.py")
    assert arrive(tmp_path / "ada.py").entries[0].refusal == "ada.py is a symbolic link; submit the file itself"


def test_one_students_name_of_two_layouts(tmp_path: Path, arrive: Arrive) -> None:
    """Is nobody's to choose, unless one is named."""
    name = "hw_3_14_jdoe_attempt_2024-01-31-12-00-00_hw.py"
    put(tmp_path, {name: b""})
    with pytest.raises(UsageError, match="Canvas and of Blackboard"):
        arrive(tmp_path / name)
    assert arrive(tmp_path / name, layout="blackboard").entries[0].student == "jdoe"
    assert arrive(tmp_path / name, layout="plain").entries[0].student == name.removesuffix(".py")


def test_nothing_that_can_be_run(tmp_path: Path, arrive: Arrive) -> None:
    """What was submitted instead is named, by the student's own names; so is whose it is."""
    files = {"doe_1_2_essay.pdf": b"", "doe_1_3_a.zip": b"", "doe_1_4_b.zip": b""}
    arrival = arrive(lay_down(tmp_path, "zip", files))
    assert arrival.entries[0].refusal == (
        "no notebook (.ipynb) and no script (.py) was submitted: a.zip, b.zip, essay.pdf"
    )
    many = {f"doe_1_{number}_{number}.py": b"" for number in range(10, 111)}
    (tmp_path / "again").mkdir()
    with pytest.raises(SubmissionRefused, match=r"^doe holds 101 notebooks and scripts \(at most 100\)$"):
        read_files(arrive(lay_down(tmp_path / "again", "zip", many)).entries[0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_too_large_is_its_students(kind: str, tmp_path: Path, arrive: Arrive) -> None:
    """In a flat download as in a folder, in the words for a student's file."""
    laid = {"doe_1_2_a.py": os.urandom(101), "roe_2_3_a.py": b"x"}
    arrival = arrive(lay_down(tmp_path, kind, laid), limits=Limits(file_bytes=100))
    assert [reason for _, _, reason in rows(arrival)] == ["doe_1_2_a.py is larger than 100 bytes", None]


def test_times_of_files_are_kept(tmp_path: Path, arrive: Arrive) -> None:
    """Of copies under their own names too: where the download has no times, the gradebook takes these."""
    entry = arrive(lay_down(tmp_path, "tar", {"doe_1_2_a.py": b"x"})).entries[0]
    assert (entry.paths[0] / "a.py").stat().st_mtime == 1_700_000_000
