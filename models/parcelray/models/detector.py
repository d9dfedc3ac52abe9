"""``Detector``: the three verbs, preprocess -> forward -> decode, bound to one model package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.models.decode import decode
from parcelray.models.detections import Detections
from parcelray.models.package import ModelPackage
from parcelray.models.preprocess import Letterbox, preprocess
from parcelray.models.session import OrtSession


class Detector:
    """Finds the items in one view at a time. Safe to call from several threads at once.

    Args:
        package: the model.
        threads: how many cores one forward pass may use.

    Raises:
        PackageTamperedError: the package was altered since it was opened.
        PackageError: its network cannot be loaded.
    """

    def __init__(self, package: ModelPackage, *, threads: int) -> None:
        self.package = package
        self.labels = package.manifest.labels
        self._session = OrtSession(package.read(package.manifest.network), threads=threads)

    def preprocess(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], Letterbox]:
        """(H, W, 3) uint8 RGB to the network's input and the geometry that ``decode`` inverts."""
        return preprocess(pixels, self.package.manifest.input)

    def forward(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """(1, 3, h, w) to the (A, 5 + C) raw rows of that view."""
        rows: NDArray[np.float32] = self._session.run(tensor)[0]
        return rows

    def decode(self, raw: NDArray[np.float32], geometry: Letterbox, min_score: float | None = None) -> Detections:
        """Raw rows to boxes in pixels of the view; see ``parcelray.models.decode.decode``."""
        return decode(raw, geometry, self.package.manifest, min_score=min_score)

    def detect(self, pixels: NDArray[np.uint8], min_score: float | None = None) -> Detections:
        """All three verbs on (H, W, 3) uint8 RGB pixels."""
        tensor, geometry = self.preprocess(pixels)
        return self.decode(self.forward(tensor), geometry, min_score)

    def warm_up(self) -> None:
        """Run once on nothing: the first call allocates what later calls reuse."""
        spec = self.package.manifest.input
        self.detect(np.full((spec.height, spec.width, 3), 255, np.uint8))
