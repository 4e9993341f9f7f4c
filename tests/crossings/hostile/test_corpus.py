"""Every attack under submissions/hostile is contained, at each isolation level that promises it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import pipeline
from grader.errors import SubmissionRefused
from grader.feedback import Work, render_page
from grader.model import FileEvidence, Limits, SequenceValue
from grader.submission import read_submission
from tests.feedback.conftest import check_harmless

CORPUS = Path(__file__).parents[3] / "submissions" / "hostile"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((CORPUS.parent / "hostile.yaml").read_text(encoding="utf-8"))
CLASSES = {"theft", "forging", "resources", "escape", "documents"}
ATTACKS = [(level, name) for name, due in EXPECTED.items() for level in due.get("levels", ["full", "reduced"])
           if not due.get("refused")]  # fmt: skip


def _file(name: str) -> Path:
    return next(path for path in CORPUS.iterdir() if path.name.split(".")[0] == name)


@pytest.mark.parametrize(("level", "name"), ATTACKS)
def test_attack_is_contained(boxes: Any, level: str, name: str) -> None:
    """It earns no more than stated, reaches nothing, ends as stated, leaves nothing; its page does nothing."""
    box, due = boxes(level), EXPECTED[name]
    before = _surroundings(box)
    submission = read_submission([_file(name)], box.limits)
    evidence, report = box.run(submission)
    assert report.score <= due["points"]
    assert report.ungraded == 0
    _check_breach(evidence)
    _check_ending(evidence, due)
    whole = pipeline.build_blank_evidence(box.grader, submission, level).model_copy(update={"runs": (evidence,)})
    check_harmless(render_page(Work(box.grader.course, report, whole)))
    assert _surroundings(box) == before
    assert box.traces_on_the_host() == set()
    assert box.honest_score() == 4


def _surroundings(box: Any) -> tuple[object, ...]:
    """Return what an attack must leave as it was: the box's processes, this process's descriptors, the mounts.

    Other tests, which may run at the same time, mount small disks and name network namespaces.
    """
    descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    mounts = [line for line in lines if not line.startswith("grader-test ") and "/run/netns" not in line]
    return box.processes(), descriptors, mounts


def _check_breach(evidence: FileEvidence) -> None:
    value = evidence.answers["breach"].value
    assert not (isinstance(value, SequenceValue) and value.items), f"it reached {value.items}"


def _check_ending(evidence: FileEvidence, due: dict[str, Any]) -> None:
    ending = "none" if evidence.ending is None else evidence.ending.cause
    assert ending in due.get("ending", ["none"]), evidence.ending
    causes = {answer.lost.cause for answer in evidence.answers.values() if answer.lost is not None}
    assert "lost" not in due or (causes and causes <= set(due["lost"]))
    assert "cell" not in due or evidence.cells[-1].status == due["cell"]


@pytest.mark.parametrize("name", [name for name, due in EXPECTED.items() if due.get("refused")])
def test_document_is_refused_with_a_reason(name: str) -> None:
    """What is no submission is refused before anything runs, in one line that is safe to print."""
    with pytest.raises(SubmissionRefused) as refusal:
        read_submission([_file(name)], Limits())
    assert str(refusal.value).isprintable()


def test_every_attack_has_an_expectation_and_says_what_it_tries() -> None:
    """No attack without a statement of what must come of it, in the list and in its own first line."""
    assert {path.name.split(".")[0] for path in CORPUS.iterdir() if path.name != "__pycache__"} == set(EXPECTED)
    assert {due["class"] for due in EXPECTED.values()} == CLASSES
    assert len(EXPECTED) >= 60
    assert all(due.get("levels", ["full", "reduced"]) == ["full", "reduced"] or due["why"] for due in EXPECTED.values())
