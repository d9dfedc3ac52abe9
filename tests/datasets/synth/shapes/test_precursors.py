"""Chemicals as sold: every kind draws, in real sizes, and what is in a vessel stays inside it at its level."""

from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.synth.shapes.precursors import KINDS
from parcelray.datasets.synth.shapes.precursors.vessels import LIQUIDS, Vessel
from support.drawings import SEEDS, check_kind, check_leaves, drawn, volumes

KIND_OF = {kind.name: kind for kind in KINDS}
# Leaf: kinds at least, shortest and longest of the longest side in mm.
LEAVES = {"liquid_container": (9, 50.0, 480.0), "powder_bag": (8, 45.0, 900.0)}
CONTENTS = {
    "liquid_container": set(LIQUIDS),
    "powder_bag": {"powder", "sugar", "salt", "flour", "organic_bulk"},
}
ROUND = Vessel([(0.5, 0.0), (40.0, 0.0), (40.0, 100.0), (12.0, 130.0), (12.0, 150.0)], None, 2.0, "glass", 2.0)
SQUARE = Vessel([(0.03, 0.0), (1.0, 0.0), (1.0, 140.0)], (45.0, 30.0), 6.0, "polyethylene", 2.0)


def test_every_leaf_has_its_kinds() -> None:
    check_leaves(KINDS, LEAVES)


@pytest.mark.parametrize("name", KIND_OF)
def test_kind_is_well_made(name: str) -> None:
    check_kind(KIND_OF[name], LEAVES)


@pytest.mark.parametrize("name", KIND_OF)
def test_most_of_it_is_what_it_holds(name: str) -> None:
    kind = KIND_OF[name]
    for seed in SEEDS:
        solid = volumes(drawn(kind, seed))
        contents = sum(solid.get(material, 0.0) for material in CONTENTS[str(kind.leaf)])
        assert contents > 0.5 * sum(solid.values())


@pytest.mark.parametrize("vessel", [ROUND, SQUARE], ids=["round", "square"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_filling_stays_inside(vessel: Vessel, share: float, seed: int) -> None:
    filling = vessel.filling(np.random.default_rng(seed), "water", share)
    skin = vessel.skin()
    assert np.all(filling.vertices.min(axis=0) >= skin.vertices.min(axis=0) - 1e-3)
    assert np.all(filling.vertices.max(axis=0) <= skin.vertices.max(axis=0) + 1e-3)
    assert filling.volume() > 0.0


def test_more_share_is_more_liquid() -> None:
    held = [SQUARE.filling(np.random.default_rng(0), "water", share).volume() for share in (0.2, 0.4, 0.7, 0.95)]
    assert held == sorted(held)
    assert held[-1] > 3.0 * held[0]
