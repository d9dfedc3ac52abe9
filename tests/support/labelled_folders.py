"""Folders of labelled scans as checks and revisions read them: ``images/`` and ``annotations.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

CATEGORIES = ("pistol", "revolver", "pipe")
# A category, and x y width height in pixels.
LabelledBox = tuple[str, float, float, float, float]
WIDTH, HEIGHT = 96, 72


def packed(seed: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """(H, W, 3) RGB that is like no other: dark things of several sizes in air. Another seed gives another picture."""
    random = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 255, np.uint8)
    for _ in range(14):
        centre = int(random.integers(0, width)), int(random.integers(0, height))
        axes = int(random.integers(3, width // 4)), int(random.integers(3, height // 4))
        colour = tuple(int(value) for value in random.integers(20, 220, 3))
        cv2.ellipse(pixels, centre, axes, float(random.integers(0, 180)), 0, 360, colour, -1)
    return pixels


def encoded(pixels: NDArray[Any], suffix: str = ".png", quality: int = 95) -> bytes:
    """A file's bytes; colours are RGB."""
    ordered = pixels[..., ::-1] if pixels.ndim == 3 else pixels
    return bytes(cv2.imencode(suffix, ordered, [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix == ".jpg" else [])[1])


class LabelledFolder:
    """A folder in the making.

    Args:
        folder: made with its ``images/``.
        categories: of its labels, numbered from 1.
    """

    def __init__(self, folder: Path, categories: Sequence[str] = CATEGORIES) -> None:
        self.folder = folder
        self.document: dict[str, Any] = {
            "images": [],
            "annotations": [],
            "categories": [{"id": number, "name": name} for number, name in enumerate(categories, start=1)],
        }
        (folder / "images").mkdir(parents=True, exist_ok=True)

    def add(self, name: str, content: int | bytes, *items: LabelledBox, **fields: object) -> Self:
        """Add a scan: its bytes, or the seed of a picture of 96 x 72 pixels; and write its labels down."""
        data = encoded(packed(content), Path(name).suffix) if isinstance(content, int) else content
        path = self.folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        image_id = len(self.document["images"]) + 1
        size = {"width": WIDTH, "height": HEIGHT}
        self.document["images"].append({"id": image_id, "file_name": name, **size, **fields})
        numbers = {category["name"]: category["id"] for category in self.document["categories"]}
        for label, *box in items:
            self.document["annotations"].append(
                {
                    "id": len(self.document["annotations"]) + 1,
                    "image_id": image_id,
                    "category_id": numbers[label],
                    "bbox": box,
                }
            )
        return self.write()

    def write(self) -> Self:
        """Write the labels down, as they are now."""
        (self.folder / "annotations.json").write_text(json.dumps(self.document))
        return self
