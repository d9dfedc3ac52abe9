"""``parcelray export``: a finished run becomes a model package. Needs the extra [train]."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the package. Default: the folder `package` in the run.")
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the scans to set calibration and thresholds on. Default: the recipe's validation."
        ),
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="What is in them, as a COCO file. Goes with --images.")] = None,
    input_size: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="WxH",
            help="Pixels of the network's input, multiples of 32. Default: those that it learned with. Larger ones "
            "show it more, and cost time.",
        ),
    ] = None,
    int8: Annotated[
        bool, typer.Option(help="Try 8-bit integers, which serve where they lose next to nothing and gain speed.")
    ] = True,
) -> None:
    """Write a model package: the network as ONNX, calibration, thresholds, figures and a card.

    Scores are calibrated: a score says how often such boxes are right. Thresholds are set so that 5 % of the scans
    without labels raise a false alarm. Give scans that the model has not learned from, the more parcels of different
    kinds the better. Refused unless ONNX Runtime finds the same boxes as the network that was trained.
    """
    from parcelray.models.errors import BadInputError
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.sizes import parse_size

    with needs_extra("train"):
        from parcelray.training.config import DataSpec
        from parcelray.training.export import export as export_run

    if (images is None) != (truth is None):
        raise BadInputError("--images and --truth", expected="both or neither", got="one of them")
    validation = DataSpec(images=images, annotations=truth) if images is not None and truth is not None else None
    size = None if input_size is None else parse_size("--input", input_size)
    package = export_run(run, out if out is not None else run / "package", validation, size=size, try_int8=int8)
    rate = package.manifest.operating
    typer.echo(f"Package {package.manifest.name} {package.manifest.version} in {package.folder}. {rate.basis}")
