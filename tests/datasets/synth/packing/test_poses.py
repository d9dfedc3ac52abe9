"""How things lie, and how items are hidden."""

from collections import Counter

import numpy as np
import pytest

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.packing.concealment import behind, between_books, conceal, inside, wrapped
from parcelray.datasets.synth.packing.poses import ANYHOW_SHARE, SIDE_SHARE, pose
from parcelray.datasets.synth.shapes.library import Library

BRICK = shape("brick", [solids.box((200.0, 80.0, 60.0), material="abs")])
PLATE = shape("plate", [solids.box((200.0, 80.0, 10.0), material="abs")])


def lies_on(thing: Shape, made: Shape = BRICK) -> str:
    """Which of its sides points up, told by its longest upright edge; any other way is askew."""
    vertices = thing.parts[0].vertices.astype(np.float64)
    axes = np.linalg.lstsq(made.parts[0].vertices.astype(np.float64), vertices, rcond=None)[0]
    upright = np.abs(axes[:, 2])
    return ("end", "side", "flat")[int(upright.argmax())] if upright.max() > np.cos(np.radians(20.0)) else "askew"


def test_most_things_lie_flat_some_on_their_side_few_anyhow() -> None:
    rng = np.random.default_rng(0)
    found = Counter(lies_on(pose([BRICK], rng)[0]) for _ in range(3000))
    shares = {name: number / 3000 for name, number in found.items()}
    # A random pose looks flat, on a side or on end in 6 % each.
    assert shares["flat"] == pytest.approx(1.0 - SIDE_SHARE - 0.94 * ANYHOW_SHARE, abs=0.03)
    assert shares["side"] == pytest.approx(SIDE_SHARE + 0.06 * ANYHOW_SHARE, abs=0.03)
    assert shares["askew"] == pytest.approx(0.82 * ANYHOW_SHARE, abs=0.03)


def test_thin_things_hardly_ever_stand_on_their_edge() -> None:
    rng = np.random.default_rng(4)
    found = Counter(lies_on(pose([PLATE], rng)[0], PLATE) for _ in range(1000))
    assert found["flat"] > 920
    assert found["side"] > 0


def test_flat_means_flat() -> None:
    rng = np.random.default_rng(1)
    assert {lies_on(pose([BRICK], rng, flat=True)[0]) for _ in range(200)} == {"flat"}


def test_both_sides_come_up_and_all_directions_come() -> None:
    rng = np.random.default_rng(2)
    ups, headings = [], []
    for _ in range(300):
        vertices = pose([BRICK], rng, flat=True)[0].parts[0].vertices.astype(np.float64)
        axes = np.linalg.lstsq(BRICK.parts[0].vertices.astype(np.float64), vertices, rcond=None)[0]
        assert np.linalg.det(axes) == pytest.approx(1.0, abs=1e-3), "turned, never mirrored"
        ups.append(axes[2, 2] > 0)
        headings.append(np.degrees(np.arctan2(axes[0, 1], axes[0, 0])))
    assert np.mean(ups) == pytest.approx(0.5, abs=0.1)
    assert np.histogram(headings, bins=8, range=(-180, 180))[0].min() > 15


def test_shapes_of_a_thing_turn_together() -> None:
    other = shape("pin", [solids.box((5.0, 5.0, 60.0), material="steel")])
    brick, pin = pose([BRICK, other], np.random.default_rng(3))
    turned, turned_too = (
        np.linalg.lstsq(
            given.parts[0].vertices.astype(np.float64), posed.parts[0].vertices.astype(np.float64), rcond=None
        )[0]
        for given, posed in ((BRICK, brick), (other, pin))
    )
    assert turned == pytest.approx(turned_too, abs=1e-3)


def overlap(one: Shape, other: Shape) -> float:
    """How deep two bounding boxes lie in each other, mm."""
    (low, high), (other_low, other_high) = one.bounds(), other.bounds()
    return float((np.minimum(high, other_high) - np.maximum(low, other_low)).min())


def test_a_wrapped_item_is_within_its_wrapping(toys: Library) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        item, wrapping = wrapped(toys.pick(rng, "pistol"), rng, toys, "open")
        assert (item.leaf, wrapping.leaf, wrapping.kind) == ("pistol", None, "wrapping")
        low, high = item.bounds()
        around_low, around_high = wrapping.bounds()
        assert (around_low[:2] < low[:2]).all()
        assert (around_high[:2] > high[:2]).all()
        assert (around_high - around_low)[2] < (high - low)[2] + 60.0


def test_books_lie_above_and_below(toys: Library) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        item, below, above = between_books(toys.pick(rng, "banknote_bundle"), rng, toys, "open")
        assert {below.kind, above.kind} == {"toy_book"}
        assert overlap(item, below) == pytest.approx(0.0, abs=0.01)
        assert overlap(item, above) == pytest.approx(0.0, abs=0.01)
        assert below.bounds()[1][2] <= item.bounds()[0][2] + 0.01
        assert above.bounds()[0][2] >= item.bounds()[1][2] - 0.01


def test_something_dense_lies_on_or_under_the_item(library: Library) -> None:
    above = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        item, screen = behind(library.pick(rng, "pistol"), rng, library, "open")
        assert (item.leaf, screen.leaf) == ("pistol", None)
        assert overlap(item, screen) == pytest.approx(0.0, abs=0.01), "they touch"
        (low, high), (screen_low, screen_high) = item.bounds(), screen.bounds()
        assert (np.minimum(high, screen_high) > np.maximum(low, screen_low))[:2].all(), "one covers the other"
        above += int(screen_low[2] > low[2])
    assert 0 < above < 10


def test_a_hull_is_larger_than_what_it_hides(toys: Library) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        thing = inside(toys.pick(rng, "pistol"), rng, toys, "open")
        if len(thing) == 2:
            item, hull = thing
            assert (np.sort(hull.extent())[1:] > np.sort(item.extent())[1:]).all()


def test_what_finds_no_hull_or_no_book_stays_alone(toys: Library) -> None:
    pencils = Library([kind for kind in toys.kinds if kind.name in ("toy_pencil", "toy_pistol")])
    rng = np.random.default_rng(0)
    item = pencils.pick(rng, "pistol")
    assert inside(item, rng, pencils, "open") == [item]
    assert between_books(item, rng, pencils, "open") == [item]
    assert behind(item, rng, pencils, "open") == [item]


def test_every_way_of_hiding_comes(toys: Library) -> None:
    ways: Counter[str] = Counter()
    for seed in range(180):
        rng = np.random.default_rng([seed, 9])
        thing = conceal(toys.pick(rng, "pistol"), rng, toys, "open")
        assert sum(shape.leaf is not None for shape in thing) == 1
        ways["+".join(sorted(shape.kind for shape in thing if shape.leaf is None)) or "alone"] += 1
    assert ways["wrapping"] > 35
    assert ways["toy_book+toy_book"] > 15
    assert ways["toy_appliance"] > 5
