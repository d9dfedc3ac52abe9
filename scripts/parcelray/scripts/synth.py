"""``parcelray synth``: draws labelled scans, puts items into clean ones, and fits the drawing to a scanner."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Draw labelled scans: shapes are packed, X-rays are cast, a scanner is simulated.", invoke_without_command=True
)

Mesh = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LEAF=PATH",
        help="Outlines from outside, labelled LEAF: a mesh file (STL, OBJ, GLB) or a folder of them. May be given "
        "several times.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")]
Reserved = Annotated[
    bool, typer.Option("--reserved", help="Use the shapes that are reserved for testing; training refuses such scans.")
]


@app.callback()
def synth(
    context: typer.Context,
    count: Annotated[int | None, typer.Option(min=1, help="How many scans.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Gets images/ and annotations.json (COCO). A run that was broken off goes on from there.",
        ),
    ] = None,
    seed: Seed = 0,
    scanner: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROFILE",
            help="Name or file of a scanner profile; may be given several times. Default: all that training may use. "
            "`parcelray synth scanners` lists them.",
        ),
    ] = None,
    size: Annotated[str, typer.Option(metavar="WxH", help="Pixels of a view.")] = "640x480",
    views: Annotated[int, typer.Option(min=1, max=2, help="Of each scan: from below, and from the side.")] = 1,
    contraband: Annotated[float, typer.Option(min=0, max=1, help="Share of parcels that hold some.")] = 0.7,
    neighbours: Annotated[float, typer.Option(min=0, max=1, help="Share of scans of several parcels.")] = 0.2,
    mesh: Mesh = None,
    reserved: Reserved = False,
    raw: Annotated[bool, typer.Option("--raw", help="Write 16-bit high and low images too, into DIR/raw.")] = False,
    sheet: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a PNG of the first 24 scans.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes. Default: one for each core.")] = None,
) -> None:
    """Draw labelled scans into a folder."""
    if context.invoked_subcommand is not None:
        return
    from parcelray.scripts.extras import needs_extra

    with needs_extra("synth"):
        from parcelray.datasets.coco import read_coco
        from parcelray.datasets.imaging.overlay import encode_png
        from parcelray.datasets.progress import progress
        from parcelray.datasets.synth.contact_sheet import contact_sheet
        from parcelray.datasets.synth.dataset import IMAGES, draw_dataset
        from parcelray.datasets.synth.drawing import Plan
        from parcelray.datasets.synth.scanner.profile import profile_names
        from parcelray.models.errors import BadInputError

    if count is None or out is None:
        missing = "--count" if count is None else "--out"
        raise BadInputError("parcelray synth", expected=f"{missing}, or a command (see --help)", got="neither")
    plan = Plan(
        seed=seed,
        scanners=tuple(scanner or profile_names(reserved=reserved)),
        size=_parse_size(size),
        views=views,
        contraband=contraband,
        neighbours=neighbours,
        split="reserved" if reserved else "open",
        meshes=_parse_meshes(mesh),
    )
    with progress("drawing scans", count) as report:
        annotations = draw_dataset(
            plan,
            count,
            out,
            raw=raw,
            workers=workers or os.cpu_count() or 1,
            report=lambda done: report(done, ""),
        )
    data = read_coco(annotations)
    if sheet is not None:
        sheet.write_bytes(encode_png(contact_sheet(out / IMAGES, data)))
    typer.echo(f"{annotations}: {len(data.images)} views, {len(data.items)} items")


@app.command()
def scanners() -> None:
    """List the scanner profiles."""
    from parcelray.scripts.extras import needs_extra

    with needs_extra("synth"):
        from parcelray.datasets.synth.scanner.profile import load_profile, profile_names

    for reserved in (False, True):
        for name in profile_names(reserved=reserved):
            profile = load_profile(name)
            kind = profile.beam.kind.replace("_", " ")
            use = "reserved for testing" if reserved else "for training and testing"
            typer.echo(f"{name}: {kind}, {profile.geometry.pixel_pitch:g} mm, {use}")


def _parse_size(size: str) -> tuple[int, int]:
    from parcelray.models.errors import BadInputError

    width, cross, height = size.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise BadInputError("--size", expected="WIDTHxHEIGHT in pixels", got=size)
    return int(width), int(height)


def _parse_meshes(mesh: list[str] | None) -> tuple[tuple[str, Path], ...]:
    from parcelray.models.errors import BadInputError
    from parcelray.models.taxonomy import load_taxonomy

    leaves = tuple(load_taxonomy().leaves(learned_only=True))
    parsed = []
    for entry in mesh or ():
        leaf, equals, path = entry.partition("=")
        if not (equals and path and leaf in leaves):
            raise BadInputError("--mesh", expected=f"LEAF=PATH with a leaf among {', '.join(leaves)}", got=entry)
        parsed.append((leaf, Path(path)))
    return tuple(parsed)
