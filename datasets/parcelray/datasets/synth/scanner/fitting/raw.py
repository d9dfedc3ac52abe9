"""A scanner profile from unlabelled 16-bit pairs: its beam, its counts in air, its noise, its stripes and its blur."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.reading import read_pair
from parcelray.datasets.imaging.transmission import attenuation, guess_air
from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam
from parcelray.datasets.synth.scanner.acquisition import FULL_SCALE
from parcelray.datasets.synth.scanner.calibration import wedge_signals
from parcelray.datasets.synth.scanner.fitting.measurement import (
    Noise,
    fit_electronic_noise,
    fit_photons,
    fit_point_spread,
    fit_stripe,
    is_air,
    measure_edges,
    measure_noise,
    measure_stripes,
)
from parcelray.datasets.synth.scanner.profile import AIR_BITS, ScannerProfile, parse_profile
from parcelray.models.errors import BadInputError

# So many pairs are read; more would tell nothing new.
_PAIRS = 80
# Air fills at least this share of a scan; hardly anything is brighter than this, as a share of its level.
_AIR_SHARE, _BRIGHTER, _BRIGHTER_SHARE = 0.02, 1.1, 0.05
# A scan whose brightest level is below this share of the others' is one that something covers altogether.
_COVERED = 0.8
# The converter's step is the largest that so many counts are multiples of.
_WHOLE_STEPS = 0.999
_MIN_BITS = 8
# Attenuations of the high channel at which materials are told apart, and how far outside the outer wedges one may lie.
_DEPTHS = (0.2, 3.5)
_TOLERANCE = 0.05
_LIGHTEST, _HEAVIEST = "polyethylene", "copper"
# A beam must hold this share of the pixels more than the other, or they do not tell.
_TELLING = 0.01
# Smoothing (pixels) before the energies are compared, and every how many rows and columns they are.
_RATIO_SIGMA, _RATIO_STRIDE = 1.2, 3


@dataclass(frozen=True, eq=False)
class _Scan:
    """A pair that shows air.

    Attributes:
        counts: (2, H, W) uint16, high and low.
        air: the level of each channel.
    """

    counts: NDArray[np.uint16]
    air: tuple[float, float]


def fit_raw(
    pairs: Sequence[tuple[Path, Path]], start: ScannerProfile, *, name: str, progress: Callable[[str], None]
) -> ScannerProfile:
    """Find the beam, the counts in air, the noise, the stripes and the blur of a scanner from its own pairs.

    Geometry, scatter, afterglow, faults and palette cannot be told from unlabelled pairs: they stay as in ``start``;
    so does what these pairs happen not to show (blur without sharp edges, electronic noise without dense things).

    Args:
        pairs: files of the high and the low channel, 16-bit grey; rows follow one another along the belt.
        start: what stays where pairs do not tell. Its beam is taken if the kind is right.
        name: of the profile.
        progress: told in a line what has been found.

    Returns:
        The profile; it is not reserved.

    Raises:
        BadInputError: there are no pairs, one cannot be read, or none shows air.
    """
    if not pairs:
        raise BadInputError("raw pairs", expected="at least one", got="none")
    scans = _drop_covered([scan for scan in _read(pairs) if scan is not None])
    if not scans:
        raise BadInputError(
            "raw pairs", expected="some that show air, below what the counter can hold", got=f"none among {len(pairs)}"
        )
    levels = [level for scan in scans for level in scan.air]
    air_counts = (min(levels), max(levels))
    progress(f"{len(pairs)} pairs, {len(scans)} show air: {air_counts[0]:.0f} to {air_counts[1]:.0f} counts")
    beam = _choose_beam(scans, start.beam, progress)
    bit_depth = _bit_depth(scans)
    detector = _fit_detector(scans, start, 1 << (AIR_BITS - bit_depth), progress)
    settings = start.model_dump()
    settings.update(name=name, reserved=False, beam=beam)
    settings["detector"].update(detector, air_counts=air_counts, bit_depth=bit_depth)
    return parse_profile(settings, f"the fit of {name}")


def _read(pairs: Sequence[tuple[Path, Path]]) -> Iterator[_Scan | None]:
    """The scans, evenly chosen, or nothing for one that shows no air."""
    for index in np.unique(np.linspace(0, len(pairs) - 1, min(_PAIRS, len(pairs))).astype(int)):
        high, low = pairs[index]
        view = read_pair(high.read_bytes(), low.read_bytes(), name=high.name)
        counts = view.pixels.astype(np.uint16, copy=False)
        air = (guess_air(counts[0]), guess_air(counts[1]))
        shown = all(_shows_air(channel, level) for channel, level in zip(counts, air, strict=True))
        yield _Scan(counts, air) if shown else None


def _shows_air(channel: NDArray[np.uint16], level: float) -> bool:
    """Whether a level is a plateau, and nothing but noise is above it; at full scale it tells nothing."""
    if not 1.0 < level < FULL_SCALE:
        return False
    share = channel.astype(np.float32) / np.float32(level)
    return bool(np.mean(is_air(share)) >= _AIR_SHARE and np.mean(share > _BRIGHTER) < _BRIGHTER_SHARE)


def _drop_covered(scans: list[_Scan]) -> list[_Scan]:
    """Scans whose brightest level is as bright as it is in most."""
    if not scans:
        return []
    usual = np.median([scan.air for scan in scans], axis=0)
    return [scan for scan in scans if bool(np.all(np.array(scan.air) >= _COVERED * usual))]


def _bit_depth(scans: Sequence[_Scan]) -> int:
    """Bits of the converter: the largest step that practically all counts are multiples of."""
    counts = np.concatenate([scan.counts[scan.counts < FULL_SCALE] for scan in scans])
    bits = AIR_BITS
    while bits > _MIN_BITS and np.mean(counts % (1 << (AIR_BITS - bits + 1)) == 0) >= _WHOLE_STEPS:
        bits -= 1
    return bits


def _choose_beam(scans: Sequence[_Scan], start: Beam, progress: Callable[[str], None]) -> Beam:
    """The beam between whose outer wedges the most pixels lie; that of ``start`` if they do not tell."""
    signals = np.concatenate([_signals(scan) for scan in scans], axis=1)
    if signals.shape[1] == 0:
        progress(f"nothing in the way: the beam stays {start.kind}")
        return start
    other = DUAL_KVP if start.kind == "sandwich" else SANDWICH
    shares = {beam.kind: _share_between_wedges(signals, beam) for beam in (start, other)}
    progress("between polyethylene and copper: " + ", ".join(f"{kind} {100 * s:.1f} %" for kind, s in shares.items()))
    return other if shares[other.kind] > shares[start.kind] + _TELLING else start


def _signals(scan: _Scan) -> NDArray[np.float32]:
    """Attenuations of the high and the low channel where they tell materials apart: (2, N)."""
    matter = [
        cv2.GaussianBlur(attenuation(channel, level), (0, 0), _RATIO_SIGMA)[::_RATIO_STRIDE, ::_RATIO_STRIDE]
        for channel, level in zip(scan.counts, scan.air, strict=True)
    ]
    high, low = matter
    chosen = (high > _DEPTHS[0]) & (high < _DEPTHS[1])
    return np.stack([high[chosen], low[chosen]]).astype(np.float32)


def _share_between_wedges(signals: NDArray[np.float32], beam: Beam) -> float:
    high, low = signals
    lightest = (1.0 - _TOLERANCE) * np.interp(high, *wedge_signals(beam, _LIGHTEST))
    heaviest = (1.0 + _TOLERANCE) * np.interp(high, *wedge_signals(beam, _HEAVIEST))
    return float(np.mean((low >= lightest) & (low <= heaviest)))


def _fit_detector(
    scans: Sequence[_Scan], start: ScannerProfile, step: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Photons, electronic noise, stripe and point spread, each as in ``start`` where the pairs do not show it."""
    noises: list[Noise] = []
    edges: list[NDArray[np.float64]] = []
    for channel in range(2):
        shares = [scan.counts[channel] / np.float32(scan.air[channel]) for scan in scans]
        air = float(np.mean([scan.air[channel] for scan in scans]))
        noise = Noise.pooled([measure_noise(share, FULL_SCALE / air) for share in shares], air, step)
        noises.append(noise)
        edges.extend(measure_edges(share, noise.in_air) for share in shares)
    stripes = [
        measure_stripes(scan.counts[channel] / np.float32(scan.air[channel])) for scan in scans for channel in range(2)
    ]
    detector = start.detector
    electronic = fit_electronic_noise(noises, detector.electronic_noise)
    photons = tuple(fit_photons(noise, electronic) for noise in noises)
    stripe = fit_stripe(stripes, detector.stripe)
    spread = fit_point_spread(np.concatenate(edges), detector.point_spread)
    progress(
        f"noise in air {100 * noises[0].in_air:.2f} % high, {100 * noises[1].in_air:.2f} % low: "
        f"{photons[0]:.0f} and {photons[1]:.0f} photons, electronic noise {electronic:.1f} counts"
    )
    count = sum(len(found) for found in edges)
    progress(f"stripes of {100 * stripe:.2f} %, point spread {spread:.2f} px from {count} edges")
    return {"photons": photons, "electronic_noise": electronic, "stripe": stripe, "point_spread": spread}
