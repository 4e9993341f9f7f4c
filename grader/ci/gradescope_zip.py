"""Builds the zip that Gradescope calls an autograder: the grader, the course, `setup.sh` and `run_autograder`."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import grader
from grader.errors import UsageError
from grader.pipeline import Isolation
from grader.spec import load_course

_DATE = (2000, 1, 1, 0, 0, 0)  # the same course gives the same bytes
_SCRIPT_MODE, _FILE_MODE = 0o755, 0o644
_LEFT_OUT = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache"})
_SCRIPTS = ("setup.sh", "run_autograder")


def build_autograder(course_folder: Path, out: Path, isolation: Isolation = "full") -> None:
    """Write the zip to `out`. `isolation` is what the image must give; below it nothing is graded.

    Raises:
        CourseError: the course is wrong.
        UsageError: a file cannot be read or written.
    """
    files = dict(_autograder_files(course_folder, isolation))
    temporary = out.with_name(f".{out.name}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                info = zipfile.ZipInfo(name, _DATE)
                info.external_attr = (_SCRIPT_MODE if name in _SCRIPTS else _FILE_MODE) << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, files[name])
        temporary.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _autograder_files(course_folder: Path, isolation: Isolation) -> Iterator[tuple[str, bytes]]:
    course = load_course(course_folder)
    package = Path(grader.__file__).parent
    yield from _tree(package, "grader")
    yield "course/course.yaml", (course_folder / "course.yaml").read_bytes()
    for name in ("exercises", "rubrics"):
        yield from _tree(course_folder / name, f"course/{name}")
    reference = course.file.reference.replace(".", "/")
    yield from _tree(_reference_folder(course_folder, reference), f"course/{reference}")
    for name in _SCRIPTS:
        text = resources.files("grader.ci").joinpath(f"gradescope/{name}").read_text(encoding="utf-8")
        yield name, text.replace("@ISOLATION@", isolation).encode()
    yield "requirements.txt", resources.files("grader.ci").joinpath("requirements.txt").read_bytes()


def _reference_folder(course_folder: Path, name: str) -> Path:
    folder = course_folder / name
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder: the reference has to stand beside course.yaml to be packed")
    return folder


def _tree(folder: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT & set(below.parts):
            yield f"{prefix}/{below.as_posix()}", path.read_bytes()
