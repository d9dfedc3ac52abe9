"""A scan follows from its plan and its number alone, and shows what the plan asks for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from parcelray.datasets.synth.drawing import Draughtsman, DrawnScan, DrawnView, Plan
from parcelray.datasets.synth.scanner.profile import load_profile, profile_names
from parcelray.datasets.synth.shapes.library import Library, is_reserved
from parcelray.models.errors import BadInputError
from parcelray.models.taxonomy import load_taxonomy

Make = Callable[..., Draughtsman]


def plan(**changes: Any) -> Plan:
    settings: dict[str, Any] = {"seed": 1, "scanners": ("six-a",), "size": (160, 120), "neighbours": 0.0}
    return Plan(**(settings | changes))


@pytest.fixture
def draughtsman(library: Library, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Draws from shapes that other tests drew before."""
    monkeypatch.setattr("parcelray.datasets.synth.drawing.Library", lambda _kinds: library)
    return lambda **changes: Draughtsman(plan(**changes))


def told(view: DrawnView) -> list[Any]:
    """All that labels say, comparable."""
    return [
        (label.leaf, label.shape, label.box, label.mask.tobytes(), label.visible, label.own, label.clutter, parts)
        for label in view.labels
        for parts in [[(part.role, part.mask.tobytes()) for part in label.parts]]
    ]


def content(scan: DrawnScan) -> list[Any]:
    views = [(view.counts.tobytes(), view.pixels.tobytes(), view.pitch, told(view)) for view in scan.views]
    return [scan.scanner, scan.seed, scan.index, [parcel.packed for parcel in scan.parcels], *views]


def test_a_scan_is_the_same_in_any_order_of_drawing(draughtsman: Make) -> None:
    scanners = ("six-a", "six-b")
    forwards = {index: content(draughtsman(scanners=scanners).draw(index)) for index in (0, 1, 2)}
    backwards = draughtsman(scanners=scanners)
    for index in (2, 1, 0):
        assert content(backwards.draw(index)) == forwards[index]


def test_a_library_of_its_own_draws_the_same(library: Library) -> None:
    fresh, warm = Draughtsman(plan()), Draughtsman(plan())
    warm.library = library
    assert content(fresh.draw(3)) == content(warm.draw(3))


def test_scans_differ_by_number_and_by_seed(draughtsman: Make) -> None:
    drawn = draughtsman()
    pictures = {drawn.draw(index).views[0].pixels.tobytes() for index in range(4)}
    pictures.add(draughtsman(seed=0).draw(0).views[0].pixels.tobytes())
    assert len(pictures) == 5


def test_the_seed_decides_all_chance(toys: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only which variants are at hand."""
    monkeypatch.setattr("parcelray.datasets.synth.drawing.Library", lambda _kinds: toys)
    scanners = ("six-a", "six-b", "six-c")
    chosen = []
    for seed in (1, 2, 3):
        drawn = Draughtsman(plan(seed=seed, scanners=scanners, size=(64, 64)))
        chosen.append(tuple(drawn.draw(index).scanner for index in range(6)))
    assert len(set(chosen)) == 3
    assert {name for names in chosen for name in names} == set(scanners)


def test_two_views_show_the_same_parcel(draughtsman: Make) -> None:
    shared = 0
    for index in range(4):
        scan = draughtsman(views=2, contraband=1.0).draw(index)
        below, side = scan.views
        assert below.pixels.shape == side.pixels.shape == (120, 160, 3)
        assert not np.array_equal(below.pixels, side.pixels)
        one, other = ({label.shape for label in view.labels} for view in scan.views)
        shared += bool(one & other)
    assert shared >= 2


def test_one_view_is_the_first_of_two(draughtsman: Make) -> None:
    alone, both = draughtsman().draw(1), draughtsman(views=2).draw(1)
    assert len(alone.views) == 1
    assert np.array_equal(alone.views[0].pixels, both.views[0].pixels)


@pytest.mark.parametrize("size", [(160, 120), (120, 160)])
def test_several_parcels_run_along_the_longer_side(draughtsman: Make, size: tuple[int, int]) -> None:
    drawn = draughtsman(neighbours=1.0, size=size)
    longer = 0 if size[0] > size[1] else 1
    for index in range(3):
        scan = drawn.draw(index)
        assert len(scan.parcels) in (2, 3)
        (view,) = scan.views
        assert view.pixels.shape == (size[1], size[0], 3)
        assert view.counts.shape == (2, size[1], size[0])
        assert all(label.box[2] <= size[0] and label.box[3] <= size[1] for label in view.labels)
        dark = view.pixels.min(axis=2) < 200
        spread = [np.ptp(np.flatnonzero(dark.any(axis=axis))) / size[axis] for axis in (0, 1)]
        assert spread[longer] > 0.5


def test_labels_lie_where_the_picture_is_darker(draughtsman: Make) -> None:
    drawn = draughtsman(contraband=1.0, neighbours=1.0)
    seen = 0
    for index in range(3):
        (view,) = drawn.draw(index).views
        for label in view.labels:
            inside = view.counts[0][label.rows, label.columns][label.mask]
            assert np.median(inside) < 0.98 * np.median(view.counts[0].max(axis=1))
            assert label.mask.shape == (label.box[3] - label.box[1], label.box[2] - label.box[0])
            seen += 1
    assert seen >= 2


@pytest.mark.parametrize("split", ["open", "reserved"])
def test_each_split_has_its_own_shapes_benign_ones_too(draughtsman: Make, split: str) -> None:
    drawn = draughtsman(split=split, contraband=1.0)
    shapes, items = set(), set()
    for index in range(4):
        scan = drawn.draw(index)
        assert scan.reserved == (split == "reserved")
        shapes |= {shape.identifier for parcel in scan.parcels for shape in parcel.shapes if shape.identifier}
        items |= {label.shape for view in scan.views for label in view.labels}
    assert len(shapes) > 10
    assert items
    assert items <= shapes
    assert {is_reserved(identifier) for identifier in shapes} == {split == "reserved"}


def test_the_share_of_contraband_is_the_plans(draughtsman: Make) -> None:
    clean = draughtsman(contraband=0.0)
    for index in range(3):
        scan = clean.draw(index)
        assert [parcel.truth for parcel in scan.parcels] == ["benign"]
        assert scan.views[0].labels == ()
    packed = draughtsman(contraband=1.0)
    truths = [parcel.truth for index in range(4) for parcel in packed.draw(index).parcels]
    assert sum(truth != "benign" for truth in truths) >= 3


@pytest.mark.parametrize("name", [*profile_names(reserved=False), *profile_names(reserved=True)])
def test_every_shipped_profile_draws(draughtsman: Make, name: str) -> None:
    scan = draughtsman(scanners=(name,), size=(96, 80), contraband=1.0).draw(1)
    (view,) = scan.views
    assert scan.scanner == name
    assert scan.reserved == load_profile(name).reserved
    assert view.counts.dtype == np.uint16
    assert view.pixels.dtype == np.uint8
    air, darkest = np.quantile(view.counts[0], [0.98, 0.01])
    assert air > 30000
    assert darkest < 0.9 * air
    assert len(np.unique(view.pixels.reshape(-1, 3), axis=0)) > 50
    leaves = set(load_taxonomy().leaves(learned_only=True))
    for label in view.labels:
        assert label.leaf in leaves
        assert np.isfinite([label.visible, label.own, label.clutter, label.clutter_deviation]).all()
        assert 0 <= label.box[0] < label.box[2] <= 96
        assert 0 <= label.box[1] < label.box[3] <= 80


IMPOSSIBLE = {
    "seed": ({"seed": -1}, "seed: expected 0 or more, got -1"),
    "scanners": ({"scanners": ()}, "at least one profile"),
    "small": ({"size": (63, 480)}, "64 to 4096 pixels each way, got 63x480"),
    "large": ({"size": (640, 4097)}, "got 640x4097"),
    "views": ({"views": 3}, "1 or 2, got 3"),
    "contraband": ({"contraband": 1.1}, "contraband: expected a share from 0 to 1, got 1.1"),
    "neighbours": ({"neighbours": -0.1}, "neighbours"),
}


@pytest.mark.parametrize(("changes", "message"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_plans_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        plan(**changes)


def test_an_unknown_scanner_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadInputError, match="six-a, six-b"):
        Draughtsman(plan(scanners=("nothing",)))
