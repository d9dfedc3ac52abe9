"""Suitcases: what shows most in a scan is their hardware, seen through everything else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import box, boxes, ellipsoid, sheet, tube
from parcelray.datasets.synth.shapes.containers.fittings import (
    buckle_parts,
    loop,
    piping_parts,
    rivets_at,
    rod_parts,
    screws_at,
    uneven,
    webbing_parts,
    wheel_parts,
    zip_parts,
)
from parcelray.datasets.synth.shapes.containers.flight_cases import bail_parts, latch_parts
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes
from parcelray.datasets.synth.shapes.containers.skins import creases, skin

_CORNER = 45.0


def soft_case(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A case of coated fabric over a wire frame."""
    parts = [
        skin(rng, inner, material="polyester", wall=1.6, power=7.0, edge=0.1, creased=2.0, grain=0.15),
        skin(rng, inner, material="pvc", wall=0.35, power=7.0, edge=0.1, creased=2.0, grain=0.0),
    ]
    parts += _rims(rng, inner, wire=float(rng.choice([0.9, 1.2, 1.6])))
    parts += _zips(rng, inner, metal=rng.random() < 0.25)
    parts += _telescope(rng, inner)
    parts += _wheels(rng, inner, twin=rng.random() < 0.5)
    parts += _handles(rng, inner)
    parts += _floor_plate(rng, inner)
    parts += _inner_straps(rng, inner)
    parts += _hardware(rng, inner, int(rng.integers(16, 38)))
    parts += _front_pocket(rng, inner)
    parts += creases(rng, inner, int(rng.integers(6, 14)), material="nylon")
    parts += _guards(inner, "polypropylene", 2.5) if rng.random() < 0.6 else []
    return Shape("suitcase_soft", None, tuple(join(parts)))


def hard_case(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Two ribbed shells of plastic with a zip or a frame between them."""
    x, y, z = (float(v) for v in inner)
    material = str(rng.choice(["abs", "polycarbonate", "polypropylene"]))
    wall = float(rng.choice([1.4, 1.8, 2.4]))
    parts = [
        skin(rng, inner, material=material, wall=wall, power=9.0, edge=0.22, creased=0.0, grain=0.02),
        skin(rng, inner, material="pvc", wall=0.2, power=9.0, edge=0.22, creased=0.0, margin=1.0, grain=0.0),
    ]
    parts += _ribs(rng, inner, material)
    framed = rng.random() < 0.25
    middle = loop((-5.0, -5.0), (x + 5.0, y + 5.0), _CORNER, z * 0.5)
    if framed:
        for level in (0.48, 0.53):
            path = loop((-5.0, -5.0), (x + 5.0, y + 5.0), _CORNER, z * level)
            parts.append(tube(path, 5.0, material="aluminium", sides=6, wall=1.2))
        parts += latch_parts(rng, inner)
    else:
        parts += zip_parts(rng, middle, metal=False, pulls=2)
        parts += piping_parts(loop((-6.0, -6.0), (x + 6.0, y + 6.0), _CORNER, z * 0.54), radius=1.7)
        parts += latch_parts(rng, inner)[:4]
    parts += _telescope(rng, inner)
    parts += _wheels(rng, inner, twin=True)
    parts += _handles(rng, inner)
    parts += _inner_straps(rng, inner)
    parts += _hardware(rng, inner, int(rng.integers(20, 44)))
    parts += creases(rng, inner, int(rng.integers(4, 10)), material="nylon")
    return Shape("suitcase_hard", None, tuple(join(parts)))


def _rims(rng: np.random.Generator, inner: NDArray[np.float64], wire: float) -> list[Part]:
    """Piping around front and back, of which the two levels give the double outline of a case."""
    x, y, z = (float(v) for v in inner)
    parts: list[Part] = []
    material = str(rng.choice(["pvc", "pvc", "rubber"]))
    for level in (0.0, z):
        path = uneven(rng, loop((-2.0, -2.0), (x + 2.0, y + 2.0), _CORNER, level), 2.5)
        parts += piping_parts(path, wire=wire, radius=2.3, material=material)
    if rng.random() < 0.5:
        path = uneven(rng, loop((-1.0, -1.0), (x + 1.0, y + 1.0), _CORNER, 0.22 * z), 2.0)
        parts += piping_parts(path, wire=0.0, radius=1.9, material=material)
    return parts


def _zips(rng: np.random.Generator, inner: NDArray[np.float64], *, metal: bool) -> list[Part]:
    """The main zip and one that lets the case grow."""
    x, y, z = (float(v) for v in inner)
    parts: list[Part] = []
    for level, pulls in ((0.78, 2), (0.62, 1))[: 1 + int(rng.random() < 0.6)]:
        path = uneven(rng, loop((-3.0, -3.0), (x + 3.0, y + 3.0), _CORNER, level * z), 1.5)
        parts += zip_parts(rng, path, metal=metal, pulls=pulls)
    return parts


def _telescope(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """Two rods along the back with their grip, base and screws."""
    x, y, _ = (float(v) for v in inner)
    half = float(rng.uniform(0.16, 0.27)) * y
    material = str(rng.choice(["aluminium", "aluminium", "steel"]))
    width = float(rng.uniform(13.0, 22.0))
    parts: list[Part] = []
    level = 9.0
    for side in (-1.0, 1.0):
        at = (6.0, y / 2.0 + side * half, level)
        parts += rod_parts(
            at, float(rng.uniform(0.84, 0.96)) * x, width=width, material=material, stages=int(rng.integers(1, 4))
        )
        parts.append(box((34.0, width + 12.0, 16.0), (x - 22.0, at[1], level), material="polypropylene", wall=2.5))
        parts.append(box((26.0, width + 14.0, 20.0), (4.0, at[1], level), material="polypropylene", wall=2.5))
        parts.append(box((2.0, width + 10.0, 14.0), (x - 40.0, at[1], level), material="steel"))
    parts += [
        box((24.0, 2.0 * half + width, 18.0), (-10.0, y / 2.0, level), material="polypropylene", wall=2.5),
        box((14.0, 26.0, 9.0), (-10.0, y / 2.0, level), material="nylon"),
        tube([(-10.0, y / 2.0 - half, level), (-10.0, y / 2.0 + half, level)], 1.3, material="steel", sides=5),
        # The channel of lining that covers the rods.
        box((x, 2.0 * half + 40.0, 22.0), (x / 2.0, y / 2.0, level), material="polyester", wall=1.2, grain=0.12),
    ]
    places = [
        (px, y / 2.0 + side * (half + d), level)
        for px in (0.06 * x, 0.3 * x, 0.62 * x, 0.95 * x)
        for side in (-1, 1)
        for d in (-14.0, 14.0)
    ]
    return [*parts, *screws_at(rng, places, upright=0.75)]


def _wheels(rng: np.random.Generator, inner: NDArray[np.float64], *, twin: bool) -> list[Part]:
    """Two fixed wheels at the back, or four that swivel."""
    x, y, z = (float(v) for v in inner)
    wheel = wheel_parts(rng, twin=twin)
    parts: list[Part] = []
    around = []
    for across in (34.0, y - 34.0):
        for level in (22.0, z - 22.0) if twin else (14.0,):
            swivel = turn("x", rng.uniform(-40.0, 40.0)) if twin else None
            parts += move(wheel, (x + 4.0, across, level), turned=swivel)
            around += [(x - d, across + e, level) for d in (2.0, 16.0) for e in (-16.0, 16.0)]
    return [*parts, *screws_at(rng, around, upright=0.2)]


def _handles(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """One on top, mostly one at the side."""
    x, y, z = (float(v) for v in inner)
    parts = move(bail_parts(rng.uniform(120.0, 170.0)), (-4.0, y / 2.0, 0.45 * z), turned=turn("z", 90.0))
    if rng.random() < 0.8:
        parts += move(bail_parts(rng.uniform(120.0, 170.0)), (x / 2.0, -4.0, 0.45 * z), turned=turn("z", 180.0))
    return parts


def _floor_plate(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """The stiff back panel and its skid bars."""
    x, y, _ = (float(v) for v in inner)
    parts = [box((0.94 * x, 0.92 * y, 1.6), (x / 2.0, y / 2.0, 2.0), material="polypropylene", grain=0.03)]
    if rng.random() < 0.5:
        bars = [(x / 2.0, y / 2.0 + s * 0.38 * y, -4.0) for s in (-1, 1)]
        parts += [box((0.7 * x, 16.0, 7.0), at, material="polypropylene", wall=2.5) for at in bars]
    return parts


def _inner_straps(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """The crossed straps that hold clothes down, with a buckle, and the edge of a mesh lid."""
    x, y, z = (float(v) for v in inner)
    cross = np.array([0.5 * x, 0.5 * y, 0.9 * z])
    parts: list[Part] = []
    for cx, cy in ((0.1, 0.05), (0.1, 0.95), (0.9, 0.05), (0.9, 0.95)):
        start = np.array([cx * x, cy * y, 0.55 * z])
        path = start + (cross - start) * np.linspace(0.0, 1.0, 8)[:, None]
        parts += webbing_parts(path, 24.0)
    parts += buckle_parts(rng, 24.0, cross, turn("z", rng.uniform(0.0, 180.0)))
    if rng.random() < 0.6:
        path = uneven(rng, loop((12.0, 12.0), (x - 12.0, y - 12.0), 30.0, 0.95 * z), 4.0)
        parts += zip_parts(rng, path, pulls=1)
    return parts


def _hardware(rng: np.random.Generator, inner: NDArray[np.float64], count: int) -> list[Part]:
    """Screws and rivets along the edges, where frame, feet and lining are held."""
    parts: list[Part] = []
    along = rng.random((count, 2)) * inner[:2]
    at_edge = rng.integers(0, 4, count)
    inset = rng.uniform(-2.0, 12.0, count)
    along[at_edge == 0, 0] = inset[at_edge == 0]
    along[at_edge == 1, 0] = inner[0] - inset[at_edge == 1]
    along[at_edge == 2, 1] = inset[at_edge == 2]
    along[at_edge == 3, 1] = inner[1] - inset[at_edge == 3]
    places = np.column_stack([along, rng.choice([2.0, float(inner[2]) * 0.5, float(inner[2]) - 2.0], count)])
    split = int(0.6 * count)
    parts += screws_at(rng, places[:split], upright=0.4)
    return [*parts, *rivets_at(places[split:])]


def _front_pocket(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """Pockets on the lid: fabric, straight zips, piping."""
    x, y, z = (float(v) for v in inner)
    parts: list[Part] = []
    for share in rng.uniform(0.15, 0.75, int(rng.integers(1, 3))):
        line = np.array([(share * x, v, z + 5.0) for v in np.linspace(0.08, 0.92, 10) * y])
        line[:, 0] += rng.normal(0.0, 1.5, 10)
        parts += zip_parts(rng, line, pulls=1)
    low, high = (0.1 * x, 0.06 * y), (0.94 * x, 0.94 * y)
    parts += piping_parts(uneven(rng, loop(low, high, 40.0, z + 8.0), 2.5), radius=1.7)
    cloth = sheet(
        (0.84 * x, 0.88 * y),
        lambda u, v: 3.0 * np.sin(0.03 * u) * np.cos(0.04 * v),
        material="polyester",
        wall=1.6,
        points=(10, 8),
        grain=0.15,
    )
    return [*parts, *move(cloth, (0.52 * x, 0.5 * y, z + 8.0))]


def _guards(inner: NDArray[np.float64], material: str, wall: float) -> list[Part]:
    """Caps on the corners."""
    x, y, z = (float(v) for v in inner)
    return [
        ellipsoid((32.0, 32.0, 26.0), (cx, cy, cz), material=material, sides=14, rings=6, wall=wall)
        for cx in (18.0, x - 18.0)
        for cy in (18.0, y - 18.0)
        for cz in (12.0, z - 12.0)
    ]


def _ribs(rng: np.random.Generator, inner: NDArray[np.float64], material: str) -> list[Part]:
    """Pressed ribs on both shells: lines across or along, in a field that leaves the edges free."""
    x, y, z = (float(v) for v in inner)
    pitch = float(rng.uniform(16.0, 48.0))
    wide = float(rng.choice([4.0, 7.0, 12.0]))
    lengthwise = rng.random() < 0.7
    span, reach = (y, x) if lengthwise else (x, y)
    places = np.arange(0.12 * span, 0.88 * span, pitch)
    extent = (0.8 * reach, wide, 1.5) if lengthwise else (wide, 0.8 * reach, 1.5)
    parts: list[Part] = []
    for level in (-3.0, z + 3.0):
        spots = [(x / 2.0, v, level) if lengthwise else (v, y / 2.0, level) for v in places]
        parts.append(boxes(extent, spots, material=material, wall=1.0))
    return parts


KINDS: tuple[ContainerKind, ...] = (
    ContainerKind("suitcase_soft", sizes((460.0, 330.0, 180.0), (660.0, 440.0, 270.0)), soft_case, 1.5, clothed=0.95),
    ContainerKind("suitcase_hard", sizes((460.0, 330.0, 180.0), (680.0, 460.0, 270.0)), hard_case, 1.5, clothed=0.95),
)
