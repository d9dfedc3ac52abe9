"""What the rays meet on their way, and the footprints of what is labelled."""

from dataclasses import replace

import numpy as np
import pytest

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.fan import line_fan
from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.physics.beams import SANDWICH
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.projection import Projection, project, texture

FAN = line_fan((0, 0, -600), (0, 0, 0), 200, 1.0, 600, 150, 1.0)
COEFFICIENTS = quadrature(SANDWICH).coefficients


def gun(at: tuple[float, float, float]) -> Shape:
    """Two blocks of steel beside each other, of two roles."""
    parts = [
        solids.box((40, 20, 10), (0, 0, 0), material="steel"),
        solids.box((20, 30, 10), (10, 25, 0), material="aluminium"),
    ]
    parts = [replace(part, role=role) for part, role in zip(parts, ("slide", "frame"), strict=True)]
    return move_shape(shape("gun", parts, leaf="pistol"), at)


def plate(leaf: str | None = None, grain: float = 0.0) -> Shape:
    part = replace(solids.box((60, 60, 8), material="paper"), grain=grain)
    return move_shape(shape("plate", [part], leaf=leaf), (0, 70, 80))


def cast(*shapes: Shape) -> Projection:
    return project(shapes, FAN, COEFFICIENTS)


def test_things_add_up_whether_labelled_or_not() -> None:
    both = cast(plate(), gun((5, 75, 40)))
    apart = cast(gun((5, 75, 40))).paths + cast(plate()).paths
    assert both.paths == pytest.approx(apart, abs=1e-5)
    assert both.paths.max() > 1.0
    assert cast(gun((5, 75, 40)), plate()).paths == pytest.approx(apart, abs=1e-5)
    assert cast(plate()).paths == pytest.approx(cast(plate("paper_instruments")).paths, abs=1e-6)


def test_a_plates_line_integral_is_its_thickness_times_its_coefficient() -> None:
    # Straight up through the middle: 8 mm of paper.
    middle = cast(plate()).paths[70, 100]
    assert middle == pytest.approx(0.8 * COEFFICIENTS[INDEX_OF["paper"]], rel=1e-3)


def test_only_what_has_a_leaf_has_a_footprint_which_holds_that_thing_alone() -> None:
    projection = cast(plate(), gun((5, 75, 40)))
    (footprint,) = projection.footprints
    assert footprint.shape == 1
    alone = cast(gun((5, 75, 40))).paths
    assert footprint.paths == pytest.approx(alone[footprint.rows, footprint.columns], abs=1e-6)
    outside = alone.copy()
    outside[footprint.rows, footprint.columns] = 0.0
    assert not outside.any()


def test_roles_are_where_their_parts_are() -> None:
    (footprint,) = cast(gun((0, 75, 40))).footprints
    assert set(footprint.roles) == {"slide", "frame"}
    slide, frame = footprint.roles["slide"], footprint.roles["frame"]
    # The slide is 40 x 20 mm, the frame 20 x 30, at 600/640 pixels a millimetre across and one along the belt.
    assert slide.sum() == pytest.approx(40 * 20 * 600 / 640, rel=0.12)
    assert frame.sum() == pytest.approx(20 * 30 * 600 / 640, rel=0.12)
    assert not (slide & frame)[:18].any()
    assert ((slide | frame) == (footprint.paths[..., 0] > 0.01)).mean() > 0.98


def test_what_is_outside_is_left_out_and_what_is_half_outside_is_cut() -> None:
    for aside in ((500, 75, 40), (0, -300, 40), (0, 700, 40)):
        nothing = cast(gun(aside))
        assert not nothing.paths.any()
        assert not any(footprint.paths.any() for footprint in nothing.footprints)
    whole = cast(gun((0, 75, 40))).paths
    cut = project([gun((0, 75, 40))], FAN.crop(95, 60, 40, 70.0), COEFFICIENTS)
    assert cut.paths.any()
    assert cut.paths == pytest.approx(whole[70:110, 95:155], abs=1e-4)
    (footprint,) = cut.footprints
    assert (footprint.rows.start, footprint.columns.start) == (0, 0)


def test_grain_changes_the_texture_and_not_the_amount() -> None:
    even, grainy = cast(plate()).paths[45:95, 75:125, 0], cast(plate(grain=0.1)).paths[45:95, 75:125, 0]
    assert grainy.mean() == pytest.approx(even.mean(), rel=0.03)
    assert even.std() / even.mean() < 0.01
    assert 0.05 < grainy.std() / grainy.mean() < 0.15
    assert cast(plate(grain=0.1)).paths.tobytes() == cast(plate(grain=0.1)).paths.tobytes()


def test_the_texture_has_no_mean_and_repeats_without_a_seam() -> None:
    field = texture()
    assert field.mean() == pytest.approx(0.0, abs=1e-3)
    assert field.std() == pytest.approx(1.0, abs=1e-3)
    steps = np.abs(np.diff(field, axis=0)).mean(), np.abs(np.diff(field, axis=1)).mean()
    seams = np.abs(field[0] - field[-1]).mean(), np.abs(field[:, 0] - field[:, -1]).mean()
    assert seams == pytest.approx(steps, rel=0.1)
    with pytest.raises(ValueError, match="read-only"):
        field[0, 0] = 1.0
