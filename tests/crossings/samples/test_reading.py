"""The sample students can be read, and what is expected of them is written down without a contradiction."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.errors import SubmissionRefused
from grader.model import Limits
from grader.submission import list_entries, read_submission

SAMPLES = Path(__file__).parents[3] / "submissions"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((SAMPLES / "expected.yaml").read_text(encoding="utf-8"))


def test_every_sample_has_an_expectation_and_every_expectation_a_sample() -> None:
    """The file and the folders name the same students."""
    # each of these has a file of its own, see tests/crossings/samples and tests/crossings/hostile
    elsewhere = {"mistakes", "follow_through", "hostile"}
    kinds = [folder for folder in SAMPLES.iterdir() if folder.is_dir() and folder.name not in elsewhere]
    found = {f"{kind.name}/{entry.student}" for kind in kinds for entry in list_entries(kind)}
    assert found == {name for name in EXPECTED if name.split("/")[0] not in elsewhere}


@pytest.mark.parametrize("sample", sorted(EXPECTED))
def test_a_sample_is_read_or_refused_as_expected(sample: str) -> None:
    """Only the samples that say so are refused."""
    kind, student = sample.split("/")
    entry = next(entry for entry in list_entries(SAMPLES / kind) if entry.student == student)
    if EXPECTED[sample].get("status") == "refused":
        with pytest.raises(SubmissionRefused):
            read_submission(entry.paths, Limits())
    else:
        assert read_submission(entry.paths, Limits()).student == student


@pytest.mark.parametrize("sample", sorted(name for name, expected in EXPECTED.items() if "parts" in expected))
def test_expected_parts_add_up(sample: str) -> None:
    """The score of a sample is the sum of its parts."""
    expected = EXPECTED[sample]
    assert sum(Fraction(str(points)) for points in expected["parts"].values()) == Fraction(str(expected["score"]))


def test_the_right_ones_have_full_points() -> None:
    """Right students have all 79 automatic points, and all 21 wait for a human."""
    right = [expected for name, expected in EXPECTED.items() if name.startswith("right/")]
    assert len(right) >= 4
    assert all((expected["score"], expected["pending"]) == (79, 21) for expected in right)
