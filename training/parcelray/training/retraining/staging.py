"""Labelled scans from anywhere as a folder that checks and revisions read, without copying a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from parcelray.datasets.coco import read_coco
from parcelray.datasets.importers.folders import write_whole
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.models.errors import DatasetError


def stage(annotations: Path, images: Path, out: Path, rename: Mapping[str, str] | None = None) -> Path:
    """Make a folder with ``annotations.json`` and, as a symbolic link, ``images``.

    Args:
        annotations: COCO.
        images: folder of its pictures.
        out: the folder; may have been made before.
        rename: category -> what it is called in the folder; "" leaves it as it is.

    Raises:
        DatasetError: the labels are no COCO, or have no category that is renamed; there is no folder of pictures.
    """
    categories = read_coco(annotations).categories
    strangers = sorted(set(rename or {}) - set(categories))
    if strangers:
        expected = f"categories among {', '.join(categories) or 'none'}"
        raise DatasetError(str(annotations), expected=expected, got=", ".join(strangers))
    if not images.is_dir():
        raise DatasetError(str(images), expected="a folder of pictures", got="none at that place")
    document = json.loads(annotations.read_text(encoding="utf-8"))
    for record in document["categories"]:
        record["name"] = (rename or {}).get(record["name"]) or record["name"]
    out.mkdir(parents=True, exist_ok=True)
    if not (out / IMAGES).is_symlink():
        (out / IMAGES).symlink_to(images.resolve())
    write_whole(out / ANNOTATIONS, json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    return out
