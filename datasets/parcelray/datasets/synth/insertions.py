"""Items put into many clean scans on disk, with a COCO file of what was put where."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.files import load_view
from parcelray.datasets.imaging.overlay import encode_png
from parcelray.datasets.imaging.pairing import ViewFiles
from parcelray.datasets.scan import View
from parcelray.datasets.synth.annotations import Record, annotation_of, coco_document
from parcelray.datasets.synth.scanner.profile import ScannerProfile
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.library import Library, Split
from parcelray.datasets.synth.shapes.outside import kinds_from_meshes
from parcelray.datasets.synth.tip import project_threat
from parcelray.models.errors import BadInputError


def insert_into_files(
    files: Sequence[ViewFiles],
    leaf: str,
    profile: ScannerProfile,
    out: Path,
    *,
    seed: int = 0,
    pitch: float | None = None,
    split: Split = "open",
    meshes: Sequence[tuple[str, Path]] = (),
    report: Callable[[int], None] = lambda _done: None,
) -> tuple[Path, dict[str, str]]:
    """Put an item of a leaf into each scan.

    Args:
        files: clean scans.
        leaf: what is put in.
        profile: of the scanner that they are from.
        out: gets ``images/`` and ``annotations.json``; scans keep their names and become PNG.
        seed: with a scan's place in the list, decides all of it.
        pitch: mm that a pixel covers; the profile's where it is not given.
        split: which shapes may be used.
        meshes: outlines from outside, each with its leaf.
        report: is told how many scans are done.

    Returns:
        The COCO file; and by name, the scans that were left out, with the reason.

    Raises:
        BadInputError: a mesh cannot be read.
    """
    (out / "images").mkdir(parents=True, exist_ok=True)
    kinds = [*all_kinds(), *(kind for of, path in meshes for kind in kinds_from_meshes(path, of))]
    library = Library(kinds)
    records: list[Record] = []
    left_out: dict[str, str] = {}
    for index, file in enumerate(files):
        rng = np.random.default_rng([seed, index])
        try:
            projected = project_threat(load_view(file), leaf, profile, library, rng, pitch=pitch, split=split)
        except BadInputError as error:
            left_out[file.name] = str(error)
            report(index + 1)
            continue
        view = projected.view
        records.append(
            {
                "file_name": _write(view, Path(file.name).stem, out / "images"),
                "width": view.width,
                "height": view.height,
                "group": Path(file.name).stem,
                "inserted": True,
                "seed": seed,
                "index": index,
                "scanner": profile.name,
                "reserved": split == "reserved" or profile.reserved,
                "annotations": [annotation_of(projected.label, view.height, view.width)],
            }
        )
        report(index + 1)
    document = coco_document(records, {"description": f"clean scans with a {leaf} that was inserted"})
    annotations = out / "annotations.json"
    annotations.write_text(json.dumps(document), encoding="utf-8")
    return annotations, left_out


def _write(view: View, stem: str, folder: Path) -> str:
    """Write a view; returns the name that labels call it by."""
    if view.kind == "colour":
        (folder / f"{stem}.png").write_bytes(encode_png(cast("NDArray[np.uint8]", view.pixels)))
        return f"{stem}.png"
    for half, channel in zip(("high", "low"), view.pixels, strict=True):
        fine, encoded = cv2.imencode(".png", channel)
        if not fine:
            raise RuntimeError("OpenCV could not encode a picture as PNG")
        (folder / f"{stem}_{half}.png").write_bytes(encoded.tobytes())
    return f"{stem}_high.png"
