import numpy as np
import pytest

from parcelray.models.package import InputSpec
from parcelray.models.preprocess import preprocess

SPEC = InputSpec(width=64, height=48, channel_order="bgr", pad_value=114)


@pytest.mark.parametrize(
    ("height", "width"), [(48, 64), (480, 640), (100, 640), (640, 100), (7, 3), (1, 1), (1, 5000), (5000, 1)]
)
def test_any_size_fits_and_boxes_come_back(height: int, width: int) -> None:
    tensor, geometry = preprocess(np.zeros((height, width, 3), np.uint8), SPEC)
    assert tensor.shape == (1, 3, 48, 64)
    assert tensor.dtype == np.float32
    assert tensor.flags.c_contiguous
    box = np.array([[0, 0, width, height]], np.float32)
    assert geometry.to_network(box).max() <= 64.001
    np.testing.assert_allclose(geometry.to_view(geometry.to_network(box)), box, rtol=1e-5)


def test_pads_right_and_below_and_turns_channels() -> None:
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[:] = (10, 20, 30)
    tensor, _ = preprocess(pixels, SPEC)
    assert tensor[0, :, 0, 0].tolist() == [30, 20, 10]
    assert tensor[0, :, 31, 63].tolist() == [30, 20, 10]
    assert tensor[0, :, 32, 0].tolist() == [114, 114, 114]


def test_boxes_are_cut_at_the_view_s_edges() -> None:
    _, geometry = preprocess(np.zeros((24, 32, 3), np.uint8), SPEC)
    outside = np.array([[-50, -50, 500, 500]], np.float32)
    assert geometry.to_view(outside).tolist() == [[0, 0, 32, 24]]


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.uint16),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_other_pixels_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8 of shape"):
        preprocess(pixels, SPEC)
