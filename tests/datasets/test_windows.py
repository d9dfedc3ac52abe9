"""Windows hold what they should, and say of what they cut through that nothing is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelray.datasets.windows import cut_window

IGNORED = -1


def numbered(width: int, height: int) -> np.ndarray:
    """A picture whose pixels say where they are: red is x, green is y."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.arange(width)[None]
    pixels[..., 1] = np.arange(height)[:, None]
    return pixels


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0.1, 1.0),
    x=st.integers(0, 180),
    y=st.integers(0, 90),
    side=st.integers(1, 20),
)
def test_an_item_that_fits_is_whole_and_lies_where_its_pixels_are(
    seed: int, share: float, x: int, y: int, side: int
) -> None:
    boxes = np.array([[x, y, x + side, y + side / 2]], np.float32)
    pixels, cut, labels = cut_window(numbered(200, 100), boxes, np.array([3]), share, ignored=IGNORED, seed=seed)
    height, width = pixels.shape[:2]
    assert (width, height) == (max(round(200 * share), 1), max(round(100 * share), 1))
    left, top = pixels[0, 0, :2].tolist()
    assert pixels[-1, -1, :2].tolist() == [left + width - 1, top + height - 1], "one piece, nothing stretched"
    assert len(cut) == 1
    if width > side and height > side:
        assert labels.tolist() == [3]
        np.testing.assert_allclose(cut[0], boxes[0] - [left, top, left, top])


def test_of_what_is_cut_through_nothing_is_known() -> None:
    boxes = np.array([[90, 40, 110, 60], [0, 0, 100, 100], [190, 0, 200, 10]], np.float32)
    labels = np.array([1, 2, IGNORED])
    seen: set[tuple[int, ...]] = set()
    for seed in range(200):
        _, cut, told = cut_window(numbered(200, 100), boxes, labels, 0.5, ignored=IGNORED, seed=seed)
        assert len(cut) == len(told)
        seen.add(tuple(told.tolist()))
        for box, label in zip(cut, told, strict=True):
            assert 0 <= box[0] < box[2] <= 100
            assert 0 <= box[1] < box[3] <= 50
            if label == 2:
                assert (box[2] - box[0]) * (box[3] - box[1]) >= 0.35 * 100 * 100, "enough of it to ask for"
    assert any(IGNORED in told and 1 in told for told in seen)
    assert any(2 in told for told in seen), "an item larger than the window is shown, too"


def test_clean_scans_show_every_place() -> None:
    nothing = np.empty((0, 4), np.float32), np.empty(0, np.int64)
    corners = {
        tuple(cut_window(numbered(8, 6), *nothing, 0.5, ignored=IGNORED, seed=seed)[0][0, 0, :2].tolist())
        for seed in range(500)
    }
    assert corners == {(x, y) for x in range(5) for y in range(4)}


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_cuts_the_same(seed: int) -> None:
    boxes, labels = np.array([[5, 5, 9, 9]], np.float32), np.array([0])
    one, other = (cut_window(numbered(40, 40), boxes, labels, 0.6, ignored=IGNORED, seed=seed) for _ in range(2))
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)
