"""From the network's raw rows to boxes in the view. The only one: training, evaluation, export and serving share it.

A row is YOLOX's (arXiv:2107.08430): offset of the centre from its grid cell (2), logarithm of the size in strides (2),
the probability that there is an item (1), and that of each class given an item (C). Rows run grid by grid, finest
first, each grid row by row.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from parcelray.models.calibration import calibration_of
from parcelray.models.detections import Detections
from parcelray.models.package import Manifest
from parcelray.models.preprocess import Letterbox

SAME_ITEM_GROUP = "firearm"
_HAIR = 1e-5


@lru_cache(maxsize=16)
def grid(width: int, height: int, strides: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Corner (A, 2) and stride (A, 1) of each cell, in network pixels, in the order of the rows."""
    corners, steps = [], []
    for stride in strides:
        ys, xs = np.mgrid[: height // stride, : width // stride]
        cells = np.stack([xs, ys], axis=-1).reshape(-1, 2).astype(np.float32)
        corners.append(cells * stride)
        steps.append(np.full((len(cells), 1), stride, np.float32))
    return np.concatenate(corners), np.concatenate(steps)


def box_iou(one: NDArray[np.float32], many: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of (N, 4) with (M, 4) boxes: (N, M). Boxes without area overlap nothing."""
    low = np.maximum(one[:, None, :2], many[None, :, :2])
    high = np.minimum(one[:, None, 2:], many[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (one, many)]
    union = areas[0][:, None] + areas[1][None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float32)


def suppress(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], iou: float, *, inclusive: bool = False
) -> NDArray[np.int64]:
    """Greedy non-maximum suppression: the indices that stay, best first.

    Args:
        boxes: (N, 4) xyxy.
        scores: (N,).
        iou: a box that overlaps a better one more than this goes.
        inclusive: whether overlapping by exactly this much is enough.
    """
    order = np.argsort(-scores, kind="stable")
    overlaps = box_iou(boxes[order], boxes[order])
    rivals = overlaps >= iou if inclusive else overlaps > iou
    alive = np.ones(len(order), bool)
    for index in range(len(order)):
        if alive[index]:
            alive[index + 1 :] &= ~rivals[index, index + 1 :]
    return order[alive]


def suppress_by_class(detections: Detections, iou: float) -> Detections:
    """Non-maximum suppression within each class; the result is best first."""
    if not len(detections):
        return detections
    keep = [
        members[suppress(detections.boxes[members], detections.scores[members], iou)]
        for label in np.unique(detections.labels)
        for members in [np.flatnonzero(detections.labels == label)]
    ]
    kept = np.concatenate(keep)
    return detections.select(kept[np.argsort(-detections.scores[kept], kind="stable")])


def merge_same_gun(detections: Detections, firearm_labels: list[int], iou: float) -> Detections:
    """One box for one gun: of firearm classes that overlap at least this much, the best stays."""
    guns = np.flatnonzero(np.isin(detections.labels, firearm_labels))
    if len(guns) < 2:
        return detections
    stay = guns[suppress(detections.boxes[guns], detections.scores[guns], iou, inclusive=True)]
    keep = np.ones(len(detections), bool)
    keep[guns] = False
    keep[stay] = True
    return detections.select(keep)


def decode(
    raw: NDArray[np.float32], geometry: Letterbox, manifest: Manifest, *, min_score: float | None = None
) -> Detections:
    """The items that a view shows; their scores are probabilities where the package carries a calibration.

    Args:
        raw: (A, 5 + C) rows of one view.
        geometry: what ``preprocess`` returned for this view.
        manifest: of the model that gave the rows.
        min_score: show boxes from this score on; None shows those above each class's operating threshold.

    Returns:
        Boxes in pixels of the view, best first; labels index ``manifest.labels``.

    Raises:
        ValueError: rows of another shape than the manifest's input and labels make.
    """
    if min_score is None:
        cuts = np.array([manifest.operating.thresholds[label] for label in manifest.labels], np.float32)
    else:
        cuts = np.full(len(manifest.labels), min_score, np.float32)
    calibration = calibration_of(manifest)
    if calibration is None:
        return decode_uncalibrated(raw, geometry, manifest, cuts)
    # Calibrated last: a probability was fitted on the boxes that are left in the end. Low scores are not worth the
    # way there, but what is left out before is left out by a hair less: there and back, last digits may differ.
    nearly = (calibration.scores_at(cuts) * (1 - _HAIR)).astype(np.float32)
    found = calibration.calibrate(decode_uncalibrated(raw, geometry, manifest, nearly))
    return found.select(found.scores >= cuts[found.labels])


def decode_uncalibrated(
    raw: NDArray[np.float32], geometry: Letterbox, manifest: Manifest, cuts: NDArray[np.float32]
) -> Detections:
    """The same with the network's own scores, whatever the package carries: what networks are compared by.

    Args:
        raw: (A, 5 + C) rows of one view.
        geometry: what ``preprocess`` returned for this view.
        manifest: of the model that gave the rows.
        cuts: (C,) from which of the network's scores on boxes of each class are shown.

    Raises:
        ValueError: rows of another shape than the manifest's input and labels make.
    """
    spec = manifest.decode
    corners, steps = grid(manifest.input.width, manifest.input.height, spec.strides)
    expected = (len(corners), 5 + len(manifest.labels))
    if raw.shape != expected:
        raise ValueError(f"raw rows: expected shape {expected}, got {raw.shape}")
    cuts = np.maximum(cuts, np.float32(spec.score_floor))
    # Most cells hold nothing: look at the classes of those only whose objectness could still pass the lowest cut.
    promising = np.flatnonzero(raw[:, 4] >= cuts.min())
    scores = raw[promising, 4:5] * raw[promising, 5:]
    cells, labels = np.nonzero(scores >= cuts)
    scores = scores[cells, labels]
    rows = promising[cells]
    centres = raw[rows, :2] * steps[rows] + corners[rows]
    # exp of an untrained size may overflow: no item is larger than the input.
    largest = np.log(max(manifest.input.width, manifest.input.height), dtype=np.float32)
    halves = np.exp(np.minimum(raw[rows, 2:4], largest)) * steps[rows] / 2
    boxes = geometry.to_view(np.concatenate([centres - halves, centres + halves], axis=1))
    found = Detections(boxes, np.clip(scores, 0, 1).astype(np.float32, copy=False), labels.astype(np.int64, copy=False))
    # What lies in the padding alone has no area once it is cut at the view's edges: there is nothing to look at.
    found = found.select(np.flatnonzero((boxes[:, 2:] > boxes[:, :2]).all(axis=1)))
    found = suppress_by_class(found, spec.nms_iou)
    guns = [i for i, label in enumerate(manifest.labels) if manifest.classes.group_of(label).name == SAME_ITEM_GROUP]
    found = merge_same_gun(found, guns, spec.same_gun_iou)
    return found.select(np.arange(min(len(found), spec.max_detections)))
