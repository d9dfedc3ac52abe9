import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord
from parcelray.models.detections import Detections
from parcelray.models.errors import DatasetError
from parcelray.training.evaluate import (
    JudgedScan,
    cut_for,
    detection_rates,
    figures,
    found,
    plan,
    precision,
    taking_part,
)
from parcelray.training.operating import at_thresholds, choose_thresholds


def random_scans(seed: int, scans: int = 60) -> list[JudgedScan]:
    """Scans with up to four items of one class, found more or less well, with doubles and false alarms."""
    generator = np.random.default_rng(seed)
    judged = []
    for index in range(scans):
        low = generator.uniform(0, 300, (int(generator.integers(0, 5)), 2))
        truth = np.concatenate([low, low + generator.uniform(20, 120, low.shape)], axis=1).astype(np.float32)
        near = np.repeat(truth, 2, axis=0) + generator.normal(0, 8, (2 * len(truth), 4))
        far = generator.uniform(0, 200, (3, 2))
        boxes = np.concatenate([near, np.concatenate([far, far + 60], axis=1)]).astype(np.float32)
        boxes = np.concatenate([np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])], axis=1)
        scores = generator.uniform(0.01, 1, len(boxes)).astype(np.float32)
        order = np.argsort(-scores)
        found_here = Detections(boxes[order], scores[order], np.zeros(len(boxes), np.int64))
        image = ImageRecord(index, f"{index}.png", 640, 480, f"g{index % 20}")
        judged.append(JudgedScan(image, {"gun": truth}, found_here, clean=not len(truth)))
    return judged


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_agrees_with_pycocotools(seed: int, tmp_path: Path) -> None:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    scans = random_scans(seed)
    boxes = [(scan.image.id, box) for scan in scans for box in scan.truth["gun"].tolist()]
    truth = {
        "info": {},
        "images": [{"id": scan.image.id} for scan in scans],
        "categories": [{"id": 1}],
        "annotations": [
            {"id": n + 1, "image_id": image, "category_id": 1, "bbox": [x0, y0, x1 - x0, y1 - y0], "iscrowd": 0}
            | {"area": (x1 - x0) * (y1 - y0)}
            for n, (image, (x0, y0, x1, y1)) in enumerate(boxes)
        ],
    }
    results = [
        {"image_id": scan.image.id, "category_id": 1, "score": score, "bbox": [x0, y0, x1 - x0, y1 - y0]}
        for scan in scans
        for (x0, y0, x1, y1), score in zip(scan.detections.boxes.tolist(), scan.detections.scores.tolist(), strict=True)
    ]
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    with contextlib.redirect_stdout(io.StringIO()):
        oracle_truth = COCO(str(tmp_path / "truth.json"))
        oracle = COCOeval(oracle_truth, oracle_truth.loadRes(results), "bbox")
        oracle.evaluate()
        oracle.accumulate()
        oracle.summarize()
    ours = precision(scans, "gun", [0])
    assert ours["ap"].value == pytest.approx(oracle.stats[0], abs=1e-4)
    assert ours["ap50"].value == pytest.approx(oracle.stats[1], abs=1e-4)
    assert ours["ap50"].low < ours["ap50"].value < ours["ap50"].high


@pytest.mark.parametrize(("share", "cut"), [(0.0, 1.0), (0.01, 0.99), (0.05, 0.95), (0.10, 0.90), (1.0, -1.0)])
def test_cut_lets_at_most_the_share_pass(share: float, cut: float) -> None:
    scores = np.arange(1, 101) / 100
    assert cut_for(scores, share) == pytest.approx(cut)
    assert (scores > cut_for(scores, share)).mean() <= share


def test_tied_scores_do_not_let_more_pass() -> None:
    assert (np.full(50, 0.7) > cut_for(np.full(50, 0.7), 0.1)).mean() == 0.0


@pytest.mark.parametrize(
    ("box", "hit"),
    [((0, 0, 10, 10), True), ((0, 0, 10, 3.01), True), ((0, 0, 10, 2.99), False), ((20, 20, 30, 30), False)],
)
def test_found_from_an_overlap_of_three_tenths(box: tuple[float, ...], hit: bool) -> None:
    shown = Detections(np.array([box], np.float32), np.array([0.5], np.float32), np.array([1], np.int64))
    truth = np.array([[0, 0, 10, 10]], np.float32)
    assert found(shown, truth, [1]) is hit
    assert found(shown, truth, [0]) is False


def test_rates_count_scans() -> None:
    scans = random_scans(0)
    showing = sum(len(scan.truth["gun"]) > 0 for scan in scans)
    rates = detection_rates(scans, "gun", [0])
    assert [rate.false_alarms for rate in rates] == [0.01, 0.05, 0.10]
    assert all(rate.scans == showing and rate.rate.value == rate.found / showing for rate in rates)
    assert detection_rates([scan for scan in scans if not scan.clean], "gun", [0]) == []


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


def test_mapping_names_labels() -> None:
    assert plan(DATA, ["pistol", "gun"], None) == {"gun": [1]}
    assert plan(DATA, ["pistol", "revolver"], {"gun": ("pistol", "revolver")}) == {"gun": [0, 1]}


@pytest.mark.parametrize(
    ("labels", "mapping", "message"),
    [
        (["pistol"], None, "a category that the model knows"),
        (["pistol"], {"cannon": ("pistol",)}, "a category among gun, knife, got cannon"),
        (["pistol"], {"gun": ("revolver",)}, "labels among pistol, got revolver"),
    ],
)
def test_impossible_mappings_are_named(
    labels: list[str], mapping: dict[str, tuple[str, ...]] | None, message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        plan(DATA, labels, mapping)


def test_figures_of_truth_without_items_are_refused() -> None:
    clean = [scan for scan in random_scans(0) if scan.clean]
    with pytest.raises(DatasetError, match="at least one item"):
        figures(clean, {"gun": [0]})


def test_thresholds_keep_alarms_of_all_classes_together_within_the_limit() -> None:
    generator = np.random.default_rng(0)
    scans = []
    for index in range(400):
        scores = generator.uniform(0, 0.5, 3).astype(np.float32)
        order = np.argsort(-scores)
        boxes = np.tile(np.array([[0, 0, 10, 10]], np.float32), (3, 1))
        detections = Detections(boxes, scores[order], np.arange(3)[order].astype(np.int64))
        truth = {"gun": np.zeros((0, 4), np.float32)}
        scans.append(JudgedScan(ImageRecord(index, "x", 10, 10, str(index)), truth, detections, clean=True))
    operating = choose_thresholds(scans, ["pistol", "revolver", "pipe"])
    alarms = at_thresholds(scans, {"gun": [0, 1, 2]}, ["pistol", "revolver", "pipe"], operating)["false_alarms"]
    assert 0.03 < alarms["value"] <= 0.05
    assert not operating.calibrated
    # Three alike classes share the alarms alike: each has about a third of 5 %.
    assert all(0.48 < cut < 0.5 for cut in operating.thresholds.values())


def test_too_few_clean_scans_are_refused() -> None:
    with pytest.raises(DatasetError, match="at least 50 without any label"):
        choose_thresholds(random_scans(0), ["pistol"])
