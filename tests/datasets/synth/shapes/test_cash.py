"""Cash: every kind draws, in real sizes, and holds as much paper or metal as the notes and coins that it counts."""

from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.synth.shapes.cash import KINDS
from parcelray.datasets.synth.shapes.cash.coins import any_coin, column_parts
from parcelray.datasets.synth.shapes.cash.notes import any_note, roll_parts, wad_parts
from support.drawings import SEEDS, check_kind, check_leaves, drawn, volumes

KIND_OF = {kind.name: kind for kind in KINDS}
# Leaf: kinds at least, shortest and longest of the longest side in mm.
LEAVES = {"banknote_bundle": (10, 60.0, 560.0), "coin_roll": (5, 20.0, 330.0), "paper_instruments": (7, 85.0, 480.0)}
METALS = {"steel", "brass", "cupronickel", "zinc", "bronze", "silver"}


def test_every_leaf_has_its_kinds() -> None:
    check_leaves(KINDS, LEAVES)


@pytest.mark.parametrize("name", KIND_OF)
def test_kind_is_well_made(name: str) -> None:
    check_kind(KIND_OF[name], LEAVES, triangles=70_000)


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.leaf == "banknote_bundle"])
def test_bundle_holds_the_paper_of_its_notes(name: str) -> None:
    for seed in SEEDS:
        shape = drawn(KIND_OF[name], seed)
        assert shape.count is not None
        assert shape.count >= 100
        # The smallest and the largest note in use, mm³.
        assert 650.0 <= volumes(shape)["banknote"] / shape.count <= 1650.0


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.leaf == "coin_roll"])
def test_roll_holds_the_metal_of_its_coins(name: str) -> None:
    for seed in SEEDS:
        shape = drawn(KIND_OF[name], seed)
        assert shape.count is not None
        metal = sum(volume for material, volume in volumes(shape).items() if material in METALS)
        assert 250.0 <= metal / shape.count <= 2400.0


def test_wad_is_as_thick_as_its_notes() -> None:
    rng = np.random.default_rng(3)
    note = any_note(rng)
    parts, thickness = wad_parts(rng, note, 400, layers=8, gap=0.3)
    assert thickness == pytest.approx(400 * note.thickness + 8 * 0.3)
    paper = sum(part.volume() for part in parts if part.material == "banknote")
    assert paper == pytest.approx(400 * note.thickness * note.length * note.width, rel=1e-3)


def test_roll_keeps_the_area_of_its_edges() -> None:
    rng = np.random.default_rng(4)
    note = any_note(rng)
    parts, radius = roll_parts(rng, note, 120)
    paper = sum(part.volume() for part in parts if part.material == "banknote")
    # Twenty sides instead of a circle take 1.6 % away.
    assert paper == pytest.approx(120 * note.thickness * note.length * note.width, rel=0.06)
    assert 12.0 < radius < 40.0


def test_two_metals_share_a_coin() -> None:
    rng = np.random.default_rng(0)
    coin = next(coin for coin in (any_coin(rng) for _ in range(200)) if coin.core != coin.rim)
    parts = column_parts(rng, coin, 25)
    of = {metal: sum(part.volume() for part in parts if part.material == metal) for metal in (coin.rim, coin.core)}
    assert min(of.values()) > 0.25 * sum(of.values())
