import numpy as np
import pytest

from parcelray.models.detections import Detections
from parcelray.models.errors import ParityError
from parcelray.training.parity import MIN_SCORE, compare

BOXES = np.array([[0, 0, 10, 10], [0, 0, 10, 10], [50, 50, 90, 80]], np.float32)
SCORES = np.array([0.9, 0.8, MIN_SCORE + 0.001], np.float32)
LABELS = np.array([0, 1, 2], np.int64)
ONE = Detections(BOXES, SCORES, LABELS)


def test_order_and_last_digits_do_not_matter() -> None:
    other = ONE.select(np.array([1, 0]))
    nudged = Detections(other.boxes + np.float32(0.01), other.scores - np.float32(0.001), other.labels)
    parity = compare(ONE, nudged, "scan")
    assert parity.boxes == 2
    assert parity.largest_score_gap == pytest.approx(0.001, abs=1e-5)
    assert parity.smallest_overlap > 0.99


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (ONE.select(np.array([0, 2])), "has no partner"),
        (Detections.empty(), "has no partner"),
        (Detections(BOXES + np.float32(1), SCORES, LABELS), "has no partner"),
        (Detections(BOXES, SCORES, LABELS[[1, 1, 2]]), "has no partner|scores of one box"),
        (Detections(BOXES, SCORES - np.float32(0.01), LABELS), r"differ by 0\.0100"),
    ],
)
def test_a_difference_that_shows_is_refused_both_ways(other: Detections, message: str) -> None:
    with pytest.raises(ParityError, match=message):
        compare(ONE, other, "scan")
    with pytest.raises(ParityError, match=message):
        compare(other, ONE, "scan")
