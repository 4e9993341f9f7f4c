"""Formulas become MathML and nothing else, whoever wrote them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.feedback.formulas import ATTRIBUTES, ELEMENTS, read_aloud, set_code, typeset, typeset_formula

ROOT = Path(__file__).parents[2]
_TAG = re.compile(r"<(/?)([A-Za-z0-9]+)((?: [A-Za-z]+=\"[^\"<>]*\")*)>")


def _list_course_formulas() -> list[str]:
    files = [*ROOT.glob("exercises/*.yaml"), *ROOT.glob("rubrics/*.yaml"), *ROOT.glob("examples/*/exercises/*.yaml")]
    return sorted({tex for file in files for tex in re.findall(r"\$([^$\n]+)\$", file.read_text("utf-8"))})


def _check_tags(page: str) -> None:
    """Everything that looks like a tag is one of those that we write."""
    assert "<" not in _TAG.sub("", page)
    for _, name, attributes in _TAG.findall(page):
        assert name in ELEMENTS | {"code"}
        assert set(re.findall(r' ([A-Za-z]+)="[^"]*"', attributes)) <= ATTRIBUTES | {"title", "encoding", "mathvariant"}


def test_every_formula_of_the_courses_is_mathml() -> None:
    """None falls back to its source."""
    formulas = _list_course_formulas()
    assert len(formulas) > 100
    assert [tex for tex in formulas if not typeset_formula(tex).startswith("<math")] == []


def test_source_is_there_to_be_copied() -> None:
    """As an annotation, and as what a pointer shows."""
    made = typeset_formula(r"a < \tfrac12")
    assert '<annotation encoding="application/x-tex">a &lt; \\tfrac12</annotation>' in made
    assert 'title="a &lt; \\tfrac12"' in made


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(x)}{x}",
        r"\class{a}{x}",
        r"\color{red\" onload=\"x}{x}",
        "<script>alert(1)</script>",
        "&lt;script&gt;",
    ],
)
def test_formula_is_no_markup(tex: str) -> None:
    """The library writes some of these as tags and attributes; here they are text, or gone."""
    _check_tags(typeset_formula(tex))


@pytest.mark.parametrize("tex", [r"\frac" * 300, "^^", "_", "{" * 400, r"\begin{matrix}" * 40, "x" * 2000, r"\left("])
def test_what_is_no_formula_is_shown_as_it_is(tex: str) -> None:
    """No exception, and nothing that is not asked for."""
    _check_tags(typeset_formula(tex))


@given(st.text(alphabet=st.sampled_from("\\{}^_$&<>\"'`ab12 \u202e\n") | st.characters(), max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    """Whatever is written, tags are ours."""
    _check_tags(typeset_formula(text))
    _check_tags(typeset(text))
    _check_tags(set_code(text))


def test_alphabets_are_characters() -> None:
    """Browsers do not know TeX's alphabets by an attribute."""
    assert "𝒩" in typeset_formula(r"\mathcal N")
    assert "𝔼" in typeset_formula(r"\mathbb E")
    assert "ℝ" in typeset_formula(r"\mathbb R")


def test_a_dollar_in_a_message_means_nothing() -> None:
    """It may be a student's."""
    assert "<math" not in set_code("x = '$a$', use `np.log`")
    assert "<code>np.log</code>" in set_code("x = '$a$', use `np.log`")
    assert set_code("one ` alone") == "one ` alone"


def test_labels_are_read_aloud() -> None:
    """Where no MathML can stand."""
    assert read_aloud(r"$\theta$ against $D(p\|q)$") == "θ against D(p‖q)"
    assert read_aloud("`a` \u202eb") == "a \\u202eb"
