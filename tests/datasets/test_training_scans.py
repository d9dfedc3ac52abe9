from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from parcelray.datasets.augment import Augmentation, air_of
from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord
from parcelray.datasets.torchset import IGNORED, ScanSet, collate
from parcelray.models.errors import DatasetError
from parcelray.models.package import InputSpec
from parcelray.models.preprocess import preprocess

SPEC = InputSpec(width=64, height=64, channel_order="bgr", pad_value=114)


def dark_box(pixels: np.ndarray) -> list[int]:
    ys, xs = np.nonzero(pixels[:, :, 0] < 100)
    return [int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1]


@pytest.fixture
def scan() -> np.ndarray:
    pixels = np.full((240, 320, 3), 255, np.uint8)
    pixels[100:140, 130:200] = 20
    return pixels


@pytest.mark.parametrize("seed", range(25))
def test_boxes_follow_the_item(scan: np.ndarray, seed: int) -> None:
    boxes = np.array([dark_box(scan)], np.float32)
    pixels, moved, labels = Augmentation()(scan, boxes, np.array([1]), seed=seed)
    assert labels.tolist() == [1]
    # Shear and turning loosen a box a little; an item never sticks out of it.
    np.testing.assert_allclose(moved[0], dark_box(pixels), atol=12)
    x0, y0, x1, y1 = dark_box(pixels)
    assert moved[0, 0] <= x0 + 2
    assert moved[0, 1] <= y0 + 2
    assert moved[0, 2] >= x1 - 2
    assert moved[0, 3] >= y1 - 2


def test_same_seed_same_scan_and_other_seed_another(scan: np.ndarray) -> None:
    boxes, labels = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    augment = Augmentation()
    first = augment(scan, boxes, labels, seed=5)[0]
    augment(scan, boxes, labels, seed=6)
    assert np.array_equal(first, augment(scan, boxes, labels, seed=5)[0])
    assert len({augment(scan, boxes, labels, seed=seed)[0].tobytes() for seed in range(8)}) >= 6


def test_air_stays_air(scan: np.ndarray) -> None:
    # The colour of air decides what looks like an item: what a shift uncovers must not look like one.
    corners = [Augmentation()(scan, np.zeros((0, 4), np.float32), np.zeros(0, np.int64), seed=s)[0] for s in range(20)]
    assert np.median([pixels[:4, :4].mean() for pixels in corners]) > 240


@pytest.mark.parametrize("air", [(255, 255, 255), (228, 229, 227), (198, 200, 198)])
def test_what_a_turn_uncovers_has_the_colour_of_this_screens_air(scan: np.ndarray, air: tuple[int, int, int]) -> None:
    scan[scan[:, :, 0] == 255] = air
    assert air_of(scan) == air
    none = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    seen = [Augmentation()(scan, *none, seed=seed)[0] for seed in range(40)]
    # Blur, grain and tone change all of it alike; no corner differs from the middle of an edge.
    for pixels in seen:
        corner, edge = pixels[:6, :6].mean(axis=(0, 1)), pixels[:6, 150:156].mean(axis=(0, 1))
        assert np.abs(corner - edge).max() < 12


def test_a_scan_without_air_at_its_edges_is_filled_with_white() -> None:
    assert air_of(np.full((50, 60, 3), 90, np.uint8)) == (255.0, 255.0, 255.0)


@pytest.fixture
def data(tmp_path: Path, scan: np.ndarray) -> CocoData:
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), scan)
    return CocoData(
        images=(ImageRecord(1, "a.png", 320, 240, "a"), ImageRecord(2, "b.png", 320, 240, "b")),
        items=(ItemRecord(1, 1, "gun", (130, 100, 200, 140)),),
        categories=("gun",),
    )


def test_scans_come_as_in_service(tmp_path: Path, data: CocoData, scan: np.ndarray) -> None:
    scans = ScanSet(tmp_path, data, ["pipe", "pistol"], SPEC, rename={"gun": "pistol"})
    image, items = scans[0]
    np.testing.assert_array_equal(image.numpy(), preprocess(scan, SPEC)[0][0])
    np.testing.assert_allclose(items.numpy(), [[1, 26, 20, 40, 28]])
    images, truth = collate([scans[0], scans[1]])
    assert images.shape == (2, 3, 64, 64)
    assert [part.shape for part in truth] == [(1, 5), (0, 5)]


def test_ignored_places_need_no_class_and_are_moved_with_the_scan(tmp_path: Path, data: CocoData) -> None:
    place = ItemRecord(2, 2, "knife", (130, 100, 200, 140), ignored=True)
    both = replace(data, items=(*data.items, place))

    def never(pixels: np.ndarray, *, seed: Sequence[int]) -> None:
        pytest.fail("a scan that may show an item is no clean one")

    scans = ScanSet(tmp_path, both, ["gun"], SPEC, insertion=never)
    np.testing.assert_allclose(scans[1][1].numpy(), [[IGNORED, 26, 20, 40, 28]])
    moved = ScanSet(tmp_path, both, ["gun"], SPEC, augmentation=Augmentation(), insertion=never, seed=4)
    image, items = moved[1]
    assert items[:, 0].tolist() == [IGNORED]
    np.testing.assert_allclose(items[0, 1:], dark_box(image.numpy().transpose(1, 2, 0)), atol=4)


def test_epochs_differ_and_repeat(tmp_path: Path, data: CocoData) -> None:
    scans = ScanSet(tmp_path, data, ["gun"], SPEC, augmentation=Augmentation(), seed=4)
    first = scans[0][0]
    scans.set_epoch(1)
    second = scans[0][0]
    scans.set_epoch(0)
    assert not first.equal(second)
    assert first.equal(scans[0][0])


def test_items_are_put_into_scans_without_any(tmp_path: Path, data: CocoData, scan: np.ndarray) -> None:
    asked = []

    def insert(pixels: np.ndarray, *, seed: Sequence[int]) -> tuple[np.ndarray, str, np.ndarray] | None:
        asked.append(tuple(seed))
        return (pixels // 2, "pipe", np.array([10, 20, 50, 100], np.float32)) if len(asked) == 1 else None

    scans = ScanSet(tmp_path, data, ["gun", "pipe"], SPEC, insertion=insert, seed=4)
    scans.set_epoch(2)
    assert scans[0][1][:, 0].tolist() == [0]
    image, items = scans[1]
    np.testing.assert_array_equal(image.numpy(), preprocess(scan // 2, SPEC)[0][0])
    np.testing.assert_allclose(items.numpy(), [[1, 2, 4, 10, 20]])
    assert scans[1][1].shape == (0, 5)
    assert asked == [(4, 2, 1), (4, 2, 1)]


def test_unknown_categories_and_missing_files_are_named(tmp_path: Path, data: CocoData) -> None:
    with pytest.raises(DatasetError, match="expected items of pistol alone, got also 1 of gun"):
        ScanSet(tmp_path, data, ["pistol"], SPEC)
    (tmp_path / "b.png").unlink()
    with pytest.raises(DatasetError, match=r"b\.png: expected a scan that the labels name"):
        ScanSet(tmp_path, data, ["gun"], SPEC)[1]


def test_a_category_without_items_needs_no_class(tmp_path: Path, data: CocoData) -> None:
    scans = ScanSet(tmp_path, replace(data, categories=("gun", "scissors")), ["gun"], SPEC)
    assert scans[0][1][:, 0].tolist() == [0]


def test_scans_of_named_folders_come_in_windows(tmp_path: Path, data: CocoData) -> None:
    images = (replace(data.images[0], source="new"), replace(data.images[1], source="old"))
    scans = ScanSet(tmp_path, replace(data, images=images), ["gun"], SPEC, seed=4, windows={"new": 0.5})
    whole = ScanSet(tmp_path, replace(data, images=images), ["gun"], SPEC, seed=4)
    assert scans[1][0].equal(whole[1][0])
    (row,) = scans[0][1].tolist()
    assert row[0] == 0
    # Twice as large, and where the picture shows it.
    np.testing.assert_allclose([row[3] - row[1], row[4] - row[2]], [28, 16], rtol=1e-5)
    np.testing.assert_allclose(row[1:], dark_box(scans[0][0].numpy().transpose(1, 2, 0)), atol=1)
    first = scans[0][0]
    scans.set_epoch(1)
    assert not first.equal(scans[0][0]), "another window each time"
