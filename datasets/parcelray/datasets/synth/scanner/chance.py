"""Normal numbers by the picture: windows of one kept field, since drawing them anew costs more than using them."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_SIZE = 1024


def normal_field(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Independent normal numbers: another of a million windows of the same field each time.

    Args:
        shape: height and width; what is larger than 1024 repeats itself.
        rng: decides which window.

    Returns:
        (H, W) float32 of mean 0 and deviation 1; not to be written to.
    """
    top, left = (int(v) for v in rng.integers(0, _SIZE, 2))
    height, width = shape
    if max(shape) <= _SIZE:
        return _field()[top : top + height, left : left + width]
    return _field()[np.ix_(np.arange(top, top + height) % _SIZE, np.arange(left, left + width) % _SIZE)]


@cache
def _field() -> NDArray[np.float32]:
    """The field, twice over in either direction, so that every window lies within it."""
    drawn = np.random.default_rng(0).standard_normal((_SIZE, _SIZE), dtype=np.float32)
    field = np.tile(drawn, (2, 2))
    field.flags.writeable = False
    return field
