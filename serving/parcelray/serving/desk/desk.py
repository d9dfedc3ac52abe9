"""``Desk``: where officers work on what waits, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from parcelray.datasets.imaging.headers import PixelLimits
from parcelray.models.taxonomy import Taxonomy, load_taxonomy
from parcelray.serving.desk.claims import Claims
from parcelray.serving.desk.classes import with_own
from parcelray.serving.desk.feedback import Feedback
from parcelray.serving.desk.outcomes import Outcomes
from parcelray.serving.desk.photos import Photos
from parcelray.serving.desk.queue import Queue
from parcelray.serving.desk.statistics import Statistics
from parcelray.serving.desk.verdicts import Verdicts
from parcelray.serving.people.clock import Clock, utc_now
from parcelray.serving.settings import Settings, own_classes
from parcelray.serving.store.store import Store


class Desk:
    """The desk of one service.

    Args:
        store: what is kept.
        settings: say how long claims last, which own classes there are, and what two people must see.
        own_of_model: class -> group, of the own classes of the model that serves now.
        clock: tells the time.

    Attributes:
        queue: what waits.
        claims: who holds what.
        verdicts: what was decided.
        outcomes: what searches found.
        photos: of what they found.
        feedback: what of all this the next model can learn from.
        statistics: figures of all this.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        own_of_model: Callable[[], Mapping[str, str]],
        clock: Clock = utc_now,
    ) -> None:
        self._own = own_classes(settings)
        self._own_of_model = own_of_model
        database = store.database
        limits = PixelLimits(max_pixels=settings.max_pixels, max_side=settings.max_side)
        self.queue = Queue(database, clock)
        self.claims = Claims(database, clock, timedelta(seconds=settings.claim_s))
        self.verdicts = Verdicts(
            database, clock, self._own_classes, second_person_severity=settings.second_person_severity
        )
        self.outcomes = Outcomes(database, clock, self._own_classes)
        self.photos = Photos(database, store.blobs, clock, limits)
        self.feedback = Feedback(database, store.blobs, settings.data_dir, limits)
        self.statistics = Statistics(database, clock, lambda: self.taxonomy)

    @property
    def taxonomy(self) -> Taxonomy:
        """All classes that an officer may name now."""
        return with_own(load_taxonomy(), self._own_classes())

    def _own_classes(self) -> dict[str, str]:
        # The settings' word counts where the model knows the same class: it is the hub's own.
        return {**self._own_of_model(), **self._own}
