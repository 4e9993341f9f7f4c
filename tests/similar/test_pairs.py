"""Planted pairs stand above every honest pair, whatever the copy changed; honest pairs that are listed are counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from grader.model import Cell
from grader.similar import Digest, Found, find_pairs
from grader.similar.digest import list_pieces
from grader.similar.pairs import LEAST_RANK, find_limit, weigh
from grader.similar.tokens import scan_code
from tests.similar.conftest import (
    HONEST,
    NAMES,
    WAYS,
    build_cells,
    build_class,
    digest,
    read_vocabulary,
    write_essay,
    write_honest,
)

# How many honest pairs are listed, by the size of the class: the false alarms.
FALSE_ALARMS = {5: 1, 12: 1, HONEST: 0, 100: 0}
SOURCE = 3  # whose work is copied

Code = Mapping[str, str]


@cache
def build_honest() -> tuple[Digest, ...]:
    """Return the honest class, made once."""
    return tuple(build_class())


def rename(code: Code) -> dict[str, str]:
    """Return code with other names for all that is the student's own."""
    own = re.compile(rf"(?<![.\w])({'|'.join(NAMES)})(?!\w)")
    return {part: own.sub(r"my_\1_2", source) for part, source in code.items()}


def comment(code: Code) -> dict[str, str]:
    """Return code with remarks, blank lines and another width of indentation."""
    return {
        part: "".join(f"{line.replace('    ', '  ')}  # step {at}\n\n" for at, line in enumerate(source.splitlines()))
        for part, source in code.items()
    }


def reorder(code: Code) -> dict[str, str]:
    """Return the cells in the opposite order."""
    return dict(reversed(code.items()))


def wrap(code: Code) -> dict[str, str]:
    """Return code in which each task is put into a helper function of its own."""
    return {
        part: f"def solve_{part}(p, q, P, r):\n"
        + "".join(f"    {line}\n" for line in source.splitlines())
        + f"    return locals()\n\nanswers_{part} = solve_{part}(p, q, P, r)\n"
        for part, source in code.items()
    }


def halve(code: Code) -> dict[str, str]:
    """Return half of the tasks of the source, and the others of an honest student."""
    copied = [part for at, part in enumerate(WAYS) if at % 2]
    own = write_honest(1001)
    return {part: one[part] for part in WAYS for one in [code if part in copied else own] if part in one}


CHANGES: Mapping[str, Callable[[Code], dict[str, str]]] = {
    "nothing": dict,
    "names": rename,
    "comments and layout": comment,
    "order": reorder,
    "helpers": wrap,
    "half": halve,
    "names, comments and order": lambda code: reorder(comment(rename(code))),
}


def find_with(*planted: Digest, most: int = 50) -> Found:
    """Return what is found in the honest class and these."""
    return find_pairs([*build_honest(), *planted], most)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_planted_copy_is_first(change: Callable[[Code], dict[str, str]]) -> None:
    """It is the first pair of the class, and no other is listed."""
    copied = digest("planted", *build_cells(change(write_honest(SOURCE)), write_essay(999)))
    pairs = find_with(copied).pairs
    assert [(pair.first, pair.second) for pair in pairs] == [(f"honest{SOURCE:02}", "planted")]
    assert pairs[0].code.rank > LEAST_RANK


def test_change_of_names_changes_names() -> None:
    """A helper of this test that changed nothing would show nothing."""
    code = write_honest(SOURCE)
    assert all(rename(code)[part] != source for part, source in code.items() if part != "7a")
    tokens = [[word.text for word in scan_code(one["1a"]).code] for one in (code, rename(code))]
    assert tokens[0] == tokens[1]


def test_copy_from_a_script_into_a_notebook_is_found() -> None:
    """A script is one cell without tags; its copy has a cell for each part."""
    code = write_honest(SOURCE)
    script = Cell(0, "code", "\n".join(code.values()))
    honest = [one for one in build_honest() if one.student != f"honest{SOURCE:02}"]
    found = find_pairs([*honest, digest("script", script), digest("planted", *build_cells(rename(code)))], 5)
    assert [(pair.first, pair.second) for pair in found.pairs] == [("planted", "script")]


def test_copied_text_is_found_and_code_stays_their_own() -> None:
    """Case and line breaks do not hide it; the part is named."""
    copied = write_essay(SOURCE).upper().replace(". ", ".\n")
    (pair,) = find_with(digest("planted", *build_cells(write_honest(998), copied))).pairs
    assert (pair.first, pair.second, pair.parts) == (f"honest{SOURCE:02}", "planted", ["1d"])
    assert min(pair.text.whole.first, pair.text.whole.second) > 0.8
    assert pair.code.rank < LEAST_RANK


def test_group_that_shares_its_work_is_found_whole() -> None:
    """Each of its pairs stands above every other, though each fingerprint is that of four."""
    code = write_honest(SOURCE)
    group = [digest(f"planted{at}", *build_cells(rename(code), write_essay(2000 + at))) for at in range(3)]
    names = {f"honest{SOURCE:02}", *(one.student for one in group)}
    found = find_with(*group).pairs[:6]
    assert all({pair.first, pair.second} <= names for pair in found)
    assert len(found) == 6


@pytest.mark.parametrize(("students", "alarms"), FALSE_ALARMS.items())
def test_false_alarms_are_counted(students: int, alarms: int) -> None:
    """In a class of forty there are none; in a small one nobody can tell what is common. `docs/similar.md` says so."""
    assert find_pairs(build_class(students), 1000).count == alarms


def test_what_many_have_does_not_count() -> None:
    """A solution that a lecture showed to a third of the class makes no pair."""
    code = write_honest(SOURCE)
    taught = [digest(f"taught{at:02}", *build_cells(code, write_essay(3000 + at))) for at in range(20)]
    assert not any("taught" in pair.first + pair.second for pair in find_with(*taught).pairs)


def test_who_is_alike_in_all_stands_above_who_is_in_one() -> None:
    """A long text in both outweighs neither code nor text alone: the two kinds count together."""
    text = ". ".join(write_essay(3000 + at) for at in range(3))
    essays = [digest(name, *build_cells(write_honest(seed), text)) for name, seed in (("essay1", 996), ("essay2", 997))]
    copy = digest("planted", *build_cells(rename(write_honest(SOURCE)), write_essay(SOURCE)))
    first, second = find_with(copy, *essays).pairs
    assert [(pair.first, pair.second) for pair in (first, second)] == [
        (f"honest{SOURCE:02}", "planted"),
        ("essay1", "essay2"),
    ]
    assert first.rank < second.rank  # by what they have most in common it is the other way round
    assert second.code.rank < LEAST_RANK < first.code.rank


def test_most_and_count() -> None:
    """No more pairs than asked for, the first ones, and how many there are."""
    code = write_honest(SOURCE)
    group = [digest(f"planted{at}", *build_cells(code, write_essay(2000 + at))) for at in range(3)]
    all_of_them, two = find_with(*group), find_with(*group, most=2)
    assert two.pairs == all_of_them.pairs[:2]
    assert two.count == all_of_them.count == len(all_of_them.pairs) == 6


def test_order_of_the_class_changes_nothing() -> None:
    """The same class gives the same pairs in the same order."""
    planted = digest("planted", *build_cells(write_honest(SOURCE)))
    assert find_pairs([planted, *reversed(build_honest())], 9) == find_with(planted, most=9)


@pytest.mark.parametrize(("students", "limit"), [(2, 2), (5, 2), (12, 6), (40, 10), (100, 25), (10_000, 60)])
def test_limit(students: int, limit: int) -> None:
    """How many may have what counts, and that it counts the less the more have it."""
    assert find_limit(students) == limit
    weights = [weigh(holders, students) for holders in range(1, limit + 1)]
    assert weights[:2] == [1, 1]
    assert weights[1:] == sorted(set(weights[1:]), reverse=True)
    assert weights[-1] > 0


@pytest.mark.parametrize("students", [0, 1])
def test_nobody_to_compare_with(students: int) -> None:
    """There is no pair."""
    assert find_pairs(build_class(students), 5).pairs == ()


def test_share_of_little_is_no_reason_to_look() -> None:
    """A short function that is quite the same and that nobody else has is not listed; a long one is."""
    lines = [f"total += alpha.m{at}(beta[{at}]) * gamma ** {at}\n" for at in range(40)]
    for count, listed in ((3, 0), (40, 1)):
        pair = [digest(name, *build_cells({"1a": "".join(lines[:count])})) for name in ("ada", "ben")]
        assert find_with(*pair).count == listed


def test_vocabulary_names_all_parts_of_the_class() -> None:
    """Otherwise the honest class would be compared as one piece."""
    pieces = list_pieces({"a": build_cells(WAYS)}, read_vocabulary())
    assert [piece.part for piece in pieces] == [*WAYS, "1d"]
