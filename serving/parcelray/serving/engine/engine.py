"""``Engine``: looks at scans, off the event loop, on no more threads than there are cores to feed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from parcelray.datasets.imaging.palette import pseudo_colour_table
from parcelray.datasets.imaging.quality import ViewWarning
from parcelray.datasets.imaging.reading import PixelLimits
from parcelray.datasets.imaging.rendering import render
from parcelray.models.detections import Detections
from parcelray.models.detector import Detector
from parcelray.models.errors import BadInputError
from parcelray.models.package import Manifest, ModelPackage
from parcelray.serving.engine.admission import Admission
from parcelray.serving.engine.sources import RawView
from parcelray.serving.engine.stages import Stages
from parcelray.serving.engine.team import Team, assemble

Result = TypeVar("Result")


@dataclass(frozen=True)
class Sighting:
    """What was found in one view.

    Attributes:
        width: of the view, in pixels.
        height: of the view, in pixels.
        detections: best first, in pixels of the view.
        warnings: what speaks against trusting the view.
    """

    width: int
    height: int
    detections: Detections
    warnings: tuple[ViewWarning, ...]


@dataclass(frozen=True)
class Unreadable:
    """A view that cannot be looked at.

    Attributes:
        error: what was expected and what came.
    """

    error: BadInputError


@dataclass(frozen=True)
class Look:
    """What one look at a scan gave.

    Attributes:
        manifest: of the model that looked. By the time of the answer another one may have taken its place.
        views: what was found in each, or why it cannot be looked at.
    """

    manifest: Manifest
    views: list[Sighting | Unreadable]


class Engine:
    """Looks at scans once a model is loaded, one model at a time. Used from the event loop alone.

    Args:
        limits: for the views that are read.
        max_waiting: how many requests may wait for a core.

    Attributes:
        limits: for the views that are read.
        admission: take a place here before sending work.
    """

    def __init__(self, *, limits: PixelLimits, max_waiting: int) -> None:
        self.admission = Admission(1 + max_waiting)
        self.limits = limits
        self._max_waiting = max_waiting
        self._team: Team | None = None
        # The last one takes work; those before it finish what they were given.
        self._pools: list[ThreadPoolExecutor] = []

    @property
    def ready(self) -> bool:
        """Whether the model is loaded and warm."""
        return self._team is not None

    @property
    def package(self) -> ModelPackage:
        """The model that looks at what comes next; only once one is loaded."""
        assert self._team is not None
        return self._team.package

    @property
    def callers(self) -> int:
        """How many requests are worked on at the same time."""
        return self._team.callers if self._team else 0

    async def load(self, package: ModelPackage) -> None:
        """Load a model, find the best division of the cores, and warm up: half a second for a small model.

        The one before it works until this one is ready, and finishes what it has begun; who comes then meets this one.

        Raises:
            PackageTamperedError: the package was altered since it was opened. The model before it goes on.
            PackageError: its network cannot be loaded. The model before it goes on.
        """
        team = await asyncio.to_thread(assemble, package)
        # Made once for each process: the first raw pair should not have to wait for it.
        await asyncio.to_thread(pseudo_colour_table)
        if team.callers != self.callers:
            for pool in self._pools:
                pool.shutdown(wait=False)
            self._pools.append(ThreadPoolExecutor(team.callers, thread_name_prefix="engine"))
        self.admission.capacity = team.callers + self._max_waiting
        self._team = team

    def looking(
        self, sources: Sequence[RawView], stages: Stages, *, min_score: float | None = None
    ) -> Callable[[], Look]:
        """Get ready to read each view and find what it shows; what is returned does it, on a thread of ``run``.

        One that cannot be read does not keep the others from being looked at. A whole scan is one piece of work on one
        thread: its views are decoded one after the other, so that no more than one of them is in memory as pixels.

        Args:
            sources: the views, in order.
            stages: where the time goes.
            min_score: show boxes from this score on; None for the operating thresholds.

        Returns:
            What finds, for each view, what is in it, or why it cannot be looked at.
        """
        assert self._team is not None
        manifest = self._team.package.manifest
        detector = self._team.pick(alone=self.admission.inside <= 1)
        asked = time.perf_counter()

        def look() -> Look:
            stages.seconds["wait"] = time.perf_counter() - asked
            return Look(manifest, [self._look_at(source, detector, stages, min_score) for source in sources])

        return look

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do something that keeps a core busy, on one of the threads that there is a core for."""
        return await asyncio.get_running_loop().run_in_executor(self._pools[-1], work)

    def close(self) -> None:
        """Finish what was begun and let go of the threads."""
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)

    def _look_at(
        self, source: RawView, detector: Detector, stages: Stages, min_score: float | None
    ) -> Sighting | Unreadable:
        try:
            with stages.time("decode"):
                view = source.read(self.limits)
        except BadInputError as error:
            return Unreadable(error)
        with stages.time("render"):
            rendered = render(view)
        with stages.time("preprocess"):
            tensor, geometry = detector.preprocess(rendered.pixels)
        with stages.time("infer"):
            raw = detector.forward(tensor)
        with stages.time("postprocess"):
            detections = detector.decode(raw, geometry, min_score)
        return Sighting(view.width, view.height, detections, rendered.warnings)
