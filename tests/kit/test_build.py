"""The kit: its files, the same every time, what its README says, and that nothing is overwritten."""

from __future__ import annotations

import io
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from grader import __version__
from grader.cli.app import main
from grader.course import Course
from grader.errors import HostError
from grader.kit import build_kit
from grader.kit.build import WORKFLOW
from grader.kit.wheel import build_wheel, name_version, read_package
from grader.spec import load_course
from grader.starter import build_starters

ROOT = Path(__file__).resolve().parents[2]
NUMERICS = ROOT / "examples" / "numerics"


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the second course, which has data and assignments."""
    return load_course(NUMERICS)


def call(*words: object) -> Result:
    """Return what a command said."""
    return CliRunner().invoke(main, [str(word) for word in words])


def find_wheel(files: dict[str, bytes]) -> str:
    """Return the name of the one wheel."""
    (name,) = (name for name in files if name.endswith(".whl"))
    return name


def test_kit_has_starters_data_check_and_readme(course: Course) -> None:
    """Everything that students need lies in one folder; the workflow is for those who ask for it."""
    files = build_kit(course, NUMERICS)
    expected = {*build_starters(course), "data/measurements.csv", find_wheel(files), "README.md"}
    assert set(files) == expected
    assert set(build_kit(course, NUMERICS, github=True)) == expected | {WORKFLOW}
    assert files["data/measurements.csv"] == (NUMERICS / "data" / "measurements.csv").read_bytes()


def test_kit_is_the_same_every_time(course: Course) -> None:
    """Not a byte depends on when or where it was built."""
    assert build_kit(course, NUMERICS, github=True) == build_kit(course, NUMERICS, github=True)


def test_wheel_is_pure_python_and_needs_numpy_alone(course: Course) -> None:
    """It is named for the course, holds the package as it is and the course in it, and nothing is executable."""
    files = build_kit(course, NUMERICS)
    name = find_wheel(files)
    assert name.startswith(f"numgrade_student-{__version__}+numerics.h")
    assert name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        listed = archive.namelist()
        metadata = Parser().parsestr(archive.read(next(one for one in listed if one.endswith("/METADATA"))).decode())
    package = {f"numgrade_student/{one}" for one in read_package()}
    assert package < set(listed)
    assert {"numgrade_student/course/course.json", "numgrade_student/course/public/inputs.py"} <= set(listed)
    assert {one.partition("/")[0] for one in listed} == {
        "numgrade_student",
        f"{name.removesuffix('-py3-none-any.whl')}.dist-info",
    }
    assert (metadata["Name"], metadata["Requires-Python"]) == ("numgrade-student", ">=3.11")
    assert metadata.get_all("Requires-Dist") == ["numpy"]


def test_wheel_brings_the_license() -> None:
    """Whoever hands out the check hands out its terms."""
    assert read_package()["LICENSE"] == (ROOT / "LICENSE").read_bytes()


def test_version_changes_with_the_content_and_with_nothing_else() -> None:
    """Pip replaces an installed course only by one of another version."""
    one, other = name_version("math-007", {"a": b"1"}), name_version("math-007", {"a": b"2"})
    assert one == name_version("math-007", {"a": b"1"})
    assert one != other
    assert one.startswith(f"{__version__}+math.7.h")
    assert build_wheel("c", {"course.json": b"{}"}) == build_wheel("c", {"course.json": b"{}"})


def test_course_of_an_installed_wheel_is_not_taken_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the package that is found here has a course in it, the kit still gets its own."""
    package = tmp_path / "numgrade_student"
    (package / "course").mkdir(parents=True)
    (package / "__pycache__").mkdir()
    for name in ("__init__.py", "course/course.json", "__pycache__/x.pyc"):
        (package / name).write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "numgrade_student", raising=False)
    assert set(read_package()) == {"__init__.py"}


def test_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package of the check there is nothing to hand out."""
    monkeypatch.setattr("grader.kit.wheel.PACKAGE", "numgrade_student_that_is_not_there")
    with pytest.raises(HostError, match="is not installed here"):
        read_package()


def test_readme_says_what_is_there_and_what_to_do(course: Course) -> None:
    """Files, installing, checking and submitting are named with this course's own words."""
    files = build_kit(course, NUMERICS)
    readme = files["README.md"].decode()
    for name in files:
        assert f"`{name}`" in readme or name == "README.md"
    for words in (
        f"python -m pip install ./{find_wheel(files)}",
        f'micropip.install("emfs:./{find_wheel(files)}")',
        "python -m numgrade_student linear-algebra.ipynb",
        "until 6 November 2026, 23:59 (UTC+01:00)",
    ):
        assert words in readme
    assert "{" not in readme
    assert WORKFLOW not in readme
    assert WORKFLOW in build_kit(course, NUMERICS, github=True)["README.md"].decode()


def test_readme_tells_how_to_submit_where_the_course_does_not() -> None:
    """A heading with nothing below it would be worse than a plain sentence."""
    readme = build_kit(load_course(ROOT), ROOT)["README.md"].decode()
    assert readme.endswith("## Submit\n\nSubmit your notebook or script as your teachers say.\n")


def test_workflow_installs_what_students_may_import(course: Course) -> None:
    """The course's packages are there, the job can read and nothing else, and no course is checked out."""
    text = build_kit(course, NUMERICS, github=True)[WORKFLOW].decode()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["check"]["steps"]
    assert any(
        "ipython matplotlib numpy pandas scipy ./numgrade_student-*.whl" in step.get("run", "") for step in steps
    )
    assert "secrets" not in text
    assert "{packages}" not in text


def test_command_writes_the_kit_and_overwrites_nothing(tmp_path: Path) -> None:
    """The files are listed; again is as good as once; where a student's work is in the way, nothing is written."""
    done = call("kit", "--course", NUMERICS, "--out", tmp_path / "kit")
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "kit" / "README.md") in done.stdout
    assert call("kit", "--course", NUMERICS, "--out", tmp_path / "kit").exit_code == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "ode.py").write_text("mine", encoding="utf-8")
    refused = call("kit", "--course", NUMERICS, "--out", tmp_path / "other")
    assert refused.exit_code == 2
    assert "not overwritten" in refused.stderr
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["ode.py"]
