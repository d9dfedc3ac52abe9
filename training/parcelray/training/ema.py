"""A running average of the weights, which answers better than the weights of any one step (Polyak 1992)."""

from __future__ import annotations

import copy
import math

import torch
from torch import nn


class WeightAverage:
    """Follows a network; ``network`` is the averaged copy.

    Args:
        source: the network that is trained.
        decay: how much of the average each step keeps, in the long run.
        ramp_steps: steps in which that keeping grows: early weights should be forgotten fast.
    """

    def __init__(self, source: nn.Module, decay: float, ramp_steps: int) -> None:
        self.network = copy.deepcopy(source).eval().requires_grad_(requires_grad=False)
        self.steps = 0
        self._decay = decay
        self._ramp_steps = ramp_steps

    @torch.no_grad()
    def update(self, source: nn.Module) -> None:
        """Take in the weights after one step."""
        self.steps += 1
        keep = self._decay * (1 - math.exp(-self.steps / self._ramp_steps))
        current = source.state_dict()
        for name, averaged in self.network.state_dict().items():
            if averaged.dtype.is_floating_point:
                averaged.lerp_(current[name], 1 - keep)
            else:
                averaged.copy_(current[name])
