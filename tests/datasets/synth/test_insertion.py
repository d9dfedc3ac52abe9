"""Items put into clean scans: against full renderings of the same scene."""

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.insertion import Inserted, insert_into_colours, insert_into_counts
from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam
from parcelray.datasets.synth.physics.materials import INDEX_OF, MATERIALS
from parcelray.datasets.synth.physics.quadrature import Quadrature, quadrature
from parcelray.datasets.synth.physics.transmission import transmit

AIR = (60000.0, 52000.0)
SHAPE = (60, 80)
COMMON = (
    "cotton", "paper", "abs", "water", "polyester", "aluminium", "steel", "fr4", "glass", "copper", "leather", "liion"
)  # fmt: skip
# Below this share of air, a count tells too little of what is there.
FAINT = 2e-3
BEAMS = {"sandwich": SANDWICH, "dual kVp": DUAL_KVP}


def line_integrals(nodes: Quadrature, thicknesses: NDArray[np.float64]) -> NDArray[np.float32]:
    return (thicknesses @ nodes.coefficients).astype(np.float32).reshape(*SHAPE, -1)


def backgrounds(nodes: Quadrature, rng: np.random.Generator) -> NDArray[np.float32]:
    """Random mixtures of what parcels hold, a tenth of it air."""
    thicknesses = np.zeros((SHAPE[0] * SHAPE[1], len(MATERIALS)))
    for row in thicknesses[len(thicknesses) // 10 :]:
        chosen = [INDEX_OF[str(name)] for name in rng.choice(COMMON, rng.integers(1, 5), replace=False)]
        depths = rng.dirichlet(np.ones(len(chosen))) * np.exp(rng.uniform(np.log(0.05), np.log(3.0)))
        row[chosen] = depths / (nodes.coefficients[chosen] @ nodes.weights[0])
    return line_integrals(nodes, thicknesses)


def items(nodes: Quadrature, rng: np.random.Generator, material: str) -> NDArray[np.float32]:
    """0.2 mm to 12 mm of steel or as much as weakens alike of another material; nothing in the first columns."""
    thicknesses = np.zeros((SHAPE[0] * SHAPE[1], len(MATERIALS)))
    steel, other = (nodes.coefficients[INDEX_OF[name]] @ nodes.weights[0] for name in ("steel", material))
    thicknesses[:, INDEX_OF[material]] = np.exp(rng.uniform(np.log(0.02), np.log(1.2), len(thicknesses)))
    thicknesses *= steel / other
    paths = line_integrals(nodes, thicknesses)
    paths[:, :8] = 0.0
    return paths


def to_counts(transmission: NDArray[np.float32]) -> NDArray[np.uint16]:
    counts: NDArray[np.uint16] = np.rint(transmission * np.array(AIR)[:, None, None]).clip(0, 65535).astype(np.uint16)
    return counts


def errors(counts: NDArray[np.uint16], truth: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean difference of the log signals, high and low, where enough comes through."""
    enough = (truth > FAINT).all(axis=0)
    assert enough.mean() > 0.5
    signal = np.maximum(counts, 1) / np.array(AIR)[:, None, None]
    return np.array([np.abs(np.log(signal[i]) - np.log(truth[i]))[enough].mean() for i in range(2)])


@pytest.mark.parametrize("material", ["steel", "water", "lead"])
@pytest.mark.parametrize("beam", BEAMS.values(), ids=BEAMS)
def test_a_raw_pair_is_as_if_all_had_lain_there_together(beam: Beam, material: str) -> None:
    nodes, rng = quadrature(beam), np.random.default_rng(3)
    behind, item = backgrounds(nodes, rng), items(nodes, rng, material)
    truth, clean = transmit(behind + item, nodes.weights), transmit(behind, nodes.weights)
    window = slice(0, SHAPE[0]), slice(0, SHAPE[1])
    filled = insert_into_counts(to_counts(clean), AIR, Inserted(item, *window), nodes)
    found = errors(filled, truth)
    multiplied = errors(to_counts(clean * transmit(item, nodes.weights)), truth)
    assert (found < 0.02).all()
    # Multiplying leaves out that the beam comes to the item hardened.
    if material != "water":
        assert (multiplied > 0.02).all()
        assert (found < 0.5 * multiplied).all()


def test_pixels_that_the_item_does_not_touch_keep_their_counts_and_noise() -> None:
    nodes, rng = quadrature(SANDWICH), np.random.default_rng(4)
    clean = to_counts(transmit(backgrounds(nodes, rng), nodes.weights))
    clean += rng.integers(0, 900, clean.shape).astype(np.uint16)  # noise, and air brighter than air
    before = clean.copy()
    item = items(nodes, rng, "steel")[:30, :40]
    filled = insert_into_counts(clean, AIR, Inserted(item, slice(20, 50), slice(30, 70)), nodes)
    assert np.array_equal(clean, before), "the clean scan stays"
    touched = np.zeros(SHAPE, np.bool_)
    touched[20:50, 30:70] = item[..., 0] > 0.0
    assert np.array_equal(filled[:, ~touched], clean[:, ~touched])
    assert (filled[:, touched] <= clean[:, touched]).all()
    assert (filled[:, touched] < clean[:, touched]).mean() > 0.9


def test_air_takes_the_items_own_shade() -> None:
    nodes = quadrature(SANDWICH)
    item = items(nodes, np.random.default_rng(5), "steel")
    air = np.broadcast_to(np.array(AIR, np.uint16)[:, None, None], (2, *SHAPE)).copy()
    filled = insert_into_counts(air, AIR, Inserted(item, slice(0, SHAPE[0]), slice(0, SHAPE[1])), nodes)
    assert errors(filled, transmit(item, nodes.weights)) == pytest.approx([0.0, 0.0], abs=2e-3)


def test_dark_and_impossible_pixels_stay_finite() -> None:
    nodes = quadrature(SANDWICH)
    item = items(nodes, np.random.default_rng(6), "lead")
    rng = np.random.default_rng(7)
    # Any pair of counts, such as low brighter than high, which no material explains.
    counts = rng.integers(0, 65536, (2, *SHAPE)).astype(np.uint16)
    counts[:, :10] = 0
    filled = insert_into_counts(counts, AIR, Inserted(item, slice(0, SHAPE[0]), slice(0, SHAPE[1])), nodes)
    assert (filled <= counts).all()
    assert not filled[:, :10].any()


def test_a_colour_scan_darkens_inside_the_window_alone() -> None:
    rng = np.random.default_rng(8)
    clean = rng.integers(0, 256, (40, 50, 3)).astype(np.uint8)
    before = clean.copy()
    item = rng.integers(0, 256, (12, 20, 3)).astype(np.uint8)
    item[:4] = 255
    filled = insert_into_colours(clean, item, slice(9, 21), slice(25, 45))
    assert np.array_equal(clean, before)
    inside = np.zeros((40, 50), np.bool_)
    inside[9:21, 25:45] = True
    assert np.array_equal(filled[~inside], clean[~inside])
    assert (filled <= clean).all()
    assert np.array_equal(filled[9:13, 25:45], clean[9:13, 25:45]), "white changes nothing"
    expected = clean[9:21, 25:45] / 255.0 * item
    assert np.abs(filled[9:21, 25:45] - expected).max() <= 0.51
