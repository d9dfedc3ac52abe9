"""Judged scans as a model might leave them, for tests of what is counted on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parcelray.datasets.coco import ImageRecord, ItemRecord
from parcelray.models.detections import Detections
from parcelray.training.evaluation.judging import JudgedScan
from parcelray.training.evaluation.slices import LEVELS

Box = tuple[float, float, float, float]


def judged(
    number: int,
    items: Sequence[tuple[str, Box]] = (),
    boxes: Sequence[tuple[int, float, Box]] = (),
    *,
    group: str | None = None,
    scanner: str | None = None,
    level: str | None = None,
    scale: float = 1.0,
) -> JudgedScan:
    """One scan, told in a line.

    Args:
        number: of the scan.
        items: category and box of each.
        boxes: label, score and box of each; sorted here.
        group: its own when None.
        scanner: of the scan.
        level: of all its items.
        scale: network pixels for a pixel.
    """
    best_first = sorted(boxes, key=lambda box: -box[1])
    return JudgedScan(
        ImageRecord(number, f"{number}.png", 640, 480, group or f"g{number}", scanner=scanner),
        tuple(ItemRecord(1000 * number + n, number, name, box, level) for n, (name, box) in enumerate(items)),
        Detections(
            np.array([box for _, _, box in best_first], np.float32).reshape(-1, 4),
            np.array([score for _, score, _ in best_first], np.float32),
            np.array([label for label, _, _ in best_first], np.int64),
        ),
        scale,
    )


def random_scans(
    seed: int,
    count: int = 60,
    *,
    categories: Sequence[str] = ("gun",),
    whole_pixels: bool = False,
    stated: bool = False,
) -> list[JudgedScan]:
    """Scans with items found more or less well, with doubles, wrong classes and false alarms; each label is a category.

    Args:
        seed: decides all.
        count: how many.
        categories: of the items; of the labels 0, 1, ….
        whole_pixels: corners on whole pixels and scores in tenths, so that overlaps and scores tie.
        stated: whether scanners and levels are.
    """
    generator = np.random.default_rng(seed)
    scans = []
    for number in range(count):
        items, boxes = [], []
        for _ in range(int(generator.integers(0, 5))):
            category = int(generator.integers(0, len(categories)))
            size = np.exp(generator.uniform(np.log(8), np.log(200), 2))
            low = generator.uniform(0, 300, 2)
            place = np.concatenate([low, low + size])
            items.append((categories[category], _box(place, whole_pixels)))
            for _ in range(2):
                label = category if generator.random() < 0.8 else int(generator.integers(0, len(categories)))
                near = place + generator.normal(0, 0.12, 4) * np.tile(size, 2)
                near = np.concatenate([np.minimum(near[:2], near[2:]), np.maximum(near[:2], near[2:]) + 1])
                boxes.append((label, _score(generator, whole_pixels), _box(near, whole_pixels)))
        for _ in range(3):
            low = generator.uniform(0, 200, 2)
            wrong = np.concatenate([low, low + generator.uniform(10, 120, 2)])
            label = int(generator.integers(0, len(categories)))
            boxes.append((label, _score(generator, whole_pixels), _box(wrong, whole_pixels)))
        scanner, level = (("ab"[number % 2], LEVELS[number % 3])) if stated else (None, None)
        scans.append(judged(number, items, boxes, group=f"g{number % 20}", scanner=scanner, level=level))
    return scans


def _box(corners: np.ndarray, whole_pixels: bool) -> Box:
    # Single precision, as detections have it: so that doubles of a box are the same.
    x0, y0, x1, y1 = (corners.round() if whole_pixels else corners).astype(np.float32).tolist()
    return x0, y0, x1, y1


def _score(generator: np.random.Generator, whole_pixels: bool) -> float:
    score = float(generator.uniform(0.01, 1))
    return round(score, 1) if whole_pixels else score
