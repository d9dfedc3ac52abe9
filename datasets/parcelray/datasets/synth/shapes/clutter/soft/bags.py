"""What is carried: wallet, handbag, backpack."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds, smooth
from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    boxes,
    cylinder,
    ellipsoid,
    pipe,
    rounded,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.cloth import (
    Fabric,
    button,
    creases,
    layers,
    line,
    seam,
    zip_fastener,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, pick, repeated, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def wallet(rng: np.random.Generator) -> Shape:
    """A wallet with cards, a few coins in its pocket, a few notes and a snap."""
    width, depth = float(rng.uniform(95, 190)), float(rng.uniform(82, 105))
    skins = [
        rounded_box((width, depth, 1.4), 6.0, (0, 0, z), material="leather", grain=0.06) for z in (-9.0, -6.0, 6.0, 9.0)
    ]
    parts: list[Part] = [*skins, boxes((0.85 * width, 0.75 * depth, 1.0), vec(z=3.0), material="paper", grain=0.12)]
    for i in range(int(rng.integers(3, 9))):
        at = (rng.uniform(-0.5, 0.5) * (width - 90), 6.0 * (i % 3) - 8.0, -4.5 + 0.9 * i)
        parts.append(rounded_box((85.6, 54.0, 0.76), 3.0, at, material="pvc"))
        parts.append(boxes((12.0, 9.0, 0.3), vec(at[0] - 25, at[1], at[2]), material="copper"))
    for _ in range(int(rng.integers(2, 9))):
        place = (*(rng.uniform(-0.35, 0.35, 2) * [width, 0.8 * depth]), rng.uniform(4, 8))
        parts.append(cylinder(rng.uniform(8, 12.5), 1.8, place, material=pick(rng, "brass", "cupronickel", "steel")))
    edge = rounded(width - 5, depth - 5, 5.0).exterior
    path = np.array([(*edge.interpolate(s, normalized=True).coords[0], 9.0) for s in np.linspace(0, 1, 60)])
    parts += [*seam(path, gap=0.0), *button(rng, (0.42 * width, 0.0, 9.0), radius=6.5, material="brass")]
    if chance(rng, 0.4):
        parts += zip_fastener(rng, line((-0.42 * width, 0.4 * depth), (0.42 * width, 0.4 * depth), 8.0), fine=True)
    return shape("wallet", parts)


def handbag(rng: np.random.Generator) -> Shape:
    """A handbag lying flat: skins, lining, clasp, rings and sliders of the straps, zip, feet, a little inside."""
    width, depth, thick = float(rng.uniform(200, 340)), float(rng.uniform(150, 250)), float(rng.uniform(35, 70))
    material = pick(rng, "leather", "polyester", "pvc")
    bulge = wavering(rng, (width, depth), squareness=6.0, amount=0.012)
    parts = [cushion(bulge, thick, material=material, wall=pick(rng, 1.2, 1.8), grain=0.06, rim=18.0)]
    lining = Fabric("polyester", 0.1)
    parts += layers(rng, lining, (0.9 * width, 0.85 * depth), 8.0, 2, squareness=6.0)
    rim = np.vstack([bulge, bulge[:1]]) * 0.97
    parts += seam(np.column_stack([rim, np.zeros(len(rim))]), gap=6.0)
    parts += zip_fastener(rng, line((-0.42 * width, 0.4 * depth), (0.42 * width, 0.4 * depth), 6.0, 12))
    metal = pick(rng, "zinc", "brass", "steel")
    parts.append(
        boxes([(26, 18, 5), (12, 12, 9)], [(0, 0.1 * depth, thick / 2), (0, 0.05 * depth, thick / 2)], material=metal)
    )
    parts.append(
        repeated(
            cylinder(5.0, 6.0, material=metal),
            [(s * 0.4 * width, -0.47 * depth, k * 0.3 * thick) for s in (-1, 1) for k in (-1, 1)],
        )
    )
    for k in range(2):
        arch = smooth(
            [
                (-0.28 * width, 0.42 * depth, 0),
                (-0.2 * width, 0.75 * depth, 4),
                (rng.normal(0, 10), (0.85 + 0.1 * k) * depth, 8),
                (0.2 * width, 0.75 * depth, 4),
                (0.28 * width, 0.42 * depth, 0),
            ],
            36,
        )
        parts.append(tube(arch, 5.0, material=material, sides=7, grain=0.06))
        for x in (-0.28, 0.28):
            parts += move(pipe(11.0, 8.4, 3.0, material=metal), (x * width, 0.44 * depth, 8.0 * k - 4.0))
    if chance(rng, 0.6):
        ring = pipe(13.0, 11.6, 2.0, (0.2 * width, -0.2 * depth, 0), material="steel")
        parts += [ring, boxes((46.0, 8.0, 2.2), vec(0.2 * width + 28, -0.2 * depth), material="brass", turned=0.0)]
    parts.append(creases(rng, lining, 40, (0.9 * width, 0.8 * depth, 0.5 * thick), length=(25, 90)))
    return shape("handbag", parts)


def backpack(rng: np.random.Generator) -> Shape:
    """A small backpack, empty or half full of cloth: two arched zips, padded straps, ladder locks, webbing."""
    width, depth, thick = float(rng.uniform(230, 310)), float(rng.uniform(320, 430)), float(rng.uniform(50, 110))
    cloth = Fabric("polyester", 0.09)
    bag = wavering(rng, (width, depth), squareness=4.5, amount=0.012)
    parts = [cushion(bag, thick, material="polyester", wall=3.0, grain=0.09, surface=folds(rng, 4.0, 140.0), rim=25.0)]
    parts.append(cushion(0.88 * bag, 9.0, vec(z=-0.45 * thick), material="polyethylene", wall=1.2))
    stuffing = wavering(rng, (0.85 * width, 0.7 * depth), squareness=3.0, amount=0.06)
    parts.append(cushion(stuffing, 0.6 * thick, vec(y=-0.1 * depth), material="cotton", grain=0.09))
    for share, z in ((0.93, 0.0), (0.68, 0.4)):
        path = np.vstack([bag[-7:], bag[:30]]) * share
        parts += zip_fastener(rng, np.column_stack([path, np.full(len(path), z * thick)]))
    parts += seam(np.column_stack([np.vstack([bag, bag[:1]]) * 0.985, np.zeros(len(bag) + 1)]), gap=5.0, thick=2.0)
    for side in (-1.0, 1.0):
        x = side * 0.26 * width
        strap = smooth(
            [
                (0.5 * x, 0.42 * depth, -0.5 * thick),
                (1.2 * x, 0.1 * depth, -0.7 * thick),
                (1.5 * x, -0.3 * depth, -0.6 * thick),
            ],
            20,
        )
        parts += move(
            tube(strap, 24.0, material="polyester", sides=8, grain=0.09), scale=(1, 1, 0.55), at=(0, 0, -0.2 * thick)
        )
        parts += seam(strap, gap=38.0)
        parts.append(
            boxes(
                [(34, 5, 5), (34, 5, 5), (34, 5, 5)],
                strap[-1] + np.array([(0, 12, 0), (0, 0, 0), (0, -12, 0)]),
                material="nylon",
            )
        )
        web = smooth(
            [strap[-1], strap[-1] + vec(side * 20, -30), strap[-1] + vec(side * rng.uniform(-40, 60), -90)], 14
        )
        parts += seam(web, gap=20.0, thick=1.6)
    parts.append(creases(rng, cloth, 50, (width, depth, thick), length=(20, 120), width=(3, 10), depth=(6, 22)))
    if chance(rng, 0.3):
        parts.append(ellipsoid((16, 16, 5), (0.3 * width, 0, 0.5 * thick), material="pmma"))
    return shape("backpack", parts, soft=True)


KINDS = (
    Kind("wallet", None, wallet, 1.2),
    Kind("handbag", None, handbag, 1.5),
    Kind("backpack", None, backpack, 1.2),
)
