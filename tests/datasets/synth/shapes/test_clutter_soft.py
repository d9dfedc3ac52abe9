"""Soft, organic and paper clutter: every kind is of real size, closed, benign, and never twice the same."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.fan import line_fan
from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.beams import SANDWICH
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.projection import project
from parcelray.datasets.synth.shapes.clutter.soft import KINDS
from parcelray.datasets.synth.shapes.clutter.soft.cloth import Fabric, creases, seam, zip_fastener
from parcelray.datasets.synth.shapes.clutter.soft.containers import filled
from parcelray.datasets.synth.shapes.clutter.soft.forms import cushion, oblong, repeated, superellipse
from parcelray.datasets.synth.shapes.kind import Kind

BY_NAME = {kind.name: kind for kind in KINDS}
# Longest edge of the box around a thing, mm: (least, most). What is not named lies between 40 and 480.
SIZES = {
    "heap_of_clothes": (230, 480),
    "packed_clothes": (230, 480),
    "folded_pile": (230, 480),
    "blanket": (240, 480),
    "wallet": (80, 220),
    "belt": (45, 180),
    "lipstick": (60, 180),
    "paper_stack": (50, 480),
    "sneaker": (240, 420),
    "drink_can": (60, 300),
}
# Cloth lies down over what is below it; what has walls, a frame or weight of its own does not.
DRAPED = (
    "heap_of_clothes",
    "packed_clothes",
    "shirt",
    "jeans",
    "sweater",
    "towel",
    "socks",
    "newspaper",
    "plush_animal",
)
STIFF = ("pet_bottle", "hard_cover_book", "sneaker", "belt", "food_can", "board_game", "wallet", "picture")


def draw(kind: Kind, seed: int) -> Shape:
    return kind.draw(np.random.default_rng(seed))


def digest(shape: Shape) -> str:
    total = hashlib.sha256()
    for part in shape.parts:
        total.update(part.vertices.tobytes() + part.faces.tobytes())
        total.update(f"{part.material} {part.wall} {part.role} {part.grain}".encode())
    return total.hexdigest()


def log_signal(shape: Shape) -> NDArray[np.float32]:
    """Attenuation (high channel) of a shape lying under a distant source: (480, 480), 1 mm a pixel."""
    rays = quadrature(SANDWICH)
    low, _ = shape.bounds()
    lying = move_shape(shape, (0.0, 240.0, -low[2]))
    seen = project([lying], line_fan((0, 0, -900), (0, 0, 0), 480, 1.0, 950, 480, 1.0), rays.coefficients)
    depth: NDArray[np.float32] = -np.log(np.exp(-seen.paths) @ rays.weights[0])
    return depth


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind(kind: Kind) -> None:
    first, second = draw(kind, 1), draw(kind, 2)
    least, most = SIZES.get(kind.name, (40, 480))
    for drawn in (first, second):
        assert (drawn.kind, drawn.leaf, kind.leaf) == (kind.name, None, None)
        assert least <= drawn.extent().max() <= most
        assert drawn.extent().min() > 1.0
        for part in drawn.parts:
            assert np.isfinite(part.vertices).all()
            assert 0 <= part.faces.min() <= part.faces.max() < len(part.vertices)
            assert part.material in INDEX_OF
            assert part.role == ""
            assert 0.0 <= part.grain <= 0.3
            assert part.wall > 0.0 or part.volume() > 0.0, part.material
        assert sum(len(part.faces) for part in drawn.parts) < 30_000
        assert len(drawn.parts) <= 18
    assert digest(first) != digest(second)
    assert digest(first) == digest(draw(kind, 1))


def test_there_are_many_kinds_and_clothes_are_the_most_common() -> None:
    assert len(BY_NAME) == len(KINDS) >= 45
    heaviest = sorted(KINDS, key=lambda kind: kind.weight)[-3:]
    assert {"heap_of_clothes", "packed_clothes", "folded_pile"} == {kind.name for kind in heaviest}


@pytest.mark.parametrize(("names", "soft"), [(DRAPED, True), (STIFF, False)])
def test_only_cloth_is_draped(names: tuple[str, ...], soft: bool) -> None:
    assert [name for name in names if draw(BY_NAME[name], 3).soft is not soft] == []


@pytest.mark.parametrize("name", ["heap_of_clothes", "packed_clothes", "folded_pile"])
def test_a_bag_of_clothes_is_solid_and_uneven(name: str) -> None:
    depth = log_signal(draw(BY_NAME[name], 5))
    inside = depth[depth > 0.15]
    assert inside.size > 35_000
    assert 0.25 < np.median(inside) < 1.6
    # Weave, folds and layers: far more than the flat picture of a block.
    steps = np.abs(np.diff(depth, axis=1))[depth[:, 1:] > 0.15]
    assert np.median(steps) > 0.01


@pytest.mark.parametrize(
    ("name", "metals"),
    [
        ("jeans", {"copper", "brass"}),
        ("bra", {"steel"}),
        ("leather_shoe", {"steel"}),
        ("food_can", {"steel"}),
        ("wallet", {"pvc", "leather"}),
        ("glass_bottle", {"glass"}),
        ("blister_packs", {"pvc", "aluminium"}),
        ("magazines", {"steel", "paper"}),
    ],
)
def test_what_shows_inside(name: str, metals: set[str]) -> None:
    for seed in range(4):
        assert metals <= {part.material for part in draw(BY_NAME[name], seed).parts}


def test_paper_stacks_come_in_the_size_of_banknotes() -> None:
    sizes = [np.sort(draw(BY_NAME["paper_stack"], seed).extent())[::-1] for seed in range(25)]
    assert any(120 < longest < 185 and 60 < middle < 100 for longest, middle, _ in sizes)


@pytest.mark.parametrize("gaps", [0.0, 1.0])
def test_creases_add_cloth_or_take_it_away(gaps: float) -> None:
    part = creases(np.random.default_rng(0), Fabric("cotton", 0.1), 40, (200, 150, 40), gaps=gaps)
    assert (part.volume() > 0.0) is (gaps == 0.0)
    low, high = part.vertices.min(axis=0), part.vertices.max(axis=0)
    assert ((high - low) < np.array([260, 210, 60])).all()


def test_cushion_has_the_volume_of_its_outline_times_its_thickness() -> None:
    body = cushion(oblong(100.0, 60.0), 10.0, material="cotton", rim=1.0)
    assert body.volume() == pytest.approx(100 * 60 * 10, rel=0.06)
    assert superellipse((100, 60), 2.0).max(axis=0) == pytest.approx((50, 30), rel=1e-6)


def test_repeated_parts_are_copies() -> None:
    one = cushion(oblong(10.0, 6.0), 2.0, material="sugar")
    many = repeated(one, [(0, 0, 0), (50, 0, 0)], turned=[0.0, 90.0], scale=[1.0, 2.0])
    assert many.volume() == pytest.approx(9.0 * one.volume(), rel=1e-3)
    assert many.vertices[:, 0].max() == pytest.approx(50 + 6.0, abs=0.1)


@pytest.mark.parametrize(("lying", "share"), [(True, 0.5), (False, 0.5), (True, 1.0)])
def test_level_of_a_liquid(lying: bool, share: float) -> None:
    vessel = np.array([(20.0, 0.0), (20.0, 100.0)])
    liquid = filled(vessel, share, inset=0.0, material="water", lying=lying)[0]
    assert liquid.volume() == pytest.approx(share * np.pi * 400 * 100, rel=0.03)
    if lying and share < 1.0:
        assert liquid.vertices[:, 0].max() == pytest.approx(0.0, abs=0.01)


def test_seam_is_two_rows_of_stitches_and_a_zip_has_teeth() -> None:
    path = np.column_stack([np.linspace(0, 60, 21), np.zeros(21), np.zeros(21)])
    rows = seam(path, gap=6.0)
    assert [float(np.round(row.vertices[:, 1].mean())) for row in rows] == [-3.0, 3.0]
    assert all(row.volume() > 0.0 for row in rows)
    teeth = zip_fastener(np.random.default_rng(0), path)[0]
    assert len(teeth.faces) == 20 * 12
