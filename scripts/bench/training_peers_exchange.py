"""What training_peers.py gives a peer and takes back, as files: labels in, boxes out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parcelray.datasets.coco import CocoData, ImageRecord
from parcelray.models.detections import Detections
from parcelray.models.errors import DatasetError
from parcelray.models.package import InputSpec
from parcelray.training.evaluation.judging import JudgedScan


def write_data(parts: dict[str, tuple[Path, CocoData]], labels: Sequence[str], folder: Path) -> Path:
    """Scans and labels as libreyolo reads them: the images where they lie, lean COCO files, and a file that names all.

    Args:
        parts: "train" and "val" -> folder of the images, and what is in them.
        labels: of the network, in order: category n + 1 is label n.
        folder: where to write.

    Returns:
        The file that names all.

    Raises:
        DatasetError: an item is of a category that is no label.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document: dict[str, Any] = {"path": str(folder.resolve()), "names": list(labels), "nc": len(labels)}
    document["annotations"] = {}
    for part, (images, data) in parts.items():
        truth = (folder / f"{part}.json").resolve()
        truth.write_text(json.dumps(_lean(data, labels)))
        document[part] = str(images.resolve())
        document["annotations"][part] = str(truth)
    # Every JSON document is YAML.
    path = folder / "data.yaml"
    path.write_text(json.dumps(document, indent=1))
    return path


def _lean(data: CocoData, labels: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Boxes and classes alone."""
    number_of = {label: number for number, label in enumerate(labels, start=1)}
    annotations = []
    for item in data.items:
        if item.category not in number_of:
            raise DatasetError("labels", expected=f"items of {', '.join(labels)}", got=item.category)
        x0, y0, x1, y1 = item.box
        record = {"id": item.id, "image_id": item.image_id, "category_id": number_of[item.category], "iscrowd": 0}
        annotations.append(record | {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)})
    return {
        "images": [
            {"id": image.id, "file_name": image.file_name, "width": image.width, "height": image.height}
            for image in data.images
        ],
        "annotations": annotations,
        "categories": [{"id": number, "name": label} for label, number in number_of.items()],
    }


def read_boxes(path: Path, images: Iterable[ImageRecord], data: CocoData, spec: InputSpec) -> list[JudgedScan]:
    """The boxes that a peer found, for the evaluation that our own go through.

    Args:
        path: file name of each scan -> rows of x0 y0 x1 y1 in pixels of the scan, score, label.
        images: that were judged.
        data: what is in them.
        spec: the network's input: an item's size is that in its pixels.

    Raises:
        DatasetError: a scan is missing, or a row is no box.
    """
    found = json.loads(path.read_text())
    judged = []
    for image in images:
        if image.file_name not in found:
            raise DatasetError(str(path), expected=f"boxes on {image.file_name}", got="no such scan")
        scale = min(spec.width / image.width, spec.height / image.height)
        try:
            detections = _detections(found[image.file_name], image)
        except ValueError as error:
            raise DatasetError(f"{path}, {image.file_name}", expected="rows of boxes", got=str(error)) from error
        judged.append(JudgedScan(image, data.items_of[image.id], detections, scale))
    return judged


def _detections(rows: list[list[float]], image: ImageRecord) -> Detections:
    table = np.array(rows, np.float32).reshape(-1, 6) if rows else np.zeros((0, 6), np.float32)
    # Cut at the scan's edges, as our own decoder cuts.
    edges = np.array([image.width, image.height, image.width, image.height], np.float32)
    boxes = np.clip(table[:, :4], np.float32(0), edges)
    order = np.argsort(-table[:, 4], kind="stable")
    return Detections(boxes[order], table[order, 4], table[order, 5].astype(np.int64))
