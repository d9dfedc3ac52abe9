from dataclasses import replace

import numpy as np
import pytest

from parcelray.models.calibration import Calibration
from parcelray.models.errors import DatasetError
from parcelray.models.package import Operating
from parcelray.training.evaluation.operating import as_shown, at_thresholds, choose_thresholds
from support.judged import judged, random_scans

GUN = (0.0, 0.0, 10.0, 10.0)


def test_thresholds_keep_alarms_of_all_classes_together_within_the_limit() -> None:
    generator = np.random.default_rng(0)
    scans = [
        judged(index, boxes=[(label, float(generator.uniform(0, 0.5)), GUN) for label in range(3)])
        for index in range(400)
    ]
    operating = choose_thresholds(scans, ["pistol", "revolver", "pipe"])
    alarms = at_thresholds(scans, {"gun": [0, 1, 2]}, ["pistol", "revolver", "pipe"], operating)["false_alarms"]
    assert 0.03 < alarms["value"] <= 0.05
    assert not operating.calibrated
    # Three alike classes share the alarms alike: each has about a third of 5 %.
    assert all(0.48 < cut < 0.5 for cut in operating.thresholds.values())


def test_too_few_clean_scans_are_refused() -> None:
    with pytest.raises(DatasetError, match="at least 50 without any label"):
        choose_thresholds(random_scans(0), ["pistol"])


def test_shown_are_boxes_of_evaluated_labels_from_their_thresholds_on() -> None:
    operating = Operating(thresholds={"pistol": 0.5, "revolver": 0.2, "pipe": 0.0}, calibrated=False, basis="")
    labels = ["pistol", "revolver", "pipe"]
    boxes = [(0, 0.5, GUN), (0, 0.49, GUN), (1, 0.3, GUN), (1, 0.1, GUN), (2, 0.9, GUN)]
    scans = [judged(0, [("gun", GUN)], boxes), judged(1, boxes=[(2, 0.9, GUN)])]
    (shown, clean) = as_shown(scans, {"gun": [0, 1]}, labels, operating)
    assert shown.detections.scores.tolist() == pytest.approx([0.5, 0.3])
    assert len(clean.detections) == 0
    told = at_thresholds(scans, {"gun": [0, 1]}, labels, operating)
    assert (told["false_alarms"]["alarms"], told["false_alarms"]["scans"]) == (0, 1)
    assert (told["pd"]["gun"]["found"], told["pd"]["gun"]["scans"]) == (1, 1)


def test_thresholds_on_calibrated_scores_show_the_same_boxes() -> None:
    generator = np.random.default_rng(1)
    labels = ["pistol", "revolver"]
    raw = [
        judged(index, boxes=[(label, float(generator.uniform(0.05, 0.9)), GUN) for label in range(2)])
        for index in range(200)
    ]
    calibration = Calibration((0.6, 1.5), (0.5, -1.0))
    sure = [replace(scan, detections=calibration.calibrate(scan.detections)) for scan in raw]
    plain, calibrated = choose_thresholds(raw, labels), choose_thresholds(sure, labels, calibration)
    assert calibrated.calibrated
    assert calibrated.calibration == calibration.as_platt(labels)
    assert calibrated.basis.endswith("were set on")
    shown = [
        [sorted(scan.detections.labels.tolist()) for scan in as_shown(scans, {"gun": [0, 1]}, labels, operating)]
        for scans, operating in ((raw, plain), (sure, calibrated))
    ]
    assert shown[0] == shown[1]
    assert any(shown[0])
