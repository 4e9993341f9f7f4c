"""The reference page for authors: current, complete, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, get_args

import pytest
from pydantic import Field

from grader.course import Answer, Kind, Name, Points, Sentence
from grader.judge.rules import RULES
from grader.model import Frozen
from grader.spec.key_table import anchor, describe_type, list_references, render_table
from grader.spec.reference_page import KINDS, PAGE, render_page, write_page


def table_of(record: type[Frozen]) -> str:
    """Return the table of a record's keys."""
    schema = record.model_json_schema(by_alias=True)
    records = schema.get("$defs", {})
    return render_table(schema, records, {name: name for name in records})


def test_the_committed_page_is_current() -> None:
    """`python -m grader.spec.reference_page` was run after the last change of the records and rules."""
    assert PAGE.read_text(encoding="utf-8") == render_page()


def test_the_page_is_written_where_asked(tmp_path: Path) -> None:
    """Missing folders are made."""
    write_page(tmp_path / "a" / "page.md")
    assert (tmp_path / "a" / "page.md").read_text(encoding="utf-8") == render_page()


def test_every_rule_has_its_section_with_every_key_and_code() -> None:
    """A new rule, key or code is on the page without anybody's doing."""
    for rule in RULES.values():
        _, _, rest = render_page().partition(f"### Rule `{rule.name}`\n")
        section = rest.partition("\n### ")[0]
        assert rule.asks in section
        own = [key for key in rule.record.model_fields if key not in {"id", "answer", "rule", "points", "hint"}]
        assert all(f"| `{key}` |" in section for key in own if key != "visibility")
        assert all(f"| `{code}` | {said.meaning} |" in section for code, said in rule.codes.items())


def test_every_kind_of_answer_is_explained_and_can_be_judged() -> None:
    """The table of kinds has all of them, each with a rule."""
    assert tuple(KINDS) == get_args(Kind)
    assert all(any(kind in rule.kinds for rule in RULES.values()) for kind in KINDS)


def test_links_on_the_page_lead_to_its_headings() -> None:
    """Records and rules are linked to where they are explained."""
    page = render_page()
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= headings
    assert len(re.findall(r"^#+ (.*)$", page, re.MULTILINE)) == len(headings)


class Inner(Frozen):
    """What is inside. More of it.

    And a second paragraph.
    """

    low: float = Field(description="Where it begins.")


class Outer(Frozen):
    """A record with keys of every sort."""

    name: Name = Field(description="Called so.")
    words: tuple[Sentence, ...] = Field((), description="A | in words.")
    worth: Points | None = Field(None, description="Its worth.")
    inner: Inner | None = None
    pair: tuple[float, int] = Field(description="Two numbers.")
    table: tuple[tuple[float, ...], ...] = Field((), description="Rows.")
    by_name: dict[str, int] = Field(default_factory=dict, description="Counts.")
    small: Annotated[float, Field(gt=0, le=1, description="A share.")] = 0.5
    on: bool = Field(default=True, description="A switch.")


def test_a_table_says_type_default_and_meaning() -> None:
    """Each sort of key is described in words; a record that says nothing of a key is described by its own type."""
    rows = [line.split(" | ") for line in table_of(Outer).splitlines()]
    assert [[cell.strip("| ") for cell in row] for row in rows[2:]] == [
        ["`name`", "name", "required", "Called so."],
        ["`words`", "list of sentences", "", "A \\| in words."],
        ["`worth`", "points", "", "Its worth."],
        ["`inner`", "[Inner](#inner)", "", "What is inside. More of it."],
        ["`pair`", "[number, whole number]", "required", "Two numbers."],
        ["`table`", "list of lists of numbers", "", "Rows."],
        ["`by_name`", "by name: whole number", "", "Counts."],
        ["`small`", "number above 0 and up to 1", "`0.5`", "A share."],
        ["`on`", "`true` or `false`", "`true`", "A switch."],
    ]


def test_references_are_listed_in_order() -> None:
    """What a record refers to is found at any depth, and its own definitions are passed over."""
    assert list(list_references(Outer.model_json_schema())) == ["Inner"]


def test_a_key_without_a_description_is_an_error() -> None:
    """Nobody adds a key that authors read nothing about."""

    class Silent(Frozen):
        """Says nothing."""

        key: int

    with pytest.raises(ValueError, match="key: expected a description"):
        table_of(Silent)


def test_choices_are_shown_as_they_are_written() -> None:
    """The words of an enumeration stand in code."""
    schema = Answer.model_json_schema()["properties"]["promises"]
    assert describe_type(schema, {}) == "`any` or `probabilities` or `positive`"
