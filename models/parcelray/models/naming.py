"""Detections in words, as everything outside the program reads them."""

from __future__ import annotations

from dataclasses import dataclass

from parcelray.models.detections import Detections
from parcelray.models.package import Manifest


@dataclass(frozen=True)
class NamedDetection:
    """One item.

    Attributes:
        label: a leaf of the taxonomy, or an own class of the hub.
        group: that it belongs to.
        score: 0..1, to four digits: below that it means nothing.
        box: x0, y0, x1, y1 in pixels of the view, to a hundredth.
    """

    label: str
    group: str
    score: float
    box: tuple[float, float, float, float]


def name_detections(detections: Detections, manifest: Manifest) -> list[NamedDetection]:
    """Say what was found.

    Args:
        detections: of one view.
        manifest: of the model that made them.
    """
    boxes = detections.boxes.astype(float).round(2).tolist()
    scores = detections.scores.astype(float).round(4).tolist()
    labels = [manifest.labels[index] for index in detections.labels]
    return [
        NamedDetection(label, manifest.classes.group_of(label).name, score, (x0, y0, x1, y1))
        for label, score, (x0, y0, x1, y1) in zip(labels, scores, boxes, strict=True)
    ]
