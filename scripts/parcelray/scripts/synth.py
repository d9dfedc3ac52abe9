"""``parcelray synth``: draws labelled scans, puts items into clean ones, and fits the drawing to a scanner."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

# Drawn scans that a palette is fitted with: their colours are compared with the real ones.
_FIT_SCANS = 48

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
    from parcelray.scripts.sizes import parse_size

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
    if sheet is not None and not sheet.parent.is_dir():
        raise BadInputError("--sheet", expected="a file in a folder that exists", got=str(sheet))
    plan = Plan(
        seed=seed,
        scanners=tuple(scanner or profile_names(reserved=reserved)),
        size=parse_size("--size", size),
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


@app.command()
def insert(
    scans: Annotated[
        list[Path],
        typer.Argument(help="Clean scans, or folders of them: pseudo-colour, or raw pairs X_high.* and X_low.*."),
    ],
    leaf: Annotated[str, typer.Option(help="What is put in: a leaf of the taxonomy, such as pistol.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Gets images/ and annotations.json (COCO).")],
    scanner: Annotated[str, typer.Option(metavar="PROFILE", help="Profile of the scanner that the scans are from.")],
    pitch: Annotated[
        float | None, typer.Option(min=0.01, help="Millimetres that a pixel covers. Default: the profile's.")
    ] = None,
    seed: Seed = 0,
    mesh: Mesh = None,
    reserved: Reserved = False,
) -> None:
    """Put an item that is not there into clean scans (threat image projection)."""
    from parcelray.scripts.extras import needs_extra

    with needs_extra("synth"):
        from parcelray.datasets.imaging.pairing import find_view_files
        from parcelray.datasets.progress import progress
        from parcelray.datasets.synth.insertions import insert_into_files
        from parcelray.datasets.synth.scanner.profile import load_profile

    _check_leaf("--leaf", leaf)
    files = find_view_files(scans)
    with progress("inserting", len(files)) as report:
        annotations, left_out = insert_into_files(
            files,
            leaf,
            load_profile(scanner),
            out,
            seed=seed,
            pitch=pitch,
            split="reserved" if reserved else "open",
            meshes=_parse_meshes(mesh),
            report=lambda done: report(done, ""),
        )
    for name, why in left_out.items():
        typer.echo(f"parcelray: left out: {name}: {why}", err=True)
    typer.echo(f"{annotations}: {len(files) - len(left_out)} views with a {leaf}")
    if left_out:
        raise typer.Exit(2)


@app.command()
def fit(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Gets one TOML file for each look that the scans have.")],
    images: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of pseudo-colour scans; labels are not needed.")
    ] = None,
    raw: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of raw pairs X_high.* and X_low.*, instead.")
    ] = None,
    name: Annotated[str, typer.Option(help="Of the profile; of several looks, they end in -a, -b and so on.")] = "hub",
    start: Annotated[
        str, typer.Option(metavar="PROFILE", help="Where to begin, and what stays where scans do not tell.")
    ] = "six-a",
) -> None:
    """Fit a scanner profile to a scanner's own scans, for `--scanner`."""
    from parcelray.scripts.extras import needs_extra

    with needs_extra("synth"):
        from parcelray.datasets.imaging.pairing import find_view_files
        from parcelray.datasets.synth.drawing import Draughtsman, Plan
        from parcelray.datasets.synth.scanner.fitting.ideal import idealise
        from parcelray.datasets.synth.scanner.fitting.images import fit_images
        from parcelray.datasets.synth.scanner.fitting.raw import fit_raw
        from parcelray.datasets.synth.scanner.profile import load_profile
        from parcelray.datasets.synth.scanner.writing import write_profile
        from parcelray.models.errors import BadInputError

    if (images is None) == (raw is None):
        raise BadInputError("parcelray synth fit", expected="either --images or --raw", got="both or neither")
    profile = load_profile(start)

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    if raw is not None:
        found = find_view_files([raw])
        pairs = [(files.high, files.low) for files in found if files.high is not None and files.low is not None]
        profiles = [fit_raw(pairs, profile, name=name, progress=tell)]
    else:
        assert images is not None
        paths = [files.image for files in find_view_files([images]) if files.image is not None]
        tell(f"drawing {_FIT_SCANS} scans to compare with")
        with tempfile.TemporaryDirectory() as folder:
            ideal = Path(folder) / "ideal.toml"
            write_profile(idealise(profile), ideal)
            draughtsman = Draughtsman(Plan(seed=0, scanners=(str(ideal),), neighbours=0.0))
        counts = [draughtsman.draw(index).views[0].counts for index in range(_FIT_SCANS)]
        profiles = fit_images(paths, profile, counts, name=name, progress=tell)
    out.mkdir(parents=True, exist_ok=True)
    for fitted in profiles:
        file = out / f"{fitted.name}.toml"
        write_profile(fitted, file)
        typer.echo(str(file))


def _parse_meshes(mesh: list[str] | None) -> tuple[tuple[str, Path], ...]:
    from parcelray.models.errors import BadInputError

    parsed = []
    for entry in mesh or ():
        leaf, equals, path = entry.partition("=")
        if not (equals and path):
            raise BadInputError("--mesh", expected="LEAF=PATH", got=entry)
        _check_leaf("--mesh", leaf)
        parsed.append((leaf, Path(path)))
    return tuple(parsed)


def _check_leaf(subject: str, leaf: str) -> None:
    from parcelray.models.errors import BadInputError
    from parcelray.models.taxonomy import load_taxonomy

    leaves = tuple(load_taxonomy().leaves(learned_only=True))
    if leaf not in leaves:
        raise BadInputError(subject, expected=f"a leaf among {', '.join(leaves)}", got=leaf)
