"""``Feedback``: what the desk has decided, as labelled scans that `parcelray retrain` takes; nothing personal in it.

::

    images/3f…0a.png                     pictures made anew of their pixels; of a pair 3f…0a_high.png and 3f…0a_low.png
    annotations.json                     COCO; comes last, so what was broken off has none

No officer, no consignment, no note, no name of a file, no time but the day; scanners and parcels under pseudonyms.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select

from parcelray.datasets.imaging.headers import PixelLimits
from parcelray.datasets.scan import View
from parcelray.models.errors import BadInputError, DamagedError
from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.desk.entries import Box, Verdict, verdicts_on
from parcelray.serving.desk.labelling import LabelledView, LeftOut, label_scan
from parcelray.serving.desk.outcomes import Outcome, outcomes_of
from parcelray.serving.desk.pseudonyms import Pseudonyms, open_pseudonyms
from parcelray.serving.engine.sources import raw_view
from parcelray.serving.store.blobs import Blobs
from parcelray.serving.store.database import Database
from parcelray.serving.store.records import ScanRecord
from parcelray.serving.store.rows import records_of
from parcelray.serving.store.tables import desk, scans

ANNOTATIONS, IMAGES = "annotations.json", "images"
_AT_ONCE = 50


@dataclass(frozen=True)
class _Decided:
    """A scan that is done, with all that was said of it."""

    record: ScanRecord
    verdicts: Sequence[Verdict]
    outcome: Outcome | None
    done_at: datetime


class Export:
    """One export, in the making: iterate it once.

    Args:
        database: migrated.
        blobs: where the images lie.
        pseudonyms: of parcels and scanners.
        limits: for the images that are read.
        numbers: of the scans, the one that was decided last first.

    Attributes:
        left_out: why views are not in it, and how often; whole when all was iterated.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        pseudonyms: Pseudonyms,
        limits: PixelLimits,
        numbers: Sequence[int],
    ) -> None:
        self.left_out: Counter[LeftOut] = Counter()
        self._database = database
        self._blobs = blobs
        self._pseudonyms = pseudonyms
        self._limits = limits
        self._numbers = numbers
        self._images: list[dict[str, Any]] = []
        self._items: list[tuple[int, str, Box]] = []
        self._groups: dict[str, str] = {}
        self._labelled_for: set[str] | None = None
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file, ``annotations.json`` last.

        Raises:
            StorageError: the database or the images cannot be read now.
        """
        for decided in self._decided():
            views, left_out = label_scan(decided.record, decided.verdicts, decided.outcome)
            self.left_out.update(left_out)
            for view in views:
                yield from self._view(decided, view)
        yield ANNOTATIONS, json.dumps(self._document(), separators=(",", ":")).encode()

    @property
    def views(self) -> int:
        """How many are in it; all when all was iterated."""
        return len(self._images)

    def _decided(self) -> Iterator[_Decided]:
        for begin in range(0, len(self._numbers), _AT_ONCE):
            numbers = self._numbers[begin : begin + _AT_ONCE]
            with self._database.reading() as connection:
                rows = connection.execute(decided_statement(numbers)).mappings().all()
                records = records_of(connection, rows)
                verdicts, outcomes = verdicts_on(connection, numbers), outcomes_of(connection, numbers)
            found = {
                row["number"]: _Decided(
                    record,
                    verdicts.get(row["number"], []),
                    next(reversed(outcomes.get(row["number"], [])), None),
                    row["done_at"],
                )
                for row, record in zip(rows, records, strict=True)
            }
            yield from (found[number] for number in numbers if number in found)

    def _view(self, decided: _Decided, view: LabelledView) -> Iterator[tuple[str, bytes]]:
        record = decided.record
        try:
            pixels = raw_view(self._blobs, record.views[view.index]).read(self._limits)
        except (DamagedError, BadInputError):
            self.left_out[LeftOut.DAMAGED] += 1
            return
        stem = self._pseudonyms.of("view", f"{record.id} {view.index}")
        files = _files_of(pixels, stem)
        picture = hashlib.sha256(b"".join(files.values())).hexdigest()
        if picture in self._seen:
            self.left_out[LeftOut.SAME_PICTURE] += 1
            return
        self._seen.add(picture)
        yield from ((f"{IMAGES}/{name}", data) for name, data in files.items())
        self._note(decided, view, next(iter(files)), pixels)

    def _note(self, decided: _Decided, view: LabelledView, file_name: str, pixels: View) -> None:
        record = decided.record
        assert record.basis is not None
        image: dict[str, Any] = {
            "id": len(self._images) + 1,
            "file_name": file_name,
            "width": pixels.width,
            "height": pixels.height,
            "group": self._pseudonyms.of("consignment", record.consignment_id)
            if record.consignment_id is not None
            else self._pseudonyms.of("scan", record.id),
            "provenance": {
                "model": {
                    "name": record.basis.model,
                    "version": record.basis.version,
                    "sha256": record.basis.sha256,
                },
                "decided_on": decided.done_at.date().isoformat(),
                "searched": decided.outcome is not None,
                "found": None if decided.outcome is None else decided.outcome.found,
            },
        }
        if record.scanner_id is not None:
            image["scanner"] = self._pseudonyms.of("scanner", record.scanner_id)
        self._images.append(image)
        self._items += [(image["id"], label, box) for label, box in view.items]
        self._groups |= {box.label: box.group for verdict in decided.verdicts for box in verdict.boxes}
        known = set(record.basis.thresholds)
        self._labelled_for = known if self._labelled_for is None else self._labelled_for & known

    def _document(self) -> dict[str, Any]:
        """COCO. Its categories are what all of these scans were labelled for.

        That is what each model knows that screened one of them, and whatever officers boxed besides.
        """
        taxonomy = load_taxonomy()
        boxed = {label for _, label, _ in self._items}
        names = sorted((self._labelled_for or set()) | boxed)
        numbers = {name: number for number, name in enumerate(names, start=1)}
        leaves = {*taxonomy.leaves()}
        return {
            "info": {
                "description": "what officers decided and searches found, exported by parcelray",
                "taxonomy": taxonomy.version,
                "own_classes": {name: self._groups[name] for name in names if name in self._groups.keys() - leaves},
                "left_out": {reason.value: count for reason, count in sorted(self.left_out.items())},
            },
            "images": self._images,
            "annotations": [
                {
                    "id": number,
                    "image_id": image_id,
                    "category_id": numbers[label],
                    "bbox": [x0, y0, round(x1 - x0, 2), round(y1 - y0, 2)],
                    "area": round((x1 - x0) * (y1 - y0), 2),
                    "iscrowd": 0,
                }
                for number, (image_id, label, (x0, y0, x1, y1)) in enumerate(self._items, start=1)
            ],
            "categories": [{"id": number, "name": name} for name, number in numbers.items()],
        }


class Feedback:
    """What leaves the desk for training.

    Args:
        database: migrated.
        blobs: where the images lie.
        data_dir: holds the key of the pseudonyms of parcels and scanners.
        limits: for the images that are read.
    """

    def __init__(self, database: Database, blobs: Blobs, data_dir: Path, limits: PixelLimits) -> None:
        self._database = database
        self._blobs = blobs
        self._data_dir = data_dir
        self._limits = limits

    def export(self, since: datetime | None, until: datetime | None) -> Export:
        """Begin an export of what was decided for good in a time.

        Args:
            since: then or later.
            until: before then.

        Raises:
            StorageError: the database does not answer.
            SetupError: the key of the pseudonyms cannot be read or made.
        """
        pseudonyms = open_pseudonyms(self._data_dir)
        with self._database.reading() as connection:
            numbers = connection.scalars(done_statement(since, until)).all()
        return Export(self._database, self._blobs, pseudonyms, self._limits, numbers)


def done_statement(since: datetime | None, until: datetime | None) -> Select[Any]:
    """What asks the database for scans that were done in a time, the last one first."""
    statement = select(desk.c.scan_number).where(desk.c.done_at.is_not(None))
    if since is not None:
        statement = statement.where(desk.c.done_at >= since)
    if until is not None:
        statement = statement.where(desk.c.done_at < until)
    return statement.order_by(desk.c.done_at.desc(), desk.c.scan_number.desc())


def decided_statement(numbers: Sequence[int]) -> Select[Any]:
    """What asks the database for some scans that were looked at by a model, and when they were done."""
    return (
        select(*scans.c, desk.c.done_at)
        .join(desk, desk.c.scan_number == scans.c.number)
        .where(scans.c.number.in_(numbers), scans.c.model_sha256.is_not(None))
    )


def _files_of(view: View, stem: str) -> Mapping[str, bytes]:
    """The files of a view with nothing but its pixels, none of which changes; the one that labels name first."""
    if view.kind == "dual":
        return {f"{stem}_high.png": _png(view.pixels[0]), f"{stem}_low.png": _png(view.pixels[1])}
    pixels = view.pixels if view.kind == "grey" else cv2.cvtColor(view.pixels, cv2.COLOR_RGB2BGR)
    return {f"{stem}.png": _png(pixels)}


def _png(pixels: NDArray[Any]) -> bytes:
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels))
    assert done
    return data.tobytes()
