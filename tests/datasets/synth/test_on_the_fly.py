"""Items put into clean scans while a network learns from them."""

import numpy as np
import pytest

from parcelray.datasets.synth.drawing import Draughtsman, Plan
from parcelray.datasets.synth.on_the_fly import InsertionOnTheFly
from parcelray.datasets.synth.shapes.library import Library
from parcelray.models.errors import BadInputError, ProfileError


@pytest.fixture(scope="module")
def clean(library: Library) -> np.ndarray:
    draughtsman = Draughtsman(Plan(1, ("six-a",), contraband=0.0, neighbours=0.0))
    draughtsman.library = library
    return draughtsman.draw(2).views[0].pixels


def test_the_item_is_within_its_box_and_nothing_else_changes(clean: np.ndarray) -> None:
    insert = InsertionOnTheFly(["pistol"], ["six-a"], share=1.0)
    before = clean.copy()
    found = insert(clean, seed=(1, 2, 3))
    assert found is not None
    pixels, leaf, box = found
    assert leaf == "pistol"
    assert np.array_equal(clean, before)
    rows, columns = np.nonzero((pixels != clean).any(axis=2))
    changed = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert box == pytest.approx(changed, abs=4)


def test_the_seed_decides_and_each_epoch_is_another(clean: np.ndarray) -> None:
    insert = InsertionOnTheFly(["pistol", "magazine"], ["six-a", "grey"], share=1.0)
    first = [insert(clean, seed=(1, epoch, 0)) for epoch in range(4)]
    again = [InsertionOnTheFly(["pistol", "magazine"], ["six-a", "grey"], 1.0)(clean, seed=(1, e, 0)) for e in range(4)]
    pictures = []
    for one, other in zip(first, again, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert np.array_equal(one[0], other[0])
            assert one[1] == other[1]
            pictures.append(one[0].tobytes())
    assert len(set(pictures)) == len(pictures) >= 3


def test_the_share_of_scans_gets_an_item(clean: np.ndarray) -> None:
    insert = InsertionOnTheFly(["ammunition"], ["six-a"], share=0.5)
    assert 5 <= sum(insert(clean, seed=(index,)) is not None for index in range(20)) <= 15


def test_a_scan_of_air_stays_clean() -> None:
    air = np.full((240, 320, 3), 255, np.uint8)
    assert InsertionOnTheFly(["pistol"], ["six-a"], share=1.0)(air, seed=(1,)) is None


def test_a_reserved_scanner_is_refused() -> None:
    with pytest.raises(ProfileError, match="umber"):
        InsertionOnTheFly(["pistol"], ["umber"], share=1.0)


def test_a_leaf_without_shapes_is_refused() -> None:
    with pytest.raises(BadInputError, match="wrench"):
        InsertionOnTheFly(["wrench"], ["six-a"], share=1.0)
