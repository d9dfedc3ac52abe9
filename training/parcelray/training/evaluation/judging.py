"""What a model finds on labelled scans, before anything is counted.

Scans take part that show an item of an evaluated category, and scans without any label. A scan whose only labels are
of other categories may show unlabelled items of an evaluated one, so it proves nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord
from parcelray.datasets.files import labelled_picture
from parcelray.models.detections import Detections
from parcelray.models.detector import Detector
from parcelray.models.errors import DatasetError
from parcelray.training.evaluation.matching import share_within

# For each evaluated category, the indices of the model's labels that answer for it.
Answers = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class JudgedScan:
    """One scan with what it shows and what was found in it.

    Attributes:
        image: its record.
        items: all that is labelled in it, of whatever category, and ignored places.
        detections: all that the model found down to its package's floor, best first.
        scale: pixels of the network's input for one pixel of the scan.
    """

    image: ImageRecord
    items: tuple[ItemRecord, ...]
    detections: Detections
    scale: float = 1.0

    @property
    def clean(self) -> bool:
        """Whether it carries no label at all, nor a place where there may be an item."""
        return not self.items

    def items_of(self, category: str) -> tuple[ItemRecord, ...]:
        """The items of one category."""
        return tuple(item for item in self.items if item.category == category and not item.ignored)

    def excused(self, category: str, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        """(D,) which share of each of (D, 4) boxes lies within a place where items of a category are ignored."""
        places = [item for item in self.items if item.category == category and item.ignored]
        return share_within(boxes, boxes_of(places))

    def found_of(self, answering: Sequence[int]) -> Detections:
        """The boxes of these labels, best first."""
        # For a hundred boxes, many times faster than numpy.isin.
        return self.detections.select((self.detections.labels[:, None] == np.array(answering)).any(axis=1))


def boxes_of(items: Sequence[ItemRecord]) -> NDArray[np.float64]:
    """(T, 4) xyxy boxes of items, in pixels of the scan."""
    return np.array([item.box for item in items], np.float64).reshape(-1, 4)


def showing(scans: Iterable[JudgedScan], category: str) -> list[JudgedScan]:
    """The scans that show an item of a category."""
    return [scan for scan in scans if scan.items_of(category)]


def plan(data: CocoData, labels: Sequence[str], mapping: Mapping[str, Sequence[str]] | None) -> dict[str, list[int]]:
    """Which model labels answer for which category of the data.

    Args:
        data: the labelled scans.
        labels: of the model, in order.
        mapping: category -> labels; None takes the categories that the model knows by the same name.

    Raises:
        DatasetError: a category or label is unknown, a label is given to two categories, or nothing is left to
            evaluate.
    """
    if mapping is None:
        mapping = {name: (name,) for name in data.categories if name in labels}
    given: dict[str, str] = {}
    for category, wanted in mapping.items():
        if category not in data.categories:
            raise DatasetError("mapping", expected=f"a category among {', '.join(data.categories)}", got=category)
        unknown = [label for label in wanted if label not in labels]
        if unknown:
            raise DatasetError("mapping", expected=f"labels among {', '.join(labels)}", got=", ".join(unknown))
        for label in wanted:
            if given.setdefault(label, category) != category:
                raise DatasetError(
                    "mapping", expected="each label for one category", got=f"{label} for {given[label]} and {category}"
                )
    if not mapping:
        raise DatasetError(
            "truth",
            expected=f"a category that the model knows ({', '.join(labels)}), or a mapping to one",
            got=", ".join(data.categories) or "no category",
        )
    return {category: [labels.index(label) for label in wanted] for category, wanted in mapping.items()}


def taking_part(data: CocoData, categories: Iterable[str]) -> list[ImageRecord]:
    """The scans that prove something about these categories."""
    wanted = set(categories)
    chosen = []
    for image in data.images:
        items = data.items_of[image.id]
        if not items or any(item.category in wanted and not item.ignored for item in items):
            chosen.append(image)
    return chosen


def judge(
    detector: Detector,
    folder: Path,
    data: CocoData,
    categories: Iterable[str],
    report: Callable[[int, str], None] | None = None,
) -> list[JudgedScan]:
    """Run the model over all scans that take part.

    Raises:
        DatasetError: an image is missing.
        BadInputError: an image cannot be read.
    """
    judged = []
    for count, image in enumerate(taking_part(data, categories), start=1):
        tensor, geometry = detector.preprocess(labelled_picture(folder, image.file_name))
        found = detector.decode(detector.forward(tensor), geometry, min_score=0.0)
        judged.append(JudgedScan(image, data.items_of[image.id], found, geometry.scale))
        if report is not None:
            report(count, image.file_name)
    return judged
