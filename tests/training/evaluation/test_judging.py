from dataclasses import replace

import numpy as np
import pytest

from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord
from parcelray.models.errors import DatasetError
from parcelray.training.evaluation.judging import plan, taking_part
from support.judged import judged

DATA = CocoData(
    images=tuple(ImageRecord(n, f"{n}.png", 10, 10, str(n)) for n in range(4)),
    items=(
        ItemRecord(1, 0, "gun", (0, 0, 5, 5)),
        ItemRecord(2, 1, "knife", (0, 0, 5, 5)),
        ItemRecord(3, 2, "knife", (0, 0, 5, 5)),
        ItemRecord(4, 2, "gun", (0, 0, 5, 5)),
    ),
    categories=("gun", "knife"),
)


def test_scans_of_other_categories_alone_prove_nothing() -> None:
    assert [image.id for image in taking_part(DATA, ["gun"])] == [0, 2, 3]


def test_a_scan_with_an_ignored_place_is_neither_clean_nor_of_its_category() -> None:
    ignoring = replace(DATA, items=(replace(DATA.items[0], ignored=True), *DATA.items[1:]))
    assert [image.id for image in taking_part(ignoring, ["gun"])] == [2, 3]
    scan = judged(0, [("gun", (0, 0, 5, 5)), ("gun", (10, 0, 20, 10))])
    scan = replace(scan, items=(scan.items[0], replace(scan.items[1], ignored=True)))
    assert scan.items_of("gun") == scan.items[:1]
    boxes = np.array([[0, 0, 5, 5], [11, 1, 13, 3], [15, 0, 25, 10]], float)
    assert scan.excused("gun", boxes).tolist() == [0.0, 1.0, 0.5]
    assert scan.excused("knife", boxes).tolist() == [0.0, 0.0, 0.0]
    assert not replace(scan, items=scan.items[1:]).clean


def test_mapping_names_labels() -> None:
    assert plan(DATA, ["pistol", "gun"], None) == {"gun": [1]}
    assert plan(DATA, ["pistol", "revolver"], {"gun": ("pistol", "revolver")}) == {"gun": [0, 1]}


@pytest.mark.parametrize(
    ("labels", "mapping", "message"),
    [
        (["pistol"], None, "a category that the model knows"),
        (["pistol"], {"cannon": ("pistol",)}, "a category among gun, knife, got cannon"),
        (["pistol"], {"gun": ("revolver",)}, "labels among pistol, got revolver"),
        (["pistol"], {"gun": ("pistol",), "knife": ("pistol",)}, "each label for one category, got pistol for gun and"),
    ],
)
def test_impossible_mappings_are_named(
    labels: list[str], mapping: dict[str, tuple[str, ...]] | None, message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        plan(DATA, labels, mapping)


def test_a_scan_is_clean_only_without_any_label() -> None:
    assert judged(0).clean
    other = judged(1, [("wrench", (0, 0, 5, 5))])
    assert not other.clean
    assert other.items_of("gun") == ()
