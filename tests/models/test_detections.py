import numpy as np
import pytest

from parcelray.models.detections import Detections

BOXES = np.array([[0, 0, 2, 3], [1, 1, 4, 4]], np.float32)
SCORES = np.array([0.9, 0.2], np.float32)
LABELS = np.array([3, 0], np.int64)


def test_select_keeps_rows_together() -> None:
    chosen = Detections(BOXES, SCORES, LABELS).select(np.array([1]))
    assert len(chosen) == 1
    assert chosen.boxes.tolist() == [[1, 1, 4, 4]]
    assert chosen.labels.tolist() == [0]


@pytest.mark.parametrize(
    ("boxes", "scores", "labels", "message"),
    [
        (BOXES.astype(np.float64), SCORES, LABELS, "boxes: expected float32"),
        (BOXES[:, :3], SCORES, LABELS, r"boxes: expected float32 of shape \(2, 4\)"),
        (BOXES, SCORES[:1], LABELS, r"scores: expected float32 of shape \(2,\)"),
        (BOXES, SCORES, LABELS.astype(np.int32), "labels: expected int64"),
        (BOXES * np.float32(np.nan), SCORES, LABELS, "finite"),
        (BOXES[:, [2, 1, 0, 3]], SCORES, LABELS, "inside out"),
        (BOXES, SCORES + 1, LABELS, r"0\.\.1"),
        (BOXES, SCORES * np.float32(np.nan), LABELS, r"0\.\.1"),
        (BOXES, SCORES, LABELS - 1, "negative"),
    ],
)
def test_wrong_arrays_are_refused_where_they_are_made(boxes, scores, labels, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        Detections(boxes, scores, labels)


def test_arrays_do_not_change_afterwards() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Detections(BOXES.copy(), SCORES.copy(), LABELS.copy()).boxes[0, 0] = 5
