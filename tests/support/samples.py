"""What ``GET …/pixels`` answers, taken apart: written down a second time, as a screen reads it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray


def unpack_samples(data: bytes) -> tuple[dict[str, Any], NDArray[np.uint8] | NDArray[np.uint16]]:
    """The prologue, and (H, W, bands) uint8 or uint16 samples."""
    length = int.from_bytes(data[:4], "little")
    prologue: dict[str, Any] = json.loads(data[4 : 4 + length])
    assert (4 + length) % 8 == 0
    samples = np.frombuffer(data[4 + length :], {8: "<u1", 16: "<u2"}[prologue["bits"]])
    return prologue, samples.reshape(prologue["height"], prologue["width"], prologue["bands"])
