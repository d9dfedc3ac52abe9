from dataclasses import replace

import pytest

from parcelray.training.evaluation.error_split import KINDS, error_split
from support.judged import Box, judged, random_scans

GUN: Box = (0, 0, 100, 100)
PART_OF_GUN: Box = (0, 0, 100, 40)
KNIFE: Box = (300, 300, 400, 400)
AWAY: Box = (500, 0, 600, 100)
ANSWERS = {"gun": [0], "knife": [1]}
# Recall 0 to one half, of COCO's 101.
HALF = 51 / 101

Items = list[tuple[str, Box]]
Boxes = list[tuple[int, float, Box]]


@pytest.mark.parametrize(
    ("items", "boxes", "right", "counts", "ap50", "costs"),
    [
        pytest.param([("gun", GUN)], [(0, 0.9, GUN)], 1, {}, 1.0, {}, id="right"),
        pytest.param(
            [("gun", GUN), ("gun", AWAY)],
            [(0, 0.9, AWAY), (0, 0.8, PART_OF_GUN)],
            1, {"localisation": 1}, HALF, {"localisation": 1 - HALF},
            id="localisation",
        ),
        pytest.param(
            [("gun", GUN)], [(0, 0.95, PART_OF_GUN), (0, 0.9, GUN)],
            1, {"localisation": 1}, 0.5, {"localisation": 0.5},
            id="localisation of an item that is found: the box goes",
        ),
        pytest.param(
            [("gun", GUN)], [(0, 0.9, PART_OF_GUN), (0, 0.8, (0, 0, 40, 100))],
            0, {"localisation": 2}, 0.0, {"localisation": 1.0},
            id="two for one item: the better is mended, the other goes",
        ),
        pytest.param(
            [("gun", GUN), ("knife", KNIFE)], [(1, 0.95, GUN), (1, 0.9, KNIFE)],
            1, {"class": 1}, 0.25, {"class": 0.75},
            id="class",
        ),
        pytest.param(
            [("gun", GUN), ("knife", KNIFE)], [(0, 0.9, GUN), (1, 0.95, PART_OF_GUN), (1, 0.5, KNIFE)],
            2, {"both": 1}, 0.75, {"both": 0.25},
            id="both",
        ),
        pytest.param(
            [("gun", GUN), ("gun", AWAY)], [(0, 0.9, GUN), (0, 0.8, GUN), (0, 0.7, AWAY)],
            2, {"duplicate": 1}, HALF + (1 - HALF) * 2 / 3, {"duplicate": (1 - HALF) / 3},
            id="duplicate",
        ),
        pytest.param(
            [("gun", GUN)], [(0, 0.95, AWAY), (0, 0.9, GUN)],
            1, {"background": 1}, 0.5, {"background": 0.5},
            id="background",
        ),
        pytest.param(
            [("gun", GUN), ("gun", AWAY)], [(0, 0.9, GUN)],
            1, {"miss": 1}, HALF, {"miss": 1 - HALF},
            id="miss",
        ),
        pytest.param([("gun", GUN)], [], 0, {"miss": 1}, 0.0, {"miss": 1.0}, id="a class of which all are missed"),
    ],
)  # fmt: skip
def test_each_kind_and_what_it_costs(
    items: Items, boxes: Boxes, right: int, counts: dict[str, int], ap50: float, costs: dict[str, float]
) -> None:
    split = error_split([judged(0, items, boxes)], ANSWERS)
    assert split.right == right
    assert {one.kind: one.count for one in split.kinds if one.count} == counts
    assert split.ap50 == pytest.approx(ap50)
    assert {one.kind: one.cost for one in split.kinds if one.cost} == pytest.approx(costs)


def test_an_item_that_a_wrong_box_points_to_is_no_miss() -> None:
    split = error_split([judged(0, [("gun", GUN)], [(1, 0.9, GUN)])], ANSWERS)
    assert [one.count for one in split.kinds if one.kind in ("class", "miss")] == [1, 0]


def test_a_box_in_an_ignored_place_is_no_error() -> None:
    scan = judged(0, [("gun", GUN), ("gun", AWAY)], [(0, 0.9, GUN), (0, 0.8, AWAY), (1, 0.7, AWAY)])
    split = error_split([replace(scan, items=(scan.items[0], replace(scan.items[1], ignored=True)))], ANSWERS)
    assert (split.right, split.ap50) == (1, 1.0)
    # A knife there would be one.
    assert {one.kind: one.count for one in split.kinds if one.count} == {"background": 1}


def test_labels_that_answer_for_nothing_are_not_looked_at() -> None:
    split = error_split([judged(0, [("gun", GUN), ("pipe", AWAY)], [(0, 0.9, GUN), (7, 0.95, AWAY)])], ANSWERS)
    assert (split.ap50, sum(one.count for one in split.kinds)) == (1.0, 0)


def test_boxes_and_items_are_all_accounted_for() -> None:
    scans = random_scans(3, categories=("gun", "knife"))
    split = error_split(scans, ANSWERS)
    assert [one.kind for one in split.kinds] == list(KINDS)
    wrong = sum(one.count for one in split.kinds if one.kind != "miss")
    assert split.right + wrong == sum(len(scan.detections) for scan in scans)
    assert all(one.count > 0 for one in split.kinds if one.kind in ("localisation", "class", "background"))
    assert all(0 <= one.cost <= 1 - split.ap50 for one in split.kinds)
