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
) -> None:
    """Write a model package: the network as ONNX, thresholds, figures and a card.

    Refused unless ONNX Runtime finds the same boxes as the network that was trained.
    """
    from parcelray.scripts.extras import needs_training_extra

    with needs_training_extra():
        from parcelray.training.export import export as export_run

    package = export_run(run, out if out is not None else run / "package")
    rate = package.manifest.operating
    typer.echo(f"Package {package.manifest.name} {package.manifest.version} in {package.folder}. {rate.basis}")
