"""``parcelray detect``: boxes for scans on disk, without a server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from parcelray.datasets.imaging.pairing import ViewFiles


def detect(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Scans (PNG, JPEG, TIFF), or folders of them. X_high.* and X_low.* together are one view."),
    ],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the boxes to this file as JSON; - for standard output.")
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Show boxes from this score on. Default: the operating threshold of each class."
        ),
    ] = None,
    overlays: Annotated[
        Path | None, typer.Option(help="Write each scan with its boxes drawn on it into this folder, as PNG.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Folder of a model package. Default: the newest release that came with parcelray."),
    ] = None,
) -> None:
    """Find what may be contraband in scans on this machine.

    A file that cannot be read is named on standard error; the others are still looked at, and the exit code is 2.
    """
    from parcelray.datasets.files import load_view
    from parcelray.datasets.imaging.pairing import find_view_files
    from parcelray.datasets.imaging.rendering import render
    from parcelray.models.errors import BadInputError
    from parcelray.models.naming import name_detections
    from parcelray.scripts.models import open_detector

    detector = open_detector(model)
    manifest = detector.package.manifest
    records: list[dict[str, Any]] = []
    refused = 0
    for files in find_view_files(paths):
        try:
            rendered = render(load_view(files))
        except BadInputError as error:
            typer.echo(f"parcelray: not screened: {error}", err=True)
            refused += 1
            continue
        for warning in rendered.warnings:
            typer.echo(f"parcelray: {files.name}: {warning.message}", err=True)
        found = detector.detect(rendered.pixels, min_score)
        items = [vars(item) for item in name_detections(found, manifest)]
        records.append({"file_name": files.name, "detections": items})
        if json_file is None:
            typer.echo(_sentence(records[-1]))
        if overlays is not None:
            _write_overlay(overlays, files, rendered.pixels, items)
    if json_file is not None:
        text = json.dumps(records, indent=2)
        if str(json_file) == "-":
            sys.stdout.write(text + "\n")
        else:
            json_file.write_text(text + "\n", encoding="utf-8")
    if refused:
        raise typer.Exit(2)


def _sentence(record: dict[str, Any]) -> str:
    items = record["detections"]
    if not items:
        return f"{record['file_name']}: nothing highlighted"
    named = ", ".join(f"{item['label']} {item['score']:.2f} at {[round(v) for v in item['box']]}" for item in items)
    return f"{record['file_name']}: {named}"


def _write_overlay(folder: Path, files: ViewFiles, pixels: Any, items: list[dict[str, Any]]) -> None:
    import cv2

    from parcelray.datasets.imaging.overlay import Mark, draw

    folder.mkdir(parents=True, exist_ok=True)
    marks = [Mark(item["box"], f"{item['label']} {item['score']:.2f}") for item in items]
    encoded, data = cv2.imencode(".png", draw(pixels, marks)[:, :, ::-1])
    if not encoded:
        raise RuntimeError(f"OpenCV could not encode the overlay of {files.name}")
    (folder / f"{Path(files.name).stem}.png").write_bytes(data.tobytes())
