"""A palette from the colours of real scans and the signals of generated ones.

Nothing says which material a real pixel shows. But scans of many parcels hold much the same mixture of matter, real or
generated; so that palette is sought which gives generated signals the colours of the real scans, as a cloud, by the
sliced Wasserstein distance: of the whole, and near the end of its orange, green and blue parts, since metal is but a
small part of the whole. Where the mixtures differ, this alone would bend the palette to make up for it. Two things hold
it: real colours must lie on the palette's own surface, whatever their frequency, and parameters stay near their start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from parcelray.datasets.synth.scanner.fitting.colours import (
    HUES,
    directions,
    hue_masks,
    quantile_places,
    sorted_projections,
)
from parcelray.datasets.synth.scanner.fitting.looks import OBJECT_CONTRAST
from parcelray.datasets.synth.scanner.fitting.samples import Samples, colour_samples
from parcelray.datasets.synth.scanner.palette import MAX_DEPTH, NUMBER_COLUMNS, colours_at
from parcelray.datasets.synth.scanner.profile import DyePalette, ScannerProfile

# Parameters: lowest, highest, and how far from the start one unit of the prior is. Dyes are logarithms.
_DYE = (np.log(0.01), np.log(3.0), 0.7)
_BOUNDS = np.array(
    [
        *[_DYE] * 9,
        (0.55, 1.2, 0.2),  # gamma
        (0.004, 0.04, 0.01),  # toe
        (7.2, 10.0, 1.0),  # organic_to_mixed: start, width
        (0.5, 7.0, 1.5),
        (0.5, 10.0, 3.0),  # mixed_to_metal: start after the end of the former, width
        (1.0, 12.0, 3.0),
        (0.8, 6.0, 1.5),  # dark_range: start, width
        (0.3, 6.0, 1.5),
        (2.0, 7.0, 1.0),  # opaque_range: start, width
        (0.1, 1.5, 0.5),
        (0.0, 80.0, 30.0),  # dark
        (0.0, 80.0, 30.0),
        (0.0, 80.0, 30.0),
    ]
)
_REAL = 5_000
_QUANTILES = 2_500
_SURFACE_WEIGHT, _PRIOR_WEIGHT = 0.5, 0.1
_SURFACE_REAL = 1_500
# A hue of fewer pixels than this is left out.
_MIN_HUE = 60
# The distance of an empty cloud.
_FAR = 255.0
# The surface is looked at where matter is: up to which depth, in how many steps, and every so many columns.
_SURFACE_DEPTHS = np.concatenate([np.geomspace(0.01, MAX_DEPTH, 22), [MAX_DEPTH]])
_SURFACE_COLUMNS = np.linspace(0.0, NUMBER_COLUMNS * 0.6, 26)
# Distances below this are not worth more effort (grey levels).
_CLOSE = 1.0
_STEP = 1e-3
# The descent looks at what differs from air so many times.
_LEGS = 3
# Dyes are parameters as they are at this attenuation, so that gamma changes thin and thick things alone.
_MIDDLE = 0.5


def fit_palette(
    real: NDArray[np.float64],
    samples: Samples,
    profile: ScannerProfile,
    start: DyePalette,
    *,
    hue_weight: float,
    steps: int,
) -> tuple[DyePalette, float]:
    """The palette that gives the samples the colours of real object pixels.

    Args:
        real: (N, 3) RGB of object pixels.
        samples: of generated scans.
        profile: of the scanner that they were generated for.
        start: where to begin; air, opaque colour, sharpening and blurs stay as they are.
        hue_weight: how much the distance of each hue counts beside that of the whole. From a start that is far off it
            misleads: 0 is best.
        steps: of the optimiser, at most.

    Returns:
        The palette, and the mean distance of the colours' quantiles that is left, in grey levels.
    """
    target = _Target(real, samples, profile, start, hue_weight)
    low, high, scale = _BOUNDS.T
    origin = np.clip(_encode(start), low, high)

    def objective(moves: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = target.evaluate(np.clip(origin + moves * scale, low, high))
        prior = _PRIOR_WEIGHT * float(moves @ moves)
        return value + prior, gradient * scale + 2.0 * _PRIOR_WEIGHT * moves

    bounds = list(zip((low - origin) / scale, (high - origin) / scale, strict=True))
    moves = np.zeros(len(origin))
    for _ in range(_LEGS):
        target.look_at(np.clip(origin + moves * scale, low, high))
        options = {"maxiter": -(-steps // _LEGS)}
        moves = minimize(objective, moves, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    best = np.clip(origin + moves * scale, low, high)
    target.look_at(best)
    return _decode(best, start), target.distance(best)


class _Target:
    """How far a palette's colours are from the real ones, and which way they should go."""

    def __init__(
        self,
        real: NDArray[np.float64],
        samples: Samples,
        profile: ScannerProfile,
        start: DyePalette,
        hue_weight: float,
    ) -> None:
        chosen = real[np.random.default_rng(3).choice(len(real), _REAL)]
        self._axes = directions()
        # Quantiles of the real colours: of all, then of each hue.
        self._wanted: dict[str | None, NDArray[np.float64]] = {None: sorted_projections(chosen, _QUANTILES)}
        for hue, mask in hue_masks(real).items():
            if hue in HUES and int(mask.sum()) >= _MIN_HUE:
                self._wanted[hue] = sorted_projections(real[mask], _QUANTILES)
        self._on_surface = chosen[:_SURFACE_REAL]
        self._samples, self._profile, self._start = samples, profile, start
        self._hue_weight = hue_weight
        self._things = np.arange(0)
        self._hues: dict[str, NDArray[np.int64]] = {}

    def look_at(self, values: NDArray[np.float64]) -> None:
        """Find the samples that differ from air, and those of each hue. They stay so until the next look.

        The distance jumps where a sample goes from one part to another, which would stop the descent.
        """
        colours = colour_samples(self._samples, self._profile, _decode(values, self._start))
        self._things = np.flatnonzero(np.abs(colours - np.array(self._start.air)).max(axis=1) > OBJECT_CONTRAST)
        masks = hue_masks(colours[self._things])
        self._hues = {hue: self._things[masks[hue]] for hue in HUES}

    def evaluate(self, values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The distance, and its gradient by the parameters."""
        palette = _decode(values, self._start)
        colours = colour_samples(self._samples, self._profile, palette)
        surface = self._surface(palette)
        cloud, by_colour = self._cloud_distance(colours)
        apart, by_surface = self._surface_distance(surface)
        gradient = np.empty(len(values))
        for index, value in enumerate(values):
            step = _STEP if value + _STEP <= _BOUNDS[index, 1] else -_STEP
            moved = values.copy()
            moved[index] += step
            other = _decode(moved, self._start)
            change = (colour_samples(self._samples, self._profile, other) - colours) * by_colour
            change_of_surface = (self._surface(other) - surface) * by_surface
            gradient[index] = (change.sum() + _SURFACE_WEIGHT * change_of_surface.sum()) / step
        return cloud + _SURFACE_WEIGHT * apart, gradient

    def distance(self, values: NDArray[np.float64]) -> float:
        """Of the clouds as a whole."""
        if len(self._things) == 0:
            return _FAR
        colours = colour_samples(self._samples, self._profile, _decode(values, self._start))
        return self._part_distance(colours[self._things], self._wanted[None])[0]

    def _surface(self, palette: DyePalette) -> NDArray[np.float64]:
        return colours_at(palette, _SURFACE_DEPTHS[:, None], _SURFACE_COLUMNS).reshape(-1, 3)

    def _cloud_distance(self, colours: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The distance of the whole and of its hues; and its gradient by the colours."""
        gradient = np.zeros_like(colours)
        if len(self._things) == 0:
            return _FAR, gradient
        distance, gradient[self._things] = self._part_distance(colours[self._things], self._wanted[None])
        if self._hue_weight == 0.0:
            return distance, gradient
        for hue, part in self._hues.items():
            if hue in self._wanted and len(part) >= _MIN_HUE:
                apart, pull = self._part_distance(colours[part], self._wanted[hue])
                distance += self._hue_weight * apart
                gradient[part] += self._hue_weight * pull
        return distance, gradient

    def _part_distance(
        self, colours: NDArray[np.float64], wanted: NDArray[np.float64]
    ) -> tuple[float, NDArray[np.float64]]:
        """Smoothed sliced Wasserstein distance of a cloud; and its gradient by the colours."""
        projected = colours @ self._axes.T
        order = np.argsort(projected, axis=0)
        # Each quantile of the real cloud pulls at the sample that is in its place.
        pulled = order[quantile_places(len(colours), _QUANTILES)]
        apart = np.take_along_axis(projected, pulled, axis=0) - wanted
        lengths = np.sqrt(apart**2 + _CLOSE**2)
        pulls = apart / lengths / apart.size
        along = np.zeros_like(projected)
        for axis in range(len(self._axes)):
            along[:, axis] = np.bincount(pulled[:, axis], pulls[:, axis], minlength=len(colours))
        return float(lengths.mean()), along @ self._axes

    def _surface_distance(self, surface: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Mean distance of real colours from the nearest colour of the surface; and its gradient by the surface."""
        squared = (self._on_surface**2).sum(axis=1)[:, None] + (surface**2).sum(axis=1)
        squared -= 2.0 * self._on_surface @ surface.T
        nearest = squared.argmin(axis=1)
        apart = surface[nearest] - self._on_surface
        lengths = np.sqrt((apart**2).sum(axis=1) + _CLOSE**2)
        gradient = np.zeros_like(surface)
        np.add.at(gradient, nearest, apart / lengths[:, None] / len(apart))
        return float(lengths.mean()), gradient


def _encode(palette: DyePalette) -> NDArray[np.float64]:
    dyes = np.array([*palette.organic, *palette.mixed, *palette.metal]) * palette.gain * _MIDDLE**palette.gamma
    to_mixed, to_metal = palette.organic_to_mixed, palette.mixed_to_metal
    return np.array(
        [
            *np.log(np.maximum(dyes, 1e-3)),
            palette.gamma,
            palette.toe,
            to_mixed[0],
            to_mixed[1] - to_mixed[0],
            to_metal[0] - to_mixed[1],
            to_metal[1] - to_metal[0],
            palette.dark_range[0],
            palette.dark_range[1] - palette.dark_range[0],
            palette.opaque_range[0],
            palette.opaque_range[1] - palette.opaque_range[0],
            *palette.dark,
        ]
    )


def _decode(values: NDArray[np.float64], start: DyePalette) -> DyePalette:
    """The palette of parameters; what they don't hold is as in ``start``. Not validated, which would take too long."""
    gamma, toe, mixed, mixed_width, gap, metal_width, dark, dark_width, opaque, opaque_width = values[9:19].tolist()
    dyes = (np.exp(values[:9]) / _MIDDLE**gamma).tolist()
    metal = mixed + mixed_width + gap
    return start.model_copy(
        update={
            "organic": tuple(dyes[:3]),
            "mixed": tuple(dyes[3:6]),
            "metal": tuple(dyes[6:]),
            "gain": 1.0,
            "gamma": gamma,
            "toe": toe,
            "organic_to_mixed": (mixed, mixed + mixed_width),
            "mixed_to_metal": (metal, metal + metal_width),
            "dark_range": (dark, dark + dark_width),
            "opaque_range": (opaque, opaque + opaque_width),
            "dark": tuple(values[19:].tolist()),
        }
    )
