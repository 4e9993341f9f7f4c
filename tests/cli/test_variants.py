"""Giving out data: whose folders are written, what is written down, and what is refused before anything is."""

from __future__ import annotations

import functools
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.batch.lock import lock_file
from grader.cli import main
from tests.conftest import ROOT, copy_course, replace

KEY = "0123456789abcdef" * 4
Call = Callable[..., Result]
SECRET = Path("secret")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a course of which exercise 8 is given out with other data for each student."""
    folder = copy_course(tmp_path_factory.mktemp("giving") / "course")
    replace(folder / "course.yaml", "\nseed: 0\n", '\nvariants: ["8"]\nseed: 0\n')
    return folder


@pytest.fixture
def give(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that calls a command in a folder with a secret; `secret` and `variants` are given by name."""
    (tmp_path / SECRET).write_text(KEY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def call(
        *arguments: str, command: str = "starter", secret: str = str(SECRET), variants: str = "variants.json"
    ) -> Result:
        files = [*(["--secret", secret] if secret else []), *(["--variants", variants] if variants else [])]
        return CliRunner().invoke(main, [command, "--course", str(course), "--out", "out", *files, *arguments])

    return call


def read_draws() -> dict[str, dict[str, object]]:
    """Return what was given out, by student."""
    return {draw["student"]: draw for draw in json.loads(Path("variants.json").read_text("utf-8"))["draws"]}


def test_each_student_gets_a_folder_with_the_own_data(give: Call) -> None:
    """In the statement and in the cell that assigns them, beside the mark; the rest is everybody's."""
    assert give("--student", "ada", "--student", "bob").exit_code == 0
    draws = read_draws()
    for name in ("ada", "bob"):
        script = Path("out", name, "ex8.py").read_text("utf-8")
        assert f'ex8_variant = "{draws[name]["mark"]}"' in script
        assert f"z_T = np.array({draws[name]['values']['z_T']})" in script
        shown = ", ".join(f"{x:g}" for x in draws[name]["values"]["z_T"])
        assert f"$z_T = ({shown})$" in script
        assert r"$\lambda = " + f"{draws[name]['values']['weight']:g}$" in script
        assert "{{" not in script
        notebook = Path("out", name, "all.ipynb").read_text("utf-8")
        assert str(draws[name]["mark"]) in notebook
    assert Path("out/ada/ex2.py").read_bytes() == Path("out/bob/ex2.py").read_bytes()
    assert Path("out/ada/ex8.py").read_bytes() != Path("out/bob/ex8.py").read_bytes()


def test_what_was_given_out_stays(give: Call) -> None:
    """A student who asks again gets the same, and others are added."""
    give("--student", "ada")
    first, starter = read_draws()["ada"], Path("out/ada/ex8.ipynb").read_bytes()
    assert give("--student", "ada", "--student", "bob").exit_code == 0
    assert read_draws()["ada"] == first
    assert set(read_draws()) == {"ada", "bob"}
    assert Path("out/ada/ex8.ipynb").read_bytes() == starter


def test_a_roster_names_the_students(give: Call) -> None:
    """With names that are no names of folders, too."""
    Path("class.csv").write_text("student,first_name\nada,Ada L\na/b,Ann\n", encoding="utf-8")
    assert give("--roster", "class.csv").exit_code == 0
    assert set(read_draws()) == {"ada", "a/b"}
    assert sorted(path.name for path in Path("out").iterdir()) == ["a%2Fb", "ada"]


def test_a_kit_is_written_for_each_student(give: Call) -> None:
    """With the same check in it, which knows nobody's data."""
    assert give("--student", "ada", "--student", "bob", command="kit").exit_code == 0
    (one,), (other,) = (list(Path("out", name).glob("*.whl")) for name in ("ada", "bob"))
    assert one.read_bytes() == other.read_bytes()
    assert Path("out/ada/README.md").is_file()
    assert str(read_draws()["ada"]["mark"]) in Path("out/ada/ex8.py").read_text("utf-8")


def test_the_secret_may_be_named_by_the_environment(give: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRADER_SECRET names the file, for all commands."""
    monkeypatch.setenv("GRADER_SECRET", "secret")
    assert give("--student", "ada", secret="").exit_code == 0


@pytest.mark.parametrize("command", ["starter", "kit"])
def test_starters_of_nobody_are_not_written(give: Call, command: str) -> None:
    """With the printed data nobody could be graded."""
    result = give(command=command, secret="", variants="")
    assert result.exit_code == 2
    assert "each student gets other data (8): expected --student ID or --roster CSV" in result.stderr
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ({"secret": ""}, "expected --secret FILE and --variants FILE"),
        ({"variants": ""}, "expected --secret FILE and --variants FILE"),
        ({"secret": "gone"}, "--secret = 'gone'"),
        ({"secret": "out/secret"}, "lies in out, which others get to see"),
        ({"variants": "out/variants.json"}, "--variants = 'out/variants.json' lies in out"),
        ({"variants": "."}, "expected a file, got a folder"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_written(give: Call, names: dict[str, str], why: str) -> None:
    """Neither a starter nor a line of variants.json."""
    result = give("--student", "ada", **names)
    assert result.exit_code == 2
    assert why in result.stderr
    assert not Path("out").exists()
    assert not Path("variants.json").exists()


def test_secret_in_the_course_is_refused(give: Call, course: Path) -> None:
    """It would be kept with the course, which many see."""
    (course / "secret").write_text(KEY, encoding="utf-8")
    try:
        assert "which others get to see" in give("--student", "ada", secret=str(course / "secret")).stderr
        inside = str(course / "data" / "variants.json")
        assert "which others get to see, or is hashed" in give("--student", "ada", variants=inside).stderr
    finally:
        (course / "secret").unlink()


def test_another_secret_changes_nothing(give: Call) -> None:
    """Students of one class have data of one secret."""
    give("--student", "ada")
    before = Path("variants.json").read_bytes()
    Path("secret").write_text(KEY[::-1], encoding="utf-8")
    result = give("--student", "ada", "--student", "bob")
    assert result.exit_code == 2
    assert "exercise 8 of ada: the mark is not that of these data" in result.stderr
    assert Path("variants.json").read_bytes() == before


def test_nothing_is_given_out_while_somebody_else_writes_it_down(give: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two commands at once would each keep their own students and lose the other's."""
    monkeypatch.setattr("grader.cli.variants.lock_file", functools.partial(lock_file, patience_s=0.1))
    with lock_file(Path("variants.json")):
        result = give("--student", "ada")
    assert result.exit_code == 2
    assert "variants.json is being written by another process" in result.stderr
    assert not Path("variants.json").exists()


def test_zip_for_gradescope_holds_what_was_given_out(give: Call, course: Path) -> None:
    """Where students have other data, there is no zip without the file."""
    give("--student", "ada")
    call = functools.partial(CliRunner().invoke, main)
    told = call(["gradescope", "--course", str(course), "--out", "one.zip"])
    assert told.exit_code == 2
    assert "each student was given other data (8): expected --variants FILE" in told.stderr
    packed = call(["gradescope", "--course", str(course), "--out", "one.zip", "--variants", "variants.json"])
    assert packed.exit_code == 0, packed.stderr
    with zipfile.ZipFile("one.zip") as archive:
        assert archive.read("variants.json") == Path("variants.json").read_bytes()
        assert b'--isolation full --variants "$source_folder/variants.json"' in archive.read("run_autograder")


def test_course_without_variants_gives_no_students(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says where they are switched on."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["starter", "--course", str(ROOT), "--student", "ada"])
    assert result.exit_code == 2
    assert "expected some under `variants` in course.yaml" in result.stderr
