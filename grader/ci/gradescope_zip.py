"""Builds the zip that Gradescope calls an autograder: the grader, the course, `setup.sh` and `run_autograder`.

Beside the grader's own hashed requirements it holds the course's: its `requirements.txt`, or else its packages with the
versions that are installed where the zip is built.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from importlib import resources
from io import BytesIO
from pathlib import Path

import grader
from grader.course import Course
from grader.errors import UsageError
from grader.pipeline import Isolation
from grader.report.write import check_place, write_atomically
from grader.spec import load_course
from grader.spec.load import RELEASE_FILE
from grader.spec.packages import find_version
from grader.spec.requirements import LOCK, render_requirements
from grader.variants import read_variants, render_variants

_DATE = (2000, 1, 1, 0, 0, 0)  # the same course gives the same bytes
_SCRIPT_MODE, _FILE_MODE = 0o755, 0o644
_LEFT_OUT = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache"})
_SCRIPTS = ("setup.sh", "run_autograder")
COURSE_REQUIREMENTS, VARIANTS = "course-requirements.txt", "variants.json"
_VARIANTS_OPTION = f' --variants "$source_folder/{VARIANTS}"'


def build_autograder(
    course_folder: Path,
    out: Path,
    isolation: Isolation = "full",
    variants: Path | None = None,
    assignment: str = "",
) -> None:
    """Write the zip to `out`. `isolation` is what the image must give; below it nothing is graded.

    `variants` is the file that says which data each student was given, where the course gives each others. Of the
    course, `assignment` is graded; '' for all of it.

    Raises:
        CourseError: the course is wrong, or a package of it is not installed here and no version is written down.
        UsageError: the course has no such assignment; `variants` is of another course, or is missing where students
            were given other data; a file cannot be read or written, or what is no file stands at `out`.
        HostError: the disk is full.
    """
    check_place(out)
    options = f"--isolation {isolation}{f' --assignment {assignment}' if assignment else ''}"
    options += _VARIANTS_OPTION if variants else ""
    course = load_course(course_folder).narrow(assignment)  # a wrong one is not packed
    write_atomically(out, _pack(dict(_autograder_files(course, course_folder, options, variants))))


def _pack(files: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = (_SCRIPT_MODE if name in _SCRIPTS else _FILE_MODE) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return packed.getvalue()


def _autograder_files(
    course: Course, course_folder: Path, options: str, variants: Path | None
) -> Iterator[tuple[str, bytes]]:
    if variants is not None:
        yield VARIANTS, render_variants(course.file.id, read_variants(variants, course.file.id)).encode()
    elif course.variants:
        names = ", ".join(exercise.id for exercise in course.variants)
        raise UsageError(f"each student was given other data ({names}): expected --variants FILE")
    yield COURSE_REQUIREMENTS, _build_requirements(course_folder).encode()
    package = Path(grader.__file__).parent
    yield from _tree(package, "grader")
    yield "course/course.yaml", (course_folder / "course.yaml").read_bytes()
    if (course_folder / RELEASE_FILE).exists():
        yield f"course/{RELEASE_FILE}", (course_folder / RELEASE_FILE).read_bytes()
    for name in ("exercises", "rubrics"):
        yield from _tree(course_folder / name, f"course/{name}")
    if not (course_folder / "reference").is_dir():
        raise UsageError(f"{course_folder / 'reference'} is not a folder: expected the course's reference to pack")
    yield from _tree(course_folder / "reference", "course/reference")
    yield from _tree(course_folder / "data", "course/data")
    for name in _SCRIPTS:
        text = resources.files("grader.ci").joinpath(f"gradescope/{name}").read_text(encoding="utf-8")
        yield name, text.replace("@OPTIONS@", options).encode()
    yield "requirements.txt", resources.files("grader.ci").joinpath("requirements.txt").read_bytes()


def _build_requirements(course_folder: Path) -> str:
    if not (course_folder / LOCK).exists():
        load_course(course_folder, packages=True)
    return render_requirements(course_folder, find_version)


def _tree(folder: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT & set(below.parts):
            yield f"{prefix}/{below.as_posix()}", path.read_bytes()
