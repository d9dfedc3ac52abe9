import contextlib
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parcelray.models.statistics import average_precision
from parcelray.training.evaluation.judging import JudgedScan
from parcelray.training.evaluation.ranking import AP, AP50, Part, group_places, mean_of_known, precision, rank
from parcelray.training.evaluation.slices import SIZES
from support.judged import judged, random_scans

CATEGORIES = ("gun", "knife", "pipe")


def oracle(scans: list[JudgedScan], categories: tuple[str, ...], folder: Path) -> Any:
    """pycocotools on the same scans, silenced. Its precision is (overlaps, recalls, categories, sizes, boxes)."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def as_coco(box: Any) -> dict[str, Any]:
        x0, y0, x1, y1 = (float(value) for value in box)
        return {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)}

    annotations = [
        {"image_id": scan.image.id, "category_id": categories.index(item.category), "iscrowd": int(item.ignored)}
        | as_coco(item.box)
        for scan in scans
        for item in scan.items
    ]
    truth = {
        "info": {},
        "images": [{"id": scan.image.id} for scan in scans],
        "categories": [{"id": number} for number in range(len(categories))],
        "annotations": [{"id": number, **one} for number, one in enumerate(annotations, start=1)],
    }
    results = [
        {"image_id": scan.image.id, "category_id": int(label), "score": float(score)} | as_coco(box)
        for scan in scans
        for box, score, label in zip(scan.detections.boxes, scan.detections.scores, scan.detections.labels, strict=True)
    ]
    (folder / "truth.json").write_text(json.dumps(truth))
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO(str(folder / "truth.json"))
        evaluation = COCOeval(known, known.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    return evaluation.eval["precision"][..., -1]


@pytest.mark.parametrize("whole_pixels", [False, True], ids=["anywhere", "ties"])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_pycocotools(seed: int, whole_pixels: bool, tmp_path: Path) -> None:
    scans = random_scans(seed, categories=CATEGORIES, whole_pixels=whole_pixels)
    expected = oracle(scans, CATEGORIES, tmp_path)
    places = group_places(scans)
    once = np.ones(len(places))
    for number, category in enumerate(CATEGORIES):
        ranking = rank(scans, places, category, [number])
        assert ranking.average_precision(once, AP50) == pytest.approx(expected[0, :, number, 0].mean(), abs=1e-6)
        assert ranking.average_precision(once, AP) == pytest.approx(expected[:, :, number, 0].mean(), abs=1e-6)
        assert ranking.curve() == pytest.approx(expected[0, :, number, 0], abs=1e-6)


def test_crowds_agree_with_pycocotools(tmp_path: Path) -> None:
    scans = random_scans(5, categories=CATEGORIES)
    crowded = [
        replace(scan, items=tuple(replace(item, ignored=item.id % 3 == 0) for item in scan.items)) for scan in scans
    ]
    expected = oracle(crowded, CATEGORIES, tmp_path)
    places, once = group_places(crowded), np.ones(20)
    for number, category in enumerate(CATEGORIES):
        ranking = rank(crowded, places, category, [number])
        assert ranking.average_precision(once, AP) == pytest.approx(expected[:, :, number, 0].mean(), abs=1e-6)
        as_items = rank(scans, places, category, [number]).average_precision(once, AP)
        assert ranking.average_precision(once, AP) != pytest.approx(as_items, abs=1e-3)


@pytest.mark.parametrize("seed", range(2))
def test_sizes_agree_with_pycocotools(seed: int, tmp_path: Path) -> None:
    scans = random_scans(seed, categories=CATEGORIES)
    expected = oracle(scans, CATEGORIES, tmp_path)
    places = group_places(scans)
    for size, (smallest, largest) in enumerate(SIZES.values(), start=1):
        for number, category in enumerate(CATEGORIES):
            ranking = rank(scans, places, category, [number], Part(smallest=smallest, largest=largest))
            ours = ranking.average_precision(np.ones(len(places)), AP)
            assert ours == pytest.approx(expected[:, :, number, size].mean(), abs=1e-6)


def test_boxes_on_items_of_another_level_are_neither_right_nor_wrong() -> None:
    scans = [
        judged(0, [("gun", (0, 0, 10, 10))], [(0, 0.9, (0, 0, 10, 10))], level="easy"),
        judged(1, [("gun", (0, 0, 10, 10))], [(0, 0.8, (0, 0, 10, 10)), (0, 0.95, (50, 50, 60, 60))], level="hidden"),
    ]
    ranking = rank(scans, group_places(scans), "gun", [0], Part(level="hidden"))
    # The false alarm comes first, then the one that is sought; the easy one is as if it were not there.
    assert ranking.average_precision(np.ones(2)) == pytest.approx(average_precision(np.array([False, True]), 1))


def test_several_labels_answer_for_one_category() -> None:
    gun = (0.0, 0.0, 10.0, 10.0)
    scans = [judged(0, [("gun", gun)], [(1, 0.9, gun)]), judged(1, [("gun", gun)], [(2, 0.8, gun)])]
    assert precision(scans, {"gun": [1, 2]}).ap50["gun"].value == 1.0
    assert precision(scans, {"gun": [1]}).ap50["gun"].value == pytest.approx(51 / 101)


def test_intervals_hold_the_value_and_the_mean_is_over_categories() -> None:
    measured = precision(random_scans(0, categories=CATEGORIES), {name: [n] for n, name in enumerate(CATEGORIES)})
    assert measured.mean_ap50.value == pytest.approx(np.mean([one.value for one in measured.ap50.values()]))
    assert measured.mean_ap.value == pytest.approx(np.mean([one.value for one in measured.ap.values()]))
    for interval in (*measured.ap50.values(), *measured.ap.values(), measured.mean_ap50, measured.mean_ap):
        assert interval.low < interval.value < interval.high
    # A mean of three is surer than each of them.
    assert measured.mean_ap50.high - measured.mean_ap50.low < max(one.high - one.low for one in measured.ap50.values())


def test_mean_leaves_out_what_is_not_known() -> None:
    assert mean_of_known([1.0, math.nan, 0.0]) == 0.5
    assert math.isnan(mean_of_known([math.nan]))
