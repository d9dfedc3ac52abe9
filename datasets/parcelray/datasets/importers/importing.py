"""An import as it is planned, written into a folder.

::

    OUT/
    ├── import.json         what is imported, so that a broken-off import goes on, and no other one mixes with it
    ├── images/             the pictures, under the names that the labels call them by
    └── annotations.json    COCO with fields of ours (docs/importing.md); written last, so where it is, all is there
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parcelray.datasets.importers.classes import Meaning
from parcelray.datasets.importers.folders import ANNOTATIONS, IMAGES, claim, write_whole
from parcelray.datasets.importers.planning import ImportPlan
from parcelray.datasets.importers.taking import TakenScan, take
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

_RECORD = "import.json"
_TAXONOMY = 1


@dataclass(frozen=True)
class ImportSummary:
    """What an import wrote.

    Attributes:
        annotations: the COCO file.
        scans: how many.
        clean: how many of them show nothing.
        splits: split -> scans; those without one under "".
        items: what each class of the source is, and how many items of it there are.
        listed: leaves that the scans are labelled for.
        left_out: reason -> scans that were not imported.
    """

    annotations: Path
    scans: int
    clean: int
    splits: Mapping[str, int]
    items: Mapping[Meaning, int]
    listed: Sequence[str]
    left_out: Mapping[str, int]


def run_import(
    plan: ImportPlan,
    out: Path,
    *,
    link: bool = False,
    clip: bool = False,
    report: Callable[[int], None] = lambda _done: None,
) -> ImportSummary:
    """Write a planned import into a folder; goes on where the same import was broken off.

    Args:
        plan: what is imported.
        out: the folder.
        link: make pictures second names of the source's files, on the same disk, instead of copies.
        clip: cut boxes at the picture's edge, however far they reach beyond it; a scan with a box that lies wholly
            outside is left out.
        report: is told how many scans are done.

    Raises:
        DatasetError: the folder holds something else, or lies within the source; a box reaches beyond its picture; a
            picture has not the size that its labels state.
        BadInputError: a picture cannot be read.
    """
    source = plan.source.resolve()
    if out.resolve().is_relative_to(source):
        raise DatasetError(str(out), expected="a folder outside of what is imported", got=f"one in {plan.source}")
    task = {"format": plan.source_format, "source": str(source), "map": dict(plan.choices), "link": link, "clip": clip}
    claim(out, _RECORD, task)
    # Where it is, all is there: so not from here on, until all is.
    (out / ANNOTATIONS).unlink(missing_ok=True)
    taken: list[TakenScan] = []
    left_out = Counter(plan.left_out)
    for done, scan in enumerate(plan.scans, start=1):
        one = take(scan, out / IMAGES, link=link, clip=clip)
        if one is None:
            left_out["has a box that lies wholly outside its picture"] += 1
        else:
            taken.append(one)
        report(done)
    listed = _listed(plan, taken)
    document = _document(plan, taken, listed, left_out)
    write_whole(out / ANNOTATIONS, json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    return ImportSummary(
        annotations=out / ANNOTATIONS,
        scans=len(taken),
        clean=sum(not one.boxes for one in taken),
        splits=Counter(one.scan.split or "" for one in taken),
        items=Counter(plan.classes.of(box.name, "") for one in taken for box in one.boxes),
        listed=listed,
        left_out=left_out,
    )


def _listed(plan: ImportPlan, taken: Sequence[TakenScan]) -> list[str]:
    """The leaves that were looked for on all scans, in the taxonomy's order.

    What a source does not list was not looked for: nothing may be concluded from its having no box. One that lists
    nothing and shows nothing is taken for scans that were found clean, of whatever leaf.
    """
    leaves = list(load_taxonomy(_TAXONOMY).leaves(learned_only=True))
    shown = [box.name for one in taken for box in one.boxes]
    if not plan.looked_for and not shown:
        return leaves
    # A class that is listed, unknown here and never shown harms nobody.
    meanings = [plan.classes.meanings.get(name.casefold()) for name in (*plan.looked_for, *shown)]
    told_apart = {one.leaves[0] for one in meanings if one is not None and len(one.leaves) == 1}
    return [leaf for leaf in leaves if leaf in told_apart]


def _document(
    plan: ImportPlan, taken: Sequence[TakenScan], listed: Sequence[str], left_out: Mapping[str, int]
) -> dict[str, Any]:
    meanings = [[plan.classes.of(box.name, "") for box in one.boxes] for one in taken]
    # Then what is none of ours.
    foreign = {meaning.category for row in meanings for meaning in row} - set(listed)
    number_of = {name: number for number, name in enumerate([*listed, *sorted(foreign)], start=1)}
    annotations: list[dict[str, Any]] = []
    for image_id, (one, row) in enumerate(zip(taken, meanings, strict=True), start=1):
        for box, meaning in zip(one.boxes, row, strict=True):
            x0, y0, x1, y1 = box.corners
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": number_of[meaning.category],
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "area": (x1 - x0) * (y1 - y0),
                    "iscrowd": 0,
                    "source_class": meaning.name,
                }
            )
    return {
        "info": {
            "description": f"scans imported from {plan.source_format}",
            "taxonomy": _TAXONOMY,
            "left_out": dict(left_out),
        },
        "images": [
            {"id": image_id, **one.image_record(plan.source_format, plan.source)}
            for image_id, one in enumerate(taken, start=1)
        ],
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for name, number in number_of.items()],
    }
