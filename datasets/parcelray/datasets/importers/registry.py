"""All formats by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from parcelray.datasets.importers.clcxray import read_clcxray
from parcelray.datasets.importers.coco import listed_in_coco, read_coco_folder
from parcelray.datasets.importers.cvat import listed_in_cvat, read_cvat
from parcelray.datasets.importers.gdxray import read_gdxray
from parcelray.datasets.importers.opixray import read_hixray, read_opixray
from parcelray.datasets.importers.pidray import read_pidray
from parcelray.datasets.importers.records import ImportedScan
from parcelray.datasets.importers.sixray import read_sixray
from parcelray.datasets.importers.voc import read_voc
from parcelray.datasets.importers.yolo import listed_in_yolo, read_yolo

Importer = Callable[[Path], Sequence[ImportedScan]]

IMPORTERS: Mapping[str, Importer] = {
    "coco": read_coco_folder,
    "voc": read_voc,
    "yolo": read_yolo,
    "cvat": read_cvat,
    "sixray": read_sixray,
    "opixray": read_opixray,
    "hixray": read_hixray,
    "pidray": read_pidray,
    "clcxray": read_clcxray,
    "gdxray": read_gdxray,
}

LISTED: Mapping[str, Callable[[Path], Sequence[str]]] = {
    "coco": listed_in_coco,
    "yolo": listed_in_yolo,
    "cvat": listed_in_cvat,
}
"""What reads the classes that were looked for, where a format has a place for them."""
