"""Students with data of their own, from the starter to the report: right ones, wrong ones, and others' starters."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crossings.variants.conftest import KEY, School

Report = dict[str, Any]
LOSS = "ex8_loss = weight * "
TAU_SQUARED = (LOSS, f"{LOSS}tau**2 * ")
IN_BITS = (
    "ex1_kl_pq, ex1_kl_qp = ex1_kl(p, q), ex1_kl(q, p)",
    "ex1_kl_pq, ex1_kl_qp = ex1_kl(p, q) / np.log(2), ex1_kl(q, p)",
)
NOT_GIVEN = "expected a draw for fay in variants.json (--variants), got none"
CELL = '# %% tags=["ex8", "8d"]\n'
PRINTED = (CELL, f"{CELL}z_T, z_S, weight = np.array([3, 1, -2]), np.array([2, 0, -1]), 0.7\n")


@pytest.fixture(scope="module")
def reports(divergences: School) -> dict[str, Report]:
    """Grade a right and a wrong student, one with another's starter, one without a mark, one who typed other data."""
    divergences.submit("ada", "ex1")
    divergences.submit("ada", "ex8")
    divergences.submit("bob", "ex1", edit=IN_BITS)
    divergences.submit("bob", "ex8", edit=TAU_SQUARED)
    divergences.submit("cyn", "ex8", starter="ada")
    divergences.submit("dan", "ex8", edit=("ex8_variant = ", "# "))
    divergences.submit("eve", "ex8", edit=PRINTED)
    divergences.submit("fay", "ex8", starter="bob")
    found = divergences.grade()
    if not any(report["score"] for report in found.values()):
        pytest.skip("this machine does not give isolation level full")
    return found


def list_checks(report: Report) -> Iterator[dict[str, Any]]:
    """Yield all checks of a report."""
    for exercise in report["exercises"]:
        yield from (check for part in exercise["parts"] for check in part["checks"])


def score(report: Report, exercise: str) -> float:
    """Return the score of an exercise."""
    return float(next(one["score"] for one in report["exercises"] if one["id"] == exercise))


def test_right_student_earns_everything(reports: dict[str, Report]) -> None:
    """All points that the grader decides, for data that are nobody else's."""
    assert (score(reports["ada"], "1"), score(reports["ada"], "8"), reports["ada"]["ungraded"]) == (8, 10, 0)


def test_known_mistakes_are_recognised_in_own_data(reports: dict[str, Report]) -> None:
    """They earn their share and get their name, as with the printed data."""
    made = {
        check["id"]: (check["mistake"], check["score"]) for check in list_checks(reports["bob"]) if check["mistake"]
    }
    assert made == {"1a.ex1_kl_pq": ("bits_not_nats", 0.25), "8d.ex8_loss": ("tau_squared", 1.5)}


def test_printed_data_are_wrong(reports: dict[str, Report]) -> None:
    """Whoever solves what everybody knows solves another exercise."""
    part = [check for check in list_checks(reports["eve"]) if check["id"] in {"8a.ex8_p_T", "8a.ex8_p_S"}]
    outcomes = {check["outcome"] for check in part}
    assert outcomes == {"fail"}


@pytest.mark.parametrize(
    ("student", "told"),
    [
        ("cyn", "exercise 8: expected the mark of cyn in ex8_variant, got the mark of ada"),
        ("dan", "exercise 8: expected the mark of dan in ex8_variant, got none"),
        ("fay", f"exercise 8: {NOT_GIVEN}, and ex8_variant holds the mark of bob"),
    ],
)  # fmt: skip
def test_work_for_anothers_data_waits(divergences: School, reports: dict[str, Report], student: str, told: str) -> None:
    """No points and no zero; staff are told whose it is, and students neutrally."""
    report = reports[student]
    assert (report["score"], report["ungraded"]) == (0, 10)
    details = {check["detail"] for check in list_checks(report) if check["outcome"] == "ungraded"}
    assert details == {told}
    batch = json.loads((divergences.top / "reports" / "batch.json").read_text("utf-8"))
    assert next(row["reason"] for row in batch if row["student"] == student) == told
    read = (divergences.top / "reports" / student / "report.txt").read_text("utf-8")
    assert "not graded yet. You lose no points" in " ".join(read.split())
    assert "mistake on our side" not in read
    assert "mark of" not in read


def test_the_report_says_what_was_given(divergences: School, reports: dict[str, Report]) -> None:
    """Each student's data, whichever exercise was submitted."""
    given = {name: divergences.draw("ada", name)["values"] for name in ("1", "8")}
    assert reports["ada"]["provenance"]["variants"] == given
    assert "variants" not in reports["fay"]["provenance"]


def test_stored_evidence_is_judged_by_the_same_data(divergences: School, reports: dict[str, Report]) -> None:
    """Without running anything, and with the same bytes; without the file nothing is graded."""
    out = divergences.top / "reports"
    before = {path: path.read_bytes() for path in out.glob("*/report.json")}
    assert divergences.call("judge", out, "--variants", divergences.variants).exit_code == 3  # cyn, dan and fay wait
    assert {path: path.read_bytes() for path in before} == before
    again = divergences.top / "again"
    shutil.copytree(out / "ada", again)
    result = divergences.call("judge", again)
    assert result.exit_code == 3
    assert json.loads((again / "report.json").read_text("utf-8"))["ungraded"] == 18
    assert reports["ada"]["ungraded"] == 0


def test_one_student_is_graded_as_in_the_class(divergences: School, reports: dict[str, Report]) -> None:
    """The same score alone; under another name it is another's work."""
    file = divergences.top / "submissions" / "ada" / "ex8.py"
    place = divergences.top / "ada.json"
    arguments = ("--exercise", 8, "--json", place, "--variants", divergences.variants)
    assert divergences.call("grade", file, "--student", "ada", *arguments).exit_code == 0
    assert json.loads(place.read_text("utf-8"))["score"] == score(reports["ada"], "8")
    result = divergences.call("grade", file, "--student", "bob", *arguments)
    assert result.exit_code == 3
    assert "expected the mark of bob in ex8_variant, got the mark of ada" in result.stderr


def test_what_a_student_could_have_written_decides_nothing(divergences: School) -> None:
    """A variants.json among the submissions is refused before anything runs."""
    planted = divergences.top / "submissions" / "variants.json"
    planted.parent.mkdir(exist_ok=True)
    shutil.copy(divergences.variants, planted)
    try:
        out = divergences.top / "none"
        result = divergences.call("batch", planted.parent, "--out", out, "--variants", planted)
    finally:
        planted.unlink()
    assert result.exit_code == 2
    assert "which is graded, so it could be a student's own" in result.stderr
    assert not out.exists()


def test_the_secret_is_nowhere(divergences: School, reports: dict[str, Report]) -> None:
    """By content, in all that is written: starters, kit, evidence, reports, feedback, variants.json."""
    assert reports
    files = ("--secret", divergences.top / "secret", "--variants", divergences.variants)
    assert divergences.call("kit", "--student", "ada", "--out", divergences.top / "kit", *files).exit_code == 0
    assert divergences.call("feedback", divergences.top / "reports", "--out", divergences.top / "fb").exit_code == 0
    holding = [path for path in divergences.top.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert holding == [divergences.top / "secret"]


def test_a_kit_knows_nobodys_data(divergences: School) -> None:
    """The check looks at the own file in the student's own session; its wheel holds no value and no mark."""
    files = ("--secret", divergences.top / "secret", "--variants", divergences.variants)
    for name in ("ada", "bob"):
        assert divergences.call("kit", "--student", name, "--out", divergences.top / "kits", *files).exit_code == 0
    one, other = (next((divergences.top / "kits" / name).glob("*.whl")).read_bytes() for name in ("ada", "bob"))
    assert one == other
    site = divergences.top / "site"
    (wheel,) = (divergences.top / "kits" / "ada").glob("*.whl")
    shutil.unpack_archive(wheel, site, "zip")
    inside = b"".join(path.read_bytes() for path in site.rglob("*") if path.is_file())
    assert divergences.draw("ada", "8")["mark"].encode() not in inside
    divergences.submit("ada", "ex8")
    work = divergences.top / "submissions" / "ada" / "ex8.py"
    command = [sys.executable, "-P", "-m", "numgrade_student", str(work)]
    result = subprocess.run(
        command, env={"PYTHONPATH": str(site)}, cwd=site, capture_output=True, text=True, check=False
    )
    assert "8a  no problem found (2 answers, all of the right form)" in result.stdout, result.stderr


def test_grader_check_says_nothing_of_the_mark(divergences: School, reports: dict[str, Report]) -> None:
    """Form and theorems are the same for everybody."""
    assert reports
    result = divergences.call("check", divergences.top / "submissions" / "bob" / "ex8.py", "--part", "8a")
    assert result.exit_code == 0, result.stderr
    assert "no problem found" in result.stdout
    assert "variant" not in result.stdout


@pytest.fixture(scope="module")
def second(numerics: School) -> dict[str, Report]:
    """Grade a right and a wrong student of the second course, and one with another's starter."""
    numerics.submit("ada", "linear-algebra")
    numerics.submit("bob", "linear-algebra", edit=("la_product = A @ B", "la_product = B @ A"))
    numerics.submit("cyn", "linear-algebra", starter="bob")
    found = numerics.grade()
    if not any(report["score"] for report in found.values()):
        pytest.skip("this machine does not give isolation level full")
    return found


def test_second_course_needs_nothing_of_the_program(numerics: School, second: dict[str, Report]) -> None:
    """Matrices are drawn, printed and judged by like numbers and vectors."""
    assert (score(second["ada"], "linear-algebra"), score(second["bob"], "linear-algebra")) == (14, 13.25)
    made = [(check["id"], check["mistake"]) for check in list_checks(second["bob"]) if check["mistake"]]
    assert made == [("system.la_product", "factors_swapped")]
    assert second["cyn"]["ungraded"] == 14
    given = numerics.draw("ada", "linear-algebra")["values"]
    assert second["ada"]["provenance"]["variants"] == {"linear-algebra": given}
    starter = Path(numerics.top, "starters", "ada", "linear-algebra.py").read_text("utf-8")
    rows = r" \\ ".join(" & ".join(f"{x:g}" for x in row) for row in given["A"])
    assert rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}" in starter


RELEASED = """
schema: grader/release/v1
stages:
  feedback: {from: 2026-01-01T00:00+00:00, requires: {pending: 1000, ungraded: 1000}}
  solutions: {from: 2026-01-02T00:00+00:00}
"""


@pytest.mark.parametrize("is_told", [True, False])
def test_solutions_are_those_of_own_data(
    divergences: School, reports: dict[str, Report], tmp_path: Path, *, is_told: bool
) -> None:
    """Nobody reads another's: not with a starter of somebody else's, and nobody where it is not said who has what."""
    assert reports
    policy = divergences.top / "course" / "release.yaml"
    policy.write_text(RELEASED, encoding="utf-8")
    files = ["--variants", divergences.variants] if is_told else []
    try:
        result = divergences.call("feedback", divergences.top / "reports", "--out", tmp_path, *files)
    finally:
        policy.unlink()
    assert result.exit_code == 0, result.stderr
    pages = {student: (tmp_path / student / "feedback.html").read_text("utf-8") for student in ("ada", "bob", "cyn")}
    assert all("Solution of 2b" in page for page in pages.values())
    assert {student: "Solution of 8d" in page for student, page in pages.items()} == {
        "ada": is_told, "bob": is_told, "cyn": False,
    }  # fmt: skip
    assert ("solutions of exercise 1, 8 are left out" in result.stderr) is not is_told
    if is_told:
        losses = [page.partition("Solution of 8d")[2][:600] for page in (pages["ada"], pages["bob"])]
        assert losses[0] != losses[1]
