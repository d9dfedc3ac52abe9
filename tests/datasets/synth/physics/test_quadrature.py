"""A few nodes against the whole spectrum, and against real scans."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.imaging.reading import read_view
from parcelray.datasets.imaging.transmission import guess_air
from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam, responses
from parcelray.datasets.synth.physics.materials import INDEX_OF, MATERIALS, attenuation
from parcelray.datasets.synth.physics.quadrature import NODES, quadrature, random_stacks
from parcelray.datasets.synth.scanner.profile import load_profile, profile_names

REAL_PAIRS = Path(__file__).parents[5] / "shared" / "data" / "hums"
# Each shipped beam once, under the first profile that has it.
BEAMS = {
    beam: name
    for name, beam in reversed(
        [(name, load_profile(name).beam) for reserved in (False, True) for name in profile_names(reserved=reserved)]
    )
}


def by_spectrum(beam: Beam, stacks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log signals (N, 2) of stacks (N, M) in cm, summed over the whole spectrum."""
    signals: NDArray[np.float64] = -np.log(np.exp(-stacks @ attenuation().coefficients) @ responses(beam).T)
    return signals


def by_nodes(beam: Beam, stacks: NDArray[np.float64]) -> NDArray[np.float64]:
    nodes = quadrature(beam)
    passed = np.exp(-stacks @ nodes.coefficients.astype(np.float64))
    signals: NDArray[np.float64] = -np.log(passed @ nodes.weights.T.astype(np.float64))
    return signals


@pytest.mark.parametrize("beam", BEAMS, ids=BEAMS.values())
def test_log_signals_are_those_of_the_whole_spectrum(beam: Beam) -> None:
    # A seed that the nodes were not fitted with.
    stacks = random_stacks(np.random.default_rng(20_250), 400, responses(beam))
    true = by_spectrum(beam, stacks)
    errors = np.abs(by_nodes(beam, stacks) / true - 1.0)
    assert np.all(errors.mean(axis=0) <= 1e-3)
    assert np.all(np.quantile(errors, 0.99, axis=0) <= 1e-2)
    assert true.min() < 0.1, "the stacks reach from thin things …"
    assert true.max() > 6.0, "… to what lets hardly anything through"


@pytest.mark.parametrize("beam", [SANDWICH, DUAL_KVP], ids=["sandwich", "dual_kvp"])
def test_nodes_are_as_many_as_promised_and_leave_air_as_it_is(beam: Beam) -> None:
    nodes = quadrature(beam)
    count = NODES[beam.kind]
    assert nodes.energies.shape == (count,)
    assert np.all(np.diff(nodes.energies) > 0.0)
    assert nodes.weights.shape == (2, count)
    assert np.all(nodes.weights >= 0.0)
    assert nodes.weights.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-6)
    assert nodes.coefficients.shape == (len(MATERIALS), count)
    assert {nodes.weights.dtype, nodes.coefficients.dtype} == {np.dtype(np.float32)}
    assert nodes.coefficients.flags.c_contiguous


def test_coefficients_are_the_tables_at_the_nodes() -> None:
    nodes, table = quadrature(SANDWICH), attenuation()
    places = np.searchsorted(table.energies, nodes.energies)
    assert nodes.coefficients == pytest.approx(table.coefficients[:, places], rel=1e-6)


def test_the_same_beam_has_the_same_nodes() -> None:
    once, again = quadrature(SANDWICH), quadrature.__wrapped__(SANDWICH)
    assert once is not again
    assert np.array_equal(once.energies, again.energies)
    assert np.array_equal(once.weights, again.weights)
    assert quadrature(SANDWICH) is once
    with pytest.raises(ValueError, match="read-only"):
        once.weights[0, 0] = 1.0


@pytest.mark.skipif(not REAL_PAIRS.is_dir(), reason="no real raw pairs on this machine (shared/data/hums)")
def test_real_pairs_lie_between_polyethylene_and_copper() -> None:
    thicknesses = np.zeros((2, 400, len(MATERIALS)))
    for stacks, name in zip(thicknesses, ("polyethylene", "copper"), strict=True):
        stacks[:, INDEX_OF[name]] = np.geomspace(1e-3, 100.0, 400)
    lightest, heaviest = (by_spectrum(SANDWICH, stacks) for stacks in thicknesses)

    inside = counted = 0
    for path in sorted(REAL_PAIRS.rglob("*_high.tif"))[::4]:
        halves = (path, path.with_name(path.name.replace("_high", "_low")))
        counts = [read_view(half.read_bytes(), name=half.name).pixels.astype(np.uint16) for half in halves]
        high, low = (-np.log(np.maximum(channel[::2, ::2], 1) / guess_air(channel)) for channel in counts)
        judged = (high > 0.2) & (high < 3.5)
        high, low = high[judged], low[judged]
        least = 0.95 * np.interp(high, *lightest.T)
        most = 1.05 * np.interp(high, *heaviest.T)
        inside += int(((least <= low) & (low <= most)).sum())
        counted += high.size
    assert counted > 10_000
    assert inside / counted >= 0.9
