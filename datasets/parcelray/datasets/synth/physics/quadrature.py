"""A handful of photon energies that stand for the whole spectrum.

A pixel's signal is the integral of ``response(E) * exp(-sum of mu(E) * path)``: it does not follow from the materials'
own attenuations one by one, since what lies in front hardens the beam for what lies behind. A *quadrature* replaces the
integral by a sum over few energies, the nodes, with one set of weights for each channel. The line integrals at the
nodes are all that a projection has to add up, whatever the number of materials.

Nodes are chosen greedily: from about forty, the least useful is dropped again and again, with weights fitted anew by
non-negative least squares (Lawson & Hanson 1974) to the signals of random mixtures of materials; then those that are
left settle at the best energies nearby.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from parcelray.datasets.synth.physics.beams import Beam, BeamKind, responses
from parcelray.datasets.synth.physics.materials import attenuation

# Two separate tubes need more nodes than one tube seen twice. Eight and four floats are what a vector register holds.
NODES: dict[BeamKind, int] = {"sandwich": 8, "dual_kvp": 12}

_STACKS = 800
_MAX_LAYERS = 6
# Attenuations of the stacks: from cloth to where no photon is left to count.
_DEPTHS = (0.005, 9.0)
_CANDIDATES = 40
# How firmly the weights of a channel are held to a sum of 1, beside a row of 1 for every stack.
_AIR_WEIGHT = 100.0
# How many of the lightest nodes are candidates for dropping, and by how many keV a node may move at a time.
_TRIED = 8
_STEPS = (-4, -1, 1, 4)
# Below this attenuation an absolute error counts, above it a relative one.
_THIN = 0.05


@dataclass(frozen=True, eq=False)
class Quadrature:
    """The nodes of a beam.

    Attributes:
        energies: (K,) keV.
        weights: (2, K) float32 share of each node in the air signal of the high and the low channel.
        coefficients: (M, K) float32 linear attenuation in 1/cm at the nodes; rows as in ``materials.MATERIALS``.
    """

    energies: NDArray[np.float64]
    weights: NDArray[np.float32]
    coefficients: NDArray[np.float32]


@cache
def quadrature(beam: Beam) -> Quadrature:
    """The nodes and weights for a beam; always the same for the same beam.

    Args:
        beam: tubes and detector.

    Returns:
        8 nodes for a sandwich, 12 for dual kVp.
    """
    table = attenuation()
    response = responses(beam)
    stacks = random_stacks(np.random.default_rng(0), _STACKS, response)
    transmitted = np.exp(-stacks @ table.coefficients)
    mixtures = _Mixtures(transmitted, transmitted @ response.T)
    nodes = _settle(mixtures, _thin_out(mixtures, _candidates(response), NODES[beam.kind]))
    weights, _ = mixtures.fit(nodes)
    weights /= weights.sum(axis=1, keepdims=True)

    coefficients = np.ascontiguousarray(table.coefficients[:, nodes], dtype=np.float32)
    result = Quadrature(table.energies[nodes], weights.astype(np.float32), coefficients)
    for array in (result.energies, result.weights, result.coefficients):
        array.flags.writeable = False
    return result


def random_stacks(rng: np.random.Generator, count: int, response: NDArray[np.float64]) -> NDArray[np.float64]:
    """Thicknesses of random mixtures of one to six materials, with attenuations from cloth to blocks of metal.

    Args:
        rng: the source of chance.
        count: how many stacks.
        response: (2, E) of the channels; the high one says what an attenuation is.

    Returns:
        (count, M) cm.
    """
    coefficients = attenuation().coefficients
    mean = coefficients @ response[0]
    stacks = np.zeros((count, len(coefficients)))
    for stack in stacks:
        chosen = rng.choice(len(coefficients), rng.integers(1, _MAX_LAYERS + 1), replace=False)
        depth = rng.uniform(*_DEPTHS)
        stack[chosen] = rng.dirichlet(np.ones(len(chosen))) * depth / mean[chosen]
    return stacks


def _candidates(response: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of energies that share the signal of both channels evenly."""
    cumulated = np.cumsum(response.mean(axis=0))
    shares = (np.arange(_CANDIDATES) + 0.5) / _CANDIDATES
    return np.unique(np.minimum(np.searchsorted(cumulated, shares), len(cumulated) - 1))


class _Mixtures:
    """Signals of mixtures, and how well a choice of nodes tells them.

    Args:
        transmitted: (N, E) share of photons of each energy that gets through each mixture.
        signals: (N, 2) the channels' true signals.
    """

    def __init__(self, transmitted: NDArray[np.float64], signals: NDArray[np.float64]) -> None:
        # Dividing by signal and log signal makes the least squares one of relative errors of the log signal.
        scale = 1.0 / (signals * np.maximum(-np.log(signals), _THIN))
        air = np.full((1, transmitted.shape[1]), _AIR_WEIGHT)
        self.energies = transmitted.shape[1]
        self._rows = [np.vstack([transmitted * scale[:, channel, None], air]) for channel in range(2)]
        self._wanted = [np.append(signals[:, channel] * scale[:, channel], _AIR_WEIGHT) for channel in range(2)]

    def fit(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
        """The best weights (2, K) of given nodes, and the mean relative error of the log signal that they leave."""
        weights = np.empty((2, len(nodes)))
        residual = 0.0
        for channel, (rows, wanted) in enumerate(zip(self._rows, self._wanted, strict=True)):
            chosen = rows[:, nodes]
            weights[channel] = nnls(chosen, wanted)[0]
            residual += float(np.abs(chosen @ weights[channel] - wanted)[:-1].mean())
        return weights, residual


def _thin_out(mixtures: _Mixtures, nodes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Drop the node without which the error is smallest, until ``count`` are left; lightly weighted ones are tried."""
    while len(nodes) > count:
        weights, _ = mixtures.fit(nodes)
        lightest = np.argsort(weights.sum(axis=0))[:_TRIED]
        errors = [mixtures.fit(np.delete(nodes, node))[1] for node in lightest]
        nodes = np.delete(nodes, lightest[int(np.argmin(errors))])
    return nodes


def _settle(mixtures: _Mixtures, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Move one node at a time to a neighbouring energy for as long as that helps."""
    _, least = mixtures.fit(nodes)
    improved = True
    while improved:
        improved = False
        for place in range(len(nodes)):
            for step in _STEPS:
                moved = nodes.copy()
                moved[place] += step
                if not 0 <= moved[place] < mixtures.energies or len(set(moved.tolist())) < len(nodes):
                    continue
                _, error = mixtures.fit(moved)
                if error < least:
                    nodes, least, improved = moved, error, True
    return np.sort(nodes)
