"""``Sides``: candidate and champion, each judged on the same test scans, and how scans and groups are numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parcelray.models.package import Manifest
from parcelray.training.evaluation.judging import JudgedScan, boxes_of
from parcelray.training.evaluation.ranking import group_places
from parcelray.training.evaluation.rates import item_scores

NO_BOX = -1.0


@dataclass(frozen=True)
class Side:
    """One model and what it found.

    Attributes:
        manifest: of its package.
        scans: the test scans, in one order for both sides.
    """

    manifest: Manifest
    scans: Sequence[JudgedScan]

    def answering(self, label: str) -> list[int]:
        """The place of a label among those of the model; none where it does not know it."""
        return [index for index, own in enumerate(self.manifest.labels) if own == label]

    def best_on_items(self, label: str, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """For each of these scans, the best score of a box of the class that lies on an item of it; -1 for none."""
        answering = self.answering(label)
        scans = [self.scans[place] for place in places]
        return np.array(
            [
                item_scores(scan.found_of(answering), boxes_of(scan.items_of(label))).max(initial=NO_BOX)
                for scan in scans
            ],
            np.float64,
        )

    def shown(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each of these scans, whether an operator is shown a box, of whatever class."""
        cuts = np.array([self.manifest.operating.thresholds[label] for label in self.manifest.labels])
        found = (self.scans[place].detections for place in places)
        return np.array([bool((boxes.scores >= cuts[boxes.labels]).any()) for boxes in found], bool)


@dataclass(frozen=True)
class Sides:
    """Both models on the same scans.

    Attributes:
        champion: the model in service.
        candidate: the model that asks to take its place.
    """

    champion: Side
    candidate: Side

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return group_places(self.champion.scans)

    def place_of(self, group: str) -> int:
        """The number of a group."""
        return self._places[group]

    @property
    def groups(self) -> int:
        """How many groups the scans are of."""
        return len(self._places)

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """(N,) place of the group that each scan belongs to."""
        return np.array([self._places[scan.image.group] for scan in self.champion.scans], np.int64)

    @cached_property
    def clean(self) -> NDArray[np.int64]:
        """Places of the scans without any label."""
        return np.array([place for place, scan in enumerate(self.champion.scans) if scan.clean], np.int64)

    def showing(self, label: str) -> NDArray[np.int64]:
        """Places of the scans that show an item of a class."""
        shown = (place for place, scan in enumerate(self.champion.scans) if scan.items_of(label))
        return np.array(list(shown), np.int64)

    @property
    def lacking(self) -> list[str]:
        """Classes of the champion that the candidate does not know."""
        return [label for label in self.champion.manifest.labels if label not in self.candidate.manifest.labels]

    @property
    def common(self) -> list[str]:
        """Classes that both know."""
        return [label for label in self.champion.manifest.labels if label in self.candidate.manifest.labels]

    @property
    def new(self) -> list[str]:
        """Classes that the candidate alone knows."""
        return [label for label in self.candidate.manifest.labels if label not in self.champion.manifest.labels]
