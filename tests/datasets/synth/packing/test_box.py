"""A container that fills up: nothing rigid lies in another, nothing lies outside."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.packing.box import PackingBox
from parcelray.datasets.synth.packing.heights import CELL_MM, silhouette
from parcelray.datasets.synth.packing.poses import pose
from parcelray.datasets.synth.shapes.library import Library

INNER = (400.0, 300.0, 250.0)


def block(extent: NDArray[np.float64] | tuple[float, ...]) -> Shape:
    return shape("block", [solids.box(extent, material="abs")])


def cloth(width: float = 200.0, depth: float = 160.0, thickness: float = 12.0) -> Shape:
    """Two sheets, finely meshed, as garments are."""

    def level(height: float) -> Part:
        flat = solids.sheet((width, depth), lambda x, y: 0.0 * x, material="cotton", wall=0.5, points=(40, 32))
        return move(flat, (0.0, 0.0, height))[0]

    sheets = [level(0.0), level(thickness)]
    return shape("cloth", sheets, soft=True)


def chords(thing: Shape, inner: tuple[float, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where upright lines through the cells' middles enter and leave a convex thing; enter > leave: missed."""
    x, y = np.meshgrid(
        (np.arange(int(inner[0] / CELL_MM)) + 0.5) * CELL_MM, (np.arange(int(inner[1] / CELL_MM)) + 0.5) * CELL_MM
    )
    enter, leave = np.full(x.shape, -np.inf), np.full(x.shape, np.inf)
    for part in thing.parts:
        a, b, c = (part.vertices[part.faces[:, i]].astype(np.float64) for i in range(3))
        for corner, normal in zip(a, np.cross(b - a, c - a), strict=True):
            # Of the half-space normal . (p - corner) <= 0, the part of the line at (x, y).
            rest = -(normal[0] * (x - corner[0]) + normal[1] * (y - corner[1]))
            with np.errstate(divide="ignore", invalid="ignore"):
                height = corner[2] + rest / normal[2]
            if normal[2] > 1e-6:
                leave = np.minimum(leave, height)
            elif normal[2] < -1e-6:
                enter = np.maximum(enter, height)
            else:
                enter = np.where(rest < 0.0, np.inf, enter)
    return enter, leave


def test_rigid_things_never_lie_in_each_other() -> None:
    checked = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        box = PackingBox(INNER, rng)
        for _ in range(25):
            box.put(pose([block(rng.uniform(15.0, 130.0, 3))], rng))
        lines = [chords(thing, INNER) for thing in box.contents]
        for (enter, leave), (other_enter, other_leave) in itertools.combinations(lines, 2):
            depth = np.minimum(leave, other_leave) - np.maximum(enter, other_enter)
            through_both = (leave > enter) & (other_leave > other_enter)
            assert depth[through_both].max(initial=-1.0) < 0.1
            checked += int(through_both.sum())
    assert checked > 3000, "many lie on others"


def test_things_of_the_library_rest_on_each_other_but_for_a_cells_edge(library: Library) -> None:
    rng = np.random.default_rng(4)
    library.stock(1, 0)
    box = PackingBox((500.0, 400.0, 400.0), rng)
    rigid = [thing for thing in (library.pick(rng, None) for _ in range(25)) if not thing.soft]
    heights = np.zeros((100, 125))
    sunk: list[float] = []
    for thing in rigid:
        if not box.put(pose([thing], rng)):
            continue
        outline = silhouette([box.contents[-1]])
        row, column = (round(float(outline.low[axis]) / CELL_MM) for axis in (1, 0))
        ny, nx = outline.underside.shape
        below = heights[row : row + ny, column : column + nx]
        covered = outline.covered[: below.shape[0], : below.shape[1]]
        underside, top = (values[: below.shape[0], : below.shape[1]] for values in (outline.underside, outline.top))
        sunk.extend((below - underside)[covered].tolist())
        below[covered] = np.maximum(below[covered], top[covered])
    assert len(box.contents) >= 5
    # Rounding puts a vertex into the next cell here and there.
    assert np.quantile(sunk, 0.99) < 1.0
    assert max(sunk) > -1.0, "things touch"


@pytest.mark.parametrize("seed", range(4))
def test_all_lies_over_the_floor(library: Library, seed: int) -> None:
    rng = np.random.default_rng([seed, 7])
    library.stock(1, 0)
    box = PackingBox(INNER, rng)
    for _ in range(14):
        box.put(pose([library.pick(rng, None)], rng))
        box.put([cloth()])
    assert len(box.contents) >= 5
    assert any(thing.soft for thing in box.contents)
    for thing in box.contents:
        low, high = thing.bounds()
        assert (low[:2] >= -0.01).all()
        assert (high[:2] <= box.inner[:2] + 0.01).all()
        # A finely meshed thing is seen by some of its triangles.
        assert low[2] >= -3.0, thing.kind


TOO_LARGE = {
    "too wide": block((10.0, 310.0, 10.0)),
    "too long": block((410.0, 10.0, 10.0)),
    "too high": block((50.0, 50.0, 260.0)),
    "a cloth that is too wide": cloth(420.0, 100.0),
    "a cloth that is too thick": cloth(100.0, 100.0, 300.0),
}


@pytest.mark.parametrize("thing", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_refused_and_changes_nothing(thing: Shape) -> None:
    box = PackingBox(INNER, np.random.default_rng(0))
    assert box.put([block((200.0, 200.0, 40.0))])
    contents, heights, reach = list(box.contents), box._heights.copy(), box.filled_to
    assert not box.put([thing])
    assert box.contents == contents
    assert np.array_equal(box._heights, heights)
    assert box.filled_to == reach


def test_a_box_fills_up_until_nothing_more_fits_and_may_be_overfull() -> None:
    box = PackingBox((100.0, 100.0, 100.0), np.random.default_rng(0))
    put = [box.put([block((90.0, 90.0, 30.0))]) for _ in range(5)]
    assert put == [True, True, True, False, False]
    assert box.filled_to == pytest.approx(90.0)
    assert box.put([block((90.0, 90.0, 30.0))], overfull=1.25)
    assert box.filled_to == pytest.approx(120.0)


def test_shapes_of_one_thing_keep_their_places_beside_each_other() -> None:
    box = PackingBox(INNER, np.random.default_rng(3))
    pair = pose([block((60.0, 40.0, 20.0)), block((30.0, 30.0, 50.0))], np.random.default_rng(5))
    assert box.put(pair)
    moves = [put.parts[0].vertices - given.parts[0].vertices for put, given in zip(box.contents, pair, strict=True)]
    assert np.ptp(np.concatenate(moves), axis=0) == pytest.approx(np.zeros(3), abs=1e-3)


def test_the_lowest_of_many_places_is_taken() -> None:
    box = PackingBox(INNER, np.random.default_rng(0))
    box.put([block((200.0, 290.0, 100.0))])
    heights = []
    for _ in range(6):
        box.put([block((40.0, 40.0, 10.0))], tries=60)
        heights.append(float(box.contents[-1].bounds()[0][2]))
    assert np.median(heights) < 30.0


def test_cloth_follows_the_surface_below_it() -> None:
    box = PackingBox((220.0, 180.0, 250.0), np.random.default_rng(0))
    assert box.put([block((70.0, 170.0, 80.0))])
    (low, high) = box.contents[0].bounds()
    assert box.put([cloth(210.0, 170.0, 6.0)])
    vertices = box.contents[1].parts[0].vertices
    over = (vertices[:, 0] > low[0] + 15.0) & (vertices[:, 0] < high[0] - 15.0)
    beside = (vertices[:, 0] < low[0] - 25.0) | (vertices[:, 0] > high[0] + 25.0)
    assert over.any()
    assert beside.any()
    step = float(np.median(vertices[over, 2]) - np.median(vertices[beside, 2]))
    # It hangs down by about half of the step, as cloth that bridges does.
    assert 0.3 * 80.0 < step < 0.9 * 80.0
    assert vertices[:, 2].min() >= -0.5
    # A rigid thing over the same ground stays flat.
    assert box.put([block((210.0, 170.0, 6.0))])
    assert box.contents[2].extent() == pytest.approx((210.0, 170.0, 6.0))


def test_cloth_is_pressed_and_what_follows_lies_on_it() -> None:
    box = PackingBox((220.0, 180.0, 250.0), np.random.default_rng(0))
    assert box.put([cloth(210.0, 170.0, 40.0)])
    first = box.contents[0]
    assert first.extent()[2] < 40.0
    assert first.bounds()[0][2] == pytest.approx(0.0, abs=0.5)
    assert box.filled_to == pytest.approx(float(first.bounds()[1][2]), abs=0.5)
    assert box.put([block((200.0, 160.0, 10.0))])
    assert box.contents[1].bounds()[0][2] > 8.0
