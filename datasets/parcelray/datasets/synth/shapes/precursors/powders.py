"""Powders by the bag: zip bags, sacks, vacuum bricks, tubs, taped packages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe, sheet, tube
from parcelray.datasets.synth.shapes.forms import Height, band, grown, lump
from parcelray.datasets.synth.shapes.kind import Kind
from parcelray.datasets.synth.shapes.precursors.vessels import Vessel, screw_cap_parts

LEAF = "powder_bag"
_POWDERS = ("powder", "powder", "powder", "sugar", "salt", "flour", "organic_bulk")
_GRAIN = 0.09
_FILM_WALL = 0.2


def _powder(rng: np.random.Generator) -> str:
    return str(rng.choice(_POWDERS))


def _half_bag(size: NDArray[np.float64], bulge: float, share: float, rough: Height) -> Height:
    """One side of a flat bag that is filled to a share of its length."""

    def film(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        body = np.clip(1.0 - (2.0 * u / size[0]) ** 4, 0.0, 1.0)
        filled = np.clip(1.1 * (share - 0.5 - v / size[1]) / share + 0.2, 0.02, 1.0)
        bottom = np.clip(8.0 * (v / size[1] + 0.5), 0.0, 1.0)
        height: NDArray[np.float64] = 1.08 * bulge * body * filled * bottom + rough(u, v)
        return height

    return film


def _half_sachet(size: NDArray[np.float64], bulge: float) -> Height:
    """One side of a sachet between four flat seams."""

    def film(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        across = np.clip(1.0 - (2.2 * u / size[0]) ** 4, 0.0, 1.0)
        height: NDArray[np.float64] = bulge * across * np.clip(1.0 - (2.2 * v / size[1]) ** 4, 0.0, 1.0)
        return height

    return film


def zip_bag(rng: np.random.Generator) -> Shape:
    """Clear bags with a zip strip; the powder has run to one end."""
    parts: list[Part] = []
    material = _powder(rng)
    for index in range(int(rng.choice([1, 1, 2, 3, 5]))):
        size = rng.uniform([60.0, 80.0], [200.0, 260.0])
        thick = float(rng.uniform(8.0, 26.0)) * size[0] / 130.0
        share = float(rng.uniform(0.45, 0.85))
        heap = lump(
            rng,
            (0.46 * size[0], 0.48 * share * size[1], thick),
            material=material,
            power=2.8,
            roughness=0.1,
            grain=_GRAIN,
        )
        made = move(heap, (0.0, -0.5 * (1.0 - share) * size[1], 0.0))
        for side in (-1.0, 1.0):
            film = _half_bag(size, side * thick, share, folds(rng, 0.12 * thick, 45.0))
            made.append(sheet((size[0], size[1]), film, material="polyethylene", wall=_FILM_WALL, points=(14, 18)))
        strip = 0.44 * size[1]
        seams = [(s * 0.49 * size[0], 0.0, 0.0) for s in (-1.0, 1.0)]
        made.append(boxes((3.0, size[1], 0.6), seams, material="polyethylene"))
        made.append(boxes((size[0], 2.0, 1.6), [(0.0, strip, 0.0), (0.0, strip - 4.0, 0.0)], material="polyethylene"))
        if rng.random() < 0.4:
            made.append(box((14.0, 6.0, 5.0), (0.4 * size[0], strip - 2.0, 0.0), material="polypropylene"))
        at = (rng.normal(0.0, 10.0), index * 0.5 * size[1], index * 0.9 * thick)
        parts += move(made, at, turned=turn("z", rng.normal(0.0, 20.0 if index else 3.0)))
    return shape("zip_bag", parts, leaf=LEAF)


def sack(rng: np.random.Generator) -> Shape:
    """A sack of paper or woven plastic, sewn across its ends."""
    size = rng.uniform([130.0, 90.0, 28.0], [300.0, 190.0, 75.0])
    body = lump(
        rng,
        (size[0] / 2, size[1] / 2, size[2] / 2),
        material=_powder(rng),
        power=3.4,
        roughness=0.12,
        sides=30,
        grain=_GRAIN,
    )
    material, wall = [("paper", 0.35), ("polypropylene", 0.25), ("polyethylene", 0.2), ("cotton", 1.6)][rng.integers(4)]
    parts: list[Part] = [body]
    skin = grown(
        lump(
            rng,
            (size[0] / 2, size[1] / 2, size[2] / 2),
            material=material,
            power=3.4,
            roughness=0.06,
            wall=wall,
            grain=0.1,
        ),
        2.5,
    )
    parts.append(skin)
    for side in (-1.0, 1.0):
        end = sheet(
            (34.0, size[1] * 0.95), folds(rng, 3.0, 40.0), material=material, wall=2.0 * wall, points=(4, 16), grain=0.1
        )
        parts += move(end, (side * (size[0] / 2.0 + 10.0), 0.0, 0.0))
        seam = np.column_stack(
            [np.full(12, side * (size[0] / 2.0 + 14.0)), np.linspace(-0.47, 0.47, 12) * size[1], np.zeros(12)]
        )
        parts.append(tube(seam, 1.1, material="cotton", sides=5))
    return shape("powder_sack", parts, leaf=LEAF)


def vacuum_brick(rng: np.random.Generator) -> Shape:
    """Bricks pressed hard in foil or film, with sharp wrinkles and a folded seam."""
    parts: list[Part] = []
    material = _powder(rng)
    size = rng.uniform([90.0, 55.0, 30.0], [220.0, 140.0, 70.0])
    number = int(rng.choice([1, 1, 2, 4]))
    foil = [("polyethylene", 0.3), ("aluminium", 0.03), ("pet", 0.15)][rng.integers(3)]
    for index in range(number):
        half = (size[0] / 2, size[1] / 2, size[2] / 2)
        body = lump(rng, half, material=material, power=9.0, roughness=0.05, sides=28, grain=0.05)
        skin = grown(lump(rng, half, material=foil[0], power=9.0, roughness=0.05, sides=28, wall=foil[1]), 0.8)
        seam = sheet(
            (12.0, 0.96 * size[1]), folds(rng, 1.5, 30.0), material=foil[0], wall=4.0 * foil[1], points=(3, 14)
        )
        made = [body, skin, *move(seam, (size[0] / 2.0 + 4.0, 0.0, 0.0)), *move(seam, (-size[0] / 2.0 - 4.0, 0.0, 0.0))]
        at = ((index // 2) * (size[0] + 22.0), (index % 2) * (size[1] + 4.0), rng.normal(0.0, 1.0))
        parts += move(made, at, turned=turn("z", rng.normal(0.0, 2.5)))
    return shape("powder_brick", parts, leaf=LEAF)


def taped_package(rng: np.random.Generator) -> Shape:
    """A package wound all over with tape, over film."""
    size = rng.uniform([90.0, 60.0, 24.0], [240.0, 170.0, 70.0])
    half = (size[0] / 2, size[1] / 2, size[2] / 2)
    body = lump(rng, half, material=_powder(rng), power=5.0, roughness=0.09, sides=28, grain=_GRAIN)
    parts: list[Part] = [body, grown(body, 1.0)]
    parts[1] = grown(lump(rng, half, material="pvc", power=5.0, roughness=0.07, sides=28, wall=0.35), 1.5)
    for _ in range(int(rng.integers(3, 8))):
        winding = band(48.0, (size[1] + 4.0, size[2] + 4.0), material="pvc", wall=0.2)
        at = (rng.uniform(-0.35, 0.35) * size[0], 0.0, 0.0)
        parts += move(winding, at, turned=turn("z", rng.normal(0.0, 14.0)))
    lengthwise = band(48.0, (size[0] + 4.0, size[2] + 4.0), material="pvc", wall=0.2)
    parts += move(lengthwise, (0.0, rng.normal(0.0, 5.0), 0.0), turned=turn("z", 90.0 + rng.normal(0.0, 5.0)))
    return shape("powder_taped", parts, leaf=LEAF)


def tub(rng: np.random.Generator) -> Shape:
    """A jar or tub with a wide lid and a scoop in it, as supplements and pool chemicals come."""
    radius = float(rng.uniform(34.0, 80.0))
    height = radius * float(rng.uniform(1.4, 2.4))
    squared = rng.random() < 0.3
    mouth = 0.82
    profile = [(0.001, 3.0), (0.92, 0.0), (1.0, 6.0), (1.0, 0.78 * height), (mouth, 0.87 * height), (mouth, height)]
    vessel = Vessel(
        profile,
        (radius, radius),
        5.0 if squared else 2.0,
        str(rng.choice(["polyethylene", "pet"])),
        float(rng.choice([1.2, 1.8])),
    )
    parts = [vessel.skin(34), vessel.filling(rng, _powder(rng), float(rng.uniform(0.5, 0.85)), grain=_GRAIN)]
    parts += screw_cap_parts(rng, (mouth + 0.05) * radius, 20.0, (0.0, 0.0, height - 10.0))
    # Foil that seals the mouth.
    parts.append(cylinder(mouth * radius, 0.08, (0.0, 0.0, height), material="aluminium", sides=24))
    if rng.random() < 0.5:
        scoop = [
            pipe(14.0, 12.5, 28.0, material="polypropylene", sides=14),
            box((50.0, 9.0, 1.6), (38.0, 0.0, 12.0), material="polypropylene"),
        ]
        parts += move(scoop, (-0.2 * radius, 0.0, 0.7 * height), turned=turn("y", rng.uniform(20.0, 70.0)))
    return shape("powder_tub", parts, leaf=LEAF)


def knotted_bag(rng: np.random.Generator) -> Shape:
    """Thin bags twisted and knotted above the powder, single or many small ones."""
    parts: list[Part] = []
    number = int(rng.choice([1, 1, 6, 14]))
    material = _powder(rng)
    for _ in range(number):
        radius = float(rng.uniform(35.0, 75.0) if number == 1 else rng.uniform(9.0, 18.0))
        body = lump(
            rng,
            (radius, radius * rng.uniform(0.75, 1.0), radius * 0.7),
            material=material,
            power=2.3,
            roughness=0.16,
            sides=20 if number == 1 else 12,
            rings=12 if number == 1 else 8,
            grain=_GRAIN,
        )
        made = [body]
        twist = np.column_stack(
            [np.linspace(0.9, 1.7, 9) * radius, rng.normal(0.0, 0.05 * radius, (9, 2)).cumsum(axis=0)]
        )
        made.append(
            tube(
                twist,
                radius * np.array([0.5, 0.25, 0.14, 0.12, 0.14, 0.2, 0.28, 0.33, 0.36]),
                material="polyethylene",
                sides=8,
                wall=0.6,
            )
        )
        if number == 1:
            made.append(
                grown(
                    lump(
                        rng,
                        (radius, radius * 0.9, radius * 0.7),
                        material="polyethylene",
                        roughness=0.12,
                        wall=_FILM_WALL,
                    ),
                    2.0,
                )
            )
        spread = (0.0, 0.0, 0.0) if number == 1 else tuple(rng.normal(0.0, 1.0, 3) * [34.0, 30.0, 10.0])
        parts += move(made, spread, turned=turn("z", rng.uniform(0.0, 360.0)))
    return shape("powder_knotted", parts, leaf=LEAF)


def paper_bag(rng: np.random.Generator) -> Shape:
    """A block-bottom bag with its top rolled down and clipped with a tin tie."""
    size = rng.uniform([70.0, 45.0, 90.0], [120.0, 75.0, 210.0])
    share = float(rng.uniform(0.6, 0.85))
    profile = [(0.9, 0.0), (1.0, 6.0), (1.0, 0.8 * share * size[2]), (0.9, share * size[2])]
    half = (float(size[0]) / 2.0, float(size[1]) / 2.0)
    inside = Vessel(profile, half, 6.0, "paper", 0.35)
    closed = Vessel([(0.001, 0.0), *profile, (0.6, size[2] * 0.95)], half, 6.0, "paper", 0.35)
    parts = [inside.skin(30), closed.skin(30), inside.filling(rng, _powder(rng), 0.98, grain=_GRAIN)]
    parts.append(box((size[0] * 1.02, 9.0, 18.0), (0.0, 0.0, size[2] * 0.95), material="paper", wall=0.35))
    if rng.random() < 0.7:
        parts.append(box((size[0] * 1.1, 1.0, 5.0), (0.0, 3.0, size[2] * 0.95), material="steel", wall=0.3))
    return shape("powder_paper_bag", parts, leaf=LEAF)


def sachets(rng: np.random.Generator) -> Shape:
    """Rows of flat sachets of foil or film, in a pile."""
    size = rng.uniform([50.0, 35.0], [110.0, 80.0])
    material = _powder(rng)
    foil = ("aluminium", 0.02) if rng.random() < 0.6 else ("pet", 0.1)
    thick = float(rng.uniform(3.0, 7.0))
    parts: list[Part] = []
    for index in range(int(rng.integers(4, 13))):
        heap = lump(
            rng,
            (0.4 * size[0], 0.38 * size[1], thick),
            material=material,
            power=2.6,
            roughness=0.2,
            sides=16,
            rings=8,
            grain=_GRAIN,
        )
        made = [heap, box((*size, 0.4), material="polyethylene")]
        for side in (-1.0, 1.0):
            film = _half_sachet(size, side * thick)
            made.append(sheet((size[0], size[1]), film, material=foil[0], wall=foil[1], points=(9, 8)))
        at = (*rng.normal(0.0, 0.45, 2) * size, index * 1.1 * thick)
        parts += move(made, at, turned=turn("z", rng.normal(0.0, 25.0)))
    return shape("powder_sachets", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("zip_bag", LEAF, zip_bag, 1.5),
    Kind("powder_sack", LEAF, sack),
    Kind("powder_brick", LEAF, vacuum_brick),
    Kind("powder_taped", LEAF, taped_package),
    Kind("powder_tub", LEAF, tub),
    Kind("powder_knotted", LEAF, knotted_bag),
    Kind("powder_paper_bag", LEAF, paper_bag),
    Kind("powder_sachets", LEAF, sachets, 0.7),
)
