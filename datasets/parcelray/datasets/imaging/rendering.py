"""Every kind of view becomes the picture that the detector reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.dual_energy import colour_dual
from parcelray.datasets.imaging.quality import ViewWarning, inspect
from parcelray.datasets.imaging.transmission import grey_from_counts, guess_air
from parcelray.datasets.scan import View


@dataclass(frozen=True, eq=False)
class Rendered:
    """A view as the detector reads it.

    Attributes:
        pixels: (H, W, 3) uint8 RGB, of the view's own size.
        warnings: what the sender should know about the view.
    """

    pixels: NDArray[np.uint8]
    warnings: tuple[ViewWarning, ...]


def render(view: View) -> Rendered:
    """Render a view for the detector.

    Pseudo-colour and 8-bit grey are taken as the scanner made them. 16-bit pixels are counts: they are scaled by the
    air level, which is guessed (and said so in a warning), then shown as grey or, for a pair, coloured by material.

    Args:
        view: any kind.

    Returns:
        The picture, with all warnings.
    """
    guessed: tuple[ViewWarning, ...] = ()
    if view.kind == "dual":
        high, low = cast("NDArray[np.uint16]", view.pixels)
        coloured = colour_dual(high, low)
        pixels = coloured.pixels
        guessed = (_air_guessed(coloured.air),)
    elif view.kind == "grey":
        grey = view.pixels
        if grey.dtype == np.uint16:
            counts = cast("NDArray[np.uint16]", grey)
            air = guess_air(counts)
            grey = grey_from_counts(counts, air)
            guessed = (_air_guessed((air,)),)
        pixels = cast("NDArray[np.uint8]", cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))
    else:
        pixels = cast("NDArray[np.uint8]", view.pixels)
    return Rendered(pixels, guessed + inspect(pixels))


def _air_guessed(levels: tuple[float, ...]) -> ViewWarning:
    named = " and ".join(f"{level:.0f}" for level in levels)
    return ViewWarning(
        "air_level_guessed",
        f"the scanner's air level is not known: guessed {named} from the brightest part of the view",
    )
