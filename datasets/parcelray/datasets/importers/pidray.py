"""PIDray, both versions: 12 classes of prohibited items in bags; test scans are easy, hard or hidden.

Version 1, 47,677 scans (https://github.com/bywang2018/security-dataset)::

    SOURCE/annotations/xray_train.json      SOURCE/train/xray_00000.png
    SOURCE/annotations/xray_test_easy.json  SOURCE/easy/xray_easy00000.png     also hard, hidden

Version 2, 124,486 scans, most of the new ones without a prohibited item (https://github.com/lutao2021/PIDray)::

    SOURCE/annotations/train.json           SOURCE/train/...
    SOURCE/annotations/test_easy.json       SOURCE/test/...                    also hard, hidden
    SOURCE/annotations/test.json            the three in one

All files are COCO. Easy scans show one prohibited item, hard ones several, hidden ones some hidden on purpose.
"""

from __future__ import annotations

from pathlib import Path

from parcelray.datasets.importers.coco import CocoPart, parts_that_exist, read_part
from parcelray.datasets.importers.records import ImportedScan

_SUBSETS = ("easy", "hard", "hidden")


def read_pidray(source: Path) -> list[ImportedScan]:
    """Read PIDray, or the part of it that is there. The source says nothing of parcels: each scan is its own group.

    Raises:
        DatasetError: none of its files is there, or one contradicts itself; a picture is missing.
    """
    labels = source / "annotations"
    first = [
        CocoPart(labels / "xray_train.json", (source / "train",), "train/", "train"),
        *(
            CocoPart(labels / f"xray_test_{subset}.json", (source / subset,), f"{subset}/", "test", subset)
            for subset in _SUBSETS
        ),
    ]
    second = [
        CocoPart(labels / "train.json", (source / "train",), "train/", "train"),
        *(CocoPart(labels / f"test_{subset}.json", (source / "test",), "test/", "test", subset) for subset in _SUBSETS),
    ]
    together = CocoPart(labels / "test.json", (source / "test",), "test/", "test")
    if not any(part.file.is_file() for part in second[1:]):
        second.append(together)
    return [scan for part in parts_that_exist([*first, *second], source) for scan in read_part(part)]
