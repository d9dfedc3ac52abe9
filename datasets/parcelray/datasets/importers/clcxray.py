"""CLCXray: cutters and liquid containers, 9,565 scans of bags (https://github.com/GreysonPhoenix/CLCXray).

COCO, as its authors pack it::

    SOURCE/annotations/instances_train2017.json     SOURCE/train2017/...      also val2017, test2017
"""

from __future__ import annotations

from pathlib import Path

from parcelray.datasets.importers.coco import instances, parts_that_exist, read_part
from parcelray.datasets.importers.records import ImportedScan


def read_clcxray(source: Path) -> list[ImportedScan]:
    """Read CLCXray, or the part of it that is there. The source says nothing of bags: each scan is its own group.

    Raises:
        DatasetError: none of its files is there, or one contradicts itself; a picture is missing.
    """
    parts = [instances(source, split) for split in ("train2017", "val2017", "test2017")]
    return [scan for part in parts_that_exist(parts, source) for scan in read_part(part)]
