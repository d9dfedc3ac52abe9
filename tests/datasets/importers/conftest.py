"""Data sets as they lie on disk, small: what each test writes, in the layout of the published set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest

# What is in a file: text, or a picture of so many pixels across and down.
Content = str | tuple[int, int]
Tree = Callable[[Mapping[str, Content]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files by their paths into a folder, ``source``, and returns it; may be called again to add to it."""

    def write(files: Mapping[str, Content]) -> Path:
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        for number, (name, content) in enumerate(files.items()):
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            else:
                width, height = content
                kind = np.uint16 if path.stem.endswith(("_high", "_low")) else np.uint8
                pixels = np.full((height, width), 200 + number, kind)
                written, data = cv2.imencode(path.suffix.lower(), pixels)
                assert written
                path.write_bytes(data.tobytes())
        return source

    return write


@pytest.fixture
def voc_xml() -> Callable[..., str]:
    """A VOC document: items as (class, xmin, ymin, xmax, ymax)."""

    def write(filename: str, size: tuple[int, int], *items: tuple[str, float, float, float, float]) -> str:
        objects = "".join(
            f"<object><name>{name}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>"
            f"<bndbox><xmin>{x0}</xmin><ymin>{y0}</ymin><xmax>{x1}</xmax><ymax>{y1}</ymax></bndbox></object>"
            for name, x0, y0, x1, y1 in items
        )
        return (
            f"<annotation><folder>JPEGImages</folder><filename>{filename}</filename>"
            f"<size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth></size>"
            f"<segmented>0</segmented>{objects}</annotation>"
        )

    return write
