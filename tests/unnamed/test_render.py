"""The groups for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType

import pytest

from grader.pipeline import Grader
from grader.unnamed import Unnamed, build_json, find_unnamed, render_unnamed
from tests.unnamed.conftest import make_evidence


@pytest.fixture(scope="module")
def halved(course: Grader, exercise5: ModuleType) -> Unnamed:
    """Return a class of three, two of whom have half of the total variation; one has a hostile name."""
    pieces = [
        make_evidence(course, name, ex5_tv=lambda theta: exercise5.ex5_tv(theta) / 2)
        for name in ("ada", "::error::\x1b[31mbob")
    ]
    return find_unnamed(course, [*pieces, make_evidence(course, "cyd")])


def test_text_says_who_what_and_why(halved: Unnamed) -> None:
    """And what to add, as it is to be added: lines are not wrapped."""
    text = render_unnamed(halved)
    assert text.startswith("3 students: 1 wrong result is shared that no known mistake explains.\n")
    assert "5a.ex5_tv: 2 students\n" in text
    assert "ex5_tv(0.25) = 0.125; " in text
    assert "explained by: a mean is taken for a sum in line 25 of reference/divergences.py (total):" in text
    assert "`mean(terms.ravel().tolist())`" in text
    assert "\n    - {code: ex5_tv_sum_mean, wrong: ex5_tv__sum_mean}\n" in text
    assert "\n    from .divergences import total_variation__ex5_tv_sum_mean\n" in text
    assert "chance" not in text


def test_names_of_students_are_escaped(halved: Unnamed) -> None:
    """A terminal and a CI runner obey none of them."""
    text = render_unnamed(halved)
    assert "\x1b" not in text
    assert "::error::" not in text


def test_nothing_shared_is_said() -> None:
    """In a line."""
    assert render_unnamed(Unnamed(1, ())) == ("1 student: no wrong result is shared that no known mistake explains.\n")


def test_what_nothing_explains_is_said(course: Grader) -> None:
    """With how far the search came, and nothing to add."""
    pieces = [make_evidence(course, name, ex5_tv=lambda theta: 3.7 + theta**3) for name in "ab"]
    seconds = iter(range(1000))
    text = render_unnamed(find_unnamed(course, pieces, limit_s=4.5, clock=lambda: float(next(seconds))))
    assert "nothing that was found (2 changes tried, then the time was over)" in text
    assert "add to" not in text


def test_chance_is_said(course: Grader, exercise5: ModuleType) -> None:
    """Where the tolerance leaves few digits of a single number."""
    values = {**exercise5.ex5_at_001(), "tv": exercise5.ex5_at_001()["tv"] / 2}
    pieces = [make_evidence(course, name, ex5_at_001=values) for name in "ab"]
    text = " ".join(render_unnamed(find_unnamed(course, pieces)).split())
    assert "caution: could also be by chance: few, round or coarse numbers; " in text


def test_many_students_and_explanations_are_counted(halved: Unnamed) -> None:
    """The first of them are named."""
    (one,) = halved.groups
    group = replace(one.group, students=tuple(f"s{number}" for number in range(9)))
    many = replace(one, group=group, explanations=one.explanations[:1] * 7)
    text = " ".join(render_unnamed(Unnamed(9, (many,))).split())
    assert "students: s0, s1, s2, s3, s4, s5 and 3 more" in text
    assert "or: 3 more that give the same" in text


def test_json_has_everything(halved: Unnamed) -> None:
    """Also what the text leaves out."""
    document = json.loads(build_json(halved))
    assert (document["schema"], document["students"]) == ("grader/mistakes/v1", 3)
    (group,) = document["groups"]
    assert group["students"] == ["::error::\x1b[31mbob", "ada"]
    assert {"shape": [], "values": [0.125]} in group["results"]
    assert len(group["results"]) == len(halved.groups[0].question.calls)
    assert group["explanations"][0]["changes"] == ["sum_mean"]
    assert group["snippet"]["code"] == "ex5_tv_sum_mean"
    assert set(group["snippet"]["files"]) == {"reference/divergences.py", "reference/exercise5.py"}


def test_json_has_texts_for_what_json_has_not(course: Grader, numerics: Grader) -> None:
    """Infinities, complex numbers and calls that raised."""

    def odd(theta: float) -> float:
        if theta == 0.25:
            raise ValueError(theta)
        return float("inf") if theta == 0.75 else 7.0

    functions = find_unnamed(course, [make_evidence(course, name, ex5_tv=odd) for name in "ab"])
    (group,) = json.loads(build_json(functions))["groups"]
    assert {"code": "call.raised"} in group["results"]
    assert {"shape": [], "values": ["inf"]} in group["results"]
    assert group["snippet"] is None
    spectra = [make_evidence(numerics, name, la_eigenvalues=[1j, 2.0, 3.0]) for name in "ab"]
    (group,) = json.loads(build_json(find_unnamed(numerics, spectra)))["groups"]
    assert [0.0, 1.0] in group["results"][0]["values"]


def test_who_is_left_out_is_told() -> None:
    """By exercise: a class without a shared mistake is another thing than one that was not looked at."""
    unnamed = Unnamed(9, (), {"8": 9, "ode": 1})
    text = render_unnamed(unnamed)
    assert "Left out: exercise 8 of 9 students with data of their own" in text
    assert "Left out: exercise ode of 1 student with data" in text
    assert json.loads(build_json(unnamed))["left_out"] == {"8": 9, "ode": 1}
