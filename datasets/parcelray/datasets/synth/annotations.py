"""Labels of drawn scans as COCO records, and COCO documents made of them.

Format: https://cocodataset.org/#format-data ("object detection"), masks as compressed RLE. What COCO has no words for
stands in fields of our own beside the standard ones (docs/synthetic-scans.md lists them).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from parcelray.datasets.synth.labels import Label
from parcelray.models.taxonomy import load_taxonomy

Record = dict[str, Any]


def annotation_of(label: Label, height: int, width: int) -> Record:
    """The record of one label, without ids.

    Args:
        label: in a picture of this size.
        height: of the picture.
        width: of the picture.
    """
    x0, y0, x1, y1 = label.box
    record: Record = {
        "category": label.leaf,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": int(label.mask.sum()),
        "iscrowd": 0,
        "segmentation": _run_lengths(label.mask, label, height, width),
        "shape": label.shape,
        "material": label.material,
        "level": label.level,
        "visible": round(label.visible, 3),
        "attenuation": round(label.own, 3),
        "clutter": round(label.clutter, 3),
        "clutter_deviation": round(label.clutter_deviation, 3),
    }
    if label.count is not None:
        record["count"] = label.count
    if label.parts:
        record["parts"] = [
            {"role": part.role, "segmentation": _run_lengths(part.mask, label, height, width)} for part in label.parts
        ]
    return record


def coco_document(views: Iterable[Record], info: Record) -> Record:
    """A COCO document.

    Args:
        views: each an image record with its ``annotations``, without ids; in the order that ids shall have.
        info: what the data set is.
    """
    leaves = list(load_taxonomy().leaves(learned_only=True))
    images: list[Record] = []
    annotations: list[Record] = []
    for view in views:
        image = {"id": len(images) + 1, **{name: value for name, value in view.items() if name != "annotations"}}
        images.append(image)
        for record in view["annotations"]:
            numbered = {
                "id": len(annotations) + 1,
                "image_id": image["id"],
                "category_id": leaves.index(record["category"]) + 1,
            }
            annotations.append(numbered | {name: value for name, value in record.items() if name != "category"})
    categories = [{"id": number, "name": leaf} for number, leaf in enumerate(leaves, start=1)]
    return {"info": info, "images": images, "annotations": annotations, "categories": categories}


def _run_lengths(mask: NDArray[np.bool_], label: Label, height: int, width: int) -> Record:
    """A mask in the label's window as compressed RLE of the whole picture."""
    whole = np.zeros((height, width), np.uint8, order="F")
    whole[label.rows, label.columns] = mask
    encoded = coco_mask.encode(whole)
    return {"size": [height, width], "counts": encoded["counts"].decode("ascii")}
