"""Winnowing: a few hashes of runs of words, chosen so that every run that is long enough is found.

Source: Schleimer, Wilkerson, Aiken (2003), Winnowing: local algorithms for document fingerprinting, SIGMOD.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def hash_runs(words: Sequence[str], length: int) -> list[int]:
    """Return a hash of 64 bits for each run of `length` words: the same in every process and version."""
    parts = [word.encode(errors="surrogatepass") for word in words]
    return [
        int.from_bytes(hashlib.blake2b(b"\x1f".join(parts[at : at + length]), digest_size=8).digest(), "big")
        for at in range(len(parts) - length + 1)
    ]


def winnow(hashes: Sequence[int], window: int) -> list[tuple[int, int]]:
    """Return (position, hash) of the fingerprints: of each `window` hashes in a row the least, the last of equal ones.

    Two texts that share `window + length - 1` words in a row share at least one; with a window of 1, all are chosen.
    Fewer hashes than a window are one window.
    """
    if not hashes:
        return []
    chosen: list[tuple[int, int]] = []
    at = -1
    for end in range(min(window, len(hashes)), len(hashes) + 1):
        start = max(0, end - window)
        newest = end - 1
        if at < start:
            at = min(range(start, end), key=lambda one: (hashes[one], -one))
        elif hashes[newest] <= hashes[at]:
            at = newest
        if not chosen or chosen[-1][0] != at:
            chosen.append((at, hashes[at]))
    return chosen
