"""Classes that labels do not list are unknown.

The champion of these tests boxes each dark cell of 8 x 8 pixels: most of all as a pistol, a little as banknotes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.coco import CocoData, ItemRecord, read_coco
from parcelray.models.package import ModelPackage
from parcelray.training.config import read_recipe
from parcelray.training.retraining.plan import RetrainPlan
from parcelray.training.retraining.retraining import RECIPE, retrain
from parcelray.training.retraining.unknown import write_labels
from support.labelled_folders import LabelledFolder, encoded

DARK = (40, 24)
SIZE = 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scans of different folders, dark at two places; at one of them an item is labelled."""
    made = LabelledFolder(tmp_path / "train", ["wrench"])
    for number, source in enumerate(("confirmed", "replay")):
        pixels = np.full((64, 64, 3), 255, np.uint8)
        for x, y in (DARK, (8, 8)):
            pixels[y : y + SIZE, x : x + SIZE] = 10 * number
        # As long as a cell, so that the champion's boxes lie on it.
        items = [("wrench", 8, 8, 8, 8), ("wrench", 16, 8, 8, 8), ("wrench", 8, 16, 8, 8), ("wrench", 16, 16, 8, 8)]
        made.add(f"{number}.png", encoded(pixels), *items, source={"folder": source})
    for image in made.document["images"]:
        image |= {"width": 64, "height": 64}
    return made.write().folder


def places(data: CocoData) -> list[ItemRecord]:
    return [item for item in data.items if item.ignored]


def test_what_the_champion_sees_and_nobody_looked_for_is_left_open(
    folder: Path, champion: ModelPackage, tmp_path: Path
) -> None:
    before = read_coco(folder / "annotations.json")
    known = ("wrench", "revolver", "banknote_bundle")
    assert write_labels(folder, tmp_path / "labels.json", champion, {"confirmed": known}) == 4
    after = read_coco(tmp_path / "labels.json")
    found = places(after)
    assert {item.image_id for item in found} == {1}, "scans of the other folder were labelled for all"
    assert {item.category for item in found} == {"pistol"}, "who looked for revolvers found none"
    corners = np.array([item.box for item in found])
    # Where an item is labelled, it is known what is there.
    assert [*corners[:, :2].min(axis=0), *corners[:, 2:].max(axis=0)] == [40, 24, 56, 40]
    assert tuple(item for item in after.items if not item.ignored) == before.items
    assert after.images == before.images


def test_labels_that_list_all_classes_leave_nothing_open(folder: Path, champion: ModelPackage, tmp_path: Path) -> None:
    all_of_them = {"confirmed": champion.manifest.labels, "replay": ("wrench", *champion.manifest.labels)}
    assert write_labels(folder, tmp_path / "labels.json", champion, all_of_them) == 0
    assert read_coco(tmp_path / "labels.json") == read_coco(folder / "annotations.json")


class StoppedError(Exception):
    """Ends a retraining before its training."""


def test_a_retraining_leaves_open_what_its_labels_do_not_list(
    make_plan: Callable[..., RetrainPlan], tmp_path: Path
) -> None:
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        retrain(make_plan(), tmp_path / "run", tell=tell)
    data = read_coco(read_recipe(tmp_path / "run" / RECIPE).train.annotations)
    # Both files list pistols, neither revolvers nor banknotes; what looks most like a pistol is no revolver.
    assert {item.category for item in places(data)} == {"banknote_bundle"}
    sources = {image.id: image.source for image in data.images}
    assert {sources[item.image_id] for item in places(data)} == {"confirmed", "replay"}
    assert told[2].startswith("places where the champion sees what the labels do not list, left open, on ")
    assert told[2].endswith(f"{len(places(data))} of banknote_bundle")
