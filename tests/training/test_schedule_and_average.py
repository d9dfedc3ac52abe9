import math

import pytest
import torch
from torch import nn

from parcelray.training.config import OptimiserSpec
from parcelray.training.ema import WeightAverage
from parcelray.training.schedule import learning_rate

SPEC = OptimiserSpec(
    epochs=1,
    batch_size=1,
    learning_rate=0.01,
    weight_decay=0,
    warmup_share=0.1,
    final_share=0.1,
    clip_norm=1,
    ema_decay=0.9,
    ema_ramp_steps=10,
)


def test_rate_climbs_peaks_and_falls() -> None:
    rates = [learning_rate(step, 100, SPEC) for step in range(101)]
    assert rates[0] == pytest.approx(0.001)
    assert rates[9] == pytest.approx(0.01)
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[55] == pytest.approx(0.001 + 0.009 * 0.5)
    assert rates[100] == pytest.approx(0.001)


def test_a_run_without_warmup_starts_at_the_peak() -> None:
    assert learning_rate(0, 10, SPEC.model_copy(update={"warmup_share": 0.0})) == pytest.approx(0.01)


def test_average_follows_by_the_formula_and_takes_counters_as_they_are() -> None:
    network = nn.BatchNorm1d(1)
    average = WeightAverage(network, 0.9, 10)
    expected = 1.0
    for step in range(1, 4):
        with torch.no_grad():
            network.weight.fill_(float(step * 10))
            network.num_batches_tracked.fill_(step)
        average.update(network)
        keep = 0.9 * (1 - math.exp(-step / 10))
        expected = keep * expected + (1 - keep) * step * 10
    assert average.network.weight.item() == pytest.approx(expected, rel=1e-5)
    assert average.network.num_batches_tracked.item() == 3
    assert not average.network.training
    assert not any(value.requires_grad for value in average.network.parameters())
