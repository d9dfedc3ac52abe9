"""Pictures of stored views with their boxes."""

from __future__ import annotations

from collections.abc import Sequence

from parcelray.datasets.imaging.headers import PixelLimits
from parcelray.datasets.imaging.overlay import Mark, draw, encode_png
from parcelray.datasets.imaging.rendering import render
from parcelray.models.naming import NamedDetection
from parcelray.serving.engine.sources import RawView


def overlay_png(view: RawView, items: Sequence[NamedDetection], limits: PixelLimits) -> bytes:
    """A view as the detector read it, with what it found, as PNG.

    Raises:
        BadInputError: the view cannot be read.
    """
    marks = [Mark(item.box, f"{item.label} {item.score:.2f}") for item in items]
    return encode_png(draw(render(view.read(limits)).pixels, marks))
