"""Rare classes are shown more often."""

from dataclasses import replace

import numpy as np
import pytest

from parcelray.datasets.balance import epoch_order, repeat_factors
from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord
from parcelray.models.errors import DatasetError


def data(shown: list[set[str]]) -> CocoData:
    images = tuple(ImageRecord(i, f"{i}.png", 10, 10, str(i)) for i in range(len(shown)))
    items = [
        ItemRecord(0, i, category, (0.0, 0.0, 5.0, 5.0))
        for i, categories in enumerate(shown)
        for category in categories
    ]
    return CocoData(images, tuple(items), tuple(sorted({c for categories in shown for c in categories})))


def test_a_scan_comes_as_often_as_its_rarest_class() -> None:
    # Of 100 scans 50 show a pistol, 4 a pipe, one of which both; the others are clean.
    shown = [{"pistol"} for _ in range(49)] + [{"pistol", "pipe"}] + [{"pipe"} for _ in range(3)]
    shown += [set() for _ in range(47)]
    factors = repeat_factors(data(shown), 0.16)
    assert factors[:49] == pytest.approx(1.0), "common"
    assert factors[49:53] == pytest.approx(2.0), "the root of 0.16 / 0.04"
    assert factors[53:] == pytest.approx(1.0), "clean scans come once"
    assert repeat_factors(data(shown), 0.0) == pytest.approx(1.0)


def test_a_place_where_there_may_be_a_pipe_shows_none() -> None:
    plain = data([{"pistol"}, {"pipe"}, set(), set()])
    open_place = replace(plain, items=(plain.items[0], replace(plain.items[1], ignored=True)))
    assert repeat_factors(open_place, 1.0).tolist() == [2.0, 1.0, 1.0, 1.0]


def test_scans_of_a_source_come_at_least_so_often() -> None:
    shown = [{"pistol"}, {"pipe"}, set(), {"pistol"}]
    plain = data(shown)
    sources = ("confirmed", "replay", "confirmed", None)
    images = tuple(replace(image, source=source) for image, source in zip(plain.images, sources, strict=True))
    assert repeat_factors(replace(plain, images=images), 0.0, {"confirmed": 3.5}).tolist() == [3.5, 1.0, 3.5, 1.0]
    rare = repeat_factors(replace(plain, images=images), 1.0, {"confirmed": 1.5})
    assert rare == pytest.approx([1.5, 2.0, 1.5, np.sqrt(2)]), "the larger of both counts"
    with pytest.raises(DatasetError, match="folders that training scans came from, got june"):
        repeat_factors(plain, 0.0, {"june": 2.0})


def test_an_epoch_shows_every_scan_and_rare_ones_by_chance_again() -> None:
    factors = np.array([1.0, 2.5, 1.0, 3.0])
    orders = [epoch_order(factors, 1, epoch) for epoch in range(400)]
    counts = np.array([[order.count(index) for index in range(4)] for order in orders])
    assert (counts[:, 0] == 1).all()
    assert (counts[:, 3] == 3).all()
    assert set(counts[:, 1]) == {2, 3}
    assert counts[:, 1].mean() == pytest.approx(2.5, abs=0.1)
    assert len({tuple(order) for order in orders}) > 100, "each epoch has its own order"


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    factors = np.full(50, 1.3)
    assert epoch_order(factors, 7, 2) == epoch_order(factors, 7, 2)
    assert epoch_order(factors, 7, 2) != epoch_order(factors, 7, 3)
    assert epoch_order(factors, 8, 2) != epoch_order(factors, 7, 2)
