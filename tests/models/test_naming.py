"""Own classes are named, grouped and merged as leaves are."""

import numpy as np

from parcelray.models.decode import decode, grid
from parcelray.models.detections import Detections
from parcelray.models.naming import name_detections
from parcelray.models.package import Manifest
from parcelray.models.preprocess import Letterbox


def with_own(manifest: Manifest, group: str) -> Manifest:
    """The manifest with ``flare_gun`` in place of ``pipe``."""
    document = manifest.model_dump(mode="json")
    document |= {"labels": ["pistol", "revolver", "flare_gun"], "own_classes": {"flare_gun": group}}
    document["operating"]["thresholds"] = dict.fromkeys(document["labels"], 0.5)
    return Manifest.model_validate(document)


def test_an_own_class_is_told_with_its_group(manifest: Manifest) -> None:
    boxes = np.array([[0, 0, 10, 10], [20, 20, 30, 30]], np.float32)
    found = Detections(boxes, np.array([0.9, 0.8], np.float32), np.array([2, 0], np.int64))
    named = name_detections(found, with_own(manifest, "ammunition"))
    assert [(one.label, one.group) for one in named] == [("flare_gun", "ammunition"), ("pistol", "firearm")]


def test_an_own_firearm_and_a_pistol_in_one_place_are_one_gun(manifest: Manifest) -> None:
    corners, _ = grid(64, 64, (8, 16, 32))
    rows = np.zeros((len(corners), 8), np.float32)
    rows[0, :4] = (2, 2, 1, 1)
    rows[0, 4:] = (1.0, 0.8, 0.0, 0.9)
    whole = Letterbox(scale=1.0, width=64, height=64)
    assert decode(rows, whole, with_own(manifest, "firearm")).labels.tolist() == [2]
    assert sorted(decode(rows, whole, with_own(manifest, "ammunition")).labels.tolist()) == [0, 2]
