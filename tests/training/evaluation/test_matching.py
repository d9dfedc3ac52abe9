import numpy as np
import pytest

from parcelray.training.evaluation.matching import COCO_IOUS, match, overlaps


def test_the_steps_are_those_of_pycocotools() -> None:
    from pycocotools.cocoeval import Params

    assert tuple(Params("bbox").iouThrs.tolist()) == COCO_IOUS


@pytest.mark.parametrize(
    ("box", "item", "expected"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (0, 0, 10, 5), 0.5),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),
        ((0, 0, 10, 10), (20, 20, 30, 30), 0.0),
        ((3, 3, 3, 3), (3, 3, 3, 3), 0.0),
    ],
)
def test_overlaps(box: tuple[int, ...], item: tuple[int, ...], expected: float) -> None:
    assert overlaps(np.array([box], np.float32), np.array([item], np.float64))[0, 0] == pytest.approx(expected)


def test_overlaps_are_in_double_precision() -> None:
    # 3 fifths, as a whole-pixel box has it, is COCO's step of 0.6 or just below it: single precision cannot tell.
    assert overlaps(np.array([[0, 0, 5, 1]], np.float32), np.array([[0, 0, 3, 1]], np.float32))[0, 0] == 3 / 5


@pytest.mark.parametrize(
    ("overlap", "aside", "expected"),
    [
        pytest.param([[0.8], [0.9]], [False], [0, -1], id="the better score takes the item, not the better place"),
        pytest.param([[0.6, 0.8]], [False, False], [1], id="the better place of two"),
        pytest.param([[0.7, 0.7]], [False, False], [1], id="of equal places the last, as COCO does"),
        pytest.param([[0.6, 0.8], [0.7, 0.9]], [False, False], [1, 0], id="what is left for the second"),
        pytest.param([[0.49]], [False], [-1], id="not near enough"),
        pytest.param([[0.5]], [False], [0], id="just near enough"),
        pytest.param([[0.6, 0.9]], [False, True], [0], id="set aside comes last"),
        pytest.param([[0.6, 0.9], [0.6, 0.9]], [False, True], [0, 1], id="set aside is better than nothing"),
    ],
)
def test_greedy_matching(overlap: list[list[float]], aside: list[bool], expected: list[int]) -> None:
    assert match(np.array(overlap), np.array(aside), ious=(0.5,)).tolist() == [expected]


def test_nothing_matches_nothing() -> None:
    assert match(np.zeros((0, 3))).shape == (10, 0)
    assert match(np.zeros((2, 0))).tolist() == [[-1, -1]] * 10
