"""Winnowing, held to the example and the guarantee of its paper."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.similar.fingerprints import hash_runs, winnow

# Schleimer, Wilkerson, Aiken (2003), figure 2: the hashes of the 5-grams of "adorunrunrunadorunrun", and the
# fingerprints that windows of length 4 choose, with their positions.
PAPER = (77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98)
CHOSEN = [(3, 17), (6, 17), (8, 8), (11, 39), (15, 17)]


def test_example_of_the_paper() -> None:
    """The least of each window is chosen, the last of equal ones, and each once."""
    assert winnow(PAPER, 4) == CHOSEN


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 6))
def test_every_window_holds_a_fingerprint(hashes: list[int], window: int) -> None:
    """It is the least of the window, so that whoever shares the window shares it."""
    chosen = dict(winnow(hashes, window))
    for start in range(len(hashes) - window + 1):
        inside = [one for at, one in chosen.items() if start <= at < start + window]
        assert min(hashes[start : start + window]) in inside


def test_window_of_one_chooses_all() -> None:
    """So texts are compared by every run of words."""
    assert winnow((5, 5, 3), 1) == [(0, 5), (1, 5), (2, 3)]


def test_nothing_and_less_than_a_window() -> None:
    """What is shorter than a window has one fingerprint; what is shorter than a run has none."""
    assert winnow((), 4) == []
    assert winnow((9, 7), 4) == [(1, 7)]
    assert hash_runs(["a", "b"], 3) == []


def test_shared_run_of_the_guaranteed_length_is_found() -> None:
    """Two texts that share window + length - 1 words in a row share a fingerprint."""
    run = [f"w{number}" for number in range(15)]
    first, other = ([*before, *run, *after] for before, after in ((["a"] * 7, ["b"] * 9), (["c"] * 3, ["d"])))
    one, two = ({value for _, value in winnow(hash_runs(words, 10), 6)} for words in (first, other))
    assert one & two


def test_hashes_are_the_same_everywhere() -> None:
    """They are those of `b2sum -l 64`, so no seed of the process is in them; half a surrogate pair has one as well."""
    assert hash_runs(["a", "b", "a", "b"], 2) == [0xF84C4D669FE0D410, 0x25225E3E641B4FF3, 0xF84C4D669FE0D410]
    assert len(hash_runs(["\ud800"], 1)) == 1
