"""Noise, blur and sharpening from the texture of real scans: those with which generated scans look as fine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.colouring import colour
from parcelray.datasets.synth.scanner.fitting.ideal import transmission_of
from parcelray.datasets.synth.scanner.fitting.texture import Texture, measure_texture
from parcelray.datasets.synth.scanner.profile import Detector, DyePalette, ScannerProfile

# Logarithms of the photons (of the high channel), of sharpening, halo and grain; blurs in pixels, of detector,
# display and material: lowest, highest, and how far the first steps of the descent go.
_PARAMETERS = np.array(
    [
        (np.log(8e3), np.log(2e5), 0.5),
        (np.log(0.3), np.log(8.0), 0.3),
        (np.log(0.02), np.log(0.2), 0.5),
        (np.log(0.003), np.log(0.15), 0.5),
        (0.3, 1.1, 0.15),
        (0.0, 1.2, 0.2),
        (0.6, 1.8, 0.3),
    ]
)
_LOW, _HIGH, _REACH = _PARAMETERS.T
# So many standard deviations of the noise of air are taken for air.
_QUIET = 3.0
# Combinations that are tried before the descent: photons, sharpening, halo and blurs in the order above.
_TRIALS = tuple(
    product((1e4, 3e4, 9e4), (1.5, 4.0), (0.1,), (0.05,), (0.5,), (0.3, 0.55, 0.8), (0.7, 1.3)),
)
# How much a difference counts: of logarithms for what is measured in grey levels, plain for the correlation, per 20
# grey levels for the seam. What depends more on what is in the parcels than on the scanner counts less.
_WEIGHTS = {"gradient": 0.2, "steepness": 0.5, "grain": 0.4, "pale_grain": 0.7, "deep_grain": 0.7, "colour_grain": 1.0}
_REACH_WEIGHT, _SEAM_WEIGHT = 3.0, 1.0 / 20.0
# Texture is measured on the busiest window of this size of each scan.
_WINDOW = 280


def fit_detector(
    wanted: Texture, scans: Sequence[NDArray[np.uint16]], profile: ScannerProfile, *, evaluations: int
) -> ScannerProfile:
    """The profile with the noise, blur and sharpening that give generated scans a texture.

    Args:
        wanted: the texture of real scans.
        scans: (2, H, W) uint16 counts each, of an ideal scanner.
        profile: where to begin; its palette is of dyes.
        evaluations: how often the scans are drawn anew in the descent, at most.
    """
    windows = [_busiest(counts) for counts in scans]

    def objective(values: NDArray[np.float64]) -> float:
        bounded = np.clip(values, _LOW, _HIGH)
        outside = float(np.abs(values - bounded).sum())
        drawn = _decode(bounded, profile)
        return _difference(measure_texture(draw(windows, drawn), drawn.palette.air), wanted) + outside

    trials = [np.array([*np.log(trial[:4]), *trial[4:]]) for trial in _TRIALS]
    start = min([_encode(profile), *trials], key=objective)
    simplex = np.vstack([start, start + np.diag(np.where(start + _REACH > _HIGH, -_REACH, _REACH))])
    options = {"maxfev": evaluations, "initial_simplex": simplex, "xatol": 0.02, "fatol": 1e-3}
    found = minimize(objective, start, method="Nelder-Mead", options=options)
    return _decode(np.clip(found.x, _LOW, _HIGH), profile)


def draw(scans: Sequence[NDArray[np.uint16]], profile: ScannerProfile) -> list[NDArray[np.uint8]]:
    """What a scanner would show of scans of an ideal one, saved and opened again: (H, W, 3) uint8 RGB each.

    Args:
        scans: (2, H, W) uint16 counts each, of an ideal scanner.
        profile: of the scanner; its noise is the same each time.
    """
    pictures = []
    for index, counts in enumerate(scans):
        rng = np.random.default_rng([4, index])
        pixels = colour(acquire(transmission_of(counts), profile, rng), profile, rng)
        pictures.append(_through_jpeg(pixels, profile.jpeg_quality))
    return pictures


def _through_jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8, copy=False)


def _difference(found: Texture, wanted: Texture) -> float:
    """Sum of squares of what differs."""
    terms = [
        weight * np.log(np.maximum(getattr(found, name), 0.1) / np.maximum(getattr(wanted, name), 0.1))
        for name, weight in _WEIGHTS.items()
    ]
    terms.extend([_REACH_WEIGHT * (found.reach - wanted.reach), _SEAM_WEIGHT * (found.seam - wanted.seam)])
    # What scans of one side do not show does not count.
    return float(np.nansum(np.square(terms)))


def _busiest(counts: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The window of a scan in which most is in the way."""
    height, width = (min(_WINDOW, edge) for edge in counts.shape[1:])
    matter = (counts[0] < np.float32(0.97) * counts[0].max()).astype(np.float32)
    sums = cv2.integral(matter)
    windows = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    top, left = np.unravel_index(int(np.argmax(windows)), windows.shape)
    return np.ascontiguousarray(counts[:, top : top + height, left : left + width])


def _encode(profile: ScannerProfile) -> NDArray[np.float64]:
    palette, detector = profile.palette, profile.detector
    assert isinstance(palette, DyePalette)
    logs = np.log(
        [detector.photons[0], max(palette.sharpening, 1e-3), max(palette.halo, 1e-3), max(palette.grain, 1e-3)]
    )
    blurs = [detector.point_spread, palette.display_blur, palette.material_smoothing]
    bounded: NDArray[np.float64] = np.clip([*logs, *blurs], _LOW, _HIGH)
    return bounded


def _decode(values: NDArray[np.float64], profile: ScannerProfile) -> ScannerProfile:
    """The low channel keeps its share of photons of the high one's."""
    high, sharpening, halo, grain = np.exp(values[:4]).tolist()
    point_spread, display_blur, material_smoothing = values[4:].tolist()
    photons = (high, high * profile.detector.photons[1] / profile.detector.photons[0])
    detector = profile.detector.model_copy(update={"photons": photons, "point_spread": point_spread})
    screen = {
        "air_threshold": _quiet(detector, material_smoothing),
        "sharpening": sharpening,
        "halo": halo,
        "grain": grain,
        "display_blur": display_blur,
        "material_smoothing": material_smoothing,
    }
    return profile.model_copy(update={"detector": detector, "palette": profile.palette.model_copy(update=screen)})


def _quiet(detector: Detector, smoothing: float) -> float:
    """The attenuation that the smoothed noise of air hardly ever exceeds: scanners show air without any grain."""
    photon_noise = np.sqrt(np.mean(1.0 / np.array(detector.photons)) / 2.0)
    smoothed = photon_noise / (2.0 * np.sqrt(np.pi) * max(smoothing, 0.5))
    return float(_QUIET * np.hypot(smoothed, detector.stripe / np.sqrt(2.0)))
