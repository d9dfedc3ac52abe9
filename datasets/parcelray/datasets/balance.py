"""How often each scan is shown in an epoch, so that rare classes and new scans are not drowned by common and old ones.

Repeat-factor sampling (Gupta et al., LVIS, CVPR 2019, arXiv:1908.03195, appendix B): a class that shows on a share f of
the scans is repeated max(1, sqrt(t / f)) times, a scan as often as its rarest class; fractions by chance, anew each
epoch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import CocoData
from parcelray.models.errors import DatasetError


def repeat_factors(
    data: CocoData, threshold: float, of_source: Mapping[str, float] | None = None
) -> NDArray[np.float64]:
    """How often each scan is to be shown, on average.

    Args:
        data: the scans.
        threshold: share of scans below which a class is rare; 0 repeats nothing.
        of_source: folder that scans came from -> how often its scans are to be shown at least.

    Returns:
        (N,) at least 1, in the order of ``data.images``.

    Raises:
        DatasetError: no scan came from such a folder.
    """
    least = of_source or {}
    strangers = sorted(set(least) - {image.source for image in data.images})
    if strangers:
        raise DatasetError("sampling", expected="folders that training scans came from", got=", ".join(strangers))
    shown = [{item.category for item in data.items_of[image.id] if not item.ignored} for image in data.images]
    counts = Counter(category for categories in shown for category in categories)
    factor = {category: max(1.0, float(np.sqrt(threshold * len(shown) / count))) for category, count in counts.items()}
    return np.array(
        [
            max([least.get(image.source or "", 1.0), *(factor[category] for category in categories)])
            for image, categories in zip(data.images, shown, strict=True)
        ]
    )


def epoch_order(factors: NDArray[np.float64], seed: int, epoch: int) -> list[int]:
    """The scans of an epoch, by index, in the order in which they are shown.

    Args:
        factors: (N,) how often each is shown on average.
        seed: of the run.
        epoch: number of the epoch; each has its own order.
    """
    rng = np.random.default_rng([seed, epoch])
    whole = np.floor(factors)
    times = whole + (rng.random(len(factors)) < factors - whole)
    return [int(index) for index in rng.permutation(np.repeat(np.arange(len(factors)), times.astype(np.int64)))]
