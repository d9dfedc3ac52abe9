"""What long guns share: barrels, stocks, handles, guards, sights, telescopes, and how they are packed."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import tube
from parcelray.datasets.synth.shapes.firearms.outlines import (
    Outline,
    bar,
    cut,
    disc,
    flowing,
    line,
    merged,
    outline,
    ring,
    stroke,
)
from parcelray.datasets.synth.shapes.firearms.plates import bored, hollow_body, pins, plate

FRAME, BARREL = "frame", "barrel"
PLASTICS = ("nylon", "abs", "fr4")


def long_barrel(
    rng: np.random.Generator, start: float, length: float, z: float, *, radius: float, bore: float, y: float = 0.0
) -> list[Part]:
    """A tapered barrel with a front sight, or a muzzle device."""
    x1, tip = start + length, radius * rng.uniform(0.68, 0.9)
    tip = max(tip, bore + 1.3)
    profile = [(start, radius + 1.5), (start + 45.0, radius + 1.5), (start + 70.0, radius), (x1 - 30.0, tip), (x1, tip)]
    return bored(profile, bore, material="steel", role=BARREL, y=y, z=z, sides=16)


def muzzle_device(rng: np.random.Generator, x: float, z: float, radius: float) -> list[Part]:
    """A slotted tube on the muzzle."""
    length = rng.uniform(38.0, 75.0)
    body = bored(
        [(x - 8.0, radius + 2.0), (x + length, radius + 3.0)],
        radius - 0.6,
        material="steel",
        role=BARREL,
        z=z,
        sides=14,
    )
    return body + pins(
        [(x + 10.0 + 9.0 * k, z + radius + 2.0) for k in range(int(length / 12.0))], 2.0, 6.0, role=BARREL
    )


def post_sight(x: float, z: float, height: float, role: str) -> list[Part]:
    """A front sight on its base, with ears."""
    shape = outline([(x - 14.0, z), (x + 10.0, z), (x + 3.0, z + height), (x - 4.0, z + height)], radius=2.0)
    eye = disc(x - 1.0, z + 0.55 * height, 0.22 * height, points=12)
    return plate(cut(shape, eye), 10.0, material="steel", role=role, bevel=1.0)


def sporting_stock(rng: np.random.Generator, x: float, z: float, length: float, *, wooden: bool) -> list[Part]:
    """A stock that goes back from (x, z) in one line with its wrist; wood is solid, plastic hollow."""
    drop, deep = rng.uniform(18.0, 38.0), rng.uniform(105.0, 130.0)
    comb = rng.uniform(-8.0, 12.0)
    shape = outline([
        (x, z + 14.0, 4.0), (x - 0.18 * length, z + 8.0, 30.0), (x - 0.4 * length, z + comb, 18.0),
        (x - length, z - 0.4 * drop, 4.0), (x - length - 3.0, z - drop - deep, 8.0),
        (x - 0.62 * length, z - drop - 0.52 * deep, 50.0),
        (x - 0.34 * length, z - rng.uniform(48.0, 72.0), 16.0),
        (x - 0.22 * length, z - rng.uniform(34.0, 46.0), 16.0), (x, z - 26.0, 8.0),
    ])  # fmt: skip
    return _stock_body(rng, shape, x - length - 3.0, wooden=wooden)


def _stock_body(rng: np.random.Generator, shape: Outline, butt: float, *, wooden: bool) -> list[Part]:
    width = rng.uniform(34.0, 44.0)
    parts: list[Part]
    if wooden:
        parts = plate(shape, width, material="wood", role=FRAME, bevel=10.0, round_share=0.42, grain=0.05)
    else:
        parts = hollow_body(
            shape, width, rng.uniform(2.6, 4.0), material=_plastic(rng), role=FRAME, bevel=8.0, round_share=0.38
        )
    x0, z0, _, z1 = shape.bounds
    pad = bar(butt - rng.uniform(6.0, 20.0), butt + 2.0, z0 + 1.0, z1 - rng.uniform(2.0, 40.0))
    parts += plate(cut(pad, shape), width - 4.0, material="rubber", role=FRAME, bevel=2.0)
    return parts + pins([(x0 + 30.0, z0 + 28.0), (x0 + 30.0, 0.5 * (z0 + z1))], 2.6, 20.0, role=FRAME)


def fore_end(
    rng: np.random.Generator, x0: float, x1: float, z: float, *, wooden: bool, deep: float = 30.0, slots: bool = False
) -> list[Part]:
    """The part of the stock under (or around) the barrel."""
    shape: Outline = outline([
        (x0, z + 0.35 * deep, 2.0), (x1 - 8.0, z + 0.3 * deep, 3.0), (x1, z - 0.1 * deep, 8.0),
        (x1 - 20.0, z - 0.45 * deep, 14.0), (x0 + 10.0, z - 0.65 * deep, 12.0), (x0, z - 0.6 * deep, 3.0),
    ])  # fmt: skip
    if slots:
        pitch = rng.uniform(16.0, 28.0)
        shape = cut(
            shape,
            *(stroke([(x, z + 2.0), (x + 0.4 * pitch, z + 2.0)], 5.0) for x in np.arange(x0 + 14.0, x1 - 16.0, pitch)),
        )
    if wooden:
        return plate(
            shape, rng.uniform(32.0, 40.0), material="wood", role=FRAME, bevel=7.0, round_share=0.4, grain=0.05
        )
    if rng.random() < 0.4:
        return hollow_body(shape, 44.0, 2.4, material="aluminium", role=FRAME, bevel=5.0, round_share=0.3)
    return hollow_body(
        shape, 46.0, rng.uniform(2.4, 3.4), material=_plastic(rng), role=FRAME, bevel=6.0, round_share=0.35
    )


def pistol_grip(rng: np.random.Generator, x: float, z: float, *, wooden: bool = False) -> list[Part]:
    """A handle that hangs down from (x, z), the top of its front."""
    length, lean = rng.uniform(82.0, 105.0), rng.uniform(18.0, 46.0)
    shape = flowing([
        (x, z + 2.0), (x - 3.0, z - 22.0), (x - 0.55 * lean, z - 0.6 * length), (x - lean + 4.0, z - length),
        (x - lean - 34.0, z - length + 6.0), (x - 0.5 * lean - 38.0, z - 0.5 * length), (x - 36.0, z - 18.0),
        (x - 40.0, z + 2.0),
    ], 40)  # fmt: skip
    if wooden:
        return plate(shape, 32.0, material="wood", role=FRAME, bevel=6.0, round_share=0.36, grain=0.05)
    parts = hollow_body(shape, 30.0, 2.8, material=_plastic(rng), role=FRAME, bevel=5.0, round_share=0.35)
    bolt = stroke([(x - 20.0, z), (x - 26.0, z - 34.0)], 6.0)
    return parts + plate(bolt, 6.0, material="steel", role=FRAME)


def trigger_bow(rng: np.random.Generator, x: float, z: float, body: Outline, material: str) -> list[Part]:
    """Guard and trigger below (x, z)."""
    length, height = rng.uniform(52.0, 72.0), rng.uniform(26.0, 34.0)
    room = outline(
        [
            (x, z + 4.0),
            (x + length, z + 4.0, 2.0),
            (x + length - 2.0, z - 0.7 * height, 14.0),
            (x + 0.3 * length, z - height, 18.0),
            (x - 2.0, z - 0.7 * height, 12.0),
        ]
    )
    bow = cut(ring(room, rng.uniform(2.0, 3.4)), body)
    blade = stroke(line([(x + 22.0, z + 3.0), (x + 20.0, z - 10.0), (x + 27.0, z - 21.0)], 8), 3.4)
    return [
        *plate(bow, rng.uniform(9.0, 14.0), material=material, role=FRAME),
        *plate(blade, 7.0, material="steel", role=FRAME),
    ]


def folding_stock(rng: np.random.Generator, x: float, z: float, *, folded: bool) -> list[Part]:
    """A frame of wire or tube behind (x, z), or laid along the left side."""
    length, deep = rng.uniform(180.0, 245.0), rng.uniform(55.0, 95.0)
    path = np.array(
        [
            (0.0, 0.0),
            (-0.5, -0.01),
            (-0.96, -0.06),
            (-1.0, -0.2),
            (-1.03, -0.9),
            (-0.98, -1.0),
            (-0.9, -0.92),
            (-0.35, -0.34),
            (0.0, -0.25),
        ]
    )
    points = np.stack([path[:, 0] * length, np.zeros(len(path)), path[:, 1] * deep], axis=1)
    material = "steel" if rng.random() < 0.7 else "aluminium"
    wire = tube(points, rng.uniform(3.4, 6.0), material=material, sides=8, wall=1.4)
    plate_ = plate(
        bar(-1.05 * length, -0.98 * length, -deep, 4.0),
        rng.uniform(16.0, 30.0),
        material=material,
        role=FRAME,
        bevel=2.0,
    )
    made = move([wire, *plate_, *pins([(-4.0, -4.0)], 5.0, 22.0, role=FRAME)], role=FRAME)
    if folded:
        return move(
            made, (x, rng.choice([-1.0, 1.0]) * 27.0, z), turned=turn("z", 180) @ turn("y", rng.uniform(-6.0, 6.0))
        )
    return move(made, (x, 0.0, z))


def tube_stock(rng: np.random.Generator, x: float, z: float) -> list[Part]:
    """A thin tube with a spring in it and a shoulder piece of polymer that slides along it."""
    length = rng.uniform(150.0, 185.0)
    parts = bored([(x - length, 14.5), (x, 14.5)], 12.6, material="aluminium", role=FRAME, z=z)
    t = np.linspace(0.0, 2.0 * np.pi * 22, 22 * 8)
    coil = np.stack([x - 8.0 - (length - 20.0) * t / t[-1], 9.5 * np.cos(t), z + 9.5 * np.sin(t)], axis=1)
    parts += move(tube(coil, 0.9, material="steel", sides=4), role=FRAME)
    parts += bored([(x - 45.0, 12.0), (x - 6.0, 12.0)], 3.0, material="steel", role=FRAME, z=z, sides=14)
    at = x - length + rng.uniform(-20.0, 10.0)
    piece = outline([
        (at + 95.0, z + 17.0, 3.0), (at, z + 18.0, 5.0), (at - 6.0, z - 98.0, 8.0), (at + 14.0, z - 104.0, 6.0),
        (at + 38.0, z - 60.0, 20.0), (at + 95.0, z - 24.0, 10.0),
    ])  # fmt: skip
    window = outline(
        [(at + 20.0, z - 22.0), (at + 62.0, z - 22.0), (at + 26.0, z - 62.0), (at + 16.0, z - 76.0)], radius=5.0
    )
    return parts + hollow_body(cut(piece, window), 36.0, 2.8, material=_plastic(rng), role=FRAME, bevel=3.0)


def telescope(rng: np.random.Generator, x: float, z: float) -> list[Part]:
    """A telescopic sight over (x, z) with its lenses, turrets and rings; or a short red-dot sight."""
    if rng.random() < 0.3:
        case = bored([(x - 40.0, 19.0), (x + 40.0, 19.0)], 16.5, material="aluminium", role=FRAME, z=z + 34.0)
        lenses = [
            p
            for at in (-30.0, 30.0)
            for p in bored([(x + at, 16.4), (x + at + 3.0, 16.4)], 0.2, material="glass", role=FRAME, z=z + 34.0)
        ]
        return [
            *case,
            *lenses,
            *plate(bar(x - 24.0, x + 24.0, z, z + 17.0), 18.0, material="aluminium", role=FRAME, bevel=2.0),
        ]
    half, bell = rng.uniform(110.0, 175.0), rng.uniform(18.0, 29.0)
    axis = z + bell + rng.uniform(4.0, 14.0)
    profile = [
        (-half, 20.0),
        (-half + 55.0, 20.0),
        (-half + 75.0, 13.5),
        (half - 95.0, 13.5),
        (half - 60.0, bell),
        (half, bell),
    ]
    parts = bored([(x + px, pr) for px, pr in profile], 12.0, material="aluminium", role=FRAME, z=axis)
    for at, r, deep in (
        (half - 14.0, bell - 1.0, 7.0),
        (-half + 12.0, 18.0, 8.0),
        (-0.3 * half, 11.9, 4.0),
        (0.1 * half, 11.9, 3.0),
    ):
        parts += bored([(x + at, r), (x + at + deep, r)], 0.2, material="glass", role=FRAME, z=axis, sides=16)
    knob = bar(x - 12.0, x + 12.0, axis + 12.0, axis + 30.0)
    parts += plate(knob, 20.0, material="aluminium", role=FRAME, bevel=3.0)
    for at in (-0.42 * half, 0.36 * half):
        foot = merged(
            ring(disc(x + at, axis, 16.5, points=20), 3.0), bar(x + at - 9.0, x + at + 9.0, z - 2.0, axis - 14.5)
        )
        parts += plate(foot, 14.0, material="steel" if rng.random() < 0.5 else "aluminium", role=FRAME)
    return parts


def packed(rng: np.random.Generator, pieces: list[list[Part]], *, apart: bool) -> list[Part]:
    """A gun in its pieces, each in its place; or side by side, as they lie when it was taken down to be sent."""
    if not apart:
        return [part for piece in pieces for part in piece]
    placed: list[Part] = []
    edge = 0.0
    for piece in pieces:
        low = np.min([part.vertices.min(axis=0) for part in piece], axis=0)
        high = np.max([part.vertices.max(axis=0) for part in piece], axis=0)
        middle = (low + high) / 2.0
        flip = turn("y", 180.0) if rng.random() < 0.35 else np.eye(3)
        centred = move(move(piece, -middle), turned=turn("y", rng.normal(0.0, 2.0)) @ flip)
        tall = max(part.vertices[:, 2].max() for part in centred)
        placed += move(centred, (rng.uniform(-30.0, 30.0), rng.uniform(-4.0, 4.0), edge - tall))
        edge = float(min(part.vertices[:, 2].min() for part in placed)) - rng.uniform(3.0, 16.0)
    return placed


def _plastic(rng: np.random.Generator) -> str:
    return str(rng.choice(PLASTICS))
