"""What is looked for in combination, and the electronics in it: every kind draws, in real sizes, of known materials."""

from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.synth.geometry.fan import line_fan
from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import join, shape
from parcelray.datasets.synth.physics.beams import SANDWICH
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.projection import project
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
    lead_parts,
    motor_parts,
    screw_parts,
    transformer_parts,
    wire_parts,
)
from parcelray.datasets.synth.shapes.ied_components import KINDS
from support.drawings import check_kind, check_leaves, check_parts, drawn, volumes

KIND_OF = {kind.name: kind for kind in KINDS}
# Leaf: kinds at least, shortest and longest of the longest side in mm.
LEAVES = {
    "power_source": (9, 30.0, 480.0),
    "initiator": (6, 35.0, 400.0),
    "switch_circuit": (9, 40.0, 480.0),
    "bulk_charge": (9, 60.0, 480.0),
    "pipe": (6, 60.0, 480.0),
    "wiring": (7, 60.0, 420.0),
}


def test_every_leaf_has_its_kinds() -> None:
    check_leaves(KINDS, LEAVES)


@pytest.mark.parametrize("name", KIND_OF)
def test_kind_is_well_made(name: str) -> None:
    check_kind(KIND_OF[name], LEAVES)


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.leaf == "bulk_charge"])
def test_bulk_is_mostly_organic(name: str) -> None:
    solid = volumes(drawn(KIND_OF[name], 0))
    assert solid.get("organic_bulk", 0.0) + solid.get("powder", 0.0) > 0.5 * sum(solid.values())


@pytest.mark.parametrize("chemistry", ["alkaline", "liion", "zinc_carbon"])
def test_cell_is_filled_but_not_overfull(chemistry: str) -> None:
    parts = cell_parts(7.0, 49.0, chemistry=chemistry)  # type: ignore[arg-type]
    filled = sum(part.volume() for part in parts if part.wall == 0.0)
    assert 0.6 < filled / (np.pi * 7.0**2 * 49.0) < 1.0


@pytest.mark.parametrize(
    "parts",
    [motor_parts(14.0, 38.0), coil_parts(9.0, 12.0), transformer_parts(40.0), screw_parts(1.8, 12.0)],
    ids=["motor", "coil", "transformer", "screw"],
)
def test_component_is_well_made(parts: list) -> None:  # type: ignore[type-arg]
    check_parts(shape("component", parts))


def test_boards_of_any_size_join_into_few_parts() -> None:
    rng = np.random.default_rng(5)
    for width, depth in ((12.0, 6.0), (40.0, 30.0), (260.0, 180.0)):
        parts = circuit_board_parts(rng, width, depth, density=1.5)
        assert len(parts) == len(join(parts)) <= 14
        made = shape("board", parts)
        check_parts(made)
        assert np.all(made.extent()[:2] < np.array([width, depth]) + 30.0)


def test_thin_wire_is_no_row_of_dashes() -> None:
    """A wire of 0.6 mm under rays 1 mm apart is seen in every row."""
    line = np.column_stack([np.linspace(-3.0, 3.0, 30), np.linspace(0.0, 60.0, 30), np.full(30, 20.0)])
    wire = move_shape(shape("wire", wire_parts(line, 0.3)), (0.0, 30.0, 20.0))
    fan = line_fan((0, 0, -650), (0, 0, 0), 60, 1.0, 700, 60, 1.0)
    seen = project([wire], fan, quadrature(SANDWICH).coefficients).paths[4:56].max(axis=1)[:, 0]
    assert seen.min() > 0.25 * seen.max()


def test_leads_begin_where_they_are_told() -> None:
    parts = lead_parts(np.random.default_rng(1), (10.0, 5.0, 2.0), 3, 120.0)
    copper = next(part for part in parts if part.material == "copper")
    assert np.linalg.norm(copper.vertices - [10.0, 5.0, 2.0], axis=1).min() < 3.0
    assert copper.vertices[:, 0].max() > 60.0
