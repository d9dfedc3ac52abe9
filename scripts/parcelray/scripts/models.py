"""Which model a command works with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from parcelray.models.detector import Detector

ModelFolder = Annotated[
    Path | None,
    typer.Option(help="Folder of a model package. Default: the newest release that came with parcelray."),
]


def open_detector(folder: Path | None) -> Detector:
    """The model of a package folder, or the newest release, using all cores.

    Raises:
        PackageError: it must not be loaded.
    """
    import os

    from parcelray.models.detector import Detector
    from parcelray.models.package import ModelPackage
    from parcelray.models.store import release_folder

    package = ModelPackage.open(folder if folder is not None else release_folder())
    return Detector(package, threads=os.cpu_count() or 1)
