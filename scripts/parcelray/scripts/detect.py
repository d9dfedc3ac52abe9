"""``parcelray detect``: boxes for scans on disk, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parcelray.scripts.models import ModelFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    model: ModelFolder = None,
) -> None:
    """Find what may be contraband in scans on this machine.

    The JSON is a list with `file_name` and `detections` of each view; a pair goes by what its two names have in common.

    A file that cannot be read is named on standard error; the others are still looked at, and the exit code is 2.
    """
    from parcelray.models.errors import BadInputError
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.models import open_detector
    from parcelray.scripts.output import write_json

    with needs_extra("serve"):
        from parcelray.datasets.files import load_view
        from parcelray.datasets.imaging.pairing import find_view_files
        from parcelray.datasets.imaging.rendering import render
        from parcelray.models.naming import name_detections

        detector = open_detector(model)
    manifest = detector.package.manifest
    records: list[dict[str, Any]] = []
    drawn: set[str] = set()
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
            _write_overlay(overlays / _free_name(files.name, drawn), rendered.pixels, items)
    if json_file is not None:
        write_json(records, json_file)
    if refused:
        raise typer.Exit(2)


def _sentence(record: dict[str, Any]) -> str:
    items = record["detections"]
    if not items:
        return f"{record['file_name']}: nothing highlighted"
    named = ", ".join(f"{item['label']} {item['score']:.2f} at {[round(v) for v in item['box']]}" for item in items)
    return f"{record['file_name']}: {named}"


def _free_name(name: str, taken: set[str]) -> str:
    """Scans of one name may come from several folders: none may take another's place in the overlays."""
    stem = free = Path(name).stem
    number = 1
    while free in taken:
        number += 1
        free = f"{stem}-{number}"
    taken.add(free)
    return f"{free}.png"


def _write_overlay(target: Path, pixels: NDArray[np.uint8], items: list[dict[str, Any]]) -> None:
    from parcelray.datasets.imaging.overlay import Mark, draw, encode_png
    from parcelray.scripts.output import writing_to

    marks = [Mark(item["box"], f"{item['label']} {item['score']:.2f}") for item in items]
    picture = encode_png(draw(pixels, marks))
    with writing_to(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture)
