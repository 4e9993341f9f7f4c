"""Which submissions of a class are too alike: a hint for a person, never a verdict.

Knows cells, the starter and the answers' names; nothing of points, reports or release stages. Nothing of it may reach
a student: its only readers are the terminal of staff and the page that staff ask for.
"""

from grader.similar.digest import Digest, Vocabulary, build_digest, build_vocabulary, list_pieces
from grader.similar.page import render_page
from grader.similar.pairs import Alike, Found, Match, Pair, find_pairs
from grader.similar.view import PairView, view_pair

__all__ = [
    "Alike",
    "Digest",
    "Found",
    "Match",
    "Pair",
    "PairView",
    "Vocabulary",
    "build_digest",
    "build_vocabulary",
    "find_pairs",
    "list_pieces",
    "render_page",
    "view_pair",
]
