"""Where an answer in words is found: under its tag, by its name, or below its untouched cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judge import hash_evidence
from grader.judge.placeholder import exercise_heading, part_heading, text_placeholder
from grader.judge.written import Written, find_name, find_starter, find_written
from grader.model import Evidence, FileEvidence, LooseText
from grader.spec import load_course

COURSE = load_course(Path(__file__).parents[1] / "spec" / "small")
STARTER = find_starter(COURSE)
PART = COURSE.exercises[0].parts[1]
PLACEHOLDER = text_placeholder(PART, PART.answers[0])


def _find(*loose: LooseText, **texts: str) -> object:
    return find_written(FileEvidence(file="a.ipynb", texts=texts, loose=loose), STARTER).get("ex1b_text")


def _loose(text: str, after: int = 3, names: tuple[str, ...] = ("ex1b_text",)) -> LooseText:
    return LooseText(text=text, after=after, names=names)


def test_the_starter_of_a_course_is_known() -> None:
    """Its text answers, and the headings by which its own cells are told from a student's."""
    assert "ex1b_text" in STARTER.names
    assert "ex1_area" not in STARTER.names


@pytest.mark.parametrize(
    "text",
    ["ex1b_text: x", "**ex1b_text** x", "__ex1b_text__ x", "`ex1b_text`", "# ex1b_text", "> *ex1b_text*\nx",
     "\n\n  ex1b_text", "\u200bex1b_text", "- ex1b_text", PLACEHOLDER],
)  # fmt: skip
def test_a_name_at_the_beginning_is_found(text: str) -> None:
    """Whatever emphasis Markdown puts around it."""
    assert find_name(text, STARTER.names) == "ex1b_text"


@pytest.mark.parametrize("text", ["", "x ex1b_text", "ex1b_texts", "ex1b", "**", "1 ex1b_text"])
def test_other_beginnings_are_no_name(text: str) -> None:
    """Only the whole name counts, and only in front."""
    assert find_name(text, STARTER.names) is None


def test_a_cell_that_lost_its_tag_counts_like_a_tagged_one() -> None:
    """Beside a tagged one both count."""
    assert _find(_loose("ex1b_text: Because.", -1, ())) == Written("ex1b_text: Because.")
    assert _find(_loose("**ex1b_text** Yes."), ex1b_text=PLACEHOLDER) == Written(f"{PLACEHOLDER}\n\n**ex1b_text** Yes.")


def test_what_lies_below_the_cell_is_kept_apart() -> None:
    """Up to the next cell of the starter; what lies below another cell is nobody's."""
    found = _find(_loose("one"), _loose("two"), _loose("other", 5, ()), ex1b_text=PLACEHOLDER)
    assert found == Written(PLACEHOLDER, "one\n\ntwo")


def test_where_all_tags_are_lost_the_starters_own_cells_end_an_answer() -> None:
    """The heading of the next part or exercise is no answer, nor is what follows it."""
    for heading in (part_heading(COURSE.exercises[0].parts[0]), exercise_heading(COURSE.exercises[1])):
        cells = [_loose(text, -1, ()) for text in (PLACEHOLDER, "Because.", f"{heading}\n\nA question.", "not this")]
        assert _find(*cells) == Written(PLACEHOLDER, "Because.")


@pytest.mark.parametrize("heading", ["# Exercise 2", "## 2a", "### Part 1a:", "#2", "# ex2"])
def test_a_heading_of_another_place_ends_an_answer(heading: str) -> None:
    """Whoever made the notebook: nothing was written for the answer above."""
    assert _find(_loose(heading), _loose("not this"), ex1b_text=PLACEHOLDER) == Written(PLACEHOLDER)


@pytest.mark.parametrize(
    ("cells", "below"),
    [
        (("## 1b", "Because."), "Because."),
        (("# Exercise 1", "Because."), "Because."),
        (("# 1b\n\nBecause.",), "# 1b\n\nBecause."),
        (("# Because of what 2 does to it",), "# Because of what 2 does to it"),
        (("# Because",), "# Because"),
    ],
)
def test_other_headings_end_nothing(cells: tuple[str, ...], below: str) -> None:
    """Students head their own answers, and some write them as headings."""
    assert _find(*map(_loose, cells), ex1b_text=PLACEHOLDER) == Written(PLACEHOLDER, below)


def test_a_cell_about_an_answer_in_code_does_not_end_a_text() -> None:
    """A proof may well begin with the name of a number."""
    assert _find(_loose("ex1_area is a product."), ex1b_text=PLACEHOLDER) == Written(
        PLACEHOLDER, "ex1_area is a product."
    )


def test_evidence_without_loose_texts_is_what_it_was() -> None:
    """Its text and its hash are those of evidence from before they were kept; with some both are others."""

    def evidence(*loose: LooseText) -> Evidence:
        run = FileEvidence(file="a.py", loose=loose)
        return Evidence(
            schema="grader/evidence/v1", student="ada", files=("a.py",), submission_sha256="", probes_sha256="",
            isolation="full", runs=(run,),
        )  # fmt: skip

    assert '"loose"' not in evidence().model_dump_json(by_alias=True)
    assert hash_evidence(evidence()) == "572fccc23e4c4913d8449c1cc75b1c147d33e2112a9de327b0245583bf54a120"
    assert hash_evidence(evidence(_loose("x"))) != hash_evidence(evidence())
    again = Evidence.model_validate_json(evidence(_loose("x")).model_dump_json(by_alias=True))
    assert again == evidence(_loose("x"))
