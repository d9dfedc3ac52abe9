"""Garments for the upper body and whole ones: shirt, T-shirt, sweater, jacket, dress."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import boxes, extrude, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.soft.cloth import (
    button,
    creases,
    fabric,
    hem_lines,
    label,
    layers,
    line,
    seam,
    zip_fastener,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, heaped, pick, repeated, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def shirt(rng: np.random.Generator) -> Shape:
    """A shirt folded around a card: stiff collar, placket with buttons, cuffs behind, pins."""
    width, depth, thick = float(rng.uniform(210, 270)), float(rng.uniform(280, 360)), float(rng.uniform(18, 34))
    cloth = fabric(rng, "cotton", "polyester", "cotton")
    parts = layers(rng, cloth, (width, depth), thick, 4, squareness=9.0, spread=0.03, amount=0.006)
    top = thick / 2.0 + 1.0
    for side in (-1.0, 1.0):
        sleeve = layers(rng, cloth, (0.3 * width, 0.8 * depth), 0.3 * thick, 1, at=vec(side * 0.3 * width, 0, -top))
        cuff = boxes((0.3 * width, 62.0, 3.0), vec(side * 0.3 * width, -0.36 * depth, -top), material="polyester")
        parts += [*sleeve, cuff]
        # The collar's wings, starched, with a plastic stay in each.
        wing = [(0.0, 0.0), (0.24 * width, -18.0), (0.27 * width, -75.0), (0.08 * width, -50.0)]
        outline = [(side * x, y + 0.5 * depth) for x, y in wing]
        parts.append(extrude(outline, 4.0, (0, 0, top + 3.0), material="nylon"))
        parts += move(
            boxes((8.0, 52.0, 1.0), vec(), material="pmma", turned=20.0 * side), vec(side * 48, depth / 2 - 50, top)
        )
    neck = np.linspace(0.0, np.pi, 20)
    ring = np.stack([0.24 * width * np.cos(neck), 0.5 * depth + 12.0 * np.sin(neck), np.full(20, top + 4.0)], -1)
    parts.append(tube(ring, 3.0, material="nylon", sides=5))
    parts += seam(line((0.0, 0.46 * depth), (0.0, -0.48 * depth), top), gap=28.0)
    radius = float(rng.uniform(5.0, 6.0))
    for y in np.linspace(0.44, -0.44, 7) * depth:
        parts += button(rng, (0.0, y, top), radius=radius, material="pmma")
    if chance(rng, 0.6):
        parts.append(rounded_box((0.8 * width, 0.85 * depth, 1.0), 8.0, (0, 0, -0.3 * thick), material="paper"))
        pins = rng.uniform(-0.42, 0.42, (4, 3)) * [width, depth, 0.2]
        parts.append(boxes((26.0, 0.7, 0.7), pins, material="steel", turned=rng.uniform(0, 180, 4)))
    if chance(rng, 0.6):
        pocket = [(0.14, 0.22), (0.14, -0.05), (0.25, -0.09), (0.37, -0.05), (0.37, 0.22)]
        parts += seam(np.array([(x * width, y * depth, top) for x, y in pocket]), gap=3.0)
    wrinkles = (0.9 * width, 0.9 * depth, thick)
    parts.append(
        creases(rng, cloth, int(rng.integers(15, 60)), wrinkles, length=(20, 90), width=(2, 7), squareness=5.0)
    )
    return shape("shirt", parts, soft=True)


def t_shirt(rng: np.random.Generator) -> Shape:
    """A T-shirt spread out or folded over once, with its print, sleeves and ribbed neck."""
    width, depth = float(rng.uniform(200, 270)), float(rng.uniform(270, 360))
    cloth = fabric(rng, "cotton", "cotton", "polyester")
    body = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.2), (0.66, 0.1), (0.76, 0.3), (0.5, 0.5), (0.16, 0.5), (0.0, 0.43)]
    body += [(-0.16, 0.5), (-0.5, 0.5), (-0.76, 0.3), (-0.66, 0.1), (-0.5, 0.2)]
    outline = np.array(body) * [width, depth]
    thick = float(rng.uniform(7.0, 14.0))
    parts: list[Part] = [extrude(outline, thick, material=cloth.material, grain=cloth.grain)]
    half = np.array([(0.5, 0.2), (0.5, -0.5), (0.05, -0.5), (0.05, 0.46), (0.16, 0.5), (0.5, 0.5)])
    folded = half * [rng.choice([-1.0, 1.0]) * width, depth]
    parts.append(extrude(folded, thick, (0, 0, thick), material=cloth.material, grain=cloth.grain))
    for side in (-1.0, 1.0):
        parts += seam(line((side * 0.64 * width, 0.1 * depth), (side * 0.74 * width, 0.3 * depth), thick), gap=5.0)
        parts += seam(line((side * 0.5 * width, 0.2 * depth), (side * 0.46 * width, 0.5 * depth), thick), gap=0.0)
    parts += seam(line((-0.48 * width, -0.47 * depth), (0.48 * width, -0.47 * depth), thick), gap=5.0)
    arc = np.linspace(-0.9, 0.9, 20)
    neck = np.stack([0.17 * width * arc, depth * (0.42 + 0.09 * arc**2), np.full(20, thick)], -1)
    parts.append(tube(neck, 3.5, material="polyester", sides=6, grain=0.1))
    if chance(rng, 0.6):
        logo = heaped(rng, 26, (0.5 * width, 0.35 * depth, 0.5)) + vec(z=1.6 * thick)
        parts.append(boxes(rng.uniform(8, 40, (26, 3)) * [1.0, 0.6, 0.02], logo, material="pvc"))
    parts.append(creases(rng, cloth, 60, (width, depth, 2.0 * thick), length=(20, 120), width=(2, 8), depth=(4, 16)))
    return shape("t_shirt", [*parts, *label(rng, (0.0, 0.38 * depth, 0.0))], soft=True)


def sweater(rng: np.random.Generator) -> Shape:
    """A knitted sweater folded up: coarse loops in rows, ribbed hem and cuffs."""
    width, depth, thick = float(rng.uniform(240, 340)), float(rng.uniform(260, 380)), float(rng.uniform(40, 75))
    cloth = fabric(rng, "wool", "wool", "cotton")
    parts = layers(rng, cloth, (width, depth), thick, 4, squareness=5.0, spread=0.07, amount=0.02)
    # Cables of the knit run up the garment.
    pitch = float(rng.uniform(9, 16))
    t = np.linspace(-0.45, 0.45, 60) * depth
    for x in np.arange(-0.4 * width, 0.4 * width, pitch):
        path = np.stack([x + 1.6 * np.sin(2.0 * np.pi * t / pitch), t, 0.52 * thick + 0.0 * t], -1)
        parts.append(tube(path, 2.4, material=cloth.material, sides=3, grain=cloth.grain))
    for y in (-0.45, 0.45):
        columns = np.arange(-0.39, 0.39, 0.018) * width
        ribs = np.stack([columns, np.full(len(columns), y * 0.9 * depth), np.full(len(columns), 0.4 * thick)], -1)
        parts.append(boxes((0.011 * width, 30.0, 14.0), ribs, material=cloth.material, grain=cloth.grain))
    parts.append(creases(rng, cloth, 50, (width, depth, thick), length=(30, 110), width=(5, 14), depth=(8, 26)))
    return shape("sweater", parts, soft=True)


def jacket(rng: np.random.Generator) -> Shape:
    """A padded or plain jacket laid together: long zip, quilting, lining, snaps, pockets with zips."""
    width, depth, thick = float(rng.uniform(300, 400)), float(rng.uniform(320, 420)), float(rng.uniform(45, 90))
    cloth = fabric(rng, "polyester", "cotton", "polyester")
    waves = folds(rng, 5.0, 120.0)
    outline = wavering(rng, (width, depth), squareness=5.0, amount=0.02)
    padding = cushion(outline, 0.7 * thick, material=cloth.material, grain=cloth.grain, surface=waves)
    parts = [padding, *layers(rng, cloth, (0.8 * width, 0.9 * depth), 0.4 * thick, 2, at=vec(z=-0.3 * thick))]
    if chance(rng, 0.5):
        # Quilted: the rows of stitching press the padding together.
        for y in np.arange(-0.42, 0.43, rng.uniform(0.1, 0.16)) * depth:
            wavy = line((-0.47 * width, y), (0.47 * width, y), 0.0, 40)
            wavy[:, 1] += 3.0 * np.sin(wavy[:, 0] / 17.0)
            parts += seam(wavy, gap=0.0, thick=1.6)
            parts.append(creases(rng, cloth, 14, (0.9 * width, 26, 20), at=vec(y=y), length=(8, 26), direction=90.0))
    y = np.linspace(-0.46, 0.46, 30) * depth
    wander = rng.normal(0.0, 8.0) * np.sin(y / depth * 5.0)
    parts += zip_fastener(rng, np.stack([wander, y, np.full(30, 0.3 * thick)], -1))
    for side in (-1.0, 1.0):
        if chance(rng, 0.6):
            pocket = line((side * 0.2 * width, -0.1 * depth), (side * 0.32 * width, -0.32 * depth), 0.3 * thick, 8)
            parts += zip_fastener(rng, pocket, fine=True)
        sleeve = wavering(rng, (0.26 * width, 0.85 * depth), squareness=4.0)
        at = vec(side * 0.33 * width, 0.0, 0.3 * thick)
        lying = cushion(sleeve, 0.35 * thick, at, material=cloth.material, grain=cloth.grain, surface=waves)
        parts += [lying, *seam(line((at[0] - 40, -0.4 * depth), (at[0] + 40, -0.4 * depth), at[2]), gap=9.0)]
    if chance(rng, 0.5):
        for place in np.linspace(-0.4, 0.4, 6) * depth:
            parts += button(rng, (24.0, place, 0.3 * thick), radius=6.5, material="brass")
    parts.append(creases(rng, cloth, 60, (width, depth, thick), length=(20, 110), width=(3, 14), depth=(6, 24)))
    return shape("jacket", [*parts, *label(rng, (0.0, 0.4 * depth, 0.0))], soft=True)


def dress(rng: np.random.Generator) -> Shape:
    """A dress gathered up, with rows of sequins or beads, and a hidden zip."""
    width, depth, thick = float(rng.uniform(200, 300)), float(rng.uniform(260, 380)), float(rng.uniform(22, 45))
    cloth = fabric(rng, "polyester")
    outline = wavering(rng, (width, depth), squareness=2.6, amount=0.06)
    body = cushion(outline, thick, material=cloth.material, grain=cloth.grain, surface=folds(rng, 6.0, 80.0))
    parts = [body, *layers(rng, cloth, (0.7 * width, 0.6 * depth), 0.5 * thick, 2, squareness=3.0, amount=0.05)]
    count = int(rng.integers(120, 320))
    places = heaped(rng, count, (0.85 * width, 0.8 * depth, thick))
    if chance(rng, 0.5):
        places[:, 0] = np.round(places[:, 0] / 14.0) * 14.0 + 4.0 * np.sin(places[:, 1] / 20.0)
    sparkle = boxes((4.5, 4.5, 0.9), vec(), material=pick(rng, "pvc", "glass", "aluminium"))
    parts.append(repeated(sparkle, places, turned=rng.uniform(0, 90, count), tilted=rng.normal(0, 25, count)))
    parts.append(creases(rng, cloth, 80, (width, depth, thick), length=(40, 170), direction=90.0, scatter=0.25))
    parts += hem_lines(rng, (0.9 * width, 0.9 * depth, thick), 5)
    parts += zip_fastener(rng, line((0.1 * width, 0.05 * depth), (0.2 * width, 0.4 * depth), 0.0, 12), fine=True)
    straps = [
        move(seam(line((-20, 0), (30, 0), 0.0), gap=4.0), vec(x, 0.48 * depth), turned=turn("z", 70)) for x in (-40, 40)
    ]
    return shape("dress", [*parts, *straps[0], *straps[1]], soft=True)


KINDS = (
    Kind("shirt", None, shirt, 2.0),
    Kind("t_shirt", None, t_shirt, 1.5),
    Kind("sweater", None, sweater, 2.0),
    Kind("jacket", None, jacket, 2.5),
    Kind("dress", None, dress, 1.0),
)
