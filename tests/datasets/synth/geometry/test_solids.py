"""Solids are closed, look outwards and have the volume of their formulas."""

import math

import numpy as np
import pytest
import trimesh

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.curves import folds, helix, smooth, wander
from parcelray.datasets.synth.geometry.kernels import frames
from parcelray.datasets.synth.geometry.placing import hollow, move, move_shape, turn
from parcelray.datasets.synth.geometry.shape import Part, shape

ROUND = {"sides": 180}
SOLIDS = {
    "box": (solids.box((10, 20, 30), (1, 2, 3), material="abs"), 6000.0),
    "cylinder": (solids.cylinder(5, 20, material="abs", **ROUND), math.pi * 25 * 20),
    "cylinder along x": (solids.cylinder(5, 20, material="abs", axis="x", **ROUND), math.pi * 25 * 20),
    "cylinder along y": (solids.cylinder(5, 20, material="abs", axis="y", **ROUND), math.pi * 25 * 20),
    "cone": (solids.lathe([(10, 0), (0.001, 30)], material="abs", **ROUND), math.pi * 100 * 30 / 3),
    "pipe": (solids.pipe(6, 4, 10, material="abs", **ROUND), math.pi * (36 - 16) * 10),
    "ellipsoid": (
        solids.ellipsoid((10, 20, 5), material="abs", sides=120, rings=90),
        4 / 3 * math.pi * 10 * 20 * 5,
    ),
    "plate with a hole": (
        solids.extrude(solids.rounded(40, 40, 1e-3).difference(solids.rounded(10, 10, 1e-3)), 5, material="abs"),
        (1600 - 100) * 5.0,
    ),
    "plate seen from the side": (solids.extrude([(0, 0), (10, 0), (10, 6)], 4, material="abs", axis="y"), 120.0),
    "plate seen from ahead": (solids.extrude([(0, 0), (10, 0), (10, 6)], 4, material="abs", axis="x"), 120.0),
    "rounded box": (solids.rounded_box((20, 10, 5), 1e-3, material="abs"), 1000.0),
    "straight tube": (solids.tube([(0, 0, 0), (5, 0, 0), (10, 0, 0)], 2, material="abs", sides=180), math.pi * 40),
}


@pytest.mark.parametrize(("part", "volume"), SOLIDS.values(), ids=SOLIDS)
def test_closed_with_the_volume_of_the_formula(part: Part, volume: float) -> None:
    assert part.volume() == pytest.approx(volume, rel=2e-3)
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=True)
    assert mesh.is_watertight
    assert hollow(part).volume() == pytest.approx(-part.volume())


@pytest.mark.parametrize(("axis", "extent"), [("y", (10, 4, 6)), ("x", (4, 10, 6)), ("z", (10, 6, 4))])
def test_an_outline_lies_in_the_plane_of_its_axis(axis: str, extent: tuple[float, ...]) -> None:
    part = solids.extrude([(0, 0), (10, 0), (10, 6)], 4, material="abs", axis=axis)  # type: ignore[arg-type]
    assert np.ptp(part.vertices, axis=0) == pytest.approx(extent)


def test_a_tube_of_any_path_looks_outwards() -> None:
    for seed in range(20):
        path = wander(np.random.default_rng(seed), 6, (100, 80, 60))
        assert solids.tube(path, 2.0, material="copper").volume() > 0.0


def test_a_tube_that_turns_sharply_stays_round() -> None:
    # At the second point the path goes to where the tube's first normal points.
    path = [(0.0, 0.0, 0.0), (0.0, 8.0, 0.0), (8.0, 0.0, 0.0), (16.0, 0.0, 0.0), (16.0, 0.0, 9.0)]
    hose = solids.tube(path, 2.0, material="pvc", sides=12)
    rings = hose.vertices[:-2].reshape(len(path), 12, 3)
    assert np.linalg.norm(rings - np.array(path)[:, None], axis=2) == pytest.approx(np.full((len(path), 12), 2.0), 1e-5)
    # All of a ring lies in one plane, across the path: its opposite points lie on either side of the path.
    assert (rings[:, :6] + rings[:, 6:]) / 2.0 == pytest.approx(
        np.broadcast_to(np.array(path)[:, None], (len(path), 6, 3)), abs=1e-5
    )


def test_frames_are_across_the_path_and_across_each_other() -> None:
    path = wander(np.random.default_rng(4), 7, (100.0, 80.0, 60.0))
    normals, binormals = frames(path)
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    triple = np.stack([along, normals, binormals], axis=1)
    assert triple @ triple.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(3), (len(path), 3, 3)), abs=1e-6)
    assert np.linalg.det(triple) == pytest.approx(np.ones(len(path)), abs=1e-6)
    turned = (normals[1:] * np.cross(along[1:], normals[:-1])).sum(axis=1)
    assert turned == pytest.approx(np.zeros(len(path) - 1), abs=1e-6), "it turns with the path, not about it"


def test_upright_paths_and_right_angles_have_frames_too() -> None:
    upright = [(0.0, 0.0, 0.0), (0.0, 0.0, 9.0)]
    into_the_first_normal = [(0.0, 0.0, 0.0), (0.0, 8.0, 0.0), (8.0, 0.0, 0.0), (16.0, 0.0, 0.0)]
    for path in (upright, into_the_first_normal):
        found = frames(np.array(path))
        assert np.linalg.norm(found, axis=2) == pytest.approx(np.ones((2, len(path))), abs=1e-6)
        assert (found[0] * found[1]).sum(axis=1) == pytest.approx(np.zeros(len(path)), abs=1e-6)


def test_what_is_made_of_bounds_leaves_the_shape_as_it_is() -> None:
    block = shape("block", [solids.box((2.0, 4.0, 6.0), material="abs")])
    low, _ = block.bounds()
    low += 100.0
    assert block.bounds()[0] == pytest.approx((-1.0, -2.0, -3.0))
    assert move_shape(block, (1.0, 0.0, 0.0)).bounds()[0] == pytest.approx((0.0, -2.0, -3.0))


def test_a_shape_joins_what_is_alike_and_lies_around_the_origin() -> None:
    parts = [
        solids.box((10, 10, 10), (20, 0, 0), material="abs"),
        solids.box((10, 10, 10), (40, 0, 0), material="abs"),
        solids.box((4, 4, 4), (30, 0, 0), material="steel"),
        solids.box((4, 4, 4), (30, 0, 0), material="steel", wall=0.5),
    ]
    joined = shape("thing", parts)
    assert [(part.material, part.wall) for part in joined.parts] == [("abs", 0.0), ("steel", 0.0), ("steel", 0.5)]
    assert joined.parts[0].volume() == pytest.approx(2000.0, rel=1e-5)
    low, high = joined.bounds()
    assert low == pytest.approx(-high)
    assert joined.extent() == pytest.approx((30, 10, 10))
    with pytest.raises(ValueError, match="nothing: expected at least one part"):
        shape("nothing", [])


def test_moving_scales_then_turns_then_shifts() -> None:
    thing = shape("thing", [solids.box((10, 20, 30), material="abs")])
    moved = move_shape(thing, (5, 0, 0), turned=turn("z", 90), scale=(2, 1, 1))
    assert moved.extent() == pytest.approx((20, 20, 30))
    assert moved.bounds()[0] == pytest.approx((-5, -10, -15))
    (named,) = move(thing.parts, role="slide")
    assert named.role == "slide"
    assert thing.parts[0].role == ""


def test_curves_go_where_they_should() -> None:
    coil = helix(5, 4, 2)
    assert np.linalg.norm(coil[:, :2], axis=1) == pytest.approx(np.full(len(coil), 5.0))
    assert np.ptp(coil[:, 2]) == pytest.approx(8.0)
    corners = [(0, 0), (10, 5), (20, 0)]
    through = smooth(corners, 41)
    assert through[[0, 20, 40]] == pytest.approx(np.array(corners, float))
    x, y = np.meshgrid(np.linspace(-50, 50, 30), np.linspace(-50, 50, 30))
    heights = folds(np.random.default_rng(1), 8.0, 40.0)(x, y)
    assert np.isfinite(heights).all()
    assert 2.0 < np.ptp(heights) < 80.0
