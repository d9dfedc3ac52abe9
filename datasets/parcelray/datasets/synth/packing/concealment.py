"""How an item is hidden: wrapped, laid between books, behind something dense, put into something hollow.

Each way turns one item into a thing of several shapes that keep their places beside each other. The label policy holds:
components of IEDs are never put inside an appliance, for a board within an appliance is no loose board.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move_shape, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import sheet
from parcelray.datasets.synth.shapes.library import Library, Split

# What an appliance may hide.
_IN_APPLIANCES = frozenset(
    {"pistol", "revolver", "slide", "frame", "barrel", "magazine", "ammunition", "banknote_bundle", "coin_roll"}
)
# Wrappings: material, walls in mm, how crumpled in mm.
_WRAPPINGS = (
    ("aluminium", (0.02, 0.06), 3.0),
    ("polyethylene", (0.1, 0.3), 2.0),
    ("paper", (0.1, 0.4), 3.0),
    ("cotton", (0.6, 2.5), 6.0),
    ("pvc", (0.2, 0.6), 1.0),
)
# What is dense or intricate enough that an item on or under it is hard to see.
_SCREENS = (
    "thermos", "thermos", "laptop", "laptop", "tablet", "desktop_board", "hard_disk", "power_supply", "pot", "food_can",
    "biscuit_tin", "umbrella", "camera_tripod", "expansion_card",
)  # fmt: skip
# A thing is hollow where less than this share of the box around it is solid.
_HOLLOW_SHARE = 0.2

Concealment = Callable[[Shape, np.random.Generator, Library, Split], list[Shape]]


def conceal(item: Shape, rng: np.random.Generator, library: Library, split: Split) -> list[Shape]:
    """Hide an item in one of the ways.

    Args:
        item: around the origin.
        rng: decides.
        library: has books and hollow things.
        split: which of its shapes may be used.

    Returns:
        The item and what hides it; the item alone where nothing large enough was found.
    """
    ways: tuple[Concealment, ...] = (wrapped, wrapped, between_books, behind, behind)
    if item.leaf in _IN_APPLIANCES:
        ways = (*ways, inside)
    return ways[int(rng.integers(len(ways)))](item, rng, library, split)


def wrapped(item: Shape, rng: np.random.Generator, _library: Library, _split: Split) -> list[Shape]:
    """Wrapped in foil, film, paper, cloth or tape: one to three layers above and below."""
    material, walls, crumple = _WRAPPINGS[int(rng.integers(len(_WRAPPINGS)))]
    flat = _lying(item)
    low, high = flat.bounds()
    extent = high - low
    centre = (low + high) / 2.0
    layers = int(rng.integers(1, 4))
    wall = float(rng.uniform(*walls))
    parts: list[Part] = []
    for layer in range(layers):
        for side in (-1.0, 1.0):
            fold = folds(rng, crumple, 40.0)
            width, depth = (float(v) for v in extent[:2] + rng.uniform(8.0, 40.0, 2))
            lift = side * (extent[2] / 2.0 + 1.0 + layer)

            def height(
                x: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
                y: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
                half: tuple[float, float] = (width / 2.0, depth / 2.0),
                lift: float = lift,
                fold: Callable[..., np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = fold,
            ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
                # Bulges over the item and comes together at the edges.
                bulge = np.clip(1.0 - (x / half[0]) ** 6, 0.0, 1.0) * np.clip(1.0 - (y / half[1]) ** 6, 0.0, 1.0)
                return lift * np.sqrt(bulge) + fold(x, y)

            parts.append(sheet((width, depth), height, material=material, wall=wall, points=(26, 20), grain=0.05))
    return [flat, move_shape(shape("wrapping", parts), centre)]


def between_books(item: Shape, rng: np.random.Generator, library: Library, split: Split) -> list[Shape]:
    """Laid between two books or stacks of paper."""
    books = [kind.name for kind in library.kinds if "book" in kind.name and kind.leaf is None]
    if not books:
        return [item]
    flat = _lying(item)
    low, high = flat.bounds()
    below = _lying(library.pick(rng, None, split, kinds=books))
    above = _lying(library.pick(rng, None, split, kinds=books))
    lower_top = low[2] - below.extent()[2] / 2.0
    upper_bottom = high[2] + above.extent()[2] / 2.0
    return [
        flat,
        move_shape(below, (*rng.normal(0.0, 15.0, 2), lower_top)),
        move_shape(above, (*rng.normal(0.0, 15.0, 2), upper_bottom)),
    ]


def behind(item: Shape, rng: np.random.Generator, library: Library, split: Split) -> list[Shape]:
    """Laid on or under something dense, so that the picture shows both in one place."""
    known = {kind.name for kind in library.kinds}
    screens = [name for name in _SCREENS if name in known]
    if not screens:
        return [item]
    flat = move_shape(_lying(item), turned=turn("z", float(rng.uniform(0.0, 360.0))))
    screen = _lying(library.pick(rng, None, split, kinds=screens))
    apart = (flat.extent()[2] + screen.extent()[2]) / 2.0
    # Anywhere on it, with its middle within.
    aside = (rng.uniform(-0.5, 0.5, 2) * screen.extent()[:2]).tolist()
    return [flat, move_shape(screen, (*aside, apart if rng.random() < 0.5 else -apart))]


def inside(item: Shape, rng: np.random.Generator, library: Library, split: Split) -> list[Shape]:
    """Put into the casing of a benign thing that is large enough."""
    flat = _lying(item)
    need = np.sort(flat.extent())
    for _ in range(8):
        hull = _lying(library.pick(rng, None, split))
        if not hull.soft and _is_hollow(hull) and np.all(np.sort(hull.extent()) > need * [0.9, 1.05, 1.05]):
            return [flat, hull]
    return [item]


def _is_hollow(thing: Shape) -> bool:
    """Whether a thing is walls around mostly nothing: bread and dumb-bells hide no gun."""
    filled = sum(part.volume() for part in thing.parts if part.wall == 0.0)
    walled = any(part.wall > 0.0 for part in thing.parts)
    return walled and filled < _HOLLOW_SHARE * float(np.prod(thing.extent()))


def _lying(item: Shape) -> Shape:
    """On its largest side, its longest edge along x, around the origin."""
    order = np.argsort(item.extent())
    stood = move_shape(item, turned=(turn("y", 90.0), turn("x", 90.0), np.eye(3))[order[0]])
    extent = stood.extent()
    if extent[1] > extent[0]:
        stood = move_shape(stood, turned=turn("z", 90.0))
    low, high = stood.bounds()
    return move_shape(stood, -(low + high) / 2.0)
