"""From counts to the picture on the screen.

Each pixel finds its colour in the palette's table: the column tells the material, the row how much of it there is. The
material is told from smoothed signals, since the ratio of the energies is far noisier than either. The amount is
sharpened, as operators' screens do: that gives bright and dark seams along edges, and grain in thin areas.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.dual_energy import colour_dual
from parcelray.datasets.imaging.transmission import guess_air
from parcelray.datasets.synth.scanner.acquisition import FULL_SCALE
from parcelray.datasets.synth.scanner.calibration import table_places
from parcelray.datasets.synth.scanner.chance import normal_field
from parcelray.datasets.synth.scanner.palette import MAX_DEPTH, ROWS, column_table, floors, palette_table
from parcelray.datasets.synth.scanner.profile import DyePalette, HousePalette, ScannerProfile

# Of metal as thick as that, the high channel's attenuation is this share of the mean of both.
_HIGH_SHARE = 0.8


def colour(counts: NDArray[np.uint16], profile: ScannerProfile, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Colour a scan as its scanner would.

    Args:
        counts: (2, H, W) uint16, high and low, from that scanner.
        profile: of the scanner.
        rng: the source of chance for the screen's grain.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    if isinstance(profile.palette, HousePalette):
        return colour_dual(counts[0], counts[1], air=air_levels(counts, profile)).pixels
    palette = profile.palette
    high, low = attenuations(counts, profile)
    coarse_high, coarse_low = smooth(high, palette.material_smoothing), smooth(low, palette.material_smoothing)
    columns = _columns(sharpest(high, coarse_high, palette), coarse_high, coarse_low, profile, palette)
    depth, detail = depth_and_detail(high, low, palette)
    rows = cast("NDArray[np.float32]", cv2.add(depth, detail))
    if palette.grain > 0.0:
        grain = normal_field((rows.shape[0], rows.shape[1]), rng)
        cv2.scaleAdd(cv2.multiply(rows, grain), palette.grain, rows, dst=rows)
    rows *= presence(coarse_high, coarse_low, palette)
    rows *= np.float32((ROWS - 1) / MAX_DEPTH)
    table = palette_table(palette)
    pixels = cv2.remap(table, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if palette.display_blur > 0.0:
        cv2.GaussianBlur(pixels, (0, 0), palette.display_blur, dst=pixels)
    return cast("NDArray[np.uint8]", pixels)


def air_levels(counts: NDArray[np.uint16], profile: ScannerProfile) -> tuple[float, float]:
    """The counts of air in the high and the low channel: the brightest plateau, if that can be air of this scanner."""
    high, low = (float(np.clip(guess_air(channel), *profile.detector.air_counts)) for channel in counts)
    return high, low


def attenuations(
    counts: NDArray[np.uint16], profile: ScannerProfile
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Log signals, below 0 where it is brighter than air, so that the noise of air has no bias.

    Args:
        counts: (2, H, W) uint16, high and low.
        profile: of the scanner; its noise decides where attenuations end.

    Returns:
        (H, W) float32 of the high and the low channel.
    """
    levels = np.arange(FULL_SCALE + 1, dtype=np.float32)
    high, low = (
        np.take(-cv2.log(np.maximum(levels / np.float32(air), np.float32(floor))).ravel(), channel)
        for channel, air, floor in zip(counts, air_levels(counts, profile), floors(profile.detector), strict=True)
    )
    return high, low


def _columns(
    inner_high: NDArray[np.float32],
    coarse_high: NDArray[np.float32],
    coarse_low: NDArray[np.float32],
    profile: ScannerProfile,
    palette: DyePalette,
) -> NDArray[np.float32]:
    """Where each pixel's material is in the palette's table: (H, W) float32."""
    table = column_table(profile.beam, profile.detector, palette)
    rows, columns = table_places(inner_high, coarse_low, coarse_high)
    found = cv2.remap(table, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.float32]", found)


def presence(
    coarse_high: NDArray[np.float32], coarse_low: NDArray[np.float32], palette: DyePalette
) -> NDArray[np.float32]:
    """0 where there is but air, going over to 1 where there surely is something, so that air has no grain.

    Args:
        coarse_high: (H, W) float32 attenuation of the high channel, smoothed.
        coarse_low: that of the low channel.
        palette: says how much is taken for air.
    """
    if palette.air_threshold == 0.0:
        return np.ones_like(coarse_high)
    scale = 1.0 / palette.air_threshold
    above = cv2.addWeighted(coarse_high, scale, coarse_low, scale, -2.0)
    return np.clip(cast("NDArray[np.float32]", above), np.float32(0.0), np.float32(1.0))


def sharpest(high: NDArray[np.float32], coarse: NDArray[np.float32], palette: DyePalette) -> NDArray[np.float32]:
    """The attenuation that tells the material together with the ratio of the smoothed signals.

    Just inside the edge of something dense the smoothed signals are those of a thin sheet, but their ratio is still
    that of a thick one, so it would look like something lighter: hence the attenuation before smoothing, where it is
    larger. Not so where that alone is opaque: opaque areas keep an edge in the colour of metal.

    Args:
        high: (H, W) float32 attenuation of the high channel.
        coarse: the same, smoothed.
        palette: says from where on it is opaque.
    """
    limited = np.minimum(high, np.float32(palette.opaque_range[0] * _HIGH_SHARE))
    return np.maximum(coarse, limited)


def smooth(matter: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur; none for a sigma of 0."""
    if sigma <= 0.0:
        return matter
    return cast("NDArray[np.float32]", cv2.GaussianBlur(matter, (0, 0), sigma))


def depth_and_detail(
    high: NDArray[np.float32], low: NDArray[np.float32], palette: DyePalette
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean attenuation, and what sharpening adds to it: (H, W) float32 each."""
    depth = cast("NDArray[np.float32]", cv2.addWeighted(high, 0.5, low, 0.5, 0.0))
    coarse = smooth(depth, palette.sharpening_radius)
    detail = cv2.addWeighted(depth, palette.sharpening, coarse, -palette.sharpening, 0.0)
    return depth, np.maximum(cast("NDArray[np.float32]", detail), np.float32(-palette.halo))
