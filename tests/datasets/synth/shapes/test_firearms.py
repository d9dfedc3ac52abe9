"""Firearms, parts and ammunition: every kind draws, in real sizes, of known materials, and lets light through."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from shapely.geometry import Polygon

from parcelray.datasets.synth.geometry.fan import line_fan
from parcelray.datasets.synth.geometry.placing import move_shape, turn
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.projection import project
from parcelray.datasets.synth.shapes.firearms import KINDS
from parcelray.datasets.synth.shapes.firearms.outlines import bar, disc, flowing, outline
from parcelray.datasets.synth.shapes.firearms.plates import bored, hole, hollow_body, lengthwise, plate
from support.drawings import digest

SEEDS = (0, 1, 2)
KIND_OF = {kind.name: kind for kind in KINDS}
ROLES = {"slide", "frame", "barrel", "magazine", ""}

# Leaf: shortest and longest of the longest side, and the most that the thinnest may be, all in mm.
SIZES = {
    "pistol": (100.0, 430.0, 75.0),
    "revolver": (115.0, 340.0, 90.0),
    "long_gun": (270.0, 1250.0, 130.0),
    "slide": (105.0, 245.0, 46.0),
    "frame": (95.0, 250.0, 46.0),
    "barrel": (65.0, 740.0, 75.0),
    "magazine": (60.0, 290.0, 95.0),
    "ammunition": (22.0, 480.0, 120.0),
}


@cache
def drawn(name: str, seed: int) -> Shape:
    return KIND_OF[name].draw(np.random.default_rng([seed, 7]))


def test_every_leaf_has_its_kinds() -> None:
    counts = {leaf: sum(kind.leaf == leaf for kind in KINDS) for leaf in SIZES}
    assert {kind.leaf for kind in KINDS} == set(SIZES)
    assert counts["pistol"] >= 10
    assert counts["revolver"] >= 5
    assert counts["long_gun"] >= 7
    assert counts["ammunition"] >= 7
    assert len(KIND_OF) == len(KINDS)
    assert all(kind.weight > 0.0 for kind in KINDS)


@pytest.mark.parametrize("name", KIND_OF)
def test_kind_is_well_made(name: str) -> None:
    shortest, longest, thinnest = SIZES[str(KIND_OF[name].leaf)]
    for seed in SEEDS:
        shape = drawn(name, seed)
        assert (shape.kind, shape.leaf) == (name, KIND_OF[name].leaf)
        extent = np.sort(shape.extent())
        assert shortest <= extent[2] <= longest, extent
        assert extent[0] <= thinnest, extent
        for part in shape.parts:
            assert np.isfinite(part.vertices).all()
            assert part.faces.min() >= 0
            assert part.faces.max() < len(part.vertices)
            assert part.material in INDEX_OF
            assert part.role in ROLES
            assert part.wall > 0.0 or part.volume() > 0.0, (part.material, part.role)
        assert sum(len(part.faces) for part in shape.parts) < 40_000
        assert len(shape.parts) < 20


@pytest.mark.parametrize("name", KIND_OF)
def test_seed_decides_everything(name: str) -> None:
    again = KIND_OF[name].draw(np.random.default_rng([SEEDS[0], 7]))
    assert digest(again) == digest(drawn(name, SEEDS[0]))
    assert len({digest(drawn(name, seed)) for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize(
    ("leaf", "needed"),
    [
        ("pistol", {"frame", "barrel"}),
        ("revolver", {"frame", "barrel"}),
        ("long_gun", {"frame", "barrel"}),
        ("slide", {"slide"}),
        ("frame", {"frame"}),
        ("barrel", {"barrel"}),
        ("magazine", {"magazine"}),
        ("ammunition", {""}),
    ],
)
def test_roles_say_which_part_is_which(leaf: str, needed: set[str]) -> None:
    for kind in KINDS:
        if kind.leaf == leaf:
            roles = {part.role for part in drawn(kind.name, 0).parts}
            assert needed <= roles, kind.name
            assert leaf not in {"slide", "frame", "barrel", "magazine", "ammunition"} or roles == needed, kind.name
            assert leaf == "ammunition" or "" not in roles, kind.name


def steel_seen(shape: Shape) -> np.ndarray:
    """Millimetres of steel that would weaken the rays as much, where the shape is, seen from its side."""
    # One number for each material, about the middle of the spectrum (80 keV, 1/cm), relative to steel.
    share = {"steel": 1.0, "stainless": 1.0, "zinc": 0.97, "brass": 1.2, "copper": 1.3, "lead": 5.5, "aluminium": 0.12}
    coefficients = np.full((len(INDEX_OF), 1), 0.04, np.float32)
    for material, value in share.items():
        coefficients[INDEX_OF[material]] = value
    flat = move_shape(shape, turned=turn("x", 90))
    low, high = flat.bounds()
    middle = (low + high) / 2.0
    flat = move_shape(flat, (-middle[0], 160.0 - middle[1], -low[2] + 20.0))
    paths = project([flat], line_fan((0, 0, -650), (0, 0, 0), 300, 1.5, 700, 213, 1.5), coefficients * 10.0).paths[
        ..., 0
    ]
    return paths[paths > 0.3]


def test_pistols_let_light_through() -> None:
    """Most of a gun is 2 to 14 mm of steel; only small cores are more than 20."""
    kinds = [kind for kind in KINDS if kind.leaf == "pistol" and kind.name not in {"pistol_flare", "pistol_target"}]
    thick = [steel_seen(drawn(kind.name, seed)) for kind in kinds for seed in SEEDS]
    medians = np.array([np.median(seen) for seen in thick])
    cores = np.array([(seen > 20.0).mean() for seen in thick])
    assert 3.0 < np.median(medians) < 10.0
    assert (medians < 15.0).all()
    assert np.median(cores) < 0.15
    assert (cores > 0.0).mean() > 0.8


def test_revolver_is_densest_where_its_drum_is() -> None:
    seen = np.concatenate([steel_seen(drawn("revolver_service", seed)) for seed in SEEDS])
    assert (seen > 15.0).mean() > 0.05
    assert (seen < 12.0).mean() > 0.5


def test_outlines_round_their_corners() -> None:
    sharp = outline([(0, 0), (40, 0), (40, 20), (0, 20)], radius=0.0)
    soft = outline([(0, 0), (40, 0), (40, 20), (0, 20)], radius=8.0)
    assert sharp.area == pytest.approx(800.0)
    assert 730.0 < soft.area < 790.0
    assert soft.within(sharp.buffer(1e-6))


def test_flowing_outline_goes_through_its_points() -> None:
    points = [(0.0, 0.0), (30.0, -4.0), (34.0, 20.0), (10.0, 26.0)]
    loop = flowing(points, 80)
    assert loop.is_valid
    for point in points:
        assert loop.exterior.distance(Polygon([point, point, point]).centroid) < 0.3


@pytest.mark.parametrize("bevel", [0.0, 2.0])
@pytest.mark.parametrize("round_share", [0.0, 0.3])
def test_plate_has_its_volume_and_faces_outwards(bevel: float, round_share: float) -> None:
    body = plate(bar(0, 50, 0, 30), 20.0, material="steel", bevel=bevel, round_share=round_share)[0]
    assert 0.85 * 30_000 < body.volume() <= 30_001
    assert np.ptp(body.vertices, axis=0) == pytest.approx([50.0, 20.0, 30.0])


def test_hollow_bodies_are_walls_only() -> None:
    shell = sum(part.volume() for part in hollow_body(bar(0, 50, 0, 30), 20.0, 2.0, material="steel"))
    assert shell == pytest.approx(50 * 30 * 20 - 46 * 26 * 16, rel=1e-4)
    assert sum(part.volume() for part in hole(bar(0, 5, 0, 5), 2.0, material="steel")) == pytest.approx(-50.0)


def test_tubes_and_bars_lie_along_x() -> None:
    tube = bored([(0, 8), (60, 8)], 5.0, material="steel", sides=64)
    expected = np.pi * (64 - 25) * 60
    assert sum(part.volume() for part in tube) == pytest.approx(expected, rel=0.01)
    drum = lengthwise(disc(3.0, 5.0, 10.0, points=64), -4.0, 26.0, material="steel")[0]
    assert drum.vertices.min(axis=0) == pytest.approx([-4.0, -7.0, -5.0], abs=0.05)
    assert drum.volume() == pytest.approx(np.pi * 100 * 30, rel=0.01)
