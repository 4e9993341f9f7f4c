"""Which students a change touches, and what it may not touch."""

from __future__ import annotations

from grader.ci.plan import plan_changes
from grader.git.pattern import parse_pattern
from grader.git.repository import FileChange


def test_renaming_away_counts_as_an_edit() -> None:
    """The old end of a rename is looked at too; that of a copy is not touched."""
    patterns = (parse_pattern("submissions/{student}/**"),)
    moved = FileChange("R", "submissions/ada/x.py", "submissions/bob/x.py")
    copied = FileChange("C", "submissions/ada/x.py", "submissions/bob/x.py")
    assert [one.path for one in plan_changes([moved], patterns, "ada").forbidden_changes] == ["submissions/bob/x.py"]
    assert not plan_changes([copied], patterns, "ada").forbidden_changes
    assert plan_changes([moved], patterns, None).students == ("ada", "bob")


def test_a_request_for_another_look_touches_no_submission() -> None:
    """It grades nobody; in the folder of somebody else it is as forbidden as anything."""
    patterns = (parse_pattern("submissions/{student}/**"),)
    request = FileChange("A", "submissions/ada/regrade.yaml")
    assert plan_changes([request], patterns, "ada") == plan_changes([], patterns, "ada")
    assert [one.path for one in plan_changes([request], patterns, "bob").forbidden_changes] == [request.path]
    work = FileChange("M", "submissions/ada/hw.py")
    assert plan_changes([request, work], patterns, "ada").students == ("ada",)
