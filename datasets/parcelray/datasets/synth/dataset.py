"""A data set of drawn scans on disk: drawn by several processes, the same bytes whatever their number.

Each scan depends on the plan's seed and its own number alone. Scans are drawn in batches; a batch's images are written
first and its records last, under another name until they are whole, so that what was broken off is seen and drawn
again. ``annotations.json`` is made of all records at the end.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.synth.annotations import Record, annotation_of, coco_document
from parcelray.datasets.synth.drawing import SHELF, Draughtsman, DrawnScan, DrawnView, Plan
from parcelray.datasets.synth.geometry.meshfiles import find_mesh_files
from parcelray.datasets.synth.scanner.profile import load_profile
from parcelray.models.errors import DatasetError

IMAGES, RAW, RECORDS, PLAN, ANNOTATIONS = "images", "raw", "records", "plan.json", "annotations.json"
# Scans in a batch, for one worker: those that share a shelf of shapes, so that each is drawn once.
_BATCH = SHELF
# What is queued for each worker: enough that none waits, little enough that a broken-off run stops soon.
_QUEUED = 2
# One thread a worker, or they fight over the same cores.
_ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_draughtsman: Draughtsman | None = None


def draw_dataset(
    plan: Plan,
    count: int,
    out: Path,
    *,
    raw: bool = False,
    workers: int = 1,
    make: Callable[[Plan], Draughtsman] = Draughtsman,
    report: Callable[[int], None] = lambda _done: None,
) -> Path:
    """Draw scans into a folder; goes on where an earlier call with the same plan was broken off.

    Args:
        plan: what is drawn.
        count: scans; more than an earlier call drew adds to them.
        out: gets ``images/``, ``annotations.json`` (COCO), ``plan.json``, ``records/`` and, with ``raw``, ``raw/`` with
            16-bit ``*_high.png`` and ``*_low.png``.
        raw: write the detector's counts too.
        workers: processes.
        make: makes the draughtsman of each; a function of a module, so that it can be sent to them.
        report: is told how many scans are done.

    Returns:
        The COCO file.

    Raises:
        DatasetError: the folder holds scans of another plan.
    """
    # Profiles and meshes that cannot be read are refused before anything is written.
    wanted = _plan_record(plan, raw)
    for name in (IMAGES, RECORDS, *([RAW] if raw else [])):
        (out / name).mkdir(parents=True, exist_ok=True)
    _hold_to_plan(out / PLAN, wanted)
    batches = [range(first, min(first + _BATCH, count)) for first in range(0, count, _BATCH)]
    left = [batch for batch in batches if not _is_done(out, batch)]
    done = count - sum(len(batch) for batch in left)
    report(done)
    for batch in _drawn(plan, left, out, raw, workers, make):
        done += len(batch)
        report(done)
    records = (record for batch in batches for record in json.loads(_record_file(out, batch).read_text()))
    # The batch at the end may hold more scans than are asked for now.
    views = (record for record in records if record["index"] < count)
    document = coco_document(views, {"description": "drawn scans", "plan": wanted})
    _write_whole(out / ANNOTATIONS, json.dumps(document, separators=(",", ":")))
    return out / ANNOTATIONS


def _drawn(
    plan: Plan, batches: list[range], out: Path, raw: bool, workers: int, make: Callable[[Plan], Draughtsman]
) -> Iterator[range]:
    """Draw batches, in this process or in others, and yield each that is done."""
    if workers <= 1 or len(batches) <= 1:
        cv2.setNumThreads(1)
        draughtsman = make(plan)
        for batch in batches:
            _draw_batch(draughtsman, batch, out, raw)
            yield batch
        return
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(plan, make)) as executor:
        waiting = iter(batches)
        running: dict[Future[None], range] = {}
        try:
            while True:
                for batch in islice(waiting, workers * _QUEUED - len(running)):
                    running[executor.submit(_work, batch, out, raw)] = batch
                if not running:
                    return
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                    yield running.pop(future)
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def _start_worker(plan: Plan, make: Callable[[Plan], Draughtsman]) -> None:
    global _draughtsman
    cv2.setNumThreads(1)
    _draughtsman = make(plan)


def _work(batch: range, out: Path, raw: bool) -> None:
    if _draughtsman is None:
        raise RuntimeError("a worker was given work before it was started")
    _draw_batch(_draughtsman, batch, out, raw)


def _draw_batch(draughtsman: Draughtsman, batch: range, out: Path, raw: bool) -> None:
    records = [record for index in batch for record in _write_scan(draughtsman.draw(index), out, raw)]
    _write_whole(_record_file(out, batch), json.dumps(records, separators=(",", ":")))


def _write_scan(scan: DrawnScan, out: Path, raw: bool) -> list[Record]:
    """Write a scan's images; return one record for each view."""
    records = []
    for number, view in enumerate(scan.views):
        name = f"{scan.index:06d}" if len(scan.views) == 1 else f"{scan.index:06d}_view{number}"
        _write_image(out / IMAGES / f"{name}.jpg", view.pixels[..., ::-1], cv2.IMWRITE_JPEG_QUALITY, view.quality)
        if raw:
            high, low = view.counts
            _write_image(out / RAW / f"{name}_high.png", high, cv2.IMWRITE_PNG_COMPRESSION, 1)
            _write_image(out / RAW / f"{name}_low.png", low, cv2.IMWRITE_PNG_COMPRESSION, 1)
        records.append(_view_record(scan, number, view, f"{name}.jpg"))
    return records


def _view_record(scan: DrawnScan, number: int, view: DrawnView, file_name: str) -> Record:
    height, width = view.pixels.shape[:2]
    return {
        "file_name": file_name,
        "width": width,
        "height": height,
        "group": f"{scan.seed}-{scan.index:06d}",
        "seed": scan.seed,
        "index": scan.index,
        "view": number,
        "scanner": scan.scanner,
        "reserved": scan.reserved,
        "mm_per_pixel": [round(view.pitch[0], 4), round(view.pitch[1], 4)],
        "parcels": [
            {"truth": parcel.truth, "packed": list(parcel.packed), "container": parcel.container}
            for parcel in scan.parcels
        ],
        "annotations": [annotation_of(label, height, width) for label in view.labels],
    }


def _write_image(path: Path, pixels: np.ndarray[Any, Any], option: int, value: int) -> None:
    suffix = path.suffix
    fine, encoded = cv2.imencode(suffix, pixels, [option, value])
    if not fine:
        raise OSError(f"{path}: the picture could not be encoded")
    path.write_bytes(encoded.tobytes())


def _record_file(out: Path, batch: range) -> Path:
    return out / RECORDS / f"{batch.start // _BATCH:06d}.json"


def _is_done(out: Path, batch: range) -> bool:
    """Whether a batch's records are there, for all of its scans."""
    file = _record_file(out, batch)
    if not file.exists():
        return False
    records = json.loads(file.read_text())
    return bool(records) and max(record["index"] for record in records) >= batch[-1]


def _plan_record(plan: Plan, raw: bool) -> Record:
    """What decides the scans: settings, and files by their content."""
    record: Record = json.loads(json.dumps(asdict(plan), default=str))
    for scanner in plan.scanners:
        load_profile(scanner)
    record["scanners"] = [_named(scanner) for scanner in plan.scanners]
    record["meshes"] = [[leaf, *map(_named, find_mesh_files(path))] for leaf, path in plan.meshes]
    return record | {"raw": raw}


def _named(file: str | Path) -> str:
    """A shipped profile by its name, a file by its name and what is in it."""
    path = Path(file)
    return f"{path.name} {sha256_of_file(path)}" if path.is_file() else str(file)


def _hold_to_plan(file: Path, wanted: Record) -> None:
    """Write down what is drawn into a folder; refuse to mix it with something else."""
    if not file.exists():
        _write_whole(file, json.dumps(wanted, indent=2))
        return
    found = json.loads(file.read_text())
    differing = [name for name in wanted if found.get(name) != wanted[name]]
    if differing:
        name = differing[0]
        raise DatasetError(
            str(file.parent),
            expected=f"scans drawn with {name} = {wanted[name]} or an empty folder",
            got=f"scans drawn with {name} = {found.get(name)}",
        )


def _write_whole(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
