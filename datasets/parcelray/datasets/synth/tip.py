"""Threat image projection, whole: from a clean scan and a leaf to a scan with such an item in it, and its label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.transmission import guess_air
from parcelray.datasets.scan import View
from parcelray.datasets.synth.geometry.fan import Fan, line_fan
from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.insertion import Inserted, insert_into_colours, insert_into_counts
from parcelray.datasets.synth.labels import Label, label_item
from parcelray.datasets.synth.packing.poses import pose
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.physics.transmission import transmit
from parcelray.datasets.synth.projection import Footprint, project
from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.colouring import colour
from parcelray.datasets.synth.scanner.profile import DyePalette, ScannerProfile
from parcelray.datasets.synth.shapes.library import Library, Split
from parcelray.models.errors import BadInputError

# Where less than this share of the X-rays is missing, there is no parcel to put anything into.
_MATTER = 0.03
# So much of an item's box lies within the parcel, if a place is found among so many.
_WITHIN, _PLACES = 0.9, 60
# How high above the belt an item lies, mm.
_HEIGHTS = (10.0, 160.0)
# Grey levels have no photons: as if each pixel had counted so many.
_GREY_PHOTONS = (2e4, 2e4)


@dataclass(frozen=True, eq=False)
class Projected:
    """A scan with an item that is not in the parcel.

    Attributes:
        view: of the kind that came.
        label: of the item.
    """

    view: View
    label: Label


def project_threat(
    view: View,
    leaf: str,
    profile: ScannerProfile,
    library: Library,
    rng: np.random.Generator,
    *,
    pitch: float | None = None,
    split: Split = "open",
) -> Projected:
    """Put an item into a clean scan.

    Args:
        view: pseudo-colour, or a raw pair, of a parcel; is not changed.
        leaf: what is put in.
        profile: of the scanner that the view is from: its beam (for raw pairs) or its palette (for pseudo-colour).
        library: to take the item from.
        rng: decides which, where and how it lies.
        pitch: mm that a pixel of the view covers; the profile's where it is not known.
        split: which shapes may be used.

    Raises:
        BadInputError: the view is plain grey, shows no parcel, or the item cannot be seen anywhere in it.
        KeyError: the library has nothing of that leaf.
    """
    if view.kind == "grey":
        raise BadInputError("view", expected="pseudo-colour or a raw pair", got="grey, which tells no material")
    air, behind = _background(view, profile)
    height, width = behind.shape[1:]
    millimetres = pitch or profile.geometry.pixel_pitch
    nodes = quadrature(profile.beam)
    rays = line_fan(
        (0.0, 0.0, -profile.geometry.source_distance),
        (0.0, 0.0, 0.0),
        width,
        millimetres,
        profile.geometry.source_distance,
        height,
        millimetres,
    )
    matter = (behind[0] < 1.0 - _MATTER).astype(np.uint8)
    if not matter.any():
        raise BadInputError("view", expected="a scan with a parcel in it", got="one that shows air alone")
    for _ in range(_PLACES // 10):
        shape = library.pick(rng, leaf, split)
        (posed,) = pose([shape], rng)
        found = _place(posed, rays, matter, millimetres, rng)
        if found is None:
            continue
        (footprint,) = project([found], rays, nodes.coefficients).footprints
        filled, seen = _fill(view, footprint, profile, air, rng)
        without = behind[:, footprint.rows, footprint.columns]
        photons = profile.detector.photons if view.kind == "dual" else _GREY_PHOTONS
        label = label_item(shape, footprint, nodes, without, seen, photons)
        if label is not None:
            return Projected(filled, label)
    raise BadInputError("view", expected=f"a parcel in which a {leaf} can be seen", got="none that it fits into")


def _background(view: View, profile: ScannerProfile) -> tuple[tuple[float, float], NDArray[np.float32]]:
    """Counts in air, and (2, H, W) transmission; of pseudo-colour, the grey level as a share of air's."""
    if view.kind == "dual":
        high, low = cast("NDArray[np.uint16]", view.pixels)
        air = guess_air(high), guess_air(low)
        return air, np.stack([high / np.float32(air[0]), low / np.float32(air[1])]).astype(np.float32)
    grey = cv2.cvtColor(view.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    # The house's colouring shows air as white.
    air_colour = profile.palette.air if isinstance(profile.palette, DyePalette) else (255, 255, 255)
    white = float(np.dot(air_colour, (0.299, 0.587, 0.114)))
    return (white, white), np.repeat((grey / np.float32(white)).clip(0.0, 1.0)[None], 2, axis=0)


def _place(item: Shape, rays: Fan, matter: NDArray[np.uint8], pitch: float, rng: np.random.Generator) -> Shape | None:
    """Move an item to where the parcel is; None when it is larger than the picture."""
    height, width = matter.shape
    extent = item.extent()
    columns, rows = int(extent[0] / pitch) + 1, int(extent[1] / pitch) + 1
    if columns >= width or rows >= height:
        return None
    sums = cv2.integral(matter)
    lefts, tops = rng.integers(0, width - columns, _PLACES), rng.integers(0, height - rows, _PLACES)
    inside = (
        sums[tops + rows, lefts + columns] - sums[tops, lefts + columns] - sums[tops + rows, lefts] + sums[tops, lefts]
    ) / (rows * columns)
    fitting = np.flatnonzero(inside >= _WITHIN)
    best = int(fitting[0]) if len(fitting) else int(inside.argmax())
    lift = float(rng.uniform(*_HEIGHTS))
    depth = lift - float(rays.source[2])
    x = float(rays.tangents[lefts[best] + columns // 2]) * depth
    y = (float(tops[best]) + rows / 2.0) * rays.row_pitch
    return move_shape(item, (x, y, lift))


def _fill(
    view: View, footprint: Footprint, profile: ScannerProfile, air: tuple[float, float], rng: np.random.Generator
) -> tuple[View, NDArray[np.float32]]:
    """The view with the item, and (2, h, w) transmission in the item's window."""
    nodes = quadrature(profile.beam)
    window = footprint.rows, footprint.columns
    if view.kind == "dual":
        item = Inserted(footprint.paths, *window)
        counts = insert_into_counts(cast("NDArray[np.uint16]", view.pixels), air, item, nodes)
        levels = np.asarray(air, np.float32)[:, None, None]
        return replace(view, pixels=counts), (counts[:, *window] / levels).astype(np.float32)
    clean = profile
    if isinstance(profile.palette, DyePalette):
        white = profile.palette.model_copy(update={"air": (255, 255, 255)})
        clean = profile.model_copy(update={"palette": white})
    drawn = colour(acquire(transmit(footprint.paths, nodes.weights), clean, rng), clean, rng)
    pixels = insert_into_colours(cast("NDArray[np.uint8]", view.pixels), drawn, *window)
    grey = cv2.cvtColor(pixels[window], cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(air[0])
    return replace(view, pixels=pixels), np.repeat(grey.clip(0.0, 1.0)[None], 2, axis=0)
