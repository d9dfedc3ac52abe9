import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.validation.likeness import laid_in_eight_ways, likeness
from support.labelled_folders import packed


def laid(pixels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The picture itself in eight ways."""
    turned = [np.rot90(pixels, quarter) for quarter in range(4)]
    return [np.ascontiguousarray(one) for way in turned for one in (way, way[:, ::-1])]


@pytest.mark.parametrize("size", [(128, 128), (160, 96)], ids=["square", "wide"])
def test_the_eight_ways_are_told_from_one_likeness(size: tuple[int, int]) -> None:
    # Sides that are multiples of 32: then each way is shrunk to the very same levels.
    for seed in range(10):
        pixels = packed(seed, *size)
        found = likeness(pixels)
        assert found is not None
        told = [row.tobytes() for row in np.concatenate(laid_in_eight_ways(np.frombuffer(found, np.uint8)[None]))]
        assert told[0] == found
        assert {likeness(way) for way in laid(pixels)} == set(told)
        assert len(set(told)) == 8


def test_it_is_the_same_for_good() -> None:
    """Likenesses are kept in revisions: another one for the same picture would make all revisions new ones."""
    pixels = np.full((64, 96, 3), 250, np.uint8)
    pixels[8:30, 10:50] = 40
    pixels[20:60, 40:60] = (120, 90, 30)
    found = likeness(pixels)
    assert found is not None
    assert found.hex() == "33928089c999c4924c6d7f9f9b9c776c7e623b886c9366667e60774476668477"


def test_where_there_is_nothing_to_see_there_is_none() -> None:
    noise = np.random.default_rng(1).normal(250, 4, (240, 320, 3)).clip(0, 255).astype(np.uint8)
    assert likeness(noise) is None
    noise[40:160, 60:200] -= 60
    assert likeness(noise) is not None
