"""From a view's pixels to the network's input. The only one: training, evaluation, export and serving share it.

The letterbox is YOLOX's (Ge et al. 2021, arXiv:2107.08430, official code): scaled to fit, top left, padded right and
below, values 0..255 without normalisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.models.package import InputSpec


@dataclass(frozen=True)
class Letterbox:
    """How a view was fitted into the network's input; ``decode`` inverts it.

    Attributes:
        scale: network pixels per view pixel.
        width: of the view, in pixels.
        height: of the view, in pixels.
    """

    scale: float
    width: int
    height: int

    def to_network(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 4) boxes in view pixels, in network pixels."""
        return boxes * np.float32(self.scale)

    def to_view(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 4) boxes in network pixels, in view pixels, cut at the view's edges."""
        edges = np.array([self.width, self.height, self.width, self.height], np.float32)
        return np.asarray(np.clip(boxes / np.float32(self.scale), np.float32(0), edges), np.float32)


def letterbox(pixels: NDArray[np.uint8], spec: InputSpec) -> tuple[NDArray[np.uint8], Letterbox]:
    """Fit (H, W, 3) pixels into the input's size.

    Returns:
        (height, width, 3) uint8 in the same channel order, and how it was fitted.
    """
    height, width = pixels.shape[:2]
    scale = min(spec.width / width, spec.height / height)
    # A sliver of a view must not round to no pixel at all.
    fitted = (max(1, int(width * scale)), max(1, int(height * scale)))
    canvas = np.full((spec.height, spec.width, 3), spec.pad_value, np.uint8)
    canvas[: fitted[1], : fitted[0]] = cv2.resize(pixels, fitted, interpolation=cv2.INTER_LINEAR)
    return canvas, Letterbox(scale, width, height)


def to_tensor(canvas: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.float32]:
    """(H, W, 3) RGB uint8 to the network's (1, 3, H, W) float32, contiguous."""
    ordered = canvas[:, :, ::-1] if spec.channel_order == "bgr" else canvas
    return np.ascontiguousarray(ordered.transpose(2, 0, 1)[None], np.float32)


def preprocess(pixels: NDArray[np.uint8], spec: InputSpec) -> tuple[NDArray[np.float32], Letterbox]:
    """Make a view readable for the network.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        spec: the model's input.

    Returns:
        (1, 3, height, width) float32 and the geometry that ``decode`` inverts.

    Raises:
        ValueError: pixels of another shape or type.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ValueError(f"pixels: expected uint8 of shape (H, W, 3), got {pixels.dtype} of shape {pixels.shape}")
    canvas, geometry = letterbox(pixels, spec)
    return to_tensor(canvas, spec), geometry
