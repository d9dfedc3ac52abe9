"""Carbines, bull-pups and submachine guns, with stocks that fold or slide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.shapes.firearms.cartridges import PISTOL_ROUNDS, RIFLE_ROUNDS, Round, any_round
from parcelray.datasets.synth.shapes.firearms.furniture import (
    BARREL,
    FRAME,
    folding_stock,
    fore_end,
    long_barrel,
    muzzle_device,
    packed,
    pistol_grip,
    post_sight,
    sporting_stock,
    telescope,
    trigger_bow,
    tube_stock,
)
from parcelray.datasets.synth.shapes.firearms.magazines import Box, box_magazine
from parcelray.datasets.synth.shapes.firearms.outlines import bar, cut, disc, line, merged, outline, stroke
from parcelray.datasets.synth.shapes.firearms.plates import bored, coil_spring, hollow_body, pins, plate
from parcelray.datasets.synth.shapes.kind import Kind


def carbine_alloy(rng: np.random.Generator) -> Shape:
    """Two-piece alloy receiver, polymer furniture, tube stock: often parted into its upper and lower half."""
    upper = _alloy_upper(rng)
    lower = _alloy_lower(rng)
    return shape("carbine_alloy", packed(rng, [upper, lower], apart=rng.random() < 0.55), leaf="long_gun")


def _alloy_upper(rng: np.random.Generator) -> list[Part]:
    receiver = outline([(0.0, 32.0, 3.0), (-196.0, 32.0, 6.0), (-200.0, 2.0, 3.0), (0.0, 2.0, 3.0)])
    port = bar(-100.0, -40.0, 10.0, 24.0)
    parts = hollow_body(cut(receiver, port), 34.0, rng.uniform(2.8, 4.2), material="aluminium", role=FRAME, bevel=3.0)
    parts += bored([(-185.0, 12.5), (-25.0, 12.5)], rng.uniform(6.0, 9.0), material="steel", role=FRAME, z=17.0)
    barrel = rng.uniform(190.0, 420.0)
    parts += long_barrel(rng, -6.0, barrel, 17.0, radius=rng.uniform(8.0, 10.0), bore=2.9)
    parts += muzzle_device(rng, barrel - 6.0, 17.0, 7.5)
    guard = rng.uniform(0.5, 0.9) * barrel
    parts += fore_end(rng, 4.0, guard, 20.0, wooden=False, deep=46.0, slots=rng.random() < 0.7)
    rail = bar(-196.0, guard if rng.random() < 0.6 else -4.0, 32.0, 37.0)
    x0, _, x1, _ = rail.bounds
    parts += plate(
        cut(rail, *(bar(x, x + 5.0, 34.5, 38.0) for x in np.arange(x0 + 4.0, x1 - 6.0, 10.0))),
        20.0,
        material="aluminium",
        role=FRAME,
    )
    if rng.random() < 0.5:
        parts += post_sight(min(guard + 12.0, barrel - 20.0), 24.0, 42.0, BARREL)
    if rng.random() < 0.4:
        parts += telescope(rng, -90.0, 37.0)
    return parts


def _alloy_lower(rng: np.random.Generator) -> list[Part]:
    receiver = outline([
        (0.0, 1.0, 3.0), (-202.0, 1.0, 3.0), (-206.0, 22.0, 6.0), (-222.0, 20.0, 4.0), (-216.0, -12.0, 12.0),
        (-170.0, -26.0, 6.0),
        (-74.0, -26.0, 4.0), (-70.0, -60.0, 3.0), (-2.0, -54.0, 4.0),
    ])  # fmt: skip
    parts = hollow_body(
        receiver,
        26.0,
        rng.uniform(2.6, 3.6),
        material="aluminium",
        role=FRAME,
        bevel=2.0,
        opened=bar(-69.0, -6.0, -70.0, 2.0),
    )
    hammer = stroke(line([(-128.0, -14.0), (-112.0, -8.0), (-104.0, 2.0)], 8), 9.0)
    parts += plate(hammer, 9.0, material="steel", role=FRAME)
    parts += trigger_bow(rng, -150.0, -25.0, receiver, "aluminium")
    parts += pistol_grip(rng, -158.0, -24.0)
    parts += tube_stock(rng, -212.0, 10.0)
    parts += pins([(-100.0, -12.0), (-136.0, -16.0), (-8.0, -12.0), (-196.0, -8.0)], 3.2, 26.0, role=FRAME)
    return parts + _magazine(rng, (-36.0, -20.0), RIFLE_ROUNDS[:1], bend=rng.uniform(0.0, 26.0))


def carbine_stamped(rng: np.random.Generator) -> Shape:
    """Stamped steel receiver, gas tube over the barrel, strongly curved magazine, furniture of wood or polymer."""
    wooden = rng.random() < 0.65
    receiver = outline(
        [(0.0, 26.0, 6.0), (-245.0, 24.0, 12.0), (-262.0, -4.0, 4.0), (-255.0, -24.0, 3.0), (-4.0, -26.0, 3.0)]
    )
    parts = hollow_body(receiver, 34.0, rng.uniform(1.0, 1.8), material="steel", role=FRAME, bevel=4.0)
    parts += bored([(-190.0, 11.0), (-30.0, 11.0)], rng.uniform(5.0, 8.0), material="steel", role=FRAME, z=8.0)
    parts += coil_spring(-240.0, -60.0, 5.0, 1.4, 30, z=8.0, role=FRAME)
    barrel = rng.uniform(200.0, 420.0)
    parts += long_barrel(rng, -8.0, barrel, 4.0, radius=8.6, bore=3.9)
    parts += bored([(0.0, 8.5), (0.62 * barrel, 8.5)], 7.3, material="steel", role=BARREL, z=24.0)
    parts += muzzle_device(rng, barrel - 8.0, 4.0, 7.5)
    parts += post_sight(0.88 * barrel, 10.0, 38.0, BARREL)
    parts += plate(
        outline([(8.0, 26.0), (-40.0, 27.0), (-36.0, 36.0), (2.0, 34.0)], radius=3.0),
        14.0,
        material="steel",
        role=FRAME,
    )
    parts += fore_end(rng, 8.0, 0.5 * barrel + 20.0, 0.0, wooden=wooden, deep=42.0)
    parts += fore_end(rng, 14.0, 0.5 * barrel + 6.0, 28.0, wooden=wooden, deep=20.0)
    parts += trigger_bow(rng, -176.0, -25.0, receiver, "steel")
    parts += pistol_grip(rng, -182.0, -24.0, wooden=wooden)
    parts += pins([(-130.0, -8.0), (-158.0, -12.0), (-232.0, -6.0), (-20.0, -14.0)], 3.0, 34.0, role=FRAME)
    parts += plate(stroke([(-170.0, 4.0), (-90.0, 2.0)], 7.0), 2.0, material="steel", role=FRAME, y=19.0)
    stock = (
        folding_stock(rng, -256.0, 6.0, folded=rng.random() < 0.7)
        if rng.random() < 0.6
        else sporting_stock(rng, -258.0, 0.0, 240.0, wooden=wooden)
    )
    magazine = _magazine(rng, (-82.0, -22.0), RIFLE_ROUNDS[1:2], bend=rng.uniform(35.0, 70.0))
    return shape("carbine_stamped", packed(rng, [parts + stock + magazine], apart=False), leaf="long_gun")


def rifle_bullpup(rng: np.random.Generator) -> Shape:
    """A short gun whose magazine sits behind the handle, in one thin shell of polymer."""
    length = rng.uniform(330.0, 400.0)
    body = outline([
        (40.0, 30.0, 10.0), (-length, 34.0, 10.0), (-length - 6.0, -70.0, 12.0),
        (-length + 60.0, -78.0, 14.0), (-length + 90.0, -40.0, 14.0),
        (-130.0, -34.0, 10.0), (-120.0, -100.0, 12.0), (-84.0, -100.0, 10.0), (-72.0, -36.0, 14.0),
        (20.0, -42.0, 14.0), (52.0, -20.0, 10.0),
    ])  # fmt: skip
    hole = outline([(-68.0, -42.0), (-40.0, -46.0), (-38.0, -30.0), (-66.0, -28.0)], radius=6.0)
    parts = hollow_body(
        cut(body, hole),
        52.0,
        rng.uniform(2.6, 3.6),
        material=str(rng.choice(["nylon", "fr4", "abs"])),
        role=FRAME,
        bevel=6.0,
        round_share=0.2,
    )
    parts += hollow_body(
        bar(-length + 20.0, -60.0, -6.0, 26.0),
        32.0,
        rng.uniform(1.4, 3.0),
        material="steel" if rng.random() < 0.5 else "aluminium",
        role=FRAME,
        rim=2.4,
    )
    parts += bored([(-length + 60.0, 11.0), (-150.0, 11.0)], 6.0, material="steel", role=FRAME, z=8.0)
    parts += coil_spring(-length + 24.0, -180.0, 5.0, 1.4, 20, z=18.0, role=FRAME)
    barrel = rng.uniform(300.0, 420.0)
    parts += long_barrel(rng, -150.0, barrel, 8.0, radius=8.6, bore=2.9)
    parts += muzzle_device(rng, barrel - 150.0, 8.0, 7.5)
    parts += plate(stroke([(-52.0, -30.0), (-50.0, -44.0)], 4.0), 7.0, material="steel", role=FRAME)
    parts += plate(stroke([(-58.0, -16.0), (-length + 120.0, -14.0)], 3.0), 3.0, material="steel", role=FRAME)
    if rng.random() < 0.6:
        parts += telescope(rng, -90.0, 32.0)
    else:
        parts += plate(
            cut(
                bar(-180.0, 20.0, 32.0, 62.0),
                outline([(-170.0, 32.0), (10.0, 32.0), (0.0, 54.0), (-160.0, 54.0)], radius=4.0),
            ),
            18.0,
            material="nylon",
            role=FRAME,
        )
    parts += _magazine(rng, (-length + 150.0, -30.0), RIFLE_ROUNDS[:1], bend=rng.uniform(8.0, 26.0))
    return shape("rifle_bullpup", parts, leaf="long_gun")


def submachine_gun(rng: np.random.Generator) -> Shape:
    """A tube or box with a heavy bolt, pierced barrel jacket, stick magazine, folding stock."""
    length = rng.uniform(200.0, 290.0)
    if rng.random() < 0.55:
        parts = bored([(-length, 19.0), (0.0, 19.0)], 17.4, material="steel", role=FRAME, sides=20)
    else:
        case = outline([(0.0, 24.0), (-length, 24.0), (-length - 4.0, -22.0), (0.0, -22.0)], radius=5.0)
        parts = hollow_body(case, 40.0, rng.uniform(1.2, 2.0), material="steel", role=FRAME, bevel=3.0)
    bolt = -length + rng.uniform(40.0, 90.0)
    parts += bored(
        [(bolt, 14.0), (bolt + rng.uniform(70.0, 120.0), 14.0)], rng.uniform(7.0, 10.0), material="steel", role=FRAME
    )
    parts += coil_spring(-length + 4.0, bolt, 10.0, 1.6, 12, role=FRAME)
    barrel = rng.uniform(80.0, 250.0)
    parts += long_barrel(rng, -40.0, barrel + 40.0, 0.0, radius=8.0, bore=4.5)
    if rng.random() < 0.6:
        parts += _jacket(rng, 0.8 * barrel)
    parts += post_sight(max(0.7 * barrel, 12.0), 5.0, rng.uniform(18.0, 30.0), FRAME)
    parts += pistol_grip(rng, -length * 0.55, -18.0, wooden=rng.random() < 0.2)
    body = bar(-length, 0.0, -22.0, 22.0)
    parts += trigger_bow(rng, -length * 0.55, -20.0, body, "steel")
    lower = outline(
        [(-length * 0.72, -12.0), (-length * 0.25, -12.0), (-length * 0.28, -24.0), (-length * 0.7, -24.0)], radius=3.0
    )
    parts += hollow_body(lower, 26.0, 1.6, material="steel", role=FRAME)
    parts += pins([(-length * 0.4, -14.0), (-length * 0.62, -16.0)], 3.0, 28.0, role=FRAME)
    parts += _magazine(
        rng, (-rng.uniform(24.0, 0.2 * length), -16.0), PISTOL_ROUNDS[:2], bend=float(rng.choice([0.0, 0.0, 24.0]))
    )
    if rng.random() < 0.8:
        parts += folding_stock(rng, -length, 4.0, folded=rng.random() < 0.65)
    return shape("submachine_gun", parts, leaf="long_gun")


def _jacket(rng: np.random.Generator, length: float) -> list[Part]:
    """A thin tube with rows of holes around the barrel."""
    wall = bar(0.0, length, -17.0, 17.0)
    rows = [
        disc(x, z, 4.6, points=12) for x in np.arange(14.0, length - 10.0, rng.uniform(14.0, 20.0)) for z in (-8.0, 8.0)
    ]
    sides = cut(wall, *rows)
    return [
        *plate(sides, 1.6, material="steel", role=BARREL, y=15.0),
        *plate(sides, 1.6, material="steel", role=BARREL, y=-15.0),
        *plate(
            merged(bar(0.0, length, 15.4, 17.0), bar(0.0, length, -17.0, -15.4)), 28.0, material="steel", role=BARREL
        ),
    ]


def _magazine(
    rng: np.random.Generator, at: tuple[float, float], rounds: tuple[Round, ...], *, bend: float
) -> list[Part]:
    """A long magazine in its well, or none."""
    if rng.random() < 0.2:
        return []
    made = any_round(rng, rounds)
    box = Box(
        made.length + rng.uniform(4.0, 8.0),
        rng.uniform(120.0, 215.0),
        rng.uniform(20.0, 26.0),
        made,
        bend=bend,
        material=str(rng.choice(["steel", "steel", "aluminium", "nylon"])),
        loaded=float(rng.choice([0.0, 0.0, 0.5, 1.0])),
    )
    return move(box_magazine(rng, replace(box, wall=2.0 if box.material == "nylon" else 0.8)), (at[0], 0.0, at[1]))


KINDS: tuple[Kind, ...] = (
    Kind("carbine_alloy", "long_gun", carbine_alloy, 1.0),
    Kind("carbine_stamped", "long_gun", carbine_stamped, 1.0),
    Kind("rifle_bullpup", "long_gun", rifle_bullpup, 0.5),
    Kind("submachine_gun", "long_gun", submachine_gun, 1.0),
)
