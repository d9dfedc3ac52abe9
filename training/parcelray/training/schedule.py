"""The learning rate: a linear climb, then half a cosine down (Loshchilov and Hutter 2016, arXiv:1608.03983)."""

from __future__ import annotations

import math

from parcelray.training.config import OptimiserSpec


def learning_rate(step: int, steps: int, spec: OptimiserSpec) -> float:
    """The rate for one step.

    Args:
        step: from 0.
        steps: how many the whole run has.
        spec: peak, warm-up and end.
    """
    warmup = round(steps * spec.warmup_share)
    if step < warmup:
        return spec.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(steps - warmup, 1)
    share = spec.final_share + (1 - spec.final_share) * (1 + math.cos(math.pi * progress)) / 2
    return spec.learning_rate * share
