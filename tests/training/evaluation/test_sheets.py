from pathlib import Path

import cv2
import numpy as np
import pytest

from parcelray.models.errors import DatasetError
from parcelray.training.evaluation.sheets import COLUMNS, sheet
from parcelray.training.evaluation.worst import Case
from support.judged import Box, judged


def case(folder: Path, number: int, box: Box, size: tuple[int, int] = (640, 480)) -> Case:
    pixels = np.full((size[1], size[0], 3), 200, np.uint8)
    x0, y0, x1, y1 = (int(value) for value in box)
    pixels[y0:y1, x0:x1] = (0, 0, 255)  # red, as OpenCV writes it
    cv2.imwrite(str(folder / f"{number}.png"), pixels)
    return Case(judged(number, scanner="six-a"), box, "gun, easy", "no box on it")


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (4, 4, 1), (5, 4, 2), (24, 4, 6)])
def test_tiles_stand_four_in_a_row(tmp_path: Path, count: int, columns: int, rows: int) -> None:
    cases = [case(tmp_path, number, (100, 100, 160, 150)) for number in range(count)]
    one, many = sheet(tmp_path, cases[:1]), sheet(tmp_path, cases)
    assert many.shape == (rows * one.shape[0], columns * one.shape[1], 3)
    assert many.dtype == np.uint8
    assert COLUMNS == 4


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ((300, 200, 320, 215), (640, 480)),
        ((0, 0, 30, 30), (640, 480)),
        ((600, 470, 640, 480), (640, 480)),
        ((0, 0, 640, 480), (640, 480)),
        ((5, 2, 12, 60), (20, 90)),
        ((900, 10, 1000, 60), (1400, 100)),
    ],
)
def test_the_place_is_shown_whole_with_a_box_around_it(tmp_path: Path, box: Box, size: tuple[int, int]) -> None:
    picture = sheet(tmp_path, [case(tmp_path, 0, box, size)]).astype(int)
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    item = (red > 200) & (green < 60) & (blue < 60)
    line = (red > 150) & (green < 60) & (blue > 60) & (blue < 160)
    assert item.any()
    rows, columns = np.nonzero(item)
    drawn_rows, drawn_columns = np.nonzero(line)
    assert abs(drawn_rows.min() - rows.min()) < 8
    assert abs(drawn_rows.max() - rows.max()) < 8
    assert abs(drawn_columns.min() - columns.min()) < 8
    assert abs(drawn_columns.max() - columns.max()) < 8


def test_a_scan_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = case(tmp_path, 0, (0, 0, 9, 9))
    (tmp_path / "0.png").unlink()
    with pytest.raises(DatasetError, match=r"0\.png: expected a scan that the labels name"):
        sheet(tmp_path, [gone])
