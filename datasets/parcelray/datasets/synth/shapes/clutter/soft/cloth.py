"""What textiles are drawn of: folded layers, creases, seams, zips, buttons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, heaped, loft, pick, vec, wavering

# Thread and hem tape are spun tight: solid polyester, not loose cloth.
_THREAD = "pet"
_CREASE_POINTS = 5


@dataclass(frozen=True)
class Fabric:
    """A cloth: what it is of, and how uneven its weave or knit is."""

    material: str
    grain: float


def fabric(rng: np.random.Generator, *materials: str) -> Fabric:
    """A cloth of one of the materials; without any, of the usual ones."""
    return Fabric(pick(rng, *(materials or ("cotton", "cotton", "polyester", "wool"))), pick(rng, 0.04, 0.06, 0.09))


def layers(
    rng: np.random.Generator,
    cloth: Fabric,
    extent: ArrayLike,
    thickness: float,
    count: int,
    *,
    squareness: float = 7.0,
    spread: float = 0.06,
    amount: float = 0.02,
    at: ArrayLike = (0.0, 0.0, 0.0),
) -> list[Part]:
    """Cloth that was folded: what lies under everything, and flaps that were folded over it.

    Args:
        rng: decides.
        cloth: its material.
        extent: (2,) of the whole, mm.
        thickness: of all the layers, mm.
        count: of layers, flaps included.
        squareness: see ``superellipse``.
        spread: how far layers are off each other, as a share of the extent.
        amount: how wavy their rims are.
        at: the middle of the whole.
    """
    size, middle = np.asarray(extent, np.float64), np.asarray(at, np.float64)
    waves = folds(rng, min(3.0, 0.25 * thickness), 0.35 * float(size.min()))
    outline = wavering(rng, size * (1.0 - spread / 2.0), squareness=squareness, amount=amount, points=36)
    # Pressed cloth is denser than loose cloth: thicker than the whole by a quarter.
    own = (1.25 if count == 1 else 0.8) * thickness
    parts = [cushion(outline, own, middle, material=cloth.material, grain=cloth.grain, surface=waves)]
    for i in range(count - 1):
        # What was folded over covers a share of it, flush with one side: that is where the fold is.
        across = int(rng.integers(2))
        cover = np.array([1.0 - spread, 1.0 - spread])
        cover[across] = rng.uniform(0.35, 0.75)
        shift = (size - size * cover) / 2.0 * rng.choice([-1.0, 1.0], 2)
        flap = wavering(rng, size * cover, squareness=squareness, amount=amount, points=32)
        place = middle + vec(shift[0], shift[1], ((i + 0.5) / (count - 1) - 0.5) * 0.6 * thickness)
        deep = rng.uniform(0.7, 1.3) * 0.9 * thickness / (count - 1)
        parts.append(cushion(flap, deep, place, material=cloth.material, grain=cloth.grain))
    return parts


def creases(
    rng: np.random.Generator,
    cloth: Fabric,
    count: int,
    extent: ArrayLike,
    *,
    at: ArrayLike = (0.0, 0.0, 0.0),
    length: tuple[float, float] = (25.0, 80.0),
    width: tuple[float, float] = (3.0, 9.0),
    depth: tuple[float, float] = (4.0, 14.0),
    direction: float | None = None,
    scatter: float = 0.35,
    gaps: float = 0.2,
    squareness: float = 2.2,
) -> Part:
    """Folds of cloth, as X-rays show them: lines that are sharp on one side and fade on the other.

    Each is a long wedge: thick along its edge, running out to the side and towards both ends.

    Args:
        rng: decides.
        cloth: its material.
        count: of folds.
        extent: (3,) of the flat heap that they lie in, mm.
        at: its middle.
        length: of a fold, mm.
        width: over which it runs out, mm.
        depth: of the cloth along its edge, mm.
        direction: of most of them, degrees; any without.
        scatter: of their directions, radians.
        squareness: of the heap's outline (see ``superellipse``).
        gaps: share of them that are less cloth instead of more.
    """
    size = np.asarray(extent, np.float64)
    long = rng.uniform(*length, count)
    wide = rng.uniform(*width, count) * rng.choice([-1.0, 1.0], count)
    deep = rng.uniform(*depth, count)
    within = np.maximum(size - vec(0.7, 0.7) * long.mean() - vec(z=deep.mean()), 0.3 * size)
    middle = heaped(rng, count, within, squareness=squareness)
    # Directions drift over the cloth, so that neighbours run side by side.
    main = np.radians(direction) if direction is not None else rng.uniform(0.0, np.pi)
    drift = rng.normal(0.0, 2.0, 2) @ (middle[:, :2] / size[:2]).T
    angle = main + drift * min(1.0, 3.0 * scatter) + rng.normal(0.0, scatter, count)
    t = np.linspace(-1.0, 1.0, _CREASE_POINTS)[None]
    bend = rng.normal(0.0, 0.16, (count, 1)) * long[:, None]
    along, across = t * long[:, None] / 2.0, bend * (t**2 - 0.5)
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    swell = np.clip(1.0 - np.abs(t) ** 3, 0.06, 1.0)
    edge = np.stack([along * c - across * s, along * s + across * c, np.zeros_like(along)], -1) + middle[:, None]
    side = np.stack([-s, c, np.zeros_like(s)], -1) * (wide[:, None] * swell)[..., None]
    up = np.array([0.0, 0.0, 1.0]) * (deep[:, None] * swell)[..., None]
    corners = np.stack([edge, edge + side, edge + up], axis=2)
    # Turned so that faces look outwards whichever side it runs out to.
    flipped = wide > 0.0
    # Where two garments part there is a gap instead: the same wedge as a hole.
    flipped ^= rng.random(count) < gaps
    corners[flipped] = corners[flipped][:, :, [0, 2, 1]]
    vertices = (corners.reshape(-1, 3) + np.asarray(at, np.float64)).astype(np.float32)
    per = 3 * _CREASE_POINTS
    steps = per * np.arange(count, dtype=np.int32)[:, None, None]
    faces = (_crease_faces()[None] + steps).reshape(-1, 3)
    return Part(vertices, faces, cloth.material, grain=cloth.grain)


def _crease_faces() -> NDArray[np.int32]:
    """Faces of one wedge: three sides between neighbouring sections, and both ends."""
    faces = [(0, 1, 2)]
    for i in range(_CREASE_POINTS - 1):
        for j in range(3):
            a, b = 3 * i + j, 3 * i + (j + 1) % 3
            faces += [(a, b + 3, b), (a, a + 3, b + 3)]
    last = 3 * (_CREASE_POINTS - 1)
    return np.array([*faces, (last, last + 2, last + 1)], np.int32)


def line(start: ArrayLike, end: ArrayLike, z: float = 0.0, points: int = 24) -> NDArray[np.float64]:
    """A straight path at one height, between two points (2,): (points, 3)."""
    t = np.linspace(0.0, 1.0, points)[:, None]
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    path: NDArray[np.float64] = np.column_stack([first + t * (last - first), np.full(points, z)])
    return path


def seam(path: ArrayLike, *, gap: float = 6.0, thick: float = 1.5) -> list[Part]:
    """A hem: two rows of stitching along a path (N, 3), ``gap`` mm apart."""
    points = np.asarray(path, np.float64)
    along = np.gradient(points, axis=0)
    sideways = np.stack([-along[:, 1], along[:, 0], np.zeros(len(along))], -1)
    sideways /= np.linalg.norm(sideways, axis=1, keepdims=True) + 1e-9
    # Stitches: thread comes up and goes down.
    radius = np.where(np.arange(len(points)) % 2 == 0, thick, 0.55 * thick)
    rows = (0.0,) if gap <= 0.0 else (-gap / 2.0, gap / 2.0)
    # A thread's section is a square on its corner: to the left of the way, above, to the right, below.
    corners = np.stack([sideways, np.zeros_like(points), -sideways, np.zeros_like(points)], axis=1)
    corners[:, 1, 2], corners[:, 3, 2] = 1.0, -1.0
    thread = points[:, None] + radius[:, None, None] * corners
    return [loft(thread + offset * sideways[:, None], material=_THREAD) for offset in rows]


def hem_lines(rng: np.random.Generator, extent: ArrayLike, count: int, *, straight: float = 0.6) -> list[Part]:
    """Seams that run anywhere through a heap of cloth of extent (3,)."""
    size = np.asarray(extent, np.float64)
    parts = []
    for _ in range(count):
        start = rng.uniform(-0.46, 0.46, 3) * size
        angle = rng.uniform(0.0, 2.0 * np.pi)
        reach = rng.uniform(0.2, 0.65) * float(size[:2].min())
        t = np.linspace(0.0, 1.0, 16)
        bend = rng.normal(0.0, 1.0 - straight) * reach
        x = start[0] + reach * t * np.cos(angle) + bend * t**2 * np.sin(angle) + 2.0 * np.sin(9.0 * t + angle)
        y = start[1] + reach * t * np.sin(angle) - bend * t**2 * np.cos(angle) + 2.0 * np.cos(7.0 * t + angle)
        inside = np.abs(np.stack([x, y], -1)) < size[:2] / 2.0
        keep = inside.all(axis=1)
        if keep.sum() < 4:
            continue
        path = np.stack([x, y, np.full_like(x, start[2])], -1)[keep]
        parts += seam(path, gap=pick(rng, 0.0, 5.0, 8.0), thick=pick(rng, 1.3, 1.8))
    return parts


def zip_fastener(rng: np.random.Generator, path: ArrayLike, *, fine: bool = False) -> list[Part]:
    """A zip along a path (N, 3): teeth on both tapes, slider, pull, stop.

    Args:
        rng: decides metal or plastic, and where the slider is.
        path: finely sampled or not; teeth are set at equal steps.
        fine: a trouser's or a purse's instead of a jacket's.
    """
    points = np.asarray(path, np.float64)
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    step = 2.0 if fine else 3.0
    stations = np.arange(0.0, lengths[-1], step)
    on = np.stack([np.interp(stations, lengths, points[:, i]) for i in range(3)], -1)
    along = np.gradient(on, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    across = np.stack([-along[:, 1], along[:, 0], np.zeros(len(along))], -1)
    metal = pick(rng, "brass", "zinc", "nylon", "nylon")
    width = 1.7 if fine else 2.4
    side = np.where(np.arange(len(on)) % 2 == 0, 1.0, -1.0)[:, None]
    degrees = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    teeth = boxes((0.55 * step, width * 1.5, 1.3), on + side * across * width / 2.0, material=metal, turned=degrees)
    k = int(rng.integers(1, len(on) - 1))
    size = 0.75 if fine else 1.0
    halves = np.stack([on[k] - vec(z=1.8), on[k] + vec(z=1.8)])
    slider = boxes((9.0 * size, 7.0 * size, 1.2), halves, material="zinc", turned=degrees[k])
    aside = degrees[k] + rng.normal(0.0, 25.0)
    reach = vec(np.cos(np.radians(aside)), np.sin(np.radians(aside)))
    middle = on[k] + 13.0 * size * reach + vec(z=3.0)
    pull = boxes((18.0 * size, 5.0 * size, 1.2), middle, material="zinc", turned=aside)
    stop = boxes((4.0 * size, 6.0 * size, 2.0), on[-1], material="zinc", turned=degrees[-1])
    tape = seam(points + vec(z=-1.0), gap=16.0 if not fine else 12.0, thick=1.2)
    return [teeth, slider, pull, stop, *tape]


def button(rng: np.random.Generator, at: ArrayLike, *, radius: float | None = None, material: str = "") -> list[Part]:
    """A button with its rim and holes (plastic), or a snap fastener (metal)."""
    place = np.asarray(at, np.float64)
    r = radius or float(rng.uniform(4.5, 8.0))
    of = material or pick(rng, "pmma", "nylon", "pmma", "brass")
    if of == "brass":
        rim = pipe(r, 0.8 * r, 1.4, place, material=of, sides=14)
        return [rim, cylinder(0.8 * r, 0.4, place, material=of, sides=14), cylinder(0.3 * r, 2.0, place, material=of)]
    rim = pipe(r, 0.75 * r, 2.6, place, material=of, sides=14)
    return [rim, pipe(0.75 * r, 0.25 * r, 1.6, place, material=of, sides=12)]


def label(rng: np.random.Generator, at: ArrayLike) -> list[Part]:
    """A woven label, seen by its edges, and sometimes a paper tag with its plastic string."""
    place = np.asarray(at, np.float64)
    turned = float(rng.uniform(0.0, 180.0))
    parts = [boxes((rng.uniform(25, 50), rng.uniform(12, 20), 0.8), place, material=_THREAD, turned=turned)]
    if chance(rng, 0.3):
        tag = box((45.0, 80.0, 0.8), place + vec(rng.normal(0.0, 10.0), 15.0, 1.0), material="paper")
        parts.append(tag)
    return parts
