"""``Team``: how the cores are divided among callers, found out by trying when a model is loaded.

Whether two forward passes on one core each beat one pass on two cores depends on the model: a small one gained 42 %, a
big one lost. So both are timed for a moment. A caller who is alone always gets all cores: his answer comes soonest.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from parcelray.models.detector import Detector
from parcelray.models.errors import PackageError
from parcelray.models.package import ModelPackage

# Each way is tried for so long, or for one pass of each caller where a pass takes longer.
_TRIAL_S = 0.1
# Below this gain the second session is not worth its memory.
_WORTH = 1.05


@dataclass(frozen=True)
class Team:
    """Detectors of one package, warmed up.

    Attributes:
        wide: uses all cores for one view.
        narrow: uses one core for a view; None where callers side by side are no faster than one after the other.
        callers: how many views are worked on at the same time.
    """

    wide: Detector
    narrow: Detector | None
    callers: int

    @property
    def package(self) -> ModelPackage:
        """The model."""
        return self.wide.package

    def pick(self, *, alone: bool) -> Detector:
        """The detector for the next view."""
        return self.wide if alone or self.narrow is None else self.narrow


def assemble(package: ModelPackage) -> Team:
    """Load a package, try both ways, and warm up.

    Raises:
        PackageTamperedError: the package was altered since it was opened.
        PackageError: its network cannot be loaded, or does not do what its manifest says.
    """
    try:
        return _tried_out(package)
    except PackageError:
        raise
    except Exception as error:
        # ONNX Runtime's and numpy's, of a network that reads or gives something else, or does not fit into memory.
        raise PackageError(f"model package {package.folder}: its network cannot look at a view: {error}") from error


def _tried_out(package: ModelPackage) -> Team:
    cores = usable_cores()
    wide = Detector(package, threads=cores)
    wide.warm_up()
    if cores == 1:
        return Team(wide, None, 1)
    narrow = Detector(package, threads=1)
    narrow.warm_up()
    if throughput(narrow, callers=cores) < _WORTH * throughput(wide, callers=1):
        return Team(wide, None, 1)
    return Team(wide, narrow, cores)


def usable_cores() -> int:
    """How many cores this process may run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def throughput(detector: Detector, *, callers: int) -> float:
    """Forward passes a second with so many callers side by side, tried for a moment."""
    spec = detector.package.manifest.input
    tensor = np.zeros((1, 3, spec.height, spec.width), np.float32)
    start = threading.Barrier(callers)

    def call() -> float:
        start.wait()
        began = time.perf_counter()
        passes = 0
        while (elapsed := time.perf_counter() - began) < _TRIAL_S:
            detector.forward(tensor)
            passes += 1
        return passes / elapsed

    with ThreadPoolExecutor(callers) as pool:
        return sum(job.result() for job in [pool.submit(call) for _ in range(callers)])
