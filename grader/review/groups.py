"""Answers that say the same in the same words, or nearly so: found to be looked at side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape
from rapidfuzz.distance import Indel

from grader.report.escape import make_visible
from grader.similar.words import RUN, normalise, split_words

NEARLY = 0.8  # the share of runs of words that two texts have in common, of all in either
_LOOKED_AT = 20_000  # characters
_COMPARED = 1500  # words whose differences are shown


@dataclass(frozen=True)
class Group:
    """The names of the texts that are the same as one, and of those that are nearly."""

    same: tuple[str, ...]
    nearly: tuple[str, ...]

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self.same or self.nearly)


def find_group(name: str, texts: Mapping[str, str]) -> Group:
    """Return which of these texts are like that of `name`, in their order."""
    own, runs = _read(texts[name])
    same, nearly = [], []
    for other, text in texts.items():
        if other == name:
            continue
        plain, others_runs = _read(text)
        if plain == own:
            same.append(other)
        elif _share(runs, others_runs) >= NEARLY:
            nearly.append(other)
    return Group(tuple(same), tuple(nearly))


def show_difference(first: str, other: str) -> Markup:
    """Return `other` with the words marked in which it differs from `first`: left out, and put in."""
    return Markup("").join(_show_pieces(first[:_LOOKED_AT].split(), other[:_LOOKED_AT].split()))


def _show_pieces(first: list[str], other: list[str]) -> Iterator[Markup]:
    # Not difflib, which takes twenty seconds for 800 words of two kinds.
    for step in Indel.opcodes(first[:_COMPARED], other[:_COMPARED]):
        old, new = first[step.src_start : step.src_end], other[step.dest_start : step.dest_end]
        if step.tag == "equal":
            yield escape(make_visible(" ".join(new))) + " "
        elif step.tag == "delete":
            yield Markup("<del>{}</del> ").format(make_visible(" ".join(old)))
        else:
            yield Markup("<ins>{}</ins> ").format(make_visible(" ".join(new)))
    if len(other) > _COMPARED:
        yield Markup("… {} more words").format(len(other) - _COMPARED)


@lru_cache(maxsize=4096)  # a class; each of its texts is compared with every other
def _read(text: str) -> tuple[str, frozenset[tuple[str, ...]]]:
    plain = normalise(text)
    return plain, _list_runs(plain)


def _list_runs(text: str) -> frozenset[tuple[str, ...]]:
    words = split_words(text)
    return frozenset(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def _share(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return Jaccard's index."""
    return len(one & other) / len(one | other)
