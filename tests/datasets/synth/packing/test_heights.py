"""Things as the floor sees them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.placing import any_turn, move_shape, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.packing.heights import CELL_MM, Silhouette, best_place, silhouette


def box(extent: tuple[float, float, float]) -> Shape:
    return shape("box", [solids.box(extent, material="abs")])


def ball(radius: float, sides: int = 60) -> Shape:
    return shape("ball", [solids.ellipsoid(radius, material="abs", sides=sides, rings=sides)])


def centres(outline: Silhouette) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ny, nx = outline.underside.shape
    x, y = np.meshgrid((np.arange(nx) + 0.5) * CELL_MM, (np.arange(ny) + 0.5) * CELL_MM)
    return x + outline.low[0], y + outline.low[1]


def test_a_box_is_as_high_as_it_is() -> None:
    outline = silhouette([move_shape(box((40.0, 24.0, 10.0)), (100.0, 50.0, 7.0))])
    assert outline.low == pytest.approx((80.0, 38.0, 2.0))
    inner = outline.covered[:6, :10]
    assert inner.all()
    assert outline.underside[:6, :10] == pytest.approx(np.full((6, 10), 2.0))
    assert outline.top[:6, :10] == pytest.approx(np.full((6, 10), 12.0))


def test_a_ball_is_round_below_and_above() -> None:
    radius = 30.0
    outline = silhouette([ball(radius)])
    x, y = centres(outline)
    inner = x**2 + y**2 < (radius - CELL_MM) ** 2
    assert outline.covered[inner].all()
    height = np.sqrt(np.maximum(radius**2 - x**2 - y**2, 0.0))
    # A cell has the height of its highest point.
    flat = x**2 + y**2 < (0.7 * radius) ** 2
    assert outline.top[flat] == pytest.approx(height[flat], abs=CELL_MM)
    assert outline.underside[flat] == pytest.approx(-height[flat], abs=CELL_MM)
    assert not outline.covered[x**2 + y**2 > (radius + CELL_MM) ** 2].any()


def test_several_shapes_are_one_thing() -> None:
    low, high = box((20.0, 20.0, 4.0)), move_shape(box((20.0, 20.0, 4.0)), (40.0, 0.0, 20.0))
    outline = silhouette([low, high])
    assert outline.top[2, 2] == pytest.approx(2.0)
    assert outline.underside[2, -3] == pytest.approx(18.0)
    assert not outline.covered[:, 6:9].any(), "between them is nothing"


def test_a_tilted_box_covers_what_its_middle_covers() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        tilted = move_shape(box((60.0, 40.0, 30.0)), turned=any_turn(rng))
        outline = silhouette([tilted])
        thickness = np.where(outline.covered, outline.top - outline.underside, 0.0)
        # Volume is thickness times area, but for cells at the edge.
        assert thickness.sum() * CELL_MM**2 == pytest.approx(60 * 40 * 30, rel=0.25)


@pytest.mark.parametrize("count", [30, 120, 450, 900])
def test_of_many_small_boxes_none_is_lost(count: int) -> None:
    """A fence of posts on a rail, of 12 triangles each, as models and machines are drawn."""
    posts = [
        solids.box((5.0, 5.0, 40.0), (6.0 * (i % 30), 6.0 * (i // 30), 20.0), material="abs") for i in range(count)
    ]
    outline = silhouette([shape("fence", posts)])
    rows, columns = outline.covered.shape
    assert outline.covered[: rows - 1, : columns - 1].mean() > 0.97
    assert (outline.top > 15.0).sum() > 0.85 * outline.covered.sum()
    assert (outline.underside < -15.0).sum() > 0.85 * outline.covered.sum()


def test_a_finely_meshed_thing_is_seen_as_a_coarse_one() -> None:
    coarse, fine = silhouette([ball(40.0, sides=30)]), silhouette([ball(40.0, sides=130)])
    x, y = centres(coarse)
    inner = x**2 + y**2 < 30.0**2
    assert fine.covered[inner].all()
    assert fine.top[inner] == pytest.approx(coarse.top[inner], abs=2.5)


def test_a_large_face_is_as_high_as_its_plane_over_every_cell_below_it() -> None:
    rng = np.random.default_rng(3)
    looked_at = 0
    for _ in range(40):
        corners = rng.uniform(0.0, 120.0, (3, 3)).astype(np.float32)
        outline = silhouette([Shape("face", None, (Part(corners, np.array([[0, 1, 2]], np.int32), "abs", 1.0),))])
        x, y = centres(outline)
        a, b, c = corners.astype(np.float64)
        across = np.stack([b[:2] - a[:2], c[:2] - a[:2]], axis=1)
        weights = np.einsum("ij,jyx->iyx", np.linalg.inv(across), np.stack([x - a[0], y - a[1]]))
        least = np.minimum(weights.min(axis=0), 1.0 - weights.sum(axis=0))
        height = a[2] + weights[0] * (b[2] - a[2]) + weights[1] * (c[2] - a[2])
        # Cells with a corner have its height too.
        cells = np.floor((corners[:, :2] - outline.low[:2]) / CELL_MM).astype(int)
        inner, outer = least > 1e-6, least < -0.021
        inner[cells[:, 1], cells[:, 0]] = outer[cells[:, 1], cells[:, 0]] = False
        looked_at += int(inner.sum())
        assert outline.top[inner] == pytest.approx(height[inner], abs=1e-4)
        assert outline.underside[inner] == pytest.approx(height[inner], abs=1e-4)
        assert not outline.covered[outer].any()
    assert looked_at > 2000


def test_a_thing_comes_to_rest_where_it_first_touches_at_the_lowest_place() -> None:
    heights = np.zeros((40, 60))
    heights[:, 30:] = 50.0
    heights[10, 10] = 30.0
    block = silhouette([box((40.0, 40.0, 20.0))])
    quiet = np.zeros(3)
    places = np.array([[0, 40], [5, 5], [20, 5]])
    row, column, shift, reach = best_place(heights, block, places, quiet)
    assert (row, column) == (20, 5)
    assert (shift, reach) == pytest.approx((10.0, 20.0))
    _, _, shift, reach = best_place(heights, block, places[1:2], quiet[:1])
    assert (shift, reach) == pytest.approx((40.0, 50.0)), "a single pin holds it up"
    careless = best_place(heights, block, places, np.array([0.0, 0.0, 100.0]))
    assert careless[:2] == (5, 5)


def test_a_ball_sinks_into_a_hollow() -> None:
    heights = np.full((30, 30), 20.0)
    hollow = heights.copy()
    hollow[10:20, 10:20] = 0.0
    round_thing = silhouette([move_shape(ball(30.0), turned=turn("z", 10.0))])
    place, quiet = np.array([[7, 7]]), np.zeros(1)
    on_flat, in_hollow = (best_place(ground, round_thing, place, quiet)[2] for ground in (heights, hollow))
    assert on_flat == pytest.approx(50.0, abs=0.5)
    assert in_hollow < on_flat - 4.0
