"""What gets through, against numpy's exponential."""

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam
from parcelray.datasets.synth.physics.materials import INDEX_OF, attenuation
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.physics.transmission import transmit


def exact(paths: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    passed = np.exp(-paths.astype(np.float64)) @ weights.T.astype(np.float64)
    return np.moveaxis(passed, -1, 0)


@pytest.mark.parametrize("nodes", [1, 8, 12])
@pytest.mark.parametrize("depth", [0.01, 1.0, 12.0])
def test_it_is_the_weighted_sum_of_exponentials(nodes: int, depth: float) -> None:
    rng = np.random.default_rng(nodes)
    paths = rng.uniform(depth * 1e-3, depth, (37, 53, nodes)).astype(np.float32)
    weights = rng.dirichlet(np.ones(nodes), 2).astype(np.float32)
    passed = transmit(paths, weights)
    assert passed.shape == (2, 37, 53)
    assert passed.dtype == np.float32
    assert passed == pytest.approx(exact(paths, weights), rel=2e-6)


@pytest.mark.parametrize("material", ["polyethylene", "aluminium", "steel", "lead"])
def test_a_slab_lets_a_single_energy_through_by_the_law_of_beer_and_lambert(material: str) -> None:
    table = attenuation()
    coefficient = table.coefficients[INDEX_OF[material], np.searchsorted(table.energies, 80.5)]
    thicknesses = np.linspace(0.0, 8.0 / coefficient, 200).reshape(10, 20)
    paths = (thicknesses[..., None] * coefficient).astype(np.float32)
    passed = transmit(paths, np.ones((2, 1), np.float32))
    for channel in passed:
        assert channel == pytest.approx(np.exp(-thicknesses * coefficient), rel=1e-5)


@pytest.mark.parametrize("beam", [SANDWICH, DUAL_KVP], ids=["sandwich", "dual_kvp"])
def test_high_comes_first_and_gets_through_better(beam: Beam) -> None:
    nodes = quadrature(beam)
    steel = np.tile(nodes.coefficients[INDEX_OF["steel"]] * 2.0, (1, 4, 1)).astype(np.float32)
    high, low = transmit(steel, nodes.weights)
    assert np.all(high > 1.5 * low)


def test_air_around_and_between_things_is_one() -> None:
    weights = quadrature(SANDWICH).weights
    paths = np.zeros((6, 40, weights.shape[1]), np.float32)
    paths[2, 5:9] = 0.7
    paths[2, 20:30] = 1.4
    paths[3, 0] = paths[3, -1] = 0.3
    paths[4] = 2.0
    expected = exact(paths, weights)
    assert transmit(paths, weights) == pytest.approx(expected, rel=2e-6)
    assert np.all(transmit(paths, weights)[:, (0, 1, 5)] == 1.0)


@pytest.mark.parametrize("depth", [80.0, 200.0, 1e5])
def test_nothing_gets_through_blocks(depth: float) -> None:
    passed = transmit(np.full((2, 9, 8), depth, np.float32), np.full((2, 8), 0.125, np.float32))
    assert np.all(passed >= 0.0)
    assert np.all(passed < 1e-30)
