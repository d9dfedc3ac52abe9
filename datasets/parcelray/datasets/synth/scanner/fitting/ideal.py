"""A scanner without faults: what it counts is the transmission, to which any detector's faults can be added later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.acquisition import FULL_SCALE
from parcelray.datasets.synth.scanner.profile import Detector, ScannerProfile

_AIR = 60_000.0
_IDEAL = Detector(
    photons=(1e12, 1e12),
    electronic_noise=0.0,
    point_spread=0.0,
    afterglow=0.0,
    stripe=0.0,
    dead_columns=0.0,
    row_glitches=0.0,
    scatter=0.0,
    scatter_corrected=0.0,
    air_counts=(_AIR, _AIR),
    bit_depth=16,
)


def idealise(profile: ScannerProfile) -> ScannerProfile:
    """The same scanner with a detector without noise, blur and faults.

    Args:
        profile: of a scanner. Scans that are drawn for a fit are drawn with what this returns.
    """
    return profile.model_copy(update={"detector": _IDEAL})


def transmission_of(counts: NDArray[np.uint16]) -> NDArray[np.float32]:
    """The transmission that an ideal scanner counted: (2, H, W) float32.

    Args:
        counts: (2, H, W) uint16 of a scanner from ``idealise``.
    """
    return (np.minimum(counts, FULL_SCALE).astype(np.float32) + np.float32(0.5)) / np.float32(_AIR)
