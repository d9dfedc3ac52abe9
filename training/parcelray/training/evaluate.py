"""What a model finds on labelled scans. Runs where torch is not installed.

Scans take part that show an item of an evaluated category, and scans without any label. A scan whose only labels are
of other categories may show unlabelled items of an evaluated one, so it proves nothing and is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import CocoData, ImageRecord
from parcelray.datasets.files import labelled_picture
from parcelray.models.decode import box_iou
from parcelray.models.detections import Detections
from parcelray.models.detector import Detector
from parcelray.models.errors import DatasetError
from parcelray.models.statistics import Interval, average_precision, group_bootstrap, wilson
from parcelray.training.matching import COCO_IOUS, match

FALSE_ALARM_RATES = (0.01, 0.05, 0.10)
# An operator who is shown the right third of an item looks at the item.
FOUND_IOU = 0.3
# Low enough for the whole precision-recall curve.
LOWEST_SCORE = 0.001


@dataclass(frozen=True)
class JudgedScan:
    """One scan with what was found in it.

    Attributes:
        image: its record.
        truth: for each evaluated category, (T, 4) xyxy boxes of its items.
        detections: what the model found, down to ``LOWEST_SCORE``.
        clean: whether it carries no label at all.
    """

    image: ImageRecord
    truth: Mapping[str, NDArray[np.float32]]
    detections: Detections
    clean: bool


@dataclass(frozen=True)
class DetectionRate:
    """How many scans with an item are found, where a given share of clean scans raises an alarm.

    Attributes:
        false_alarms: the share that was asked for.
        cut: a box counts above this score.
        rate: probability of detection, with its Wilson interval.
        found: scans in which an item was found.
        scans: scans that show one.
    """

    false_alarms: float
    cut: float
    rate: Interval
    found: int
    scans: int


def plan(data: CocoData, labels: Sequence[str], mapping: Mapping[str, Sequence[str]] | None) -> dict[str, list[int]]:
    """Which model labels answer for which category of the data.

    Args:
        data: the labelled scans.
        labels: of the model, in order.
        mapping: category -> labels; None takes the categories that the model knows by the same name.

    Raises:
        DatasetError: a category or label is unknown, or nothing is left to evaluate.
    """
    if mapping is None:
        mapping = {name: (name,) for name in data.categories if name in labels}
    for category, wanted in mapping.items():
        if category not in data.categories:
            raise DatasetError("mapping", expected=f"a category among {', '.join(data.categories)}", got=category)
        unknown = [label for label in wanted if label not in labels]
        if unknown:
            raise DatasetError("mapping", expected=f"labels among {', '.join(labels)}", got=", ".join(unknown))
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
        if not items or any(item.category in wanted for item in items):
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
    names = list(categories)
    judged = []
    for count, image in enumerate(taking_part(data, names), start=1):
        pixels = labelled_picture(folder, image.file_name)
        items = data.items_of[image.id]
        truth = {
            name: np.array([item.box for item in items if item.category == name], np.float32).reshape(-1, 4)
            for name in names
        }
        judged.append(JudgedScan(image, truth, detector.detect(pixels, LOWEST_SCORE), clean=not items))
        if report is not None:
            report(count, image.file_name)
    return judged


def precision(scans: Sequence[JudgedScan], category: str, answering: Sequence[int]) -> dict[str, Interval]:
    """AP50 and AP (mean over IoU .50 to .95) of one category, with group-bootstrap intervals."""
    groups = sorted({scan.image.group for scan in scans})
    place = {name: index for index, name in enumerate(groups)}
    scores, right, owners = [], [], []
    truths = np.zeros(len(groups))
    for scan in scans:
        mine = scan.detections.select(np.isin(scan.detections.labels, answering))
        scores.append(mine.scores)
        right.append(match(mine.boxes, scan.truth[category]))
        owners.append(np.full(len(mine), place[scan.image.group]))
        truths[place[scan.image.group]] += len(scan.truth[category])
    best_first = np.argsort(-np.concatenate(scores), kind="stable")
    owner = np.concatenate(owners)[best_first]
    correct = np.concatenate(right, axis=1)[:, best_first]

    def at(levels: Sequence[int]) -> Callable[[NDArray[np.float64]], float]:
        def value(weights: NDArray[np.float64]) -> float:
            total = float(weights @ truths)
            return float(np.mean([average_precision(correct[k], total, weights[owner]) for k in levels]))

        return value

    return {"ap50": group_bootstrap(groups, at([0])), "ap": group_bootstrap(groups, at(range(len(COCO_IOUS))))}


def alarm_scores(scans: Iterable[JudgedScan], answering: Sequence[int]) -> NDArray[np.float64]:
    """The highest score of these labels in each scan; -1 where there is none."""
    return np.array(
        [scan.detections.scores[np.isin(scan.detections.labels, answering)].max(initial=-1.0) for scan in scans]
    )


def cut_for(clean_scores: NDArray[np.float64], false_alarms: float) -> float:
    """The score above which at most this share of clean scans lies."""
    allowed = math.floor(false_alarms * len(clean_scores) + 1e-9)
    return float(np.sort(clean_scores)[::-1][allowed]) if allowed < len(clean_scores) else -1.0


def found(shown: Detections, truth: NDArray[np.float32], answering: Sequence[int]) -> bool:
    """Whether one of the boxes shown lies on an item."""
    overlaps = box_iou(shown.boxes[np.isin(shown.labels, answering)], truth)
    return bool((overlaps >= FOUND_IOU).any())


def detection_rates(scans: Sequence[JudgedScan], category: str, answering: Sequence[int]) -> list[DetectionRate]:
    """Pd at fixed false alarms, scan by scan; empty where there are no clean scans to set a cut on."""
    clean = [scan for scan in scans if scan.clean]
    showing = [scan for scan in scans if len(scan.truth[category])]
    if not clean or not showing:
        return []
    scores = alarm_scores(clean, answering)
    rates = []
    for share in FALSE_ALARM_RATES:
        cut = cut_for(scores, share)
        hits = sum(
            found(scan.detections.select(scan.detections.scores > cut), scan.truth[category], answering)
            for scan in showing
        )
        rates.append(DetectionRate(share, cut, wilson(hits, len(showing)), hits, len(showing)))
    return rates


def figures(scans: Sequence[JudgedScan], answers: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """All figures as one JSON document; see docs/evaluation.md for what each means."""
    per_class: dict[str, dict[str, Any]] = {}
    for category, answering in answers.items():
        showing = [scan for scan in scans if len(scan.truth[category])]
        if not showing:
            continue
        aps = precision(scans, category, answering)
        per_class[category] = {
            "items": sum(len(scan.truth[category]) for scan in showing),
            "scans": len(showing),
            "groups": len({scan.image.group for scan in showing}),
            **{name: interval.as_dict() for name, interval in aps.items()},
            "pd": [
                {
                    "false_alarms": rate.false_alarms,
                    "cut": round(rate.cut, 4),
                    "found": rate.found,
                    "scans": rate.scans,
                    **rate.rate.as_dict(),
                }
                for rate in detection_rates(scans, category, answering)
            ],
        }
    if not per_class:
        raise DatasetError("truth", expected="at least one item of an evaluated category", got="none")
    return {
        "scans": len(scans),
        "clean_scans": sum(scan.clean for scan in scans),
        "ap50": round(float(np.mean([one["ap50"]["value"] for one in per_class.values()])), 4),
        "ap": round(float(np.mean([one["ap"]["value"] for one in per_class.values()])), 4),
        "per_class": per_class,
    }
