"""Puts the kit together: starters, data, the wheel of the check, and a README that says what to do with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.course import Course, Exercise
from grader.kit.public_course import compile_public_course
from grader.kit.wheel import build_wheel
from grader.spec.data import read_course_data
from grader.starter import build_starters, describe_submitting

_HERE = Path(__file__).parent
WORKFLOW = ".github/workflows/check.yml"
_NOTEBOOKS = ("ipython", "matplotlib", "numpy")  # what a student's file may import in every course, and what runs it
_GITHUB = """
In a repository on GitHub `{workflow}` checks every push; look for it under *Actions*.
"""


def build_kit(course: Course, folder: Path, *, github: bool = False) -> dict[str, bytes]:
    """Return the files of the kit by their paths.

    Args:
        course: for whom it is.
        folder: where the course lies.
        github: students keep their work in repositories on GitHub, where each push is to be checked.

    Raises:
        CourseError: the course's data cannot be given out.
        HostError: the package of the check is not installed.
    """
    data = dict(read_course_data(folder))
    name, wheel = build_wheel(course.file.id, compile_public_course(course, folder))
    files = {**build_starters(course), **data, name: wheel}
    if github:
        files[WORKFLOW] = _render_workflow(course).encode()
    return files | {"README.md": _render_readme(course, name, list(data), github=github).encode()}


def _render_readme(course: Course, wheel: str, data: list[str], *, github: bool) -> str:
    first = course.exercises[0]
    return (
        (_HERE / "README.md.in")
        .read_text("utf-8")
        .format(
            title=" ".join(course.file.title.split()),
            files="\n".join(_list_rows(course, wheel, data)),
            wheel=wheel,
            example=first.tag,
            part=first.parts[0].id,
            github=_GITHUB.format(workflow=WORKFLOW) if github else "",
            submit=describe_submitting(course, course.exercises)
            or "Submit your notebook or script as your teachers say.",
        )
    )


def _list_rows(course: Course, wheel: str, data: list[str]) -> Iterator[str]:
    yield from (f"| `{one.tag}.ipynb` or `{one.tag}.py` | {_describe(one)} |" for one in course.exercises)
    yield "| `all.ipynb` or `all.py` | all exercises in one file |"
    yield from (f"| `{name}` | data; it stays where it is |" for name in data)
    yield f"| `{wheel}` | the check |"


def _describe(exercise: Exercise) -> str:
    return " ".join(exercise.title.split()).replace("|", "\\|")


def _render_workflow(course: Course) -> str:
    packages = sorted({*_NOTEBOOKS, *course.file.packages})
    return (_HERE / "check.yml").read_text("utf-8").replace("{packages}", " ".join(packages))
