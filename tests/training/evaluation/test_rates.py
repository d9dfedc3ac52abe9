import numpy as np
import pytest

from parcelray.training.evaluation.judging import boxes_of
from parcelray.training.evaluation.rates import cut_for, detection_rates, found, item_scores
from support.judged import judged, random_scans


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
def test_found_from_an_overlap_of_three_tenths(box: tuple[float, float, float, float], hit: bool) -> None:
    scan = judged(0, [("gun", (0, 0, 10, 10))], [(1, 0.5, box)])
    items = boxes_of(scan.items)
    assert found(scan.found_of([1]), items) is hit
    assert found(scan.found_of([0]), items) is False


def test_an_item_has_the_best_score_of_what_lies_on_it() -> None:
    items: list[tuple[str, tuple[float, float, float, float]]] = [
        ("gun", (0, 0, 10, 10)), ("gun", (50, 0, 60, 10)), ("gun", (90, 0, 99, 9))
    ]  # fmt: skip
    scan = judged(0, items, [(0, 0.2, (0, 0, 10, 9)), (0, 0.7, (0, 0, 9, 10)), (0, 0.4, (50, 0, 60, 10))])
    assert item_scores(scan.detections, boxes_of(scan.items)).tolist() == pytest.approx([0.7, 0.4, -1.0])
    assert item_scores(judged(1).detections, boxes_of(scan.items)).tolist() == [-1.0, -1.0, -1.0]


def test_rates_count_scans() -> None:
    scans = random_scans(0)
    showing = sum(not scan.clean for scan in scans)
    rates = detection_rates(scans, "gun", [0])
    assert [rate.false_alarms for rate in rates] == [0.01, 0.05, 0.10]
    assert all(rate.scans == showing and rate.rate.value == rate.found / showing for rate in rates)
    assert detection_rates([scan for scan in scans if not scan.clean], "gun", [0]) == []


def test_rates_of_a_worked_example() -> None:
    gun = (0.0, 0.0, 10.0, 10.0)
    clean = [judged(n, boxes=[(0, (n + 1) / 100, gun)]) for n in range(20)]
    showing = [judged(100 + n, [("gun", gun)], [(0, score, gun)]) for n, score in enumerate((0.195, 0.185, 0.5, 0.21))]
    rates = detection_rates(clean + showing, "gun", [0])
    # No clean scan may pass at 1 %, one of twenty at 5 %, two at 10 %.
    assert [rate.cut for rate in rates] == pytest.approx([0.20, 0.19, 0.18])
    assert [rate.found for rate in rates] == [2, 3, 4]
