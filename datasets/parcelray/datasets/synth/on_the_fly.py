"""Items put into clean scans while a network learns from them: each epoch another item in another place.

The scans may be a hub's own clean ones, with a profile that ``parcelray synth fit`` fitted to them: the clutter is then
real, and only the item is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.scan import View
from parcelray.datasets.synth.scanner.profile import load_profile
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.library import Library
from parcelray.datasets.synth.tip import project_threat
from parcelray.models.errors import BadInputError, ProfileError


class InsertionOnTheFly:
    """Puts an item into some of the scans that it is given.

    Args:
        leaves: what may be put in; all are equally likely.
        scanners: names or files of profiles of the scanners that the scans are from; one is drawn for each scan.
        share: of the scans that get an item.

    Raises:
        ProfileError: a profile cannot be read, or is reserved for testing.
        BadInputError: the library has no shapes of a leaf.
    """

    def __init__(self, leaves: Sequence[str], scanners: Sequence[str], share: float) -> None:
        self._profiles = [load_profile(name) for name in scanners]
        for name, profile in zip(scanners, self._profiles, strict=True):
            if profile.reserved:
                expected = "one that training may use"
                raise ProfileError(f"scanner profile {name}", expected=expected, got="a reserved one")
        self._library = Library(all_kinds())
        unknown = sorted(set(leaves) - self._library.leaves())
        if unknown:
            have = ", ".join(sorted(self._library.leaves()))
            raise BadInputError("insertion", expected=f"leaves among {have}", got=", ".join(unknown))
        self._leaves = tuple(leaves)
        self._share = share

    def __call__(
        self, pixels: NDArray[np.uint8], *, seed: Sequence[int]
    ) -> tuple[NDArray[np.uint8], str, NDArray[np.float32]] | None:
        """Put an item into a clean scan.

        Args:
            pixels: (H, W, 3) uint8 RGB; is not changed.
            seed: decides whether, what and where.

        Returns:
            (H, W, 3) uint8 RGB, the leaf, and (4,) float32 xyxy in pixels; None where the scan stays clean: it was not
            chosen, or nothing fits into it.
        """
        rng = np.random.default_rng(list(seed))
        if rng.random() >= self._share:
            return None
        profile = self._profiles[int(rng.integers(len(self._profiles)))]
        leaf = self._leaves[int(rng.integers(len(self._leaves)))]
        try:
            found = project_threat(View(pixels, "colour"), leaf, profile, self._library, rng)
        except BadInputError:
            return None
        return np.asarray(found.view.pixels, np.uint8), leaf, np.array(found.label.box, np.float32)
