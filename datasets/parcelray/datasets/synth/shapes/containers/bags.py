"""Bags: backpacks, holdalls, laptop bags, drawstring bags."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import helix, smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, sheet, tube
from parcelray.datasets.synth.shapes.containers.fittings import (
    buckle_parts,
    loop,
    piping_parts,
    ring_parts,
    rivets_at,
    snap_hook_parts,
    strap,
    uneven,
    webbing_parts,
    zip_parts,
)
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes
from parcelray.datasets.synth.shapes.containers.skins import creases, skin
from parcelray.datasets.synth.shapes.forms import Height, bent_slab


def _cloth(rng: np.random.Generator, inner: NDArray[np.float64], *, power: float, creased: float) -> list[Part]:
    """Woven fabric with its coating."""
    return [
        skin(rng, inner, material="polyester", wall=1.2, power=power, edge=0.35, creased=creased, grain=0.15),
        skin(rng, inner, material="pvc", wall=0.2, power=power, edge=0.35, creased=creased, grain=0.0),
    ]


def backpack(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A backpack on its back: stays, padding, shoulder straps, zips around two or three compartments."""
    x, y, z = (float(v) for v in inner)
    parts = _cloth(rng, inner, power=4.5, creased=rng.uniform(3.0, 7.0))
    for level in rng.uniform(0.3, 1.0, int(rng.integers(1, 4))) * z:
        inset = float(rng.uniform(0.0, 0.1)) * y
        path = uneven(rng, loop((0.02 * x, inset), (0.85 * x, y - inset), 0.3 * y, float(level)), 5.0)
        cut = int(0.8 * len(path))
        parts += zip_parts(rng, path[:cut], metal=rng.random() < 0.3, pulls=2)
        parts += piping_parts(path, radius=1.6)
    for share in rng.uniform(0.4, 0.75, int(rng.integers(1, 3))):
        line = np.array([(share * x, v, z + 4.0) for v in np.linspace(0.15, 0.85, 8) * y])
        parts += zip_parts(rng, line + rng.normal(0.0, 1.5, line.shape), pulls=1)
    parts += _back_panel(rng, inner)
    parts += _shoulder_straps(rng, inner)
    parts += creases(rng, inner, int(rng.integers(9, 18)), material="nylon")
    handle = smooth([(0.0, 0.42 * y, 8.0), (-32.0, 0.5 * y, 8.0), (0.0, 0.58 * y, 8.0)], 12)
    parts += webbing_parts(handle, 20.0)
    return Shape("backpack", None, tuple(join(parts)))


def _back_panel(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """Foam, a stiff sheet, and often two bars or a bent rod that carry the load."""
    x, y, _ = (float(v) for v in inner)
    parts = [box((0.86 * x, 0.8 * y, 9.0), (0.5 * x, 0.5 * y, 0.0), material="foam", grain=0.15)]
    style = rng.random()
    if style < 0.4:
        material = str(rng.choice(["aluminium", "aluminium", "steel"]))
        thick = 3.2 if material == "aluminium" else 1.2
        places = [(0.5 * x, (0.5 + s * rng.uniform(0.1, 0.2)) * y, 3.0) for s in (-1, 1)]
        parts.append(boxes((0.82 * x, rng.uniform(14.0, 26.0), thick), places, material=material))
    elif style < 0.65:
        path = loop((0.06 * x, 0.1 * y), (0.94 * x, 0.9 * y), 40.0, 3.0)
        parts.append(tube(path, 2.2, material="aluminium", sides=7))
    else:
        parts.append(box((0.84 * x, 0.76 * y, 1.4), (0.5 * x, 0.5 * y, 3.0), material="polyethylene"))
    return parts


def _shoulder_straps(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """Two padded straps that lie loosely beside or under the bag, with ladders, ends and a sternum strap."""
    x, y, _ = (float(v) for v in inner)
    parts: list[Part] = []
    for side in (-1.0, 1.0):
        out = float(rng.uniform(-0.05, 0.35)) * y
        corners = np.array(
            [
                (0.05 * x, (0.5 + side * 0.12) * y, -6.0),
                (0.25 * x, (0.5 + side * 0.3) * y + side * out, -12.0),
                (0.6 * x, (0.5 + side * 0.4) * y + side * out, -14.0),
                (0.95 * x, (0.5 + side * 0.42) * y, -6.0),
            ]
        )
        path = smooth(corners, 22)
        parts += webbing_parts(path, 24.0)
        parts.append(strap(path[:13], rng.uniform(50.0, 70.0)))
        turned = turn("z", float(np.degrees(np.arctan2(*(path[14] - path[13])[[1, 0]]))))
        parts += buckle_parts(rng, 24.0, path[13], turned)
        if rng.random() < 0.6:
            parts += ring_parts((14.0, 26.0), path[6], turned, radius=1.6)
        tail = path[-1] + np.cumsum(rng.normal((12.0, side * 4.0, 0.0), 6.0, (9, 3)), axis=0)
        parts += webbing_parts(tail, 24.0)
    return parts


def holdall(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A sports bag: one long zip, end pockets, two handles, a shoulder strap with hooks."""
    x, y, z = (float(v) for v in inner)
    parts = _cloth(rng, inner, power=3.5, creased=rng.uniform(5.0, 10.0))
    wire = float(rng.choice([0.0, 0.0, 1.2]))
    for end in (0.02, 0.98):
        ring = loop((-0.45 * z, -0.45 * y), (0.45 * z, 0.45 * y), 0.3 * min(z, y), 0.0)
        standing = move(
            [*piping_parts(ring, radius=1.9, wire=wire)], (end * x, 0.5 * y, 0.5 * z), turned=turn("y", 90.0)
        )
        parts += standing
    line = np.array([(v, 0.5 * y, z + 3.0) for v in np.linspace(0.02, 0.98, 14) * x]) + rng.normal(0.0, 2.0, (14, 3))
    parts += zip_parts(rng, line, metal=rng.random() < 0.35, pulls=2)
    pocket = np.array([(v, 0.12 * y, 0.7 * z) for v in np.linspace(0.2, 0.8, 9) * x])
    parts += zip_parts(rng, pocket, pulls=1)
    for side in (-1.0, 1.0):
        sag = rng.uniform(40.0, 110.0)
        corners = [
            (0.3 * x, (0.5 + side * 0.5) * y, 0.4 * z),
            (0.36 * x, (0.5 + side * 0.4) * y, z),
            (0.5 * x, 0.5 * y + side * sag, z + 20.0),
            (0.64 * x, (0.5 + side * 0.4) * y, z),
            (0.7 * x, (0.5 + side * 0.5) * y, 0.4 * z),
        ]
        parts += webbing_parts(smooth(corners, 24), 38.0)
        parts += rivets_at([corners[1], corners[3]])
    hang = smooth(
        [(0.0, 0.5 * y, 0.8 * z), (0.2 * x, -0.25 * y, 0.5 * z), (0.7 * x, -0.2 * y, 0.3 * z), (x, 0.5 * y, 0.8 * z)],
        30,
    )
    hang += rng.normal(0.0, 1.5, hang.shape)
    parts += webbing_parts(hang, 38.0)
    parts += snap_hook_parts((-6.0, 0.5 * y, 0.8 * z), turn("z", rng.uniform(0.0, 360.0)))
    parts += snap_hook_parts((x + 6.0, 0.5 * y, 0.8 * z), turn("z", rng.uniform(0.0, 360.0)))
    parts += buckle_parts(rng, 38.0, hang[12], turn("z", rng.uniform(0.0, 180.0)))
    if rng.random() < 0.6:
        parts.append(box((0.9 * x, 0.8 * y, 1.4), (0.5 * x, 0.5 * y, 1.0), material="polyethylene"))
    parts += creases(rng, inner, int(rng.integers(12, 24)), material="nylon")
    return Shape("holdall", None, tuple(join(parts)))


def laptop_bag(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A briefcase of padded fabric: piping all around, dividers, pockets for pens and cards, strap with hooks."""
    x, y, z = (float(v) for v in inner)
    parts = _cloth(rng, inner, power=7.0, creased=2.0)
    wire = float(rng.choice([0.0, 0.0, 1.1]))
    for level in (0.0, z):
        parts += piping_parts(
            uneven(rng, loop((-2.0, -2.0), (x + 2.0, y + 2.0), 40.0, level), 2.5), radius=1.9, wire=wire
        )
    for level in rng.uniform(0.2, 0.9, int(rng.integers(1, 4))) * z:
        path = uneven(rng, loop((0.0, 0.02 * y), (x, y), 35.0, float(level)), 2.0)
        cut = len(path) // 2 + 6
        parts += zip_parts(rng, path[:cut], metal=rng.random() < 0.3, pulls=2)
    for level in (0.3 * z, 0.7 * z):
        parts.append(box((0.94 * x, 0.85 * y, 5.0), (0.5 * x, 0.47 * y, level), material="foam", grain=0.12))
        parts.append(box((0.94 * x, 0.85 * y, 0.9), (0.5 * x, 0.47 * y, level + 4.0), material="nylon", wall=0.2))
    for side in (0.0, 1.0):
        corners = [
            (0.36 * x, y, side * z),
            (0.38 * x, y + 45.0, z / 2.0),
            (0.62 * x, y + 45.0, z / 2.0),
            (0.64 * x, y, side * z),
        ]
        handle = smooth(corners, 20)
        parts += webbing_parts(handle, 26.0)
        parts.append(tube(handle[6:-6], 5.0, material="pvc", sides=7, wall=1.0))
    for at in ((-4.0, 0.9 * y, z / 2.0), (x + 4.0, 0.9 * y, z / 2.0)):
        parts += ring_parts((22.0, 30.0), at, radius=1.7)
        if rng.random() < 0.7:
            parts += snap_hook_parts((at[0], at[1] + 14.0, at[2]), turn("z", rng.uniform(0.0, 360.0)))
    loose = smooth(
        [(-4.0, 0.9 * y, z), (0.1 * x, 0.3 * y, z + 6.0), (0.6 * x, 0.15 * y, z + 8.0), (x + 4.0, 0.9 * y, z)], 26
    )
    if rng.random() < 0.6:
        parts += webbing_parts(loose, 36.0)
        parts += buckle_parts(rng, 36.0, loose[10], turn("z", -30.0))
    parts += buckle_parts(rng, 25.0, (0.3 * x, 0.3 * y, z + 3.0), turn("z", 90.0)) if rng.random() < 0.5 else []
    parts += creases(rng, inner, int(rng.integers(2, 6)), material="nylon")
    return Shape("laptop_bag", None, tuple(join(parts)))


def drawstring_bag(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A bag of soft cloth that a cord draws together, with eyelets and a cord lock."""
    y, z = float(inner[1]), float(inner[2])
    material, wall = [("cotton", 1.6), ("nylon", 0.25), ("polyester", 1.0)][rng.integers(3)]
    parts = [
        skin(
            rng,
            inner,
            material=material,
            wall=wall,
            power=3.0,
            edge=0.4,
            creased=rng.uniform(7.0, 14.0),
            crease_scale=35.0,
            grain=0.15,
        ),
    ]
    # The neck lies in pleats.
    waves = int(rng.integers(7, 13))
    neck = sheet(
        (70.0, 0.7 * y),
        lambda u, v: 9.0 * np.sin(2.0 * np.pi * waves * v / (0.7 * y)) * (0.4 + np.abs(u) / 35.0),
        material=material,
        wall=2.0 * wall,
        points=(6, 60),
        grain=0.15,
    )
    parts += move(neck, (-30.0, 0.5 * y, 0.5 * z))
    cord = smooth([(-6.0, 0.2 * y, 0.5 * z), (-8.0, 0.8 * y, 0.5 * z), (-60.0, 0.6 * y, 0.5 * z)], 20)
    trailing = cord[-1] + np.cumsum(rng.normal((6.0, 4.0, 0.0), 9.0, (12, 3)), axis=0)
    parts += [tube(path, 2.2, material="nylon", sides=5, grain=0.1) for path in (cord, trailing)]
    parts += [cylinder(8.0, 18.0, cord[-1], material="nylon", axis="x", sides=10, wall=1.5)]
    parts.append(tube(cord[-1] + helix(3.0, 3.5, 4.0, 22)[:, [2, 0, 1]], 0.5, material="steel", sides=4))
    for v in np.linspace(0.2, 0.8, int(rng.integers(2, 6))) * y:
        parts += ring_parts((11.0, 11.0), (-14.0, v, 0.5 * z), radius=1.2, material="brass")
    parts += creases(rng, inner, int(rng.integers(10, 22)), material=material, radius=1.8)
    return Shape("drawstring_bag", None, tuple(join(parts)))


def _ripple(angle: float, phase: float) -> Height:
    """Waves of cloth that run in one direction."""

    def height(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        wave: NDArray[np.float64] = 4.0 * np.sin(0.06 * (u * np.cos(angle) + v * np.sin(angle)) + phase)
        return wave

    return height


def wrapped_cloth(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Contents wrapped in a blanket or sacking of many folds, sewn or tied up with string."""
    x, y, z = (float(v) for v in inner)
    material, wall = [("cotton", 2.2), ("wool", 3.2), ("polypropylene", 0.25)][rng.integers(3)]
    parts = [
        skin(
            rng,
            inner,
            material=material,
            wall=wall,
            power=4.0,
            edge=0.4,
            creased=8.0,
            crease_scale=scale,
            grain=0.15,
            margin=m,
        )
        for scale, m in ((70.0, 5.0), (40.0, 1.0))
    ]
    for _ in range(int(rng.integers(2, 5))):
        extent = rng.uniform(0.5, 0.9, 2) * inner[:2]
        angle, phase = rng.uniform(0.0, 3.0, 2)
        ply = bent_slab(
            (extent[0], extent[1]),
            0.9 * wall,
            _ripple(angle, phase),
            (x / 2.0, y / 2.0, z + 4.0),
            material=material,
            points=(22, 16),
            grain=0.15,
        )
        parts += move(ply, rng.normal(0.0, 8.0, 3) * [1, 1, 0.2])
    parts += creases(rng, inner, int(rng.integers(14, 26)), material=material, radius=1.7)
    for share in rng.uniform(0.2, 0.8, int(rng.integers(1, 4))):
        ring = loop((-8.0, -5.0), (z + 8.0, y + 5.0), 20.0, 0.0)
        parts += move(tube(ring, 1.6, material="polypropylene", sides=5), (share * x, 0.0, z), turned=turn("y", 90.0))
    return Shape("wrapped_cloth", None, tuple(join(parts)))


KINDS: tuple[ContainerKind, ...] = (
    ContainerKind("backpack", sizes((380.0, 270.0, 110.0), (520.0, 340.0, 200.0)), backpack, 1.5, clothed=0.95),
    ContainerKind("holdall", sizes((400.0, 240.0, 160.0), (600.0, 320.0, 260.0)), holdall, 1.0, clothed=0.9),
    ContainerKind("laptop_bag", sizes((360.0, 260.0, 60.0), (430.0, 320.0, 110.0)), laptop_bag, 0.8, clothed=0.5),
    ContainerKind(
        "drawstring_bag", sizes((280.0, 220.0, 70.0), (420.0, 320.0, 160.0)), drawstring_bag, 0.5, clothed=0.75
    ),
    ContainerKind(
        "wrapped_cloth", sizes((280.0, 220.0, 80.0), (480.0, 340.0, 200.0)), wrapped_cloth, 0.5, clothed=0.75
    ),
)
