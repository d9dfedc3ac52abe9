"""The samples of a view as one block of bytes, with all that a screen needs to show them as ``rendering.render`` does.

Browsers decode no TIFF and take 16-bit PNG down to 8 bits, so the operators' page asks for the samples instead and
colours them itself. The constants of the colouring travel with the samples: they stand in this package alone.

Layout: the length of the prologue, 4 bytes; the prologue, JSON, filled up with spaces so that the samples begin at a
multiple of 8 bytes; the samples, row by row from the top, the bands of a pixel side by side. All numbers are
little-endian.
"""

from __future__ import annotations

import json
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging import dual_energy, palette, transmission
from parcelray.datasets.scan import View

LAYOUT = 1
"""Goes up when the bytes mean something else."""

_ALIGNMENT = 8
_OPAQUE = 255


def pack_samples(view: View) -> bytes:
    """A view as a prologue and its samples.

    Bands: ``colour`` has 4 of 8 bits (red, green, blue, and an alpha of 255), ``grey`` 1 of 8 or 16 bits, ``dual`` 2 of
    16 bits (high, low).

    Args:
        view: any kind.

    Returns:
        The bytes, laid out as above.
    """
    pixels = view.pixels
    if view.kind == "dual":
        samples = np.ascontiguousarray(np.moveaxis(pixels, 0, -1))
    elif view.kind == "colour":
        samples = np.dstack([pixels, np.full(pixels.shape[:2], _OPAQUE, np.uint8)])
    else:
        samples = pixels
    prologue = {
        "layout": LAYOUT,
        "kind": view.kind,
        "width": view.width,
        "height": view.height,
        "bands": 1 if samples.ndim == 2 else samples.shape[2],
        "bits": 8 * samples.itemsize,
        "counts": _counts(view),
    }
    text = json.dumps(prologue, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % _ALIGNMENT)
    data = samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes()
    return len(text).to_bytes(4, "little") + text + data


def _counts(view: View) -> dict[str, Any] | None:
    """How counts become a picture; None where the scanner made the picture itself."""
    if view.pixels.dtype != np.uint16:
        return None
    common = {
        "max_attenuation": transmission.MAX_ATTENUATION,
        "air_noise": transmission.AIR_NOISE,
        "grey_depth": transmission.GREY_DEPTH,
        "grey_gamma": transmission.GREY_GAMMA,
    }
    if view.kind == "grey":
        air = transmission.guess_air(cast("NDArray[np.uint16]", view.pixels))
        return {"air": [air], **common, "dual": None}
    high, low = cast("NDArray[np.uint16]", view.pixels)
    levels, separation = dual_energy.measure_dual(high, low)
    return {"air": list(levels), **common, "dual": {"separation": separation, **_dual_constants()}}


def _dual_constants() -> dict[str, Any]:
    return {
        "ratio_sigma": dual_energy.RATIO_SIGMA,
        "ratio_taps": dual_energy.RATIO_TAPS,
        "sharpening": dual_energy.SHARPENING,
        "min_high": dual_energy.MIN_HIGH,
        "max_excess": palette.MAX_EXCESS,
        "wedge_attenuation": palette.WEDGE_ATTENUATION.tolist(),
        "wedge_excess": [curve.tolist() for curve in palette.WEDGE_EXCESS.values()],
        "wedge_number": palette.WEDGE_NUMBER.tolist(),
        "organic_to_mixed": palette.ORGANIC_TO_MIXED,
        "mixed_to_metal": palette.MIXED_TO_METAL,
        "organic_dye": palette.ORGANIC_DYE.tolist(),
        "mixed_dye": palette.MIXED_DYE.tolist(),
        "metal_dye": palette.METAL_DYE.tolist(),
        "dye_depth": palette.DYE_DEPTH,
        "dye_gamma": palette.DYE_GAMMA,
        "to_metal": palette.TO_METAL,
        "to_black": palette.TO_BLACK,
    }
