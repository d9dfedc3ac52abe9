"""Pieces of pipe of metal and plastic: capped, plugged, flanged, bent, empty or filled."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import cylinder, lathe, pipe, tube
from parcelray.datasets.synth.shapes.electronics import screw_parts
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "pipe"
_FILLINGS = ("powder", "sugar", "organic_bulk")
_PLASTICS = ("pvc", "pvc", "polyethylene", "polypropylene", "abs")
_METALS = ("steel", "steel", "steel", "stainless", "aluminium", "copper", "brass")


def _filling(rng: np.random.Generator, radius: float, length: float, likely: float) -> list[Part]:
    """What lies in a pipe along x, where anything does."""
    if rng.random() > likely:
        return []
    share = float(rng.uniform(0.6, 0.97))
    return [
        cylinder(
            0.985 * radius,
            share * length,
            (-0.5 * (1.0 - share) * length, 0.0, 0.0),
            material=str(rng.choice(_FILLINGS)),
            axis="x",
            sides=20,
            grain=0.06,
        )
    ]


def _thread(radius: float, at: float, length: float, material: str, side: float) -> Part:
    """The turns of a screw thread at a pipe's end, as rings in one profile."""
    turns = max(4, int(length / 1.8))
    profile = []
    for i in range(turns):
        profile += [(radius, i * length / turns), (radius + 0.9, (i + 0.5) * length / turns)]
    profile.append((radius, length))
    return lathe(profile, (at if side > 0 else at - length, 0.0, 0.0), material=material, axis="x", sides=22)


def threaded(rng: np.random.Generator) -> Shape:
    """A metal nipple with a cap screwed on one or both ends."""
    outer, length = float(rng.uniform(10.0, 32.0)), float(rng.uniform(80.0, 290.0))
    inner = outer - float(rng.uniform(2.2, 4.2))
    metal = str(rng.choice(_METALS))
    parts: list[Part] = [pipe(outer, inner, length, material=metal, axis="x", sides=26)]
    ends = (-1.0, 1.0) if rng.random() < 0.75 else (1.0,)
    reach = 0.8 * outer + 8.0
    hexagonal = rng.random() < 0.4
    for side in ends:
        sides = 6 if hexagonal else 22
        wide = outer * (1.36 if hexagonal else 1.24)
        at = side * (length / 2.0 - reach / 2.0 + 4.0)
        parts.append(pipe(wide, outer + 0.6, reach, (at, 0.0, 0.0), material=metal, axis="x", sides=sides))
        plate = side * (length / 2.0 + 6.0)
        if rng.random() < 0.5:
            dome = [(0.92 * wide, 0.0), (0.8 * wide, 0.18 * wide), (0.45 * wide, 0.3 * wide), (0.1, 0.34 * wide)]
            cap = move(
                lathe(dome, material=metal, sides=22), (plate - side * 2.0, 0.0, 0.0), turned=turn("y", 90.0 * side)
            )
        else:
            cap = [cylinder(wide, 5.0, (plate, 0.0, 0.0), material=metal, axis="x", sides=sides)]
        parts += cap
    if len(ends) == 1:
        thread = _thread(outer, -length / 2.0, 0.7 * outer, metal, 1.0)
        parts += [
            thread,
            hollow(
                cylinder(
                    outer, 0.7 * outer, (-length / 2.0 + 0.35 * outer, 0.0, 0.0), material=metal, axis="x", sides=22
                )
            ),
        ]
    parts += _filling(rng, inner, length, 0.65 if len(ends) == 2 else 0.3)
    return shape("pipe_threaded", parts, leaf=LEAF)


def plastic(rng: np.random.Generator) -> Shape:
    """A plastic pipe with glued or screwed caps, or plugs."""
    outer, length = float(rng.uniform(12.0, 42.0)), float(rng.uniform(100.0, 330.0))
    inner = outer - float(rng.uniform(1.8, 4.5))
    material = str(rng.choice(_PLASTICS))
    parts: list[Part] = [pipe(outer, inner, length, material=material, axis="x", sides=28)]
    for side in (-1.0, 1.0):
        at = side * (length / 2.0 - 0.3 * outer)
        if rng.random() < 0.7:
            parts.append(
                pipe(outer + 3.2, outer + 0.1, 1.1 * outer, (at, 0.0, 0.0), material=material, axis="x", sides=26)
            )
            parts.append(
                cylinder(
                    outer + 3.2,
                    3.5,
                    (side * (length / 2.0 + 0.25 * outer + 2.0), 0.0, 0.0),
                    material=material,
                    axis="x",
                    sides=26,
                )
            )
            ribs = pipe(
                outer + 4.6,
                outer + 3.2,
                3.0,
                (at - side * 0.5 * outer, 0.0, 0.0),
                material=material,
                axis="x",
                sides=26,
            )
            parts.append(ribs)
        else:
            parts.append(
                cylinder(inner, 18.0, (side * (length / 2.0 - 9.0), 0.0, 0.0), material="rubber", axis="x", sides=20)
            )
    parts += _filling(rng, inner, 0.8 * length, 0.65)
    return shape("pipe_plastic", parts, leaf=LEAF)


def flanged(rng: np.random.Generator) -> Shape:
    """A pipe with bolted flanges."""
    outer, length = float(rng.uniform(13.0, 28.0)), float(rng.uniform(90.0, 240.0))
    inner = outer - float(rng.uniform(2.2, 4.2))
    metal = str(rng.choice(_METALS))
    wide = 2.0 * outer
    bolts = int(rng.choice([4, 6, 8]))
    parts: list[Part] = [pipe(outer, inner, length, material=metal, axis="x", sides=26)]
    for side in (-1.0, 1.0):
        at = side * length / 2.0
        parts.append(pipe(wide, outer, 8.0, (at, 0.0, 0.0), material=metal, axis="x", sides=30))
        parts.append(pipe(wide, 0.2, 6.0, (at + side * 8.0, 0.0, 0.0), material=metal, axis="x", sides=30))
        parts.append(pipe(0.9 * wide, outer, 1.6, (at + side * 4.6, 0.0, 0.0), material="rubber", axis="x", sides=26))
        for angle in np.arange(bolts) * 2.0 * np.pi / bolts:
            spot = (at + side * 5.0, 0.75 * wide * np.cos(angle), 0.75 * wide * np.sin(angle))
            parts += screw_parts(2.6, 26.0, spot, turn("y", 90.0 * side))
    parts += _filling(rng, inner, length, 0.5)
    return shape("pipe_flanged", parts, leaf=LEAF)


def plugged(rng: np.random.Generator) -> Shape:
    """A thin tube with pressed-in or crimped ends, alone or several together."""
    metal = str(rng.choice(_METALS))
    outer, length = float(rng.uniform(7.0, 17.0)), float(rng.uniform(90.0, 260.0))
    inner = outer - float(rng.choice([1.0, 1.5, 2.0]))
    parts: list[Part] = []
    for index in range(int(rng.choice([1, 1, 2, 3, 4]))):
        made: list[Part] = [pipe(outer, inner, length, material=metal, axis="x", sides=22)]
        for side in (-1.0, 1.0):
            if rng.random() < 0.5:
                made.append(
                    cylinder(inner, 12.0, (side * (length / 2.0 - 6.0), 0.0, 0.0), material=metal, axis="x", sides=18)
                )
            else:
                flat = lathe([(outer, 0.0), (0.75 * outer, 10.0), (0.6 * outer, 22.0)], material=metal, sides=18)
                crimped = move(flat, scale=(1.25, 0.35, 1.0))
                made += move(crimped, (side * length / 2.0, 0.0, 0.0), turned=turn("y", 90.0 * side))
        made += _filling(rng, inner, 0.8 * length, 0.6)
        parts += move(made, (rng.normal(0.0, 5.0), index * 2.3 * outer, 0.0), turned=turn("z", rng.normal(0.0, 3.0)))
    return shape("pipe_tubes", parts, leaf=LEAF)


def fittings(rng: np.random.Generator) -> Shape:
    """Elbows and tees with short stubs, unfilled, as in a plumber's box."""
    outer = float(rng.uniform(10.0, 22.0))
    metal = str(rng.choice([*_METALS, "pvc"]))
    wall = float(rng.choice([2.0, 3.0]))
    parts: list[Part] = []
    reach = 3.2 * outer
    if rng.random() < 0.5:
        angle = np.linspace(0.0, np.pi / 2.0, 10)
        bend = np.column_stack([1.6 * outer * np.sin(angle), 1.6 * outer * (1.0 - np.cos(angle)), np.zeros(10)])
        path = np.concatenate([[(-reach, 0.0, 0.0)], bend, [(1.6 * outer, 1.6 * outer + reach, 0.0)]])
        parts.append(tube(path, outer, material=metal, sides=20, wall=wall))
        ends = [((-reach, 0.0, 0.0), "x"), ((1.6 * outer, 1.6 * outer + reach, 0.0), "y")]
    else:
        parts.append(tube([(-reach, 0.0, 0.0), (reach, 0.0, 0.0)], outer, material=metal, sides=20, wall=wall))
        parts.append(tube([(0.0, outer, 0.0), (0.0, reach, 0.0)], outer, material=metal, sides=20, wall=wall))
        ends = [((-reach, 0.0, 0.0), "x"), ((reach, 0.0, 0.0), "x"), ((0.0, reach, 0.0), "y")]
    for at, axis in ends:
        parts.append(
            pipe(1.28 * outer, outer, 0.9 * outer, at, material=metal, axis="x" if axis == "x" else "y", sides=22)
        )
        if rng.random() < 0.6:
            parts.append(cylinder(outer, 4.0, at, material=metal, axis="x" if axis == "x" else "y", sides=20))
    return shape("pipe_fitting", parts, leaf=LEAF)


def wrapped(rng: np.random.Generator) -> Shape:
    """A capped pipe wound in tape, with leads or a cord out of one end."""
    outer, length = float(rng.uniform(13.0, 28.0)), float(rng.uniform(100.0, 240.0))
    material = str(rng.choice([*_METALS[:4], *_PLASTICS[:2]]))
    inner = outer - float(rng.uniform(2.2, 3.6))
    parts: list[Part] = [pipe(outer, inner, length, material=material, axis="x", sides=24)]
    for side in (-1.0, 1.0):
        parts.append(
            pipe(
                1.2 * outer,
                outer,
                outer,
                (side * (length / 2.0 - 0.3 * outer), 0.0, 0.0),
                material=material,
                axis="x",
                sides=22,
            )
        )
        parts.append(
            cylinder(
                1.2 * outer,
                4.5,
                (side * (length / 2.0 + 0.2 * outer + 2.0), 0.0, 0.0),
                material=material,
                axis="x",
                sides=22,
            )
        )
    tape = cylinder(outer + 0.8, 48.0, material="pvc", axis="x", sides=24, wall=0.6)
    for x in rng.uniform(-0.35, 0.35, int(rng.integers(1, 4))) * length:
        parts += move(tape, (x, 0.0, 0.0))
    t = np.linspace(0.0, 1.0, 18)
    cord = np.column_stack([length / 2.0 + 90.0 * t, 25.0 * np.sin(4.0 * t) * rng.normal(), 8.0 * np.sin(3.0 * t)])
    parts.append(tube(cord, 2.2, material="cotton", sides=6, grain=0.1))
    parts += _filling(rng, inner, 0.9 * length, 0.9)
    return shape("pipe_wrapped", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("pipe_threaded", LEAF, threaded, 1.6),
    Kind("pipe_plastic", LEAF, plastic, 1.3),
    Kind("pipe_flanged", LEAF, flanged, 0.7),
    Kind("pipe_tubes", LEAF, plugged),
    Kind("pipe_fitting", LEAF, fittings, 0.6),
    Kind("pipe_wrapped", LEAF, wrapped),
)
