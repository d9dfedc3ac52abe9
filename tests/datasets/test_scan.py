from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.scan import Scan, View


@pytest.mark.parametrize(
    ("pixels", "kind", "width", "height"),
    [
        (np.zeros((4, 6, 3), np.uint8), "colour", 6, 4),
        (np.zeros((4, 6), np.uint8), "grey", 6, 4),
        (np.zeros((4, 6), np.uint16), "grey", 6, 4),
        (np.zeros((2, 4, 6), np.uint16), "dual", 6, 4),
    ],
)
def test_a_view_knows_its_size_and_cannot_be_changed(pixels: NDArray[Any], kind: Any, width: int, height: int) -> None:
    view = View(pixels, kind)
    assert (view.width, view.height) == (width, height)
    with pytest.raises(ValueError, match="read-only"):
        view.pixels[0, 0] = 1


@pytest.mark.parametrize(
    ("pixels", "kind", "message"),
    [
        (np.zeros((4, 6), np.uint8), "colour", r"expected uint8 of shape \(H, W, 3\), got uint8 of shape \(4, 6\)"),
        (np.zeros((4, 6, 4), np.uint8), "colour", "got uint8 of shape"),
        (np.zeros((4, 6, 3), np.uint16), "colour", "expected uint8"),
        (np.zeros((4, 6), np.float32), "grey", "expected uint8 or uint16"),
        (np.zeros((2, 4, 6), np.uint8), "dual", "expected uint16"),
        (np.zeros((3, 4, 6), np.uint16), "dual", r"\(2, H, W\)"),
        (np.zeros((0, 6), np.uint8), "grey", "at least one"),
        (np.zeros((4, 6), np.uint8), "infrared", "expected one of colour, grey, dual"),
    ],
)
def test_pixels_that_do_not_fit_their_kind_are_refused(pixels: NDArray[Any], kind: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        View(pixels, kind)


def test_a_scan_has_views_and_an_unambiguous_time() -> None:
    view = View(np.zeros((4, 6), np.uint8), "grey")
    scan = Scan((view, view), scanner_id="belt 3", taken_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert len(scan.views) == 2
    with pytest.raises(ValueError, match="at least one"):
        Scan(())
    with pytest.raises(ValueError, match="time zone"):
        Scan((view,), taken_at=datetime(2026, 3, 1, 12))  # noqa: DTZ001 - the mistake that is tested
