from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.revisions.building import Built
from parcelray.datasets.revisions.exporting import export_split
from parcelray.datasets.revisions.revision import DatasetRevision, Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import check
from parcelray.datasets.validation.records import SPLITS
from parcelray.models.errors import DamagedError, DatasetError
from support.labelled_folders import LabelledFolder, encoded, packed

PISTOL = ("pistol", 10, 10, 20.25, 20)
LEAVES = ("pipe", "Knife", "pistol", "opaque_area")


@pytest.fixture
def revision(build_from: Callable[..., Built], tmp_path: Path) -> DatasetRevision:
    made = LabelledFolder(tmp_path / "may", LEAVES)
    for number in range(12):
        made.add(f"{number}.jpg", number, *([PISTOL] if number % 2 else []), group=f"g{number // 2}")
    made.add("pipe.png", 20, ("pipe", 1, 2, 3, 4), reserved=True)
    # For training or validation; nothing else is to be left out of what is learned from.
    made.add("knife.png", 21, ("Knife", 1, 2, 3, 4), PISTOL, split="train")
    made.add("opaque.png", 22, ("opaque_area", 1, 2, 30, 40), split="train")
    counts = np.full((72, 96), 50_000, np.uint16)
    counts[10:40, 20:70] = 900
    (made.folder / "images" / "raw_low.png").write_bytes(encoded(np.uint16(counts - 300)))
    made.add("raw_high.png", encoded(counts), split="train")
    return build_from("2026-05", made, foreign=("Knife",), shares=Shares(train=0.6, validation=0.0, test=0.4)).revision


def test_a_split_is_read_like_any_labelled_folder(
    store: RevisionStore, revision: DatasetRevision, tmp_path: Path
) -> None:
    written = export_split(store, revision, "train", tmp_path / "train")
    data = read_coco(written.annotations)
    assert written.annotations == tmp_path / "train" / "annotations.json"
    assert (written.scans, written.items, written.left_out) == (len(data.images), len(data.items), 2)
    assert data.categories == ("pistol", "pipe")
    assert not any(image.reserved for image in data.images)
    wanted = {scan.sha256[:16]: scan for scan in revision.in_split("train") if scan.labels <= {"pistol", "pipe"}}
    assert {Path(image.file_name).stem.removesuffix("_high") for image in data.images} == set(wanted)
    for image in data.images:
        scan = wanted[Path(image.file_name).stem.removesuffix("_high")]
        assert (image.width, image.height, image.group) == (scan.width, scan.height, scan.group)
        assert [(item.category, item.box) for item in data.items_of[image.id]] == [
            (item.label, item.box) for item in scan.items
        ]
        picture = labelled_picture(tmp_path / "train" / "images", image.file_name)
        assert picture.shape == (72, 96, 3)
        path = tmp_path / "train" / "images" / image.file_name
        assert path.samefile(store.objects.path_of(scan.sha256))
    assert check(tmp_path / "train") == ()


def test_what_is_reserved_is_exported_for_testing_alone(
    store: RevisionStore, revision: DatasetRevision, tmp_path: Path
) -> None:
    data = read_coco(export_split(store, revision, "test", tmp_path / "test").annotations)
    assert [image.reserved for image in data.images].count(True) == 1
    assert data.categories == ("pistol", "pipe", "opaque_area", "Knife")
    assert check(tmp_path / "test", foreign=("Knife",)) == ()


def test_the_splits_have_nothing_in_common_and_one_revision_comes_of_them_again(
    store: RevisionStore, revision: DatasetRevision, build_from: Callable[..., Built], tmp_path: Path
) -> None:
    for split in ("train", "test"):
        export_split(store, revision, split, tmp_path / split)
    assert check(tmp_path / "train", against=tmp_path / "test", foreign=("Knife",)) == ()
    folders = [LabelledFolder(tmp_path / "elsewhere" / split) for split in ("train", "test")]
    for folder, split in zip(folders, ("train", "test"), strict=True):
        folder.folder = tmp_path / split
    again = build_from("again", *folders, parent="2026-05", foreign=("Knife",)).revision
    before = {scan.sha256: scan for scan in revision.scans}
    for scan in again.scans:
        old = before[scan.sha256]
        assert (scan.split, scan.group, scan.items, scan.reserved) == (old.split, old.group, old.items, old.reserved)


def test_foreign_items_stay_where_nothing_is_learned(
    build_from: Callable[..., Built], store: RevisionStore, tmp_path: Path
) -> None:
    made = LabelledFolder(tmp_path / "knives", LEAVES).add("knife.png", 1, ("Knife", 1, 2, 3, 4), split="test")
    revision = build_from("knives", made, foreign=("Knife",)).revision
    data = read_coco(export_split(store, revision, "test", tmp_path / "test").annotations)
    assert [item.category for item in data.items] == ["Knife"]


def test_a_foreign_class_is_learned_where_that_is_asked_for(
    store: RevisionStore, revision: DatasetRevision, tmp_path: Path
) -> None:
    written = export_split(store, revision, "train", tmp_path / "train", learn=("Knife",))
    data = read_coco(written.annotations)
    assert written.left_out == 1, "the opaque area is still no class to learn"
    assert data.categories == ("pistol", "pipe", "Knife")
    assert {item.category for item in data.items} == {"pistol", "Knife"}
    assert {image.source for image in data.images} == {"may"}
    with pytest.raises(DatasetError, match=r"foreign classes of revision .* \(Knife\), got wrench"):
        export_split(store, revision, "train", tmp_path / "other", learn=("wrench",))


def test_the_same_split_has_the_same_bytes(store: RevisionStore, revision: DatasetRevision, tmp_path: Path) -> None:
    one, other = (export_split(store, revision, "test", tmp_path / name).annotations for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_a_folder_with_something_in_it_is_refused(
    store: RevisionStore, revision: DatasetRevision, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    export_split(store, revision, "test", tmp_path / "empty")
    with pytest.raises(DatasetError, match="expected an empty folder, or none, got one with something in it"):
        export_split(store, revision, "test", tmp_path / "empty")
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="expected an empty folder"):
        export_split(store, revision, "test", tmp_path / "file")


def test_an_empty_split_is_refused(store: RevisionStore, revision: DatasetRevision, tmp_path: Path) -> None:
    assert not list(revision.in_split("validation"))
    with pytest.raises(
        DatasetError, match=f"split validation of {revision.id[:12]}: expected a scan to write, got none"
    ):
        export_split(store, revision, "validation", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_what_is_damaged_is_not_exported_and_nothing_is_left(
    store: RevisionStore, revision: DatasetRevision, tmp_path: Path, damage: str
) -> None:
    scan = max(revision.in_split("test"), key=lambda one: one.sha256)
    kept = store.objects.path_of(scan.sha256)
    kept.unlink()
    if damage == "changed":
        kept.write_bytes(encoded(packed(99)))
    with pytest.raises(DamagedError, match=f"{scan.sha256[2:]}: expected bytes of that sha256"):
        export_split(store, revision, "test", tmp_path / "out" / "test")
    assert list((tmp_path / "out").iterdir()) == []


def test_every_scan_is_told_of(store: RevisionStore, revision: DatasetRevision, tmp_path: Path) -> None:
    told: list[int] = []
    written = export_split(store, revision, "train", tmp_path / "train", told.append)
    assert told == list(range(1, written.scans + 1))
    assert set(SPLITS) > {scan.split for scan in revision.scans}
    assert cv2.imread(str(next((tmp_path / "train" / "images").glob("*.jpg")))) is not None
