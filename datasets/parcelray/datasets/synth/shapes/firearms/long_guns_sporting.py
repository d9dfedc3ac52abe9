"""Hunting rifles and shotguns, whole, taken down, or sawn off."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.shapes.firearms.cartridges import RIFLE_ROUNDS, any_round
from parcelray.datasets.synth.shapes.firearms.furniture import (
    BARREL,
    FRAME,
    fore_end,
    long_barrel,
    muzzle_device,
    packed,
    pistol_grip,
    post_sight,
    sporting_stock,
    telescope,
    trigger_bow,
)
from parcelray.datasets.synth.shapes.firearms.magazines import Box, box_magazine
from parcelray.datasets.synth.shapes.firearms.outlines import Outline, bar, cut, disc, line, outline, stroke
from parcelray.datasets.synth.shapes.firearms.plates import bored, coil_spring, hollow_body, pins, plate
from parcelray.datasets.synth.shapes.kind import Kind

# A parcel takes what is taken down or short more easily than what is whole.
_APART = 0.6


def rifle_bolt(rng: np.random.Generator) -> Shape:
    """A bolt-action rifle: tube receiver, handle at the side, one long stock, often a telescope."""
    wooden = rng.random() < 0.6
    action = rng.uniform(190.0, 225.0)
    barrel = rng.uniform(420.0, 600.0)
    metal = _bolt_action(rng, action)
    metal += long_barrel(rng, action, barrel, 0.0, radius=rng.uniform(9.0, 13.0), bore=rng.uniform(2.8, 4.6))
    if rng.random() < 0.2:
        metal += muzzle_device(rng, action + barrel, 0.0, 8.0)
    if rng.random() < 0.65:
        metal += telescope(rng, 0.45 * action, 15.0)
    else:
        metal += post_sight(action + barrel - 22.0, 7.0, 13.0, BARREL)
    wood = sporting_stock(rng, 10.0, -8.0, rng.uniform(290.0, 340.0), wooden=wooden)
    wood += fore_end(rng, 10.0, action + rng.uniform(0.3, 0.55) * barrel, -14.0, wooden=wooden, deep=34.0)
    wood += trigger_bow(rng, -4.0, -32.0, bar(0.0, 1.0, 0.0, 1.0), "aluminium" if rng.random() < 0.5 else "steel")
    return shape("rifle_bolt", packed(rng, [metal, wood], apart=rng.random() < _APART), leaf="long_gun")


def _bolt_action(rng: np.random.Generator, length: float) -> list[Part]:
    """Receiver with port, bolt with handle and spring, box of cartridges below."""
    profile = [(0.0, 15.0), (length, 15.0), (length + 18.0, 14.0)]
    parts = bored(profile, 11.2, material="steel", role=FRAME)
    parts += bored([(-38.0, 9.0), (-30.0, 10.0), (0.0, 10.0), (0.86 * length, 10.0)], 4.0, material="steel", role=FRAME)
    parts += coil_spring(-20.0, 0.6 * length, 3.0, 1.2, 24, role=FRAME)
    handle = stroke(line([(18.0, -2.0), (14.0, -22.0), (6.0, -42.0)], 8), 8.0)
    knob = disc(4.0, -48.0, 9.0, points=14)
    parts += [
        *plate(handle, 8.0, material="steel", role=FRAME, y=20.0),
        *plate(knob, 16.0, material="steel", role=FRAME, y=22.0, bevel=4.0, round_share=0.35),
    ]
    made = any_round(rng, RIFLE_ROUNDS)
    box = Box(
        made.length + 5.0,
        rng.uniform(36.0, 70.0),
        26.0,
        made,
        floor_material="steel",
        loaded=float(rng.choice([0.0, 0.7])),
    )
    parts += move(box_magazine(rng, box), (0.62 * length, 0.0, -14.0))
    housing = outline([(20.0, -14.0), (62.0, -14.0), (54.0, -32.0), (26.0, -32.0)], radius=3.0)
    return (
        parts
        + hollow_body(housing, 16.0, 2.6, material="steel", role=FRAME)
        + pins([(0.3 * length, -20.0), (0.9 * length, -24.0)], 3.0, 18.0, role=FRAME)
    )


def shotgun_break(rng: np.random.Generator) -> Shape:
    """Two barrels over or beside each other that hinge down; often taken into its three pieces."""
    side_by_side = rng.random() < 0.5
    barrel = rng.uniform(600.0, 740.0)
    pieces = _break_action(rng, barrel, side_by_side=side_by_side, stock=rng.uniform(300.0, 350.0))
    return shape("shotgun_break", packed(rng, pieces, apart=rng.random() < 0.75), leaf="long_gun")


def shotgun_sawn_off(rng: np.random.Generator) -> Shape:
    """The same, with barrels and stock cut short."""
    barrel = rng.uniform(190.0, 340.0)
    pieces = _break_action(rng, barrel, side_by_side=rng.random() < 0.7, stock=rng.uniform(70.0, 140.0), short=True)
    return shape("shotgun_sawn_off", packed(rng, pieces, apart=False), leaf="long_gun")


def _break_action(
    rng: np.random.Generator, barrel: float, *, side_by_side: bool, stock: float, short: bool = False
) -> list[list[Part]]:
    """Barrels, and the action with its stock."""
    r, bore = rng.uniform(11.2, 12.4), rng.uniform(9.0, 9.5)
    spread = r + rng.uniform(0.0, 2.0)
    places = [(-spread, 0.0), (spread, 0.0)] if side_by_side else [(0.0, spread), (0.0, -spread)]
    barrels: list[Part] = []
    for y, z in places:
        taper = [(0.0, r + 1.6), (60.0, r + 1.4), (180.0 if not short else 90.0, r - 0.4), (barrel, r - 1.2)]
        barrels += bored(taper, bore, material="steel", role=BARREL, y=y, z=z, sides=16)
    top = max(z for _, z in places) + r
    rib: Outline = bar(4.0, barrel - 2.0, top - 1.0, top + 3.5)
    if rng.random() < 0.6 and not side_by_side:
        rib = cut(rib, *(bar(x, x + 22.0, top - 0.2, top + 1.8) for x in np.arange(40.0, barrel - 30.0, 32.0)))
    barrels += plate(rib, 8.0, material="steel", role=BARREL)
    lump = outline(
        [
            (0.0, -r - spread * (not side_by_side)),
            (58.0, -r - spread * (not side_by_side)),
            (50.0, -30.0),
            (4.0, -34.0),
        ],
        radius=4.0,
    )
    barrels += plate(lump, 9.0, material="steel", role=BARREL)
    wooden = rng.random() < 0.85
    low = -r - (0.0 if side_by_side else spread)
    barrels += fore_end(rng, 50.0, rng.uniform(200.0, 270.0) if not short else 170.0, low, wooden=wooden, deep=30.0)
    action = outline(
        [
            (0.0, top - 1.0, 4.0),
            (-52.0, top - 4.0, 14.0),
            (-84.0, 2.0, 10.0),
            (-88.0, -26.0, 6.0),
            (-30.0, -38.0, 10.0),
            (52.0, -38.0, 6.0),
            (54.0, low - 3.0, 3.0),
            (0.0, low - 3.0, 2.0),
        ]
    )
    material = "steel" if rng.random() < 0.65 else "aluminium"
    body = hollow_body(
        action,
        rng.uniform(34.0, 42.0),
        rng.uniform(2.6, 4.0) if material == "steel" else 6.0,
        material=material,
        role=FRAME,
        rim=4.0,
        bevel=4.0,
    )
    body += _hammers(rng, -40.0)
    body += trigger_bow(rng, -62.0, -36.0, action, "steel")
    if short:
        body += (
            pistol_grip(rng, -62.0, -20.0, wooden=wooden)
            if rng.random() < 0.4
            else sporting_stock(rng, -84.0, -8.0, stock + 60.0, wooden=wooden)
        )
    else:
        body += sporting_stock(rng, -84.0, -8.0, stock, wooden=wooden)
    return [barrels, body]


def _hammers(rng: np.random.Generator, x: float) -> list[Part]:
    """Two gross shapes inside the action, their springs, a lever on top."""
    shape_ = stroke(line([(x + 18.0, -24.0), (x + 24.0, -6.0), (x + 32.0, 4.0)], 8), 9.0)
    parts = [part for side in (-1.0, 1.0) for part in plate(shape_, 5.0, material="steel", role=FRAME, y=side * 7.0)]
    spring = coil_spring(x - 30.0, x + 14.0, 4.0, 1.4, 8, z=-20.0, role=FRAME)
    lever = stroke([(x - 24.0, 5.0), (x + 14.0, 8.0)], 5.0)
    return [
        *parts,
        *spring,
        *plate(lever, rng.uniform(8.0, 13.0), material="steel", role=FRAME),
        *pins([(x + 16.0, -22.0), (x + 84.0, -30.0)], 3.4, 34.0, role=FRAME),
    ]


def shotgun_pump(rng: np.random.Generator) -> Shape:
    """One barrel over a tube, a sliding fore-end, stock or pistol grip."""
    barrel = rng.uniform(350.0, 620.0)
    receiver = outline(
        [(0.0, 28.0, 5.0), (-190.0, 26.0, 14.0), (-205.0, 0.0, 8.0), (-195.0, -26.0, 5.0), (-4.0, -26.0, 3.0)]
    )
    material = "aluminium" if rng.random() < 0.5 else "steel"
    wall = rng.uniform(3.6, 5.0) if material == "aluminium" else rng.uniform(1.8, 2.8)
    body = hollow_body(receiver, 34.0, wall, material=material, role=FRAME, rim=3.0, bevel=3.0)
    body += hollow_body(bar(-120.0, -18.0, 2.0, 22.0), 20.0, 3.2, material="steel", role=FRAME)
    body += plate(bar(-150.0, -60.0, -30.0, -14.0), 14.0, material="nylon", role=FRAME)
    body += pins([(-150.0, -12.0), (-60.0, -14.0)], 3.2, 34.0, role=FRAME)
    body += trigger_bow(rng, -135.0, -26.0, receiver, "aluminium")
    wooden = rng.random() < 0.4
    look = rng.random()
    if look < 0.5:
        body += sporting_stock(rng, -196.0, -4.0, rng.uniform(280.0, 330.0), wooden=wooden)
    else:
        body += pistol_grip(rng, -168.0, -18.0)
    front = long_barrel(rng, -6.0, barrel, 14.0, radius=12.0, bore=9.3)
    front += post_sight(barrel - 20.0, 24.0, 9.0, BARREL)
    body += _tube_magazine(rng.uniform(0.55, 0.95) * barrel)
    body += fore_end(rng, 70.0, rng.uniform(220.0, 300.0), -10.0, wooden=wooden, deep=40.0)
    return shape("shotgun_pump", packed(rng, [front, body], apart=rng.random() < _APART), leaf="long_gun")


def _tube_magazine(length: float) -> list[Part]:
    """A thin tube under the barrel with its spring."""
    parts = bored([(-10.0, 12.5), (length, 12.5)], 11.4, material="steel", role=FRAME, z=-12.0, sides=18)
    parts += coil_spring(0.3 * length, length - 6.0, 9.0, 1.4, int(length / 18.0), z=-12.0, role=FRAME)
    return parts + bored([(length, 13.5), (length + 12.0, 12.0)], 1.0, material="steel", role=FRAME, z=-12.0, sides=14)


KINDS: tuple[Kind, ...] = (
    Kind("rifle_bolt", "long_gun", rifle_bolt, 1.0),
    Kind("shotgun_break", "long_gun", shotgun_break, 1.0),
    Kind("shotgun_pump", "long_gun", shotgun_pump, 0.8),
    Kind("shotgun_sawn_off", "long_gun", shotgun_sawn_off, 1.0),
)
