"""How views are framed: what stands on the belt is in the picture, as large as the picture allows."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.fan import Fan
from parcelray.datasets.synth.scanner.profile import Geometry
from parcelray.datasets.synth.views import frame_views

SIZE = (320, 240)


def geometry(detector: str, offset: float = 0.0, distance: float = 650.0) -> Geometry:
    arms = (900.0, 700.0) if detector == "l_shaped" else (0.0, 0.0)
    return Geometry.model_validate(
        {
            "pixel_pitch": 1.5,
            "row_stretch": (0.95, 1.1),
            "source_distance": distance,
            "source_offset": offset,
            "detector": detector,
            "arm_lengths": arms,
        }
    )


GEOMETRIES = {
    "line": geometry("line"),
    "line aside": geometry("line", 150.0, 900.0),
    "corner on the right": geometry("l_shaped", -450.0, 450.0),
    "corner on the left": geometry("l_shaped", 450.0),
}
Framed = tuple[NDArray[np.float64], Fan, tuple[float, float]]


def framed(scanner: Geometry, views: int, count: int = 40) -> Iterator[Framed]:
    rng = np.random.default_rng(1)
    for _ in range(count):
        extent = rng.uniform((150, 150, 30), (700, 1500, 400))
        for fan, pitch in frame_views(scanner, extent, SIZE, views, rng):
            yield extent, fan, pitch


def shares_in_the_picture(extent: NDArray[np.float64], fan: Fan) -> tuple[float, float]:
    """How much of the columns and rows that the things take are in the picture."""
    x, z = extent[0] / 2, extent[2]
    corners = np.array([(i * x, j * extent[1], k * z) for i in (-1, 1) for j in (0, 1) for k in (0, 1)], np.float32)
    at = fan.to_frame(corners)
    seen = at[:, 0] / at[:, 2]
    columns = np.clip([seen.min(), seen.max()], fan.tangents[0], fan.tangents[-1])
    rows = np.clip([at[:, 1].min() / fan.row_pitch, at[:, 1].max() / fan.row_pitch], 0, fan.rows)
    wanted = (at[:, 1].max() - at[:, 1].min()) / fan.row_pitch
    return float(np.ptp(columns) / np.ptp(seen)), float(np.ptp(rows) / wanted)


@pytest.mark.parametrize("scanner", GEOMETRIES.values(), ids=GEOMETRIES)
def test_what_stands_on_the_belt_is_in_the_picture_but_for_an_edge(scanner: Geometry) -> None:
    below = [shares_in_the_picture(extent, fan) for extent, fan, _ in framed(scanner, 1)]
    across, along = np.transpose(below)
    assert along.min() > 0.95
    assert (along > 0.999).mean() > 0.7
    # An L-shaped detector's columns are not even: a coarser pitch brings other arms into view.
    assert across.min() > (0.95 if scanner.detector == "line" else 0.85)


def test_a_picture_has_its_size_and_increasing_rays() -> None:
    for scanner in GEOMETRIES.values():
        for _, fan, _ in framed(scanner, 2, count=15):
            assert (fan.columns, fan.rows) == SIZE
            assert (np.diff(fan.tangents) > 0.0).all()


def test_the_pitch_is_the_scanners_where_the_parcel_is_small_and_coarser_where_it_is_large() -> None:
    scanner, rng = GEOMETRIES["line"], np.random.default_rng(0)
    small = [frame_views(scanner, np.array([90.0, 80.0, 40.0]), SIZE, 1, rng)[0][1] for _ in range(50)]
    large = [frame_views(scanner, np.array([800.0, 900.0, 300.0]), SIZE, 1, rng)[0][1] for _ in range(50)]
    zooms = np.array(small)[:, 0] / scanner.pixel_pitch
    assert np.ptp(zooms) > 0.2
    assert zooms.max() < 1.2, "a small parcel is not made smaller than the scanner shows it"
    assert np.min(large) > 1.2 * scanner.pixel_pitch
    stretches = np.array(small)[:, 1] / np.array(small)[:, 0]
    assert 0.95 <= stretches.min() < 1.0 < 1.05 < stretches.max() <= 1.1


def test_the_second_view_is_from_the_side_at_the_same_place_of_the_belt() -> None:
    for scanner in GEOMETRIES.values():
        (below, _), (side, _) = frame_views(scanner, np.array([300.0, 200.0, 150.0]), SIZE, 2, np.random.default_rng(2))
        assert abs(side.central[0]) == pytest.approx(1.0)
        assert below.central[2] > 0.5
        assert below.row_pitch > 0.0
        assert side.source[1] <= 0.0


def test_places_in_the_picture_vary() -> None:
    starts = [fan.source[1] / fan.row_pitch for _, fan, _ in framed(GEOMETRIES["line"], 1)]
    assert np.ptp(starts) > 20.0
