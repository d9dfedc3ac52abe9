"""Containers and fillers: they surround what they are asked to, weigh what real walls weigh, show their hardware."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from parcelray.datasets.synth.geometry.fan import line_fan
from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.beams import SANDWICH
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.projection import project
from parcelray.datasets.synth.shapes.containers import CONTAINERS, FILLERS
from parcelray.datasets.synth.shapes.containers.fittings import loop, rivets_at, screws_at, strap
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind
from support.drawings import check_parts, digest

SEEDS = (0, 1, 2)
CONTAINER_OF = {kind.name: kind for kind in CONTAINERS}
FILLER_OF = {kind.name: kind for kind in FILLERS}
# What may stand out of the inside: straps and wheels, mm.
OUTSIDE = 160.0
# Where all is paper, film or board: median transmission of the high channel straight down, at least.
LIGHT = {"carton": 0.93, "mailing_box": 0.93, "poly_mailer": 0.985, "bubble_bag": 0.985, "padded_envelope": 0.97}
HARDWARE = ("suitcase_soft", "suitcase_hard", "case_metal", "backpack", "holdall", "laptop_bag")
METALS = {"steel", "zinc", "aluminium", "brass"}


@cache
def drawn(name: str, seed: int) -> tuple[Shape, tuple[float, ...]]:
    kind = (CONTAINER_OF | FILLER_OF)[name]
    rng = np.random.default_rng([seed, 19])
    inner = kind.size(rng)
    return kind.draw(rng, inner), tuple(inner.tolist())


def test_names_are_unique_and_weights_positive() -> None:
    assert len(CONTAINER_OF) == len(CONTAINERS) >= 14
    assert len(FILLER_OF) == len(FILLERS) >= 4
    assert all(kind.weight > 0.0 for kind in (*CONTAINERS, *FILLERS))


@pytest.mark.parametrize("name", [*CONTAINER_OF, *FILLER_OF])
def test_kind_is_well_made(name: str) -> None:
    for seed in SEEDS:
        shape, _ = drawn(name, seed)
        assert (shape.kind, shape.leaf) == (name, None)
        check_parts(shape, triangles=60_000)


@pytest.mark.parametrize("name", [*CONTAINER_OF, *FILLER_OF])
def test_no_two_are_alike_and_a_seed_says_all(name: str) -> None:
    assert len({digest(drawn(name, seed)[0]) for seed in SEEDS}) == len(SEEDS)
    kind: ContainerKind = (CONTAINER_OF | FILLER_OF)[name]
    rng = np.random.default_rng([1, 19])
    assert digest(kind.draw(rng, kind.size(rng))) == digest(drawn(name, 1)[0])


@pytest.mark.parametrize("name", CONTAINER_OF)
def test_container_surrounds_its_inside(name: str) -> None:
    for seed in SEEDS:
        shape, inner = drawn(name, seed)
        low, high = shape.bounds()
        assert np.all(low <= [6.0, 6.0, 6.0]), low
        assert np.all(low >= -OUTSIDE), low
        assert np.all(high[:2] >= np.array(inner)[:2] - 6.0), high
        assert np.all(high <= np.array(inner) + OUTSIDE), high


@pytest.mark.parametrize("name", CONTAINER_OF)
def test_container_can_be_lowered_to_its_contents(name: str) -> None:
    shape = CONTAINER_OF[name].draw(np.random.default_rng(2), np.array([330.0, 240.0, 22.0]))
    check_parts(shape, triangles=60_000)


@pytest.mark.parametrize("name", FILLER_OF)
def test_filler_lies_inside(name: str) -> None:
    for seed in SEEDS:
        shape, inner = drawn(name, seed)
        low, high = shape.bounds()
        # Pillows and crumpled sheets press a little against the walls.
        assert np.all(low >= -45.0), low
        assert np.all(high <= np.array(inner) + 45.0), high


@pytest.mark.parametrize("name", LIGHT)
def test_light_walls_let_light_through(name: str) -> None:
    shape, inner = drawn(name, 0)
    model = quadrature(SANDWICH)
    placed = move_shape(shape, (-inner[0] / 2.0, 5.0, 10.0))
    fan = line_fan((0, 0, -650), (0, 0, 0), 120, 4.0, 700, 60, 4.0)
    transmission = np.exp(-project([placed], fan, model.coefficients).paths) @ model.weights[0]
    covered = transmission[transmission < 0.9999]
    assert len(covered) > 500
    assert np.median(covered) > LIGHT[name]


@pytest.mark.parametrize("name", HARDWARE)
def test_bags_and_cases_have_metal(name: str) -> None:
    for seed in SEEDS:
        shape, _ = drawn(name, seed)
        assert sum(len(part.faces) for part in shape.parts if part.material in METALS) > 100


def test_loop_closes_and_keeps_to_its_corners() -> None:
    path = loop((0.0, 0.0), (100.0, 60.0), 15.0, 7.0)
    assert np.array_equal(path[0], path[-1])
    assert path[:, :2].min() == pytest.approx(0.0)
    assert path[:, 0].max() == pytest.approx(100.0)
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() < 40.0


def test_fittings_come_once_for_each_place() -> None:
    places = np.random.default_rng(0).uniform(0.0, 300.0, (9, 3))
    one = sum(part.volume() for part in rivets_at(places[:1]))
    assert sum(part.volume() for part in rivets_at(places)) == pytest.approx(9 * one, rel=1e-3)
    screws = screws_at(np.random.default_rng(1), places)
    for place in places:
        assert min(np.linalg.norm(part.vertices - place, axis=1).min() for part in screws) < 8.0


def test_strap_is_as_wide_as_asked() -> None:
    line = np.column_stack([np.linspace(0.0, 50.0, 6), np.zeros(6), np.zeros(6)])
    ends = strap(line, 24.0).vertices
    assert np.ptp(ends[:, 1]) == pytest.approx(24.0)
