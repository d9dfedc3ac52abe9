"""What the sender of a view should know about it, told from its rendered pixels.

The rules look at a sample of the pixels, so they cost next to nothing. They rest on what every X-ray picture has in
common, whoever made the scanner: the air around the parcel is the brightest thing and has no colour, and what lets
nothing through is black. Their limits were set on generated scans in five palettes and on real scans of another
maker; see ``docs/benchmarks.md`` for the share of X-ray views that they warn of wrongly.

Bright pixels at the top of the range are no fault: air is white on purpose. So only the dark end can be clipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

WarningCode = Literal["blank", "clipped", "not_xray_like", "air_level_guessed"]

_SAMPLE_PIXELS = 20_000
# Grey levels between the darkest and the brightest 0.2 %. An empty belt has the noise of air, about 3.
_BLANK_RANGE = 6.0
# No parcel in the sets above is black on more than 16 % of its view.
_BLACK = 12
_BLACK_SHARE = 0.25
# Air: no colour channel is darker than this. Every real and generated view has 10 % of it, tight crops too.
_BRIGHT = 180
_BRIGHT_SHARE = 0.05
# Dark red, pink and purple, as skin, cloth and wood have them: no maker's palette does (at most 0.1 %).
_REDDISH_SHARE = 0.01


@dataclass(frozen=True)
class ViewWarning:
    """Something about a view that its sender should know; the view is read nevertheless.

    Attributes:
        code: what it is, for programs.
        message: what it is, for people.
    """

    code: WarningCode
    message: str


def inspect(pixels: NDArray[np.uint8]) -> tuple[ViewWarning, ...]:
    """Look for the marks of a view that cannot be right.

    Not everything can be told: a photograph that has bright grey parts and no reds is taken for an X-ray view.

    Args:
        pixels: (H, W, 3) uint8 RGB, as rendered for the detector.

    Returns:
        ``blank`` alone, or any of ``clipped`` and ``not_xray_like``.
    """
    stride = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / _SAMPLE_PIXELS)))
    # Every view pays for this, so: numpy is slow at picking single pixels, quick at picking rows and bytes; OpenCV's
    # differences of bytes end at 0 and do not wrap, so nothing needs a wider type.
    rows = cv2.split(np.ascontiguousarray(pixels[::stride]))
    red, green, blue = (np.ascontiguousarray(channel[:, ::stride]) for channel in rows)
    brightness = red.astype(np.uint16) + green + blue
    # There are so few levels that counting them is quicker than sorting the pixels.
    pixels_up_to = np.bincount(brightness.ravel()).cumsum()
    darkest, brightest = np.searchsorted(pixels_up_to, (0.002 * brightness.size, 0.998 * brightness.size)) / 3.0
    if brightest - darkest < _BLANK_RANGE:
        return (
            ViewWarning(
                "blank", f"nothing is in the view: it is uniform, at {brightness.mean() / 3.0:.0f} of 255 brightness"
            ),
        )
    warnings = []
    black = float((cv2.max(cv2.max(red, green), blue) <= _BLACK).mean())
    if black > _BLACK_SHARE:
        warnings.append(
            ViewWarning("clipped", f"{black:.0%} of the view is black: nothing behind it can be seen, nor cleared")
        )
    bright = float((cv2.min(cv2.min(red, green), blue) >= _BRIGHT).mean())
    is_reddish = (cv2.subtract(red, green) > 40) & (cv2.subtract(green, blue) <= 12) & (green < 140)
    reddish = float(is_reddish.mean())
    if bright < _BRIGHT_SHARE:
        warnings.append(
            ViewWarning(
                "not_xray_like",
                f"does not look like an X-ray view: {bright:.1%} of it is bright as air, expected {_BRIGHT_SHARE:.0%}",
            )
        )
    elif reddish > _REDDISH_SHARE:
        warnings.append(
            ViewWarning(
                "not_xray_like",
                f"does not look like an X-ray view: {reddish:.0%} of it is dark red or purple, "
                "which no scanner's colours are",
            )
        )
    return tuple(warnings)
