import itertools
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.drawing import Draughtsman, Plan
from parcelray.datasets.validation.likeness import laid_in_eight_ways, likeness
from parcelray.datasets.validation.neighbours import MOST_OF_ALL, MOST_OF_SEARCHED, alike_clusters, alike_pairs
from support.labelled_folders import packed

SAMPLES = Path(__file__).parents[3] / "datasets" / "samples"
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def scans() -> list[Pixels]:
    """Drawn scans: those that come with parcelray, and others."""
    draughtsman = Draughtsman(Plan(seed=5, scanners=("six-a", "amber")))
    drawn = [draughtsman.draw(index).views[0].pixels for index in range(16)]
    return [*drawn, *(np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]) for path in sorted(SAMPLES.glob("*.jpg")))]


def as_jpeg(pixels: Pixels, quality: int = 60) -> Pixels:
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def halved(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_LINEAR), np.uint8)


COPIES = {
    "compressed": as_jpeg,
    "halved": halved,
    "mirrored": lambda pixels: np.ascontiguousarray(pixels[:, ::-1]),
    "turned": lambda pixels: np.ascontiguousarray(np.rot90(pixels)),
    "all of it": lambda pixels: as_jpeg(halved(np.ascontiguousarray(np.rot90(pixels[::-1])))),
}


def likenesses(pictures: list[Pixels]) -> list[bytes]:
    found = [likeness(pixels) for pixels in pictures]
    assert None not in found
    return [one for one in found if one is not None]


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copies_are_alike(scans: list[Pixels], copy: object) -> None:
    assert callable(copy)
    copies = [copy(pixels) for pixels in scans]
    pairs = alike_pairs(likenesses([*scans, *copies]))
    assert pairs.tolist() == [[place, place + len(scans)] for place in range(len(scans))]


def test_different_scans_are_not_alike(scans: list[Pixels]) -> None:
    assert alike_pairs(likenesses(scans)).tolist() == []


def test_of_many_different_pictures_none_are_alike() -> None:
    assert alike_pairs(likenesses([packed(seed) for seed in range(1_000)])).tolist() == []


def noised(rows: NDArray[np.uint8], bits: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Rows of likenesses with so many bits changed, wherever they are."""
    flipped = np.unpackbits(rows, axis=1)
    for row in flipped:
        row[random.choice(256, bits, replace=False)] ^= 1
    return np.packbits(flipped, axis=1)


def test_exactly_those_within_the_limits_are_found() -> None:
    """The same as comparing each with each, in all ways."""
    random = np.random.default_rng(3)
    base = random.integers(0, 256, (20, 32)).astype(np.uint8)
    rows = np.concatenate([base, base[:5], *(noised(base, bits, random) for bits in (1, 6, 12, 18, 24, 30))])
    rows = np.concatenate([rows, laid_in_eight_ways(rows[30:70])[6]])
    ways = np.stack([np.unpackbits(way, axis=1) for way in laid_in_eight_ways(rows)])
    firsts = {row.tobytes(): place for place, row in reversed(list(enumerate(rows)))}
    expected = set()
    for one, other in itertools.combinations(range(len(rows)), 2):
        # Of those that are the same, the first stands for all.
        if rows[one].tobytes() == rows[other].tobytes():
            expected.add((firsts[rows[one].tobytes()], other))
        elif all(firsts[rows[place].tobytes()] == place for place in (one, other)):
            differing = ways[0, one] != ways[:, other]
            near = (differing[:, :64].sum(axis=1) <= MOST_OF_SEARCHED) & (differing.sum(axis=1) <= MOST_OF_ALL)
            if near.any():
                expected.add((one, other))
    assert 50 < len(expected) < 500
    assert {(int(one), int(other)) for one, other in alike_pairs([row.tobytes() for row in rows])} == expected


def test_what_is_like_one_of_a_cluster_belongs_to_it() -> None:
    random = np.random.default_rng(4)
    chain = [random.integers(0, 256, (1, 32)).astype(np.uint8)]
    for _ in range(5):
        # In the bits that are not searched by, so that each is like the next, and the last unlike the first.
        following = chain[-1].copy()
        following[0, 8 + 4 * len(chain) : 10 + 4 * len(chain)] ^= 0xFF
        chain.append(following)
    stranger = random.integers(0, 256, (1, 32)).astype(np.uint8)
    rows = [row.tobytes() for row in (stranger, *reversed(chain), stranger)]
    assert alike_clusters(rows) == [0, 1, 1, 1, 1, 1, 1, 0]
    assert alike_pairs([rows[1], rows[6]]).tolist() == []


def test_none_and_one_are_alone() -> None:
    assert alike_pairs([]).tolist() == []
    assert alike_clusters([]) == []
    assert alike_clusters([bytes(32)]) == [0]


def test_a_hundred_thousand_are_compared_in_seconds() -> None:
    random = np.random.default_rng(6)
    rows = random.integers(0, 256, (100_000, 32)).astype(np.uint8)
    # As many of one picture as a broken importer makes, and one copy in another way.
    rows[1_000:3_000] = rows[0]
    rows[99_999] = laid_in_eight_ways(rows[50:51])[3][0]
    began = time.process_time()
    clusters = alike_clusters([row.tobytes() for row in rows])
    assert time.process_time() - began < 30
    assert clusters[1_000:3_000] == [0] * 2_000
    assert clusters[99_999] == 50
    assert len(set(clusters)) == 98_000 - 1
