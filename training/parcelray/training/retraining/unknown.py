"""What scans do not say: classes that their labels do not list are unknown there, not absent.

Who confirms wrenches boxes wrenches. A gun in the same scan has no box, and a network that learns from it learns that
guns are nothing. The model that is started from has an opinion on what nobody looked for: its own boxes become places
that are ignored (COCO's ``iscrowd``), where nothing is learned either way. Learning without forgetting (Li and Hoiem,
arXiv:1606.09282; for detectors Shmelkov et al., arXiv:1708.06977) holds the new network to the old one's answers there;
this only does not pull it away from them, and needs no second network beside the training. LVIS (Gupta et al.,
arXiv:1908.03195) judges detectors by the same rule: of a class that a picture was not labelled for, no box is wrong.

The places depend on a model, so they belong to one retraining, not to the revision.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from parcelray.datasets.coco import CocoData, ImageRecord, read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.importers.folders import write_whole
from parcelray.datasets.progress import progress
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.models.detector import Detector
from parcelray.models.package import ModelPackage
from parcelray.training.evaluation.judging import boxes_of
from parcelray.training.evaluation.matching import overlaps

# To lose a true item costs more than to spare a false alarm: others teach the same. Measured with release 0002 on real
# scans that it had not learned from: of 90 with a gun, boxes from 0.05 on cover 92 % of the guns; on 178 with a wrench
# they are 17 a scan and cover 31 % of it. From 0.02 on: 99 %, 53, 41 %. From 0.1 on: 84 %, 6, 22 %.
FLOOR = 0.05
# A box of an unknown class on an item that is labelled: what that is, is known.
_SAME_PLACE = 0.5

Box = tuple[float, float, float, float]


def write_labels(folder: Path, out: Path, champion: ModelPackage, known: Mapping[str, Collection[str]]) -> int:
    """Write the labels of scans to learn from, with the places where the champion sees what nobody looked for.

    Args:
        folder: with ``images/`` and ``annotations.json``, an export of a revision.
        out: gets the labels, COCO; the places are annotations with ``iscrowd``.
        champion: that the training starts from.
        known: folder that scans came from -> the classes that its scans were labelled for; those of folders that are
            not named were labelled for all.

    Returns:
        How many places there are.

    Raises:
        DatasetError: a scan is missing.
        BadInputError: a scan cannot be read.
    """
    data = read_coco(folder / ANNOTATIONS)
    document = json.loads((folder / ANNOTATIONS).read_text(encoding="utf-8"))
    unknown = {source: set(champion.manifest.labels) - set(classes) for source, classes in known.items()}
    asked = [image for image in data.images if unknown.get(image.source or "")]
    numbers = {record["name"]: record["id"] for record in document["categories"]}
    next_id = max((item.id for item in data.items), default=0) + 1
    detector = Detector(champion, threads=os.cpu_count() or 1)
    places = 0
    with progress("looking for what nobody looked for", len(asked)) as report:
        for done, image in enumerate(asked, start=1):
            for label, (x0, y0, x1, y1) in _seen(detector, folder / IMAGES, data, image, unknown[image.source or ""]):
                if label not in numbers:
                    numbers[label] = max(numbers.values(), default=0) + 1
                    document["categories"].append({"id": numbers[label], "name": label})
                width, height = round(x1 - x0, 2), round(y1 - y0, 2)
                document["annotations"].append(
                    {
                        "id": next_id + places,
                        "image_id": image.id,
                        "category_id": numbers[label],
                        "bbox": [round(x0, 2), round(y0, 2), width, height],
                        "area": round(width * height, 2),
                        "iscrowd": 1,
                    }
                )
                places += 1
            report(done, image.file_name)
    write_whole(out, json.dumps(document, separators=(",", ":")))
    return places


def _seen(
    detector: Detector, images: Path, data: CocoData, image: ImageRecord, unknown: Collection[str]
) -> Iterator[tuple[str, Box]]:
    """What the model sees of unknown classes in a scan, where nothing is labelled; class and box."""
    found = detector.detect(labelled_picture(images, image.file_name), FLOOR)
    taken = overlaps(found.boxes, boxes_of(data.items_of[image.id])).max(axis=1, initial=0.0) >= _SAME_PLACE
    size = (image.width, image.height) * 2
    for label, box, on_item in zip(found.labels, found.boxes, taken, strict=True):
        x0, y0, x1, y1 = (min(max(float(value), 0.0), float(end)) for value, end in zip(box, size, strict=True))
        if detector.labels[label] in unknown and not on_item and x1 - x0 >= 1 and y1 - y0 >= 1:
            yield detector.labels[label], (x0, y0, x1, y1)
