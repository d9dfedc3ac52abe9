"""Packed parcels, their truth, and how they stand on the belt."""

import numpy as np
import pytest

from parcelray.datasets.synth.packing.belt import lay_out
from parcelray.datasets.synth.packing.contents import BENIGN, RECIPES, draw_contraband
from parcelray.datasets.synth.packing.parcel import Parcel, moved, pack_parcel
from parcelray.datasets.synth.shapes.containers import CONTAINERS
from parcelray.datasets.synth.shapes.library import Library
from parcelray.models.taxonomy import load_taxonomy

LEAVES = set(load_taxonomy().leaves(learned_only=True))


def pack(toys: Library, seed: int, *, contraband: bool = True) -> Parcel:
    return pack_parcel(np.random.default_rng([seed, 6]), toys, contraband=contraband)


def test_recipes_name_truths_and_leaves_of_the_taxonomy() -> None:
    assert len({recipe.truth for recipe in RECIPES}) == len(RECIPES)
    assert BENIGN not in {recipe.truth for recipe in RECIPES}
    seen: set[str] = set()
    for recipe in RECIPES:
        for seed in range(80):
            leaves = recipe.leaves(np.random.default_rng(seed))
            assert leaves
            seen |= set(leaves)
    assert seen == LEAVES, "each leaf is sent in some way"


def test_recipes_come_as_often_as_they_weigh() -> None:
    rng = np.random.default_rng(0)
    truths = [draw_contraband(rng)[0] for _ in range(2000)]
    weights = np.array([recipe.weight for recipe in RECIPES])
    shares = [truths.count(recipe.truth) / len(truths) for recipe in RECIPES]
    assert shares == pytest.approx(weights / weights.sum(), abs=0.035)


def test_an_ied_combination_has_what_makes_it_one() -> None:
    (recipe,) = [recipe for recipe in RECIPES if recipe.truth == "ied_combination"]
    for seed in range(40):
        leaves = set(recipe.leaves(np.random.default_rng(seed)))
        assert {"power_source", "initiator", "switch_circuit"} <= leaves
        assert leaves & {"bulk_charge", "pipe"}


def test_the_truth_is_what_was_really_packed(toys: Library) -> None:
    truths = {recipe.truth for recipe in RECIPES}
    packed = 0
    for seed in range(30):
        parcel = pack(toys, seed)
        inside = [shape.leaf for shape in parcel.shapes if shape.leaf is not None]
        assert sorted(inside) == sorted(parcel.packed)
        assert parcel.truth in truths if parcel.packed else parcel.truth == BENIGN
        packed += bool(parcel.packed)
    assert packed > 20


def test_a_benign_parcel_holds_benign_things_alone(toys: Library) -> None:
    for seed in range(10):
        parcel = pack(toys, seed, contraband=False)
        assert (parcel.truth, parcel.packed) == (BENIGN, ())
        assert {shape.leaf for shape in parcel.shapes} == {None}
        assert len(parcel.shapes) >= 2, "a container and what it holds"


def test_the_container_comes_first_and_closes_over_all(toys: Library) -> None:
    names = {kind.name for kind in CONTAINERS}
    for seed in range(15):
        parcel = pack(toys, seed)
        assert parcel.container in names
        container = parcel.shapes[0]
        low, high = container.bounds()
        for thing in parcel.shapes[1:]:
            if thing.kind.startswith("toy"):
                inner_low, inner_high = thing.bounds()
                assert (inner_low[:2] >= low[:2] - 1.0).all()
                assert (inner_high[:2] <= high[:2] + 1.0).all()
                assert inner_low[2] >= -4.0, "but for the corner of a tilted one, within a cell"
                assert inner_high[2] <= parcel.inner[2] + 0.5


def test_long_guns_get_in(library: Library) -> None:
    """A container is made longer for what is too long, up to what a courier takes."""
    kinds = {kind.name: kind for kind in library.kinds}
    few = Library([kinds["carbine_alloy"], *(kinds[name] for name in ("hard_cover_book", "mobile_phone"))])

    def asked_for(rng: np.random.Generator) -> tuple[str, list[str]]:
        return "firearm", ["long_gun"]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("parcelray.datasets.synth.packing.parcel.draw_contraband", asked_for)
        parcels = [pack(few, seed) for seed in range(16)]
    found = [parcel for parcel in parcels if parcel.packed == ("long_gun",)]
    assert len(found) >= 10
    for parcel in found:
        (gun,) = [shape for shape in parcel.shapes if shape.leaf == "long_gun"]
        low, high = gun.bounds()
        assert (low[:2] > -1.0).all()
        assert (high[:2] < parcel.inner[:2] + 1.0).all()


def test_the_same_chance_packs_the_same_parcel(toys: Library) -> None:
    one, again, other = pack(toys, 3), pack(toys, 3), pack(toys, 4)

    def content(parcel: Parcel) -> list[bytes]:
        return [part.vertices.tobytes() for shape in parcel.shapes for part in shape.parts]

    assert content(one) == content(again)
    assert content(one) != content(other)


def test_moving_a_parcel_turns_it_about_the_middle_of_its_floor(toys: Library) -> None:
    parcel = pack(toys, 1)
    there = moved(parcel, np.array([10.0, 20.0, 0.0]), np.eye(3))
    shift = there[0].parts[0].vertices - parcel.shapes[0].parts[0].vertices
    middle = np.array([parcel.inner[0] / 2, parcel.inner[1] / 2, 0.0])
    assert shift == pytest.approx(np.broadcast_to(np.array([10.0, 20.0, 0.0]) - middle, shift.shape), abs=1e-3)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_extent_is_that_of_the_parcels(toys: Library, count: int) -> None:
    for seed in range(4):
        parcels = [pack(toys, 10 * seed + number) for number in range(count)]
        shapes, extent = lay_out(parcels, np.random.default_rng(seed))
        assert len(shapes) == sum(len(parcel.shapes) for parcel in parcels)
        contents = [shape for shape in shapes if shape.kind.startswith("toy")]
        low = np.min([shape.bounds()[0] for shape in contents], axis=0)
        high = np.max([shape.bounds()[1] for shape in contents], axis=0)
        assert low[1] > -1.0
        assert high[1] < extent[1] + 1.0
        assert max(-low[0], high[0]) < extent[0] / 2 + 1.0
        assert high[2] < extent[2] + 1.0
        containers = [shape for shape in shapes if shape.kind in {parcel.shapes[0].kind for parcel in parcels}]
        ends = max(float(shape.bounds()[1][1]) for shape in containers)
        assert extent[1] < ends + 30.0, "no empty belt is counted in, but for round corners"


def test_parcels_follow_each_other_along_the_belt(toys: Library) -> None:
    parcels = [pack(toys, seed) for seed in range(3)]
    for seed in range(6):
        shapes, _ = lay_out(parcels, np.random.default_rng(seed))
        firsts = np.cumsum([0] + [len(parcel.shapes) for parcel in parcels[:-1]])
        starts = [float(shapes[first].bounds()[0][1]) for first in firsts]
        ends = [float(shapes[first].bounds()[1][1]) for first in firsts]
        assert starts[1] > ends[0] - 60.0
        assert starts[2] > ends[1] - 60.0
