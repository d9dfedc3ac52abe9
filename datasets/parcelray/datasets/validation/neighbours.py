"""Pictures that are alike, found among many without comparing each with each.

Two pictures are alike when their 64 bits to search by differ in at most 3, and all 256 in at most 24, in one of the
eight ways of laying the one. Of four bands of 16 bits, 3 differing bits leave one untouched (the pigeonhole principle):
so only pictures that agree in a band are compared. A band is looked up by sorting; 100,000 pictures take seconds.
(Where very many are nearly one, such as a hundred thousand scans of an empty tray, time grows with their square.)

The limits were measured on drawn scans. Compressed as JPEG q60, halved, or both, half of the copies differ in 1 bit of
256, 99 of 100 in 7 or fewer; 996 of 1,000 are told, and the others have next to nothing in them. Of three million pairs
of different scans, in eight ways each, seven were within 3 of 64 bits, but none of these within 50 of 256: so of 33
million pairs none was taken for one picture (scripts/prove/likeness.py runs/data/a-train runs/data/b-train).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.validation.likeness import BITS, SEARCH_BITS, laid_in_eight_ways

MOST_OF_SEARCHED = 3
MOST_OF_ALL = 24
_BAND_BITS = 16
_BYTES = BITS // 8
# Pairs that are compared at once: some tens of megabytes.
_AT_ONCE = 2_000_000

Words = NDArray[np.uint64]


def alike_pairs(likenesses: Sequence[bytes]) -> NDArray[np.int64]:
    """Find the pictures that are alike.

    Args:
        likenesses: of the pictures.

    Returns:
        (P, 2) places in ``likenesses``, the lesser first, sorted, each pair once. Of pictures with one and the same
        likeness, each is paired with the first of them, and that alone with others.
    """
    if not likenesses:
        return np.empty((0, 2), np.int64)
    rows = np.frombuffer(b"".join(likenesses), np.uint8).reshape(-1, _BYTES)
    distinct, firsts, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    first_of = firsts[which]
    places = np.arange(len(rows))
    doubled = np.flatnonzero(first_of != places)
    found = [np.stack([first_of[doubled], doubled], axis=1)]
    for way in laid_in_eight_ways(distinct):
        found += [np.sort(firsts[pairs], axis=1) for pairs in _within_limits(_words(distinct), _words(way))]
    return np.unique(np.concatenate(found), axis=0)


def alike_clusters(likenesses: Sequence[bytes]) -> list[int]:
    """Put pictures that are alike together; what is like one of a cluster belongs to it.

    Args:
        likenesses: of the pictures.

    Returns:
        For each picture, the place of the first one of its cluster.
    """
    parent = list(range(len(likenesses)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for one, other in alike_pairs(likenesses).tolist():
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return [root(place) for place in range(len(likenesses))]


def _words(rows: NDArray[np.uint8]) -> Words:
    """(N, 4) of 64 bits each; the first are those to search by."""
    return np.ascontiguousarray(rows).view(np.uint64)


def _within_limits(stored: Words, asked: Words) -> Iterator[NDArray[np.int64]]:
    """Pairs of a stored and another asked hash that are alike; a pair may come once for each band."""
    for shift in range(0, SEARCH_BITS, _BAND_BITS):
        bands = (stored[:, 0] >> np.uint64(shift)).astype(np.uint16)
        order = np.argsort(bands, kind="stable")
        wanted = (asked[:, 0] >> np.uint64(shift)).astype(np.uint16)
        begins = np.searchsorted(bands[order], wanted, side="left")
        counts = np.searchsorted(bands[order], wanted, side="right") - begins
        for asking in _portions(counts):
            begin, count = begins[asking], counts[asking]
            # 0, 1, 2 … within each one that asks.
            within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
            one = order[np.repeat(begin, count) + within]
            other = np.repeat(asking, count)
            near = (np.bitwise_count(stored[one, 0] ^ asked[other, 0]) <= MOST_OF_SEARCHED) & (one != other)
            one, other = one[near], other[near]
            same = np.bitwise_count(stored[one] ^ asked[other]).sum(axis=1) <= MOST_OF_ALL
            yield np.stack([one[same], other[same]], axis=1)


def _portions(counts: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Places of those that have something to compare with, so many at a time that memory holds the pairs."""
    asking = np.flatnonzero(counts)
    portion = np.cumsum(counts[asking]) // _AT_ONCE
    yield from np.split(asking, np.flatnonzero(np.diff(portion)) + 1)
