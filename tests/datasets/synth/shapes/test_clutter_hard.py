"""Hard clutter: everything draws, is of real size and of one piece of geometry, and no two are alike."""

from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.shapes.clutter.hard import KINDS, forms
from parcelray.datasets.synth.shapes.kind import Kind

SEEDS = (0, 1, 2)
# mm: shorter than a coin's thickness or longer than a stick umbrella would be a slip of the pen.
SMALLEST, LONGEST = 1.0, 950.0
MOST_TRIANGLES = 40_000
BY_NAME = {kind.name: kind for kind in KINDS}
GUN_LIKE = (
    "hair_dryer", "heat_gun", "glue_gun", "soldering_gun", "caulking_gun", "spray_bottle", "paint_spray_gun",
    "hose_nozzle", "staple_gun", "cordless_drill", "impact_driver", "mains_drill", "massage_gun", "toy_pistol",
    "water_pistol", "dart_blaster", "bubble_gun", "barcode_scanner", "tripod_grip", "telescope",
)  # fmt: skip


def drawn(kind: Kind, seed: int) -> Shape:
    """One of the kind."""
    return kind.draw(np.random.default_rng(seed))


def materials(kind: str, seed: int = 0) -> set[str]:
    """What one of the kind is made of."""
    return {part.material for part in drawn(BY_NAME[kind], seed).parts}


def test_there_are_many_kinds_each_once() -> None:
    assert len(KINDS) >= 45
    assert len(BY_NAME) == len(KINDS)


def test_what_is_not_a_gun_is_there_in_many_forms() -> None:
    assert set(GUN_LIKE) <= set(BY_NAME)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_draws_real_benign_things(kind: Kind) -> None:
    shapes = [drawn(kind, seed) for seed in SEEDS]
    for made in shapes:
        assert (made.kind, made.leaf, made.soft, kind.leaf) == (kind.name, None, False, None)
        extent = made.extent()
        assert np.isfinite(extent).all()
        assert extent.min() > SMALLEST
        assert extent.max() < LONGEST
        assert sum(len(part.faces) for part in made.parts) < MOST_TRIANGLES
        for part in made.parts:
            assert np.isfinite(part.vertices).all()
            assert part.material in INDEX_OF
            assert part.role == ""
            assert part.faces.min() >= 0
            assert part.faces.max() < len(part.vertices)
            assert part.wall > 0.0 or part.volume() > 0.0, f"{part.material} has no volume"
    assert len({b"".join(part.vertices.tobytes() for part in made.parts) for made in shapes}) == len(SEEDS)
    assert kind.weight > 0.0


@pytest.mark.parametrize("name", ["cordless_drill", "laptop", "cable_tangle", "keys", "toy_robot"])
def test_a_seed_remakes_the_same_bytes(name: str) -> None:
    first, again = drawn(BY_NAME[name], 5), drawn(BY_NAME[name], 5)
    assert [part.vertices.tobytes() for part in first.parts] == [part.vertices.tobytes() for part in again.parts]
    assert [part.faces.tobytes() for part in first.parts] == [part.faces.tobytes() for part in again.parts]


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("mobile_phone", {"liion", "glass", "fr4", "copper"}),
        ("laptop", {"liion", "glass", "fr4", "copper"}),
        ("toy_robot", {"alkaline", "fr4", "ferrite", "abs"}),
        ("remote_control", {"alkaline", "fr4", "silicone"}),
        ("hair_dryer", {"nickel", "ceramic", "copper", "nylon"}),
        ("loudspeaker", {"ferrite", "paper", "copper", "wool"}),
        ("umbrella", {"steel", "polyester"}),
        ("light_bulb", {"brass"}),
        ("spray_bottle", {"steel", "polypropylene"}),
    ],
)
def test_what_is_inside_shows(name: str, inside: set[str]) -> None:
    assert inside <= materials(name)


@pytest.mark.parametrize(
    ("outline", "area"),
    [
        (forms.disc(10.0, segments=16), np.pi * 100.0),
        (forms.stroke([(0.0, 0.0), (30.0, 0.0)], 4.0), 120.0 + np.pi * 4.0),
        (forms.slab(5.0, 6.0, 0.0, 0.0), 30.0),
        (forms.angular([(0, 0), (40, 0), (40, 40), (0, 40)], 5.0), 1600.0 - (4.0 - np.pi) * 25.0),
    ],
)
def test_outlines_have_their_area(outline: forms.Outline, area: float) -> None:
    assert outline.area == pytest.approx(area, rel=0.02)


@pytest.mark.parametrize("thickness", [2.0, 8.0])
def test_a_domed_plate_is_as_thick_as_it_says(thickness: float) -> None:
    parts = forms.domed(forms.disc(30.0), thickness, 3.0, (0.0, 0.0, 5.0), material="steel")
    heights = np.concatenate([part.vertices[:, 2] for part in parts])
    assert heights.min() == pytest.approx(5.0 - thickness / 2.0, abs=1e-4)
    assert heights.max() == pytest.approx(5.0 + thickness / 2.0, abs=1e-4)
    full = np.pi * 30.0**2 * thickness
    assert 0.85 * full < sum(part.volume() for part in parts) < full


def test_a_vessel_holds_what_its_walls_leave() -> None:
    cup = forms.vessel([(30.0, 0.0), (30.0, 80.0)], 2.0, material="ceramic", sides=96)
    expected = np.pi * (30.0**2 * 80.0 - 28.0**2 * 78.0)
    assert cup.volume() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_varied_keeps_proportions_within_bounds(axis: int) -> None:
    plate = forms.domed(forms.slab(-50.0, -50.0, 50.0, 50.0), 100.0, 0.0, material="steel")
    for seed in range(20):
        stretched = forms.varied(np.random.default_rng(seed), plate, 0.1)
        lengths = np.ptp(np.concatenate([part.vertices for part in stretched]), axis=0)
        assert lengths[axis] >= 100.0 * 0.9 * 0.9
        assert lengths[axis] <= 100.0 * 1.1 * 1.1 + 100.0 * 0.05
