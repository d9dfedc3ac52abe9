"""From a number to a scan: pack, project, acquire, colour, label."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.labels import Label, label_view
from parcelray.datasets.synth.packing.belt import lay_out
from parcelray.datasets.synth.packing.parcel import Parcel, pack_parcel
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.physics.transmission import transmit
from parcelray.datasets.synth.projection import project
from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.colouring import colour
from parcelray.datasets.synth.scanner.profile import load_profile
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.library import Library, Split
from parcelray.datasets.synth.shapes.outside import kinds_from_meshes
from parcelray.datasets.synth.views import frame_views
from parcelray.models.errors import BadInputError

MIN_SIZE, MAX_SIZE = 64, 4096
# Scans in a row that have the same benign variants at hand.
SHELF = 200


@dataclass(frozen=True)
class Plan:
    """What is drawn. The same plan and number give the same scan, to the byte, on one machine.

    Attributes:
        seed: of everything.
        scanners: names or files of profiles; each scan is taken by one of them.
        size: width and height of a view in pixels.
        views: of each scan: 1, or 2 with one from the side.
        contraband: share of the parcels that are packed with some.
        neighbours: share of the scans that show more than one parcel.
        split: which shapes: "open", or those "reserved" for testing.
        meshes: outlines from outside: a leaf, and a mesh file or a folder of them.

    Raises:
        BadInputError: a value is out of its range.
    """

    seed: int
    scanners: tuple[str, ...]
    size: tuple[int, int] = (640, 480)
    views: int = 1
    contraband: float = 0.7
    neighbours: float = 0.2
    split: Split = "open"
    meshes: tuple[tuple[str, Path], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise BadInputError("seed", expected="0 or more", got=str(self.seed))
        if not self.scanners:
            raise BadInputError("scanners", expected="at least one profile", got="none")
        if not all(MIN_SIZE <= edge <= MAX_SIZE for edge in self.size):
            got = f"{self.size[0]}x{self.size[1]}"
            raise BadInputError("size", expected=f"{MIN_SIZE} to {MAX_SIZE} pixels each way", got=got)
        if self.views not in (1, 2):
            raise BadInputError("views", expected="1 or 2", got=str(self.views))
        for name in ("contraband", "neighbours"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise BadInputError(name, expected="a share from 0 to 1", got=f"{getattr(self, name):g}")


@dataclass(frozen=True, eq=False)
class DrawnView:
    """One projection of a scan.

    Attributes:
        counts: (2, H, W) uint16 of the high and the low channel.
        pixels: (H, W, 3) uint8 RGB, as the scanner shows them.
        labels: what is in it.
        pitch: mm that a pixel covers along a row and along a column.
        quality: of the JPEG that the scanner delivers.
    """

    counts: NDArray[np.uint16]
    pixels: NDArray[np.uint8]
    labels: tuple[Label, ...]
    pitch: tuple[float, float]
    quality: int

    def transposed(self) -> DrawnView:
        """The same with the belt running across the picture instead of down."""
        return DrawnView(
            np.ascontiguousarray(self.counts.transpose(0, 2, 1)),
            np.ascontiguousarray(self.pixels.transpose(1, 0, 2)),
            tuple(label.transposed() for label in self.labels),
            (self.pitch[1], self.pitch[0]),
            self.quality,
        )


@dataclass(frozen=True, eq=False)
class DrawnScan:
    """A scan with its truth.

    Attributes:
        seed: of the plan.
        index: its number in the plan.
        scanner: name of the profile.
        reserved: for testing, since its scanner or its shapes are.
        parcels: in the order of the belt.
        views: one or two.
    """

    seed: int
    index: int
    scanner: str
    reserved: bool
    parcels: tuple[Parcel, ...]
    views: tuple[DrawnView, ...]


class Draughtsman:
    """Draws the scans of a plan.

    Args:
        plan: what to draw.

    Raises:
        BadInputError: a profile or a mesh cannot be read.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._profiles = [load_profile(name) for name in plan.scanners]
        kinds = list(all_kinds())
        for leaf, path in plan.meshes:
            kinds.extend(kinds_from_meshes(path, leaf))
        self.library = Library(kinds)

    def draw(self, index: int) -> DrawnScan:
        """Draw one scan.

        Args:
            index: its number, 0 or more.
        """
        plan = self._plan
        rng = np.random.default_rng([plan.seed, index])
        self.library.stock(plan.seed, index // SHELF)
        profile = self._profiles[int(rng.integers(len(self._profiles)))]
        count = int(rng.integers(2, 4)) if rng.random() < plan.neighbours else 1
        parcels = [
            pack_parcel(rng, self.library, contraband=bool(rng.random() < plan.contraband), split=plan.split)
            for _ in range(count)
        ]
        shapes, extent = lay_out(parcels, rng)
        nodes = quadrature(profile.beam)
        views = []
        # Several parcels make a strip: it runs along the picture's longer side, as on the screens of such scanners.
        along_width = count > 1 and plan.size[0] > plan.size[1]
        size = (plan.size[1], plan.size[0]) if along_width else plan.size
        for fan, pitch in frame_views(profile.geometry, extent, size, plan.views, rng):
            projection = project(shapes, fan, nodes.coefficients)
            counts = acquire(transmit(projection.paths, nodes.weights), profile, rng)
            pixels = colour(counts, profile, rng)
            labels = tuple(label_view(shapes, projection, nodes, profile.detector.photons))
            view = DrawnView(counts, pixels, labels, pitch, profile.jpeg_quality)
            views.append(view.transposed() if along_width else view)
        reserved = profile.reserved or plan.split == "reserved"
        return DrawnScan(plan.seed, index, profile.name, reserved, tuple(parcels), tuple(views))
