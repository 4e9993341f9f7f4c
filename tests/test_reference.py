"""A course's own code comes from its folder and from nowhere else, and every file of it counts for its version."""

from __future__ import annotations

import math
import py_compile
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from grader import pipeline
from grader.errors import CourseError, Problem
from grader.model import AnswerEvidence, CheckResult, FloatValue
from grader.reference import Reference
from grader.spec import load_course
from grader.validate import validate_course
from grader.validate.evidence import build_evidence
from grader.validate.harness import list_results
from tests.conftest import copy_course

COURSE = Path(__file__).resolve().parents[1]
SMALL = Path(__file__).parent / "spec" / "small"
RIGHT = math.log(96) / 10
ONE = "reference/exercise1.py"
WRONG = '\n\ndef ex1_kl_pq() -> float:\n    """Return what is not so."""\n    return 99.0\n'


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return the folder of a copy of this repository's course."""
    return copy_course(tmp_path / "copy")


@pytest.fixture
def spoiled(copied: Path) -> Path:
    """Return the folder of a copy whose reference believes that a divergence is 99."""
    append(copied / ONE, WRONG)
    return copied


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the folder of a copy of the small course, with everything that a course may have."""
    folder = shutil.copytree(SMALL, tmp_path / "small", ignore=shutil.ignore_patterns("__pycache__"))
    public, data = folder / "reference/public", folder / "data/deep"
    public.mkdir()
    data.mkdir(parents=True)
    (public / "__init__.py").write_text("", "utf-8")
    (public / "invariants.py").write_text("def more(names, inputs, slack):\n    yield from ()\n", "utf-8")
    (folder / "reference/equivalents.yaml").write_text("schema: grader/equivalents/v1\nequivalents: []\n", "utf-8")
    (folder / "data/x.csv").write_text("1,2\n", "utf-8")
    (data / "y.bin").write_bytes(b"\0\xff")
    return folder


def append(path: Path, text: str) -> None:
    """Add to a file."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def judge(ready: pipeline.Grader, value: float = RIGHT) -> CheckResult:
    """Return the verdict on a divergence that a student gives."""
    evidence = build_evidence({"ex1_kl_pq": AnswerEvidence(value=FloatValue(value=value.hex()))})
    return list_results(pipeline.judge(ready, evidence))["1a.ex1_kl_pq"]


# ---------------------------------------------------------------- whose code it is


def test_two_courses_whose_packages_have_one_name_never_meet(spoiled: Path) -> None:
    """Each is judged by its own reference, whatever was loaded before, between and after."""
    ours = pipeline.load_grader(COURSE)
    assert judge(ours).outcome == "pass"
    theirs = pipeline.load_grader(spoiled)
    assert (judge(theirs).outcome, judge(theirs, 99.0).outcome) == ("fail", "pass")
    assert (judge(ours).outcome, judge(ours, 99.0).outcome) == ("pass", "fail")
    assert judge(pipeline.load_grader(COURSE)).outcome == "pass"
    assert judge(pipeline.load_grader(spoiled)).outcome == "fail"


def test_nothing_is_taken_from_the_path_of_modules(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package `reference` that anybody planted there is never imported, nor is one that was imported already."""
    planted = tmp_path / "elsewhere" / "reference"
    planted.mkdir(parents=True)
    for name in ("__init__", "exercise1", "divergences", "inputs", "rules", "invariants"):
        (planted / f"{name}.py").write_text("raise SystemExit('the wrong package')\n", "utf-8")
    monkeypatch.syspath_prepend(planted.parent)
    monkeypatch.chdir(planted.parent)
    for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
        monkeypatch.delitem(sys.modules, name)
    assert judge(pipeline.load_grader(copied)).outcome == "pass"
    assert not [name for name in sys.modules if name.partition(".")[0] == "reference"]
    monkeypatch.setitem(sys.modules, "reference", sys)
    append(copied / ONE, "\n# another version, so that it is loaded again\n")
    assert judge(pipeline.load_grader(copied)).outcome == "pass"


def test_a_changed_course_is_loaded_anew(copied: Path) -> None:
    """What runs is what is written now, in the same process too."""
    assert judge(pipeline.load_grader(copied)).outcome == "pass"
    append(copied / ONE, WRONG)
    assert judge(pipeline.load_grader(copied)).outcome == "fail"


def test_the_same_course_in_two_folders_is_two_courses(copied: Path, tmp_path: Path) -> None:
    """Modules are told apart by their folder, so that what one of them keeps is not the other's."""
    other = copy_course(tmp_path / "other")
    one, two = (pipeline.load_grader(folder).oracle.reference.module("exercise1") for folder in (copied, other))
    assert one is not two
    assert (one.__file__, two.__file__) == (str(copied / ONE), str(other / ONE))


# ---------------------------------------------------------------- bytecode


def test_no_bytecode_is_written_into_the_course(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading, judging and proving leave nothing behind, even where Python writes bytecode."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = sorted(copied.rglob("*"))
    judge(pipeline.load_grader(copied))
    validate_course(copied, ("8",), mutate=False)
    assert sorted(copied.rglob("*")) == before


def test_bytecode_is_not_read(copied: Path, tmp_path: Path) -> None:
    """Bytecode beside a module, left there by whatever imported it, changes nothing."""
    source = tmp_path / "exercise1.py"
    source.write_text((copied / ONE).read_text("utf-8") + WRONG, "utf-8")
    planted = copied / f"reference/__pycache__/exercise1.{sys.implementation.cache_tag}.pyc"
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(source), str(planted), doraise=True, invalidation_mode=unchecked)
    assert judge(pipeline.load_grader(copied)).outcome == "pass"


# ---------------------------------------------------------------- the version of a course


COUNTS = (
    "course.yaml", "exercises/ex1.yaml", "rubrics/1b.yaml", "reference/__init__.py", "reference/exercise1.py",
    "reference/inputs.py", "reference/invariants.py", "reference/rules.py", "reference/public/invariants.py",
    "reference/equivalents.yaml", "data/x.csv", "data/deep/y.bin",
)  # fmt: skip
IN_YAML = {
    "course.yaml": ("seed: 0", "seed: 1"),
    "exercises/ex1.yaml": ("relative: 1e-6", "relative: 2e-6"),
    "rubrics/1b.yaml": ("unit of area.", "unit of an area."),
}


@pytest.mark.parametrize("file", COUNTS)
def test_every_file_that_can_change_a_mark_counts(small: Path, file: str) -> None:
    """Each of them gives the course another SHA-256, and the first one comes back with the first content."""
    before = load_course(small).sha256
    path = small / file
    content = path.read_bytes()
    if file in IN_YAML:
        old, new = (text.encode() for text in IN_YAML[file])
        assert content.count(old) == 1
        path.write_bytes(content.replace(old, new))
    else:
        path.write_bytes(content + b"\n# more\n")
    assert load_course(small).sha256 != before
    path.write_bytes(content)
    assert load_course(small).sha256 == before


@pytest.mark.parametrize("file", ["reference/more.py", "reference/public/more.py", "data/more.csv"])
def test_a_file_more_or_less_or_renamed_counts(small: Path, file: str) -> None:
    """Names count as contents do."""
    seen = {load_course(small).sha256}
    (small / file).write_bytes(b"")
    seen.add(load_course(small).sha256)
    (small / file).rename((small / file).with_stem("other"))
    seen.add(load_course(small).sha256)
    assert len(seen) == 3


NOT_COUNTED = (
    "reference/__pycache__/exercise1.cpython-311.pyc", "reference/public/__pycache__/x.pyc", "reference/.swp",
    "reference/.ipynb_checkpoints/exercise1.py", "data/.DS_Store", "exercises/.ex1.yaml.swp", "README.md",
    "submissions/ada.py",
)  # fmt: skip


@pytest.mark.parametrize("file", NOT_COUNTED)
def test_what_cannot_change_a_mark_does_not_count(small: Path, file: str) -> None:
    """Bytecode, what editors and file managers leave behind, and what is no part of the course."""
    before = load_course(small).sha256
    path = small / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"anything")
    assert load_course(small).sha256 == before


def test_reports_name_the_version(small: Path) -> None:
    """The report of an unchanged submission says which version of the course judged it."""

    def version() -> str:
        ready = pipeline.load_grader(small)
        return pipeline.judge(ready, build_evidence({})).course_sha256

    before = version()
    append(small / "reference/rules.py", "\n# more\n")
    assert version() != before


# ---------------------------------------------------------------- imports of its own package


ABSOLUTE = {
    "a module": "import reference.entropy",
    "the package": "import reference",
    "under another name": "import reference as r",
    "a name of a module": "from reference.entropy import entropy",
    "a module of the package": "from reference import entropy",
    "inside a function": "def late() -> object:\n    from reference import entropy\n\n    return entropy",
}


@pytest.mark.parametrize("case", ABSOLUTE)
def test_an_absolute_import_of_its_own_package_is_a_problem(
    small: Path, case: str, load: Callable[[Path], object]
) -> None:
    """It would be anybody's package; the problem has the file and the line, wherever the import stands."""
    path = small / ONE
    append(path, f"\n\n{ABSOLUTE[case]}\n")
    line = next(at for at, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "import reference" in text
                or "from reference" in text)  # fmt: skip
    with pytest.raises(CourseError) as caught:
        load(small)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (ONE, line)
    assert "absolute import of reference" in problem.message
    assert "expected a relative one" in problem.message


def test_imports_of_others_are_as_they_are(small: Path) -> None:
    """Only the course's own package has to be imported relatively; a name that begins alike is another package."""
    (small / "reference/exercise1.py").write_text(
        "import json\nfrom reference_of_ours import nothing\n", "utf-8"
    )  # fmt: skip
    with pytest.raises(CourseError) as caught:
        pipeline.load_grader(small)
    assert not any("absolute" in problem.message for problem in caught.value.problems)


@pytest.fixture(params=["expect", "validate"])
def load(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    """Return what loads a course: for judging, and for validation, which collects what it finds."""
    if request.param == "expect":
        return pipeline.load_grader

    def validated(folder: Path) -> None:
        flaws = validate_course(folder, mutate=False).issues
        problems = []
        for flaw in flaws:
            file, _, line = flaw.where.rpartition(":")
            problems.append(Problem(file, int(line), "", flaw.message))
        raise CourseError(problems)

    return validated


def test_a_module_can_take_the_place_of_another(copied: Path) -> None:
    """For whoever has other data; what the real one is stays, and a failure is the author's all the same."""
    reference = Reference(copied)
    other = ModuleType("other")
    replaced = reference.replace("exercise1", lambda: other)
    assert replaced.module("exercise1") is other
    assert replaced.module("exercise2") is reference.module("exercise2")
    assert reference.module("exercise1") is not other
    broken = reference.replace("exercise1", lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    with pytest.raises(CourseError, match=r"reference/exercise1\.py:1: \(file\): raised ZeroDivisionError"):
        broken.module("exercise1")
