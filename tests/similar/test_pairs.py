"""Planted pairs stand above every honest pair, whatever the copy changed; honest pairs that are listed are counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from grader.model import Cell
from grader.similar import Digest, Found, find_pairs
from grader.similar.digest import list_pieces
from grader.similar.pairs import Alike, find_limit
from grader.similar.tokens import scan_code
from tests.similar.conftest import HONEST, build_cells, build_class, digest, read_vocabulary, write_essay, write_honest

# How many honest pairs are listed, by the size of the class: the false alarms.
FALSE_ALARMS = {5: 4, 12: 10, HONEST: 0, 100: 0}
SOURCE = 3  # whose work is copied
_NEW = {"np": "numpy"}
_FIXED = {"sum", "print", "zip", "range", "abs", "bool", "float", "math", "rng", "norm", "random", "P", "p", "q", "r"}

Code = Mapping[str, str]


@cache
def build_honest() -> tuple[Digest, ...]:
    """Return the honest class, made once."""
    return tuple(build_class())


def rename(code: Code) -> dict[str, str]:
    """Return code with other names for all that is the student's own."""
    answers = read_vocabulary().answers

    def change(match: re.Match[str]) -> str:
        word = match[0]
        own = word.islower() and word in {"a", "b", "x", "y", "tmp", "val", "mask", "out", "total", "mean1", "res", "left",
                                          "right", "probs", "weights", "k"}  # fmt: skip
        return f"my_{word}_2" if own and word not in answers else word

    return {part: re.sub(r"(?<![.\w])\w+", change, source) for part, source in code.items()}


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
    own = write_honest(1001)
    return {part: code[part] if at % 2 else own[part] for at, part in enumerate(code)}


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
    assert pairs[0].code.share > 0.3


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
    assert (pair.first, pair.second, list(pair.parts)) == (f"honest{SOURCE:02}", "planted", ["1d"])
    assert pair.text.share > 0.9
    assert pair.code.share < 0.3


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
    assert find_with(*taught).count == 0


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


@pytest.mark.parametrize(("students", "limit"), [(2, 2), (5, 2), (12, 6), (40, 6), (100, 10), (10_000, 30)])
def test_limit(students: int, limit: int) -> None:
    """How many may have what counts."""
    assert find_limit(students) == limit


@pytest.mark.parametrize("students", [0, 1])
def test_nobody_to_compare_with(students: int) -> None:
    """There is no pair."""
    assert find_pairs(build_class(students), 5).pairs == ()


def test_share_of_little_ranks_low() -> None:
    """All of a little is less than half of much."""
    assert Alike.of(4, 4, 4).rank < Alike.of(40, 80, 90).rank
    assert Alike().rank == 0


def test_vocabulary_names_all_parts_of_the_class() -> None:
    """Otherwise the honest class would be compared as one piece."""
    pieces = list_pieces({"a": build_cells(write_honest(0))}, read_vocabulary())
    assert [piece.part for piece in pieces] == ["1a", "2a", "3b", "4b", "5b", "7a", "1d"]
