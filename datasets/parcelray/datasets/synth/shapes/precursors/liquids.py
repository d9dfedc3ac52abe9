"""Liquids as chemicals are sold: canisters, reagent bottles, solvent tins, drums, pails."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, pipe, tube
from parcelray.datasets.synth.shapes.kind import Kind
from parcelray.datasets.synth.shapes.precursors.vessels import LIQUIDS, Vessel, screw_cap_parts

LEAF = "liquid_container"
_HDPE_WALLS = (1.4, 2.0, 2.6)


def _share(rng: np.random.Generator) -> float:
    """How full: mostly to the shoulder, as sold."""
    return float(rng.uniform(0.82, 0.95) if rng.random() < 0.65 else rng.uniform(0.35, 0.85))


def _liquid(rng: np.random.Generator) -> str:
    return str(rng.choice(LIQUIDS))


def jerrycan(rng: np.random.Generator) -> Shape:
    """A canister with a handle moulded on top and a spout at one side."""
    size = rng.uniform([55.0, 38.0, 150.0], [110.0, 85.0, 330.0])
    wall = float(rng.choice(_HDPE_WALLS))
    shoulder = size[2] * rng.uniform(0.78, 0.86)
    profile = [
        (0.001, 0.0),
        (0.9, 0.0),
        (1.0, 8.0),
        (1.0, 0.3 * shoulder),
        (0.97, 0.34 * shoulder),
        (1.0, 0.38 * shoulder),
        (1.0, shoulder),
        (0.92, shoulder + 10.0),
        (0.4, size[2] * 0.93),
        (0.38, size[2] * 0.95),
    ]
    body = Vessel(profile, (float(size[0]), float(size[1])), float(rng.choice([4.0, 7.0, 10.0])), "polyethylene", wall)
    parts = [body.skin(36), body.filling(rng, _liquid(rng), _share(rng), sides=32)]
    spout = (size[0] * 0.62, 0.0, shoulder + 8.0)
    parts.append(cylinder(17.0, 26.0, (spout[0], 0.0, spout[2] + 8.0), material="polyethylene", sides=18, wall=wall))
    parts += screw_cap_parts(rng, 22.0, 19.0, (spout[0], 0.0, spout[2] + 18.0))
    handle = smooth(
        [
            (-0.8 * size[0], 0, shoulder),
            (-0.7 * size[0], 0, size[2]),
            (0.1 * size[0], 0, size[2] + 4),
            (0.4 * size[0], 0, shoulder + 12),
        ],
        18,
    )
    parts.append(tube(handle, 11.0, material="polyethylene", sides=8, wall=wall))
    if rng.random() < 0.5:
        parts.append(box((size[0], 0.2, 0.4 * size[2]), (0.0, size[1] + 0.4, 0.4 * size[2]), material="paper"))
    return shape("jerrycan", parts, leaf=LEAF)


def canister(rng: np.random.Generator) -> Shape:
    """A square-shouldered bottle of HDPE with a wide or a central mouth, one or several of them."""
    size = rng.uniform([36.0, 30.0, 120.0], [75.0, 60.0, 260.0])
    wall = float(rng.choice(_HDPE_WALLS))
    top = float(size[2])
    neck = float(rng.uniform(0.25, 0.5))
    profile = [
        (0.001, 3.0),
        (0.85, 0.0),
        (1.0, 7.0),
        (1.0, 0.76 * top),
        (0.9, 0.83 * top),
        (neck, 0.92 * top),
        (neck, top),
    ]
    parts: list[Part] = []
    liquid, share = _liquid(rng), _share(rng)
    for index in range(int(rng.choice([1, 1, 2, 3]))):
        body = Vessel(profile, (float(size[0]), float(size[1])), 6.0, "polyethylene", wall)
        made = [body.skin(32), body.filling(rng, liquid, share, sides=28)]
        made += screw_cap_parts(rng, 1.15 * neck * size[1], 16.0, (0.0, 0.0, top - 8.0))
        parts += move(made, (0.0, index * (2.0 * size[1] + 5.0), 0.0), turned=turn("z", rng.normal(0.0, 3.0)))
    return shape("canister", parts, leaf=LEAF)


def reagent_bottle(rng: np.random.Generator) -> Shape:
    """A round bottle of glass with a narrow neck, a pouring ring and a tall cap."""
    radius = float(rng.uniform(24.0, 68.0))
    height = radius * float(rng.uniform(2.6, 3.4))
    neck = max(9.0, radius * float(rng.uniform(0.22, 0.34)))
    body = 0.62 * height
    profile = [
        (0.01, 3.0),
        (0.8 * radius, 0.0),
        (radius, 5.0),
        (radius, body),
        (0.93 * radius, body + 0.12 * radius),
        (0.6 * radius, body + 0.55 * radius),
        (neck, body + 0.85 * radius),
        (neck, height),
    ]
    vessel = Vessel(profile, None, 2.0, "glass", float(rng.choice([2.0, 2.8, 3.6])))
    parts = [vessel.skin(36), vessel.filling(rng, _liquid(rng), _share(rng) * 0.9, sides=32)]
    parts += screw_cap_parts(rng, neck + 4.5, 24.0, (0.0, 0.0, height - 16.0))
    if radius > 50.0:
        # Large ones have a ring to carry them by.
        parts += move(
            pipe(13.0, 8.0, 8.0, material="glass", sides=18),
            (neck + 10.0, 0.0, body + 0.85 * radius),
            turned=turn("x", 90.0),
        )
    if rng.random() < 0.3:
        sleeve = cylinder(radius + 4.0, body, (0.0, 0.0, body / 2.0), material="foam", sides=24, wall=8.0, grain=0.1)
        parts.append(sleeve)
    return shape("reagent_bottle", parts, leaf=LEAF)


def laboratory_bottles(rng: np.random.Generator) -> Shape:
    """Several small bottles in a carton with dividers."""
    radius = float(rng.uniform(14.0, 30.0))
    height = radius * float(rng.uniform(2.4, 3.6))
    glass = rng.random() < 0.5
    nx, ny = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    pitch = 2.0 * radius + 5.0
    profile = [
        (0.01, 1.0),
        (0.9 * radius, 0.0),
        (radius, 3.0),
        (radius, 0.68 * height),
        (0.42 * radius, 0.86 * height),
        (0.42 * radius, height),
    ]
    vessel = Vessel(profile, None, 2.0, "glass" if glass else "polyethylene", 2.0 if glass else 1.4)
    parts: list[Part] = []
    liquid = _liquid(rng)
    for i, j in np.ndindex(nx, ny):
        made = [vessel.skin(20), vessel.filling(rng, liquid, float(rng.uniform(0.6, 0.9)), sides=18)]
        made += screw_cap_parts(rng, 0.55 * radius, 14.0, (0.0, 0.0, height - 9.0))
        parts += move(made, (i * pitch, j * pitch, 0.0))
    middle = np.array([(nx - 1) * pitch / 2.0, (ny - 1) * pitch / 2.0, height / 2.0])
    size = (nx * pitch + 2.0, ny * pitch + 2.0, height + 10.0)
    parts.append(box(size, middle, material="paper", wall=0.6, grain=0.1))
    for i in range(nx - 1):
        parts.append(
            box((1.5, size[1], 0.6 * height), ((i + 0.5) * pitch, middle[1], 0.3 * height), material="cardboard")
        )
    return shape("laboratory_bottles", parts, leaf=LEAF)


def solvent_tin(rng: np.random.Generator) -> Shape:
    """A flat rectangular tin with folded seams, a small spout and a wire handle."""
    half = rng.uniform([40.0, 22.0], [85.0, 50.0])
    height = float(rng.uniform(110.0, 270.0))
    profile = [(0.001, 0.0), (1.0, 0.0), (1.0, height), (0.001, height)]
    vessel = Vessel(profile, (float(half[0]), float(half[1])), 10.0, "steel", 0.3)
    filled = Vessel(profile[1:3], (float(half[0]), float(half[1])), 10.0, "steel", 0.3)
    parts = [vessel.skin(32), filled.filling(rng, _liquid(rng), _share(rng), sides=28)]
    for level in (0.0, height):
        ring = 1.5 * np.array([0.0, 0.0, 1.0]) + _rim(half, level)
        parts.append(tube(ring, 1.3, material="steel", sides=5, wall=0.3))
    parts += [
        cylinder(11.0, 14.0, (0.6 * half[0], 0.0, height + 6.0), material="polypropylene", sides=16, wall=1.6),
        cylinder(15.0, 2.0, (0.6 * half[0], 0.0, height + 0.5), material="steel", sides=18, wall=0.3),
    ]
    handle = smooth(
        [
            (-0.7 * half[0], 0.0, height),
            (-0.5 * half[0], 0.0, height + 18.0),
            (0.1 * half[0], 0.0, height + 18.0),
            (0.25 * half[0], 0.0, height),
        ],
        14,
    )
    parts.append(tube(handle, 1.8, material="steel", sides=5))
    return shape("solvent_tin", parts, leaf=LEAF)


def _rim(
    half: np.ndarray[tuple[int, ...], np.dtype[np.float64]], level: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    angle = np.linspace(0.0, 2.0 * np.pi, 33)
    c, s = np.cos(angle), np.sin(angle)
    norm = (np.abs(c) ** 10.0 + np.abs(s) ** 10.0) ** 0.1
    return np.column_stack([half[0] * c / norm, half[1] * s / norm, np.full(33, level)])


def drum(rng: np.random.Generator) -> Shape:
    """A keg or drum of plastic with hoops, two bungs or a lid with a clamp ring of steel."""
    radius = float(rng.uniform(70.0, 150.0))
    height = radius * float(rng.uniform(2.0, 2.8))
    profile = [
        (0.01, 0.0),
        (0.94 * radius, 0.0),
        (radius, 10.0),
        (radius, 0.28 * height),
        (1.04 * radius, 0.31 * height),
        (radius, 0.34 * height),
        (radius, 0.66 * height),
        (1.04 * radius, 0.69 * height),
        (radius, 0.72 * height),
        (radius, height - 12.0),
        (0.94 * radius, height),
        (0.01, height - 4.0),
    ]
    wall = float(rng.choice([2.6, 3.4]))
    vessel = Vessel(profile, None, 2.0, "polyethylene", wall)
    solid = Vessel(profile[1:-1], None, 2.0, "polyethylene", wall)
    parts = [vessel.skin(40), solid.filling(rng, _liquid(rng), _share(rng), sides=34)]
    if rng.random() < 0.5:
        parts.append(pipe(1.03 * radius, 0.99 * radius, 16.0, (0.0, 0.0, height - 10.0), material="steel", sides=34))
        parts.append(box((30.0, 10.0, 14.0), (radius + 4.0, 0.0, height - 10.0), material="steel", wall=1.2))
    else:
        for side in (-1.0, 1.0):
            parts += screw_cap_parts(rng, 24.0, 16.0, (side * 0.6 * radius, 0.0, height - 6.0))
    return shape("drum", parts, leaf=LEAF)


def pail(rng: np.random.Generator) -> Shape:
    """A tapering bucket with a ribbed rim, a lid and a wire bail."""
    radius = float(rng.uniform(55.0, 135.0))
    height = radius * float(rng.uniform(1.5, 2.1))
    profile = [
        (0.01, 5.0),
        (0.83 * radius, 4.0),
        (0.84 * radius, 0.0),
        (0.86 * radius, 6.0),
        (0.97 * radius, 0.82 * height),
        (1.03 * radius, 0.84 * height),
        (1.03 * radius, 0.93 * height),
        (radius, height),
    ]
    wall = float(rng.choice(_HDPE_WALLS))
    vessel = Vessel(profile, None, 2.0, "polypropylene", wall)
    solid = Vessel(profile[3:], None, 2.0, "polypropylene", wall)
    parts = [vessel.skin(36), solid.filling(rng, _liquid(rng), float(rng.uniform(0.5, 0.88)), sides=32)]
    parts.append(cylinder(1.05 * radius, 10.0, (0.0, 0.0, height - 3.0), material="polypropylene", sides=34, wall=wall))
    angle = np.linspace(0.0, np.pi, 22)
    down = float(rng.choice([-1.0, 1.0]))
    bail = np.column_stack(
        [1.07 * radius * np.cos(angle), 1.07 * radius * np.sin(angle), 0.86 * height + down * 6.0 * np.sin(angle)]
    )
    parts.append(tube(bail, 1.9, material="steel", sides=6))
    parts.append(tube(np.add(bail[9:13], (0.0, 4.0, 0.0)), 9.0, material="polypropylene", sides=8, wall=wall))
    parts += [
        cylinder(7.0, 8.0, (s * 1.06 * radius, 0.0, 0.86 * height), material="polypropylene", axis="x", sides=10)
        for s in (-1, 1)
    ]
    return shape("pail", parts, leaf=LEAF)


def metal_flask(rng: np.random.Generator) -> Shape:
    """A bottle of aluminium as fragrances and solvents are shipped in, with a thick neck."""
    radius = float(rng.uniform(26.0, 55.0))
    height = radius * float(rng.uniform(3.0, 4.4))
    profile = [
        (0.01, 2.0),
        (0.9 * radius, 0.0),
        (radius, 5.0),
        (radius, 0.74 * height),
        (0.8 * radius, 0.82 * height),
        (0.4 * radius, 0.9 * height),
        (0.4 * radius, height),
    ]
    vessel = Vessel(profile, None, 2.0, "aluminium", float(rng.choice([0.8, 1.2])))
    parts = [vessel.skin(32), vessel.filling(rng, _liquid(rng), _share(rng), sides=28)]
    parts += screw_cap_parts(rng, 0.48 * radius, 18.0, (0.0, 0.0, height - 10.0))
    parts.append(pipe(0.44 * radius, 0.38 * radius, 9.0, (0.0, 0.0, 0.97 * height), material="aluminium", sides=20))
    return shape("metal_flask", parts, leaf=LEAF)


def bag_in_box(rng: np.random.Generator) -> Shape:
    """A pouch of film full of liquid, with its tap, in a carton."""
    size = rng.uniform([110.0, 80.0, 100.0], [230.0, 160.0, 190.0])
    share = float(rng.uniform(0.6, 0.92))
    profile = [(0.001, 2.0), (0.9, 2.0), (0.97, 10.0), (0.97, 0.95 * size[2]), (0.6, 0.98 * size[2])]
    pouch = Vessel(profile, (float(size[0]) / 2.0, float(size[1]) / 2.0), 5.0, "polyethylene", 0.3)
    parts = [pouch.skin(34), pouch.filling(rng, _liquid(rng), share, sides=30)]
    parts.append(box(size, (0.0, 0.0, size[2] / 2.0), material="paper", wall=0.6, grain=0.1))
    parts += [
        cylinder(16.0, 20.0, (0.0, size[1] / 2.0 - 4.0, 22.0), material="polypropylene", axis="y", sides=16, wall=1.6),
        box((8.0, 16.0, 26.0), (0.0, size[1] / 2.0 + 6.0, 22.0), material="polypropylene", wall=1.6),
    ]
    return shape("bag_in_box", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("jerrycan", LEAF, jerrycan, 1.5),
    Kind("canister", LEAF, canister, 1.5),
    Kind("reagent_bottle", LEAF, reagent_bottle, 1.5),
    Kind("laboratory_bottles", LEAF, laboratory_bottles),
    Kind("solvent_tin", LEAF, solvent_tin),
    Kind("drum", LEAF, drum, 0.5),
    Kind("pail", LEAF, pail, 0.7),
    Kind("metal_flask", LEAF, metal_flask),
    Kind("bag_in_box", LEAF, bag_in_box, 0.6),
)
