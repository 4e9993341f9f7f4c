"""Builds the wheel that students install: the package of the check with one public course inside.

Pure Python, so that the same file works on every system and in a browser. Needs no network, and gives the same bytes
for the same course.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flit_core.wheel import WheelBuilder
from packaging.version import Version

from grader import __version__
from grader.errors import HostError
from grader.starter import write_files

PACKAGE = "numgrade_student"
_COURSE = "course"  # where the package looks for its course
_EPOCH = (2020, 1, 1, 0, 0, 0)  # of every file, so that nothing depends on when the wheel was built
_PROJECT = """\
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"

[project]
name = "numgrade-student"
version = "{version}"
description = "Checks the form of your answers before you submit them"
requires-python = ">=3.11"
license = "MIT"
dependencies = ["numpy"]
"""


def build_wheel(course_id: str, course: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return name and content of the wheel.

    Args:
        course_id: for the version, which `pip list` shows.
        course: the files of the public course.

    Raises:
        HostError: the package of the check is not installed.
    """
    modules = {f"{PACKAGE}/{name}": content for name, content in read_package().items()}
    files = modules | {f"{PACKAGE}/{_COURSE}/{name}": content for name, content in course.items()}
    project = _PROJECT.format(version=name_version(course_id, files))
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), {**files, "pyproject.toml": project.encode()})
        wheel = io.BytesIO()
        builder = WheelBuilder.from_ini_path(Path(folder, "pyproject.toml"), wheel)
        builder.source_time_stamp = _EPOCH
        builder.build()
        return builder.wheel_filename, wheel.getvalue()


def name_version(course_id: str, files: Mapping[str, bytes]) -> str:
    """Return the program's version with the course and a digest of what is inside, such as `1.0.0+numerics.h1f3a5b7c`.

    With another version for other content, pip installs a corrected course in the place of the one that is there.
    """
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    label = re.sub(r"-+", ".", course_id).strip(".")
    return str(Version(f"{__version__}+{label}.h{digest.hexdigest()[:8]}"))


def read_package() -> dict[str, bytes]:
    """Return the files of the package as it is installed here, without a course.

    Raises:
        HostError: it is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise HostError(
            f"the package {PACKAGE} is not installed here: expected it beside grader, so install that again"
        )
    folder = Path(spec.origin).parent
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    own = {name: path for name, path in paths.items() if not {"__pycache__", _COURSE} & set(name.parts[:-1])}
    return {name.as_posix(): path.read_bytes() for name, path in own.items()}
