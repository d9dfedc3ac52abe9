import numpy as np
import pytest
import torch
from torchvision.ops import box_iou as torchvision_iou
from torchvision.ops import nms as torchvision_nms

from parcelray.models.calibration import calibration_of
from parcelray.models.decode import box_iou, decode, decode_uncalibrated, grid, merge_same_gun, suppress
from parcelray.models.detections import Detections
from parcelray.models.package import Manifest, Operating, Platt
from parcelray.models.preprocess import Letterbox

WHOLE = Letterbox(scale=1.0, width=64, height=64)


def rows_for(boxes: list[tuple[float, float, float, float]], scores: list[list[float]]) -> np.ndarray:
    """Raw rows of a 64 x 64 input in which the first cells hold these boxes; presence is sure."""
    corners, steps = grid(64, 64, (8, 16, 32))
    rows = np.zeros((len(corners), 8), np.float32)
    for index, (box, classes) in enumerate(zip(boxes, scores, strict=True)):
        x0, y0, x1, y1 = box
        centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        rows[index, :2] = (centre - corners[index]) / steps[index]
        rows[index, 2:4] = np.log(np.array([x1 - x0, y1 - y0]) / steps[index])
        rows[index, 4] = 1.0
        rows[index, 5:] = classes
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_suppression_agrees_with_torchvision(seed: int) -> None:
    generator = np.random.default_rng(seed)
    low = generator.uniform(0, 50, (300, 2))
    boxes = np.concatenate([low, low + generator.uniform(1, 30, (300, 2))], axis=1).astype(np.float32)
    scores = generator.permutation(300).astype(np.float32)
    ours = suppress(boxes, scores, 0.5)
    theirs = torchvision_nms(torch.from_numpy(boxes), torch.from_numpy(scores), 0.5)
    assert ours.tolist() == theirs.tolist()
    np.testing.assert_allclose(
        box_iou(boxes, boxes), torchvision_iou(torch.from_numpy(boxes), torch.from_numpy(boxes)), atol=1e-6
    )


def test_boxes_come_back_in_pixels_of_the_view(manifest: Manifest) -> None:
    rows = rows_for([(10, 20, 30, 50)], [[0.9, 0.0, 0.0]])
    found = decode(rows, Letterbox(scale=0.5, width=128, height=100), manifest)
    np.testing.assert_allclose(found.boxes, [[20, 40, 60, 100]], atol=1e-3)
    assert found.labels.tolist() == [0]
    assert found.scores[0] == pytest.approx(0.9)


def test_what_lies_in_the_padding_alone_is_no_item(manifest: Manifest) -> None:
    rows = rows_for([(2, 40, 20, 60), (30, 10, 50, 40)], [[0.9, 0.0, 0.0], [0.8, 0.0, 0.0]])
    found = decode(rows, Letterbox(scale=1.0, width=64, height=32), manifest)
    np.testing.assert_allclose(found.boxes, [[30, 10, 50, 32]], atol=1e-3)


def test_thresholds_are_per_class_unless_a_score_is_asked_for(manifest: Manifest) -> None:
    apart = [(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)]
    rows = rows_for(apart, [[0.4, 0, 0], [0, 0.4, 0], [0, 0, 0.4]])
    assert decode(rows, WHOLE, manifest).labels.tolist() == [1]
    assert sorted(decode(rows, WHOLE, manifest, min_score=0.35).labels.tolist()) == [0, 1, 2]
    assert len(decode(rows, WHOLE, manifest, min_score=0.0)) == 3, "the floor still holds"


def test_one_gun_has_one_box_but_other_classes_keep_theirs(manifest: Manifest) -> None:
    same = [(10, 10, 40, 40)] * 3
    rows = rows_for(same, [[0.9, 0, 0], [0, 0.8, 0], [0, 0, 0.95]])
    found = decode(rows, WHOLE, manifest)
    assert [manifest.labels[label] for label in found.labels] == ["pipe", "pistol"]


@pytest.mark.parametrize(("shift", "boxes_left"), [(0.0, 1), (1.764, 1), (1.766, 2)])
def test_guns_merge_from_an_overlap_of_seven_tenths(shift: float, boxes_left: int) -> None:
    # Two equal boxes of width 10, shifted by s, overlap by (10 - s) / (10 + s): 0.7 at s = 1.7647.
    boxes = np.array([[0, 0, 10, 10], [shift, 0, 10 + shift, 10]], np.float32)
    both = Detections(boxes, np.array([0.9, 0.8], np.float32), np.array([0, 1], np.int64))
    assert len(merge_same_gun(both, [0, 1], 0.7)) == boxes_left


def test_sure_of_nothing_is_no_box(manifest: Manifest) -> None:
    assert len(decode(rows_for([], []), WHOLE, manifest, min_score=0.01)) == 0


def test_untrained_sizes_do_not_overflow(manifest: Manifest) -> None:
    rows = rows_for([(0, 0, 10, 10)], [[0.9, 0, 0]])
    rows[0, 2:4] = 500.0
    assert decode(rows, WHOLE, manifest).boxes.tolist() == [[0, 0, 64, 64]]


def test_at_most_so_many_boxes_and_the_best_of_them(manifest: Manifest) -> None:
    few = manifest.model_copy(update={"decode": manifest.decode.model_copy(update={"max_detections": 2})})
    apart = [(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)]
    rows = rows_for(apart, [[0.6, 0, 0], [0.9, 0, 0], [0.8, 0, 0]])
    assert decode(rows, WHOLE, few).scores.tolist() == pytest.approx([0.9, 0.8])


def test_rows_of_another_network_are_refused(manifest: Manifest) -> None:
    with pytest.raises(ValueError, match="raw rows: expected shape"):
        decode(np.zeros((84, 85), np.float32), WHOLE, manifest)


def calibrated(manifest: Manifest, slope: float, offset: float, **thresholds: float) -> Manifest:
    operating = Operating(
        thresholds=dict(manifest.operating.thresholds) | thresholds,
        calibrated=True,
        basis="made up",
        calibration=dict.fromkeys(manifest.labels, Platt(slope=1.0, offset=0.0))
        | {"pistol": Platt(slope=slope, offset=offset)},
    )
    return manifest.model_copy(update={"operating": operating})


def test_scores_of_a_calibrated_package_are_probabilities_in_their_order(manifest: Manifest) -> None:
    rows = rows_for([(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)], [[0.8, 0, 0], [0, 0.7, 0], [0, 0, 0.85]])
    sure = calibrated(manifest, 2.0, 0.0)
    found = decode(rows, WHOLE, sure)
    # Odds of 4 become 16.
    assert found.scores.tolist() == pytest.approx([16 / 17, 0.85, 0.7], abs=1e-5)
    assert found.labels.tolist() == [0, 2, 1]
    raw = decode_uncalibrated(rows, WHOLE, sure, np.zeros(3, np.float32))
    assert raw.scores.tolist() == pytest.approx([0.85, 0.8, 0.7])


def test_thresholds_of_a_calibrated_package_are_probabilities(manifest: Manifest) -> None:
    rows = rows_for([(0, 0, 10, 10)], [[0.4, 0, 0]])
    assert len(decode(rows, WHOLE, manifest)) == 0, "the network says 0.4, the threshold 0.5"
    assert len(decode(rows, WHOLE, calibrated(manifest, 1.0, 1.0))) == 1, "0.4 stands for 0.64"
    assert len(decode(rows, WHOLE, calibrated(manifest, 1.0, 1.0, pistol=0.65))) == 0
    assert len(decode(rows, WHOLE, calibrated(manifest, 1.0, 1.0), min_score=0.64)) == 1
    assert len(decode(rows, WHOLE, calibrated(manifest, 1.0, 1.0), min_score=0.65)) == 0


def test_the_floor_is_of_the_network_s_scores_and_nothing_above_it_is_lost(manifest: Manifest) -> None:
    rows = rows_for([(0, 0, 10, 10), (20, 0, 30, 10)], [[0.02, 0, 0], [0.005, 0, 0]])
    for slope, offset in ((1.0, -20.0), (0.05, 0.0), (1.0, 20.0)):
        assert len(decode(rows, WHOLE, calibrated(manifest, slope, offset), min_score=0.0)) == 1


@pytest.mark.parametrize("seed", range(4))
def test_calibration_shows_the_boxes_that_its_thresholds_stand_for(manifest: Manifest, seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = np.zeros((84, 8), np.float32)
    rows[:, 4] = 1.0
    rows[:, 5] = generator.uniform(0.01, 1, 84)
    sure = calibrated(manifest, *generator.uniform((0.3, -3), (3, 3)))
    calibration = calibration_of(sure)
    assert calibration is not None
    for cut in rows[::9, 5]:
        # The very score of a box is the cut: it is shown, as without a calibration.
        probability = float(calibration.apply(np.array([cut]), np.array([0]))[0])
        shown = decode(rows, WHOLE, calibrated(sure, *platt_of(sure), pistol=probability))
        plain = decode_uncalibrated(rows, WHOLE, sure, np.array([cut, 1, 1], np.float32))
        np.testing.assert_array_equal(shown.boxes, plain.boxes)


def platt_of(manifest: Manifest) -> tuple[float, float]:
    assert manifest.operating.calibration is not None
    one = manifest.operating.calibration["pistol"]
    return one.slope, one.offset
