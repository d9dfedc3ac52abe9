"""Fresh food: fruit, bread, cheese, sausage."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, ellipsoid, tube
from parcelray.datasets.synth.shapes.clutter.soft.containers import grains, loose_film
from parcelray.datasets.synth.shapes.clutter.soft.forms import (
    chance,
    cushion,
    loft,
    pick,
    repeated,
    vec,
    wavering,
)
from parcelray.datasets.synth.shapes.kind import Kind


def fruit(rng: np.random.Generator) -> Shape:
    """Apples, oranges, avocados, bananas: peel, flesh, core or stone; in a net or a bag."""
    sort = int(rng.integers(4))
    parts: list[Part] = []
    if sort == 3:
        for i in range(int(rng.integers(3, 7))):
            bow = smooth([(-85, 0, 0), (-50, -26, 0), (0, -36, 0), (50, -26, 0), (88, 4, 0)], 18)
            girth = 17.5 * np.clip(np.sin(np.linspace(0.06, np.pi - 0.04, 18)), 0.15, 1.0) ** 0.5
            banana = [
                tube(bow, girth, material="fruit", sides=9, grain=0.06),
                tube(bow[1:-1], 3.0, material="fruit", sides=5, grain=0.06),
            ]
            parts += move(banana, (0, 27.0 * i, rng.normal(0, 5)), turned=turn("z", rng.normal(0, 6)))
        return shape("fruit", parts)
    radius = float(rng.uniform(28, 42))
    for i in range(int(rng.integers(2, 9))):
        r = radius * rng.uniform(0.9, 1.08)
        one = [ellipsoid((r, r, 0.92 * r), material="fruit", sides=20, rings=12, grain=0.04)]
        if sort == 0:
            one += [
                hollow(ellipsoid((0.25 * r, 0.25 * r, 0.3 * r), material="fruit", grain=0.04)),
                tube([(0, 0, 0.5 * r), (2, 1, 1.1 * r)], 1.5, material="wood"),
            ]
            pips = [(0.15 * r * np.cos(a), 0.15 * r * np.sin(a), 0.0) for a in np.arange(5) * 1.257]
            one.append(repeated(ellipsoid((2, 2, 4), material="wood", sides=6, rings=4), pips))
        elif sort == 1:
            one.append(ellipsoid((r + 0.2, r + 0.2, 0.93 * r), material="foam", sides=20, rings=10, wall=6.0))
            for angle in (0.0, 36.0, 72.0, 108.0, 144.0):
                one += move(
                    hollow(ellipsoid((0.85 * r, 0.7, 0.8 * r), material="fruit", sides=12, rings=6, grain=0.04)),
                    turned=turn("z", angle),
                )
        else:
            one = move(one, scale=(0.85, 0.85, 1.25))
            one.append(ellipsoid((0.42 * r, 0.42 * r, 0.46 * r), (0, 0, -0.2 * r), material="wood", sides=14, rings=8))
        place = vec(
            2.05 * radius * (i % 3) + rng.normal(0, 4), 2.0 * radius * (i // 3) + rng.normal(0, 4), rng.normal(0, 5)
        )
        parts += move(one, place, turned=turn("y", rng.uniform(0, 120)) @ turn("z", rng.uniform(0, 360)))
    return shape("fruit", parts)


def bread(rng: np.random.Generator) -> Shape:
    """A loaf or rolls: dense crust, crumb with bubbles, sometimes cut in slices, in a bag."""
    x, y, z = float(rng.uniform(180, 290)), float(rng.uniform(90, 120)), float(rng.uniform(75, 105))
    stations = np.array([-0.5, -0.48, -0.42, -0.2, 0.0, 0.2, 0.42, 0.48, 0.5])
    swell = np.array([0.3, 0.7, 0.92, 1.0, 1.03, 1.0, 0.92, 0.7, 0.3]) * rng.uniform(0.96, 1.04, 9)
    angles = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    ring = np.stack(
        [0 * angles, np.cos(angles) * 0.5, np.sign(np.sin(angles)) * 0.5 * np.abs(np.sin(angles)) ** 0.7], -1
    )
    sections = swell[:, None, None] * ring[None] * [1, y, z] + (stations * x)[:, None, None] * [1.0, 0, 0]
    parts = [loft(sections, material="cork", grain=0.12), loft(1.005 * sections, material="flour", wall=2.5, grain=0.1)]
    bubble = ellipsoid((4.5, 4.0, 3.5), material="cork", sides=7, rings=5, grain=0.12)
    parts.append(hollow(grains(rng, 110, (0.85 * x, 0.75 * y, 0.7 * z), bubble, vary=0.6)))
    if chance(rng, 0.5):
        cuts = np.arange(-0.42, 0.43, 14.0 / x) * x
        parts.append(
            hollow(
                boxes((0.8, 0.8 * y, 0.8 * z), np.column_stack([cuts, 0 * cuts, 0 * cuts]), material="cork", grain=0.12)
            )
        )
    return shape("bread", [*parts, *loose_film(rng, (x, y, z))])


def cheese(rng: np.random.Generator) -> Shape:
    """A wedge, a round or a block of cheese, with holes, rind and wrapping."""
    z = float(rng.uniform(32, 65))
    if chance(rng, 0.5):
        radius, span = float(rng.uniform(80, 140)), rng.uniform(0.5, 1.2)
        arc = [(radius * np.cos(a), radius * np.sin(a)) for a in np.linspace(0, span, 14)]
        outline = np.array([(0.0, 0.0), *arc]) - np.array([0.55 * radius, 0.3 * radius])
    else:
        outline = wavering(
            rng, (rng.uniform(90, 160), rng.uniform(70, 110)), squareness=pick(rng, 2.0, 8.0), amount=0.004
        )
    body = cushion(outline, z, material="meat", grain=0.03, rim=4.0)
    parts = [body, cushion(outline, z + 1, material="polyethylene", wall=0.3, rim=4.0)]
    if chance(rng, 0.6):
        hole = ellipsoid((7, 7, 6), material="meat", sides=10, rings=6, grain=0.03)
        low, high = body.vertices.min(axis=0), body.vertices.max(axis=0)
        eyes = grains(rng, 14, 0.55 * (high - low), hole, vary=0.5)
        parts += move(hollow(eyes), 0.6 * (low + high) / 2.0)
    else:
        parts.append(cushion(outline, z + 1, material="soap", wall=2.0, rim=4.0))
    return shape("cheese", parts)


def sausage(rng: np.random.Generator) -> Shape:
    """Sausages or salami: fat in the meat, twisted ends with metal clips, strings; or meat vacuum-packed."""
    radius, long = float(rng.uniform(11, 30)), float(rng.uniform(140, 330))
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 6)) if radius < 20 else int(rng.integers(1, 3))):
        bend = rng.normal(0, 0.08) * long
        way = smooth(
            [
                (-0.5 * long, 0, 0),
                (-0.25 * long, 0.7 * bend, 0),
                (0, bend, 0),
                (0.25 * long, 0.7 * bend, 0),
                (0.5 * long, 0, 0),
            ],
            18,
        )
        girth = radius * np.clip(np.sin(np.linspace(0.02, np.pi - 0.02, 18)) * 4.0, 0.12, 1.0)
        one = [tube(way, girth, material="meat", sides=14, grain=0.08)]
        fat = ellipsoid((3, 3, 3), material="oil", sides=6, rings=4)
        one.append(
            hollow(
                grains(
                    rng,
                    40,
                    (0.8 * long, 1.2 * radius, 1.2 * radius),
                    ellipsoid((3, 3, 3), material="meat", sides=6, rings=4, grain=0.08),
                )
            )
        )
        one.append(grains(rng, 40, (0.8 * long, 1.2 * radius, 1.2 * radius), fat))
        one.append(boxes((3.0, 6.0, 5.0), [(s * 0.515 * long, 0, 0) for s in (-1, 1)], material="aluminium"))
        one.append(
            tube(
                [(0.52 * long, 0, 0), (0.56 * long, 12, 4), (0.6 * long, 0, 0), (0.52 * long, -2, 0)],
                1.0,
                material="cotton",
            )
        )
        parts += move(one, (rng.normal(0, 8), 2.15 * radius * i, 0), turned=turn("z", rng.normal(0, 3)))
    low, high = shape("sausage", parts).bounds()
    if chance(rng, 0.5):
        parts.append(box((high - low) * [1.02, 1.1, 1.02], (0, radius * 1.0, 0), material="polyethylene", wall=0.2))
    return shape("sausage", parts)


KINDS = (
    Kind("fruit", None, fruit, 1.2),
    Kind("bread", None, bread, 0.8),
    Kind("cheese", None, cheese, 0.7),
    Kind("sausage", None, sausage, 0.7),
)
