from pathlib import Path

import numpy as np
import pytest

from parcelray.models.detector import Detector
from parcelray.models.package import ModelPackage
from parcelray.training.gate.demands import LatencyDemands
from parcelray.training.gate.latency import check_latency


@pytest.fixture
def pair(tiny_package: Path) -> tuple[Detector, Detector]:
    package = ModelPackage.open(tiny_package)
    return Detector(package, threads=1), Detector(package, threads=1)


def test_the_budget_decides_whatever_the_machine(pair: tuple[Detector, Detector]) -> None:
    pictures = [np.full((64, 64, 3), shade, np.uint8) for shade in (0, 200, 255)]
    check = check_latency(pair, pictures, 1, LatencyDemands(times=1.0, at_least_ms=60_000))
    assert check.passed
    assert check.figures["looks"] == 9
    assert check.figures["budget_ms"] == 60_000
    # Nothing is a thousand times as fast as itself.
    slow = check_latency(pair, pictures, 1, LatencyDemands.model_construct(times=0.001, at_least_ms=0.0))
    assert not slow.passed
    assert slow.figures["budget_ms"] == pytest.approx(0.001 * slow.figures["champion_ms"], abs=1e-3)
