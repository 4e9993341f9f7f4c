"""A pair side by side: which lines are alike, where, and the longest run of both."""

from __future__ import annotations

import pytest

from grader.model import Cell
from grader.similar import PairView, find_pairs, list_pieces, view_pair
from grader.similar import view as module
from tests.similar.conftest import (
    build_cells,
    build_class,
    digest,
    read_vocabulary,
    write_essay,
    write_honest,
    write_long,
)

LECTURE = "shown = sorted(values, key=lambda one: one[2])[-1] if values else None\n" * 3
OWN = write_long("alpha")


def view(first: tuple[Cell, ...], second: tuple[Cell, ...], others: tuple[Cell, ...] = ()) -> PairView:
    """Return the only pair of a class of twelve, in which all others have the same cells besides."""
    sides = {"ada": first, "zoe": second}
    honest = [
        digest(f"honest{seed}", *others, *build_cells(write_honest(seed), write_essay(seed))) for seed in range(10)
    ]
    found = find_pairs([*honest, *(digest(name, *cells) for name, cells in sides.items())], 1)
    pieces = [list_pieces({f"{name}.ipynb": cells}, read_vocabulary()) for name, cells in sides.items()]
    (pair,) = found.pairs
    assert (pair.first, pair.second) == ("ada", "zoe")
    return view_pair(pair, (pieces[0], pieces[1]), read_vocabulary(), found.rare)


def test_lines_say_what_is_alike_and_whether_it_counts() -> None:
    """A copy's lines count; what all have does not; the rest is their own."""
    common = Cell(0, "code", LECTURE, tags=("1a",))
    mine = Cell(1, "code", f"{LECTURE}{OWN}\nassert {{}}\n", tags=("1a",))
    copied = Cell(1, "code", f"{LECTURE}{OWN.replace('alpha', 'beta')}\n", tags=("1a",))
    seen = view((common, mine), (common, copied), (common,))
    (section,) = seen.sections
    (passage,) = section.first
    states = [line.state for line in passage.lines]
    assert (section.part, passage.place) == ("1a", "ada.ipynb, cell 2")
    assert states[0] == "shared"
    assert set(states[4:43]) == {"rare"}
    assert (passage.lines[-1].text, states[-1]) == ("assert {}", "")
    assert [line.number for line in passage.lines] == list(range(1, 45))


def test_parts_stand_beside_each_other() -> None:
    """Though the copy has them in another order; what is alike outside of them comes after."""
    code = write_honest(300)
    first, second = build_cells(code, write_essay(300)), build_cells(dict(reversed(code.items())), write_essay(300))
    seen = view(first, second)
    assert [section.part for section in seen.sections] == seen.pair.parts
    for section in seen.sections:
        assert [line.text for one in section.first for line in one.lines] == [
            line.text for one in section.second for line in one.lines
        ]


def test_longest_run_is_told_by_its_lines() -> None:
    """Of both, in the cell where it stands."""
    seen = view((Cell(0, "code", "x = 1\n"), Cell(1, "code", f"x = 1\n\n{OWN}")), (Cell(0, "code", OWN),))
    assert (seen.run.first, seen.run.second) == ("ada.ipynb, cell 2, lines 3–42", "zoe.ipynb, lines 1–40")
    assert seen.run.tokens == len(list_pieces({"a": (Cell(0, "code", OWN),)}, read_vocabulary())[0].words["code"])


def test_nothing_in_common_has_no_run() -> None:
    """A pair whose texts alone are alike."""
    essays = " ".join(write_essay(seed) for seed in range(500, 504))
    seen = view((Cell(0, "markdown", essays),), (Cell(0, "markdown", essays),))
    assert (seen.run.tokens, seen.pair.code.rank) == (0, 0)
    assert [line.state for line in seen.elsewhere.first[0].lines] == ["rare"]


def test_what_is_shown_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines by their number and their length, those of the parts first; what is left out changes no number."""
    monkeypatch.setattr(module, "_MOST_LINES", 30)
    monkeypatch.setattr(module, "_MOST_CHARACTERS", 10)
    elsewhere, part = Cell(0, "code", write_long("beta", 7)), Cell(1, "code", OWN, tags=("1a",))
    seen = view((elsewhere, part), (elsewhere, part))
    assert [len(one.lines) for one in seen.sections[0].first] == [30]
    assert seen.elsewhere.first == ()
    assert max(len(line.text) for line in seen.sections[0].first[0].lines) == 10
    assert seen.run.tokens > 30


def test_same_line_a_thousand_times_is_compared_in_bounded_time() -> None:
    """A run is looked for at a few of its places."""
    cells = (Cell(0, "code", OWN + "\ntotal = total.add(x[1], y) * z ** 2" * 3000),)
    assert view(cells, cells).run.tokens > 40_000


def test_only_the_longest_runs_are_followed() -> None:
    """Of a hundred that go on, those of the greatest length; one that does not go on is left."""
    second = [[7] * 200, [8, 9]]
    reached = {(0, at): at + 1 for at in range(100)} | {(1, 0): 500}
    runs = module._go_on(reached, 7, second, ())
    assert runs == {(0, at + 1): at + 2 for at in range(36, 100)}


def test_honest_class_needs_no_view() -> None:
    """There is no pair in it to show."""
    assert find_pairs(build_class(), 5).pairs == ()
