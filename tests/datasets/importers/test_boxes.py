import math

import pytest

from parcelray.datasets.importers.boxes import fitted, from_inclusive
from parcelray.datasets.importers.records import Box
from parcelray.models.errors import DatasetError

INF, NAN = math.inf, math.nan


def test_corners_that_count_from_one_become_half_open() -> None:
    # The first pixel alone, and a picture of 4 x 3 pixels as a whole.
    assert from_inclusive(1, 1, 1, 1) == (0, 0, 1, 1)
    assert from_inclusive(1, 1, 4, 3) == (0, 0, 4, 3)


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        ((1.5, 2, 8, 9), (1.5, 2, 8, 9)),
        ((0, 0, 10, 10), (0, 0, 10, 10)),
        ((-1, -0.5, 11, 10.5), (0, 0, 10, 10)),
    ],
)
def test_a_pixel_beyond_the_edge_is_cut(box: Box, kept: Box) -> None:
    assert fitted(box, 10, 10, "here", clip=False) == kept


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((-1.1, 0, 5, 5), r"here: expected a box within the picture of 10 x 10 pixels .*got -1\.1 0 5 5"),
        ((0, 0, 5, 11.5), "within the picture"),
        ((20, 20, 30, 30), "within the picture"),
        ((5, 5, 5, 9), "a box with an area, x0 y0 x1 y1, got 5 5 5 9"),
        ((6, 5, 5, 9), "a box with an area"),
        ((-0.9, 0, -0.1, 5), "a box with an area within the picture"),
        ((NAN, 0, 5, 5), "corners that are numbers"),
        ((0, 0, INF, 5), "corners that are numbers"),
    ],
)
def test_others_are_refused(box: Box, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        fitted(box, 10, 10, "here", clip=False)


@pytest.mark.parametrize(
    ("box", "kept"), [((-5, 2, 5, 20), (0, 2, 5, 10)), ((20, 20, 30, 30), None), ((-0.9, 0, -0.1, 5), None)]
)
def test_clipping_cuts_them_and_says_when_nothing_is_left(box: Box, kept: Box | None) -> None:
    assert fitted(box, 10, 10, "here", clip=True) == kept
