"""Views that lie on disk: read for detection, or because labels name them."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.pairing import ViewFiles, find_view_files
from parcelray.datasets.imaging.reading import read_pair, read_view
from parcelray.datasets.imaging.rendering import render
from parcelray.datasets.scan import View
from parcelray.models.errors import DatasetError, RecipeError


def load_view(files: ViewFiles) -> View:
    """Read one view from its file or its pair of files.

    Raises:
        BadInputError: a file cannot be read as what it should be.
    """
    if files.high is not None and files.low is not None:
        return read_pair(files.high.read_bytes(), files.low.read_bytes(), name=str(files.high))
    if files.image is None:
        raise ValueError(f"{files.name}: neither an image nor a pair")
    return read_view(files.image.read_bytes(), name=str(files.image))


def labelled_picture(folder: Path, file_name: str) -> NDArray[np.uint8]:
    """The picture that the detector reads of a scan that labels name.

    Args:
        folder: of the images.
        file_name: as in the labels; of a dual-energy pair, the high-energy image.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        DatasetError: the file, or the other half of its pair, is missing.
        BadInputError: a file cannot be read.
    """
    path = folder / file_name
    if not path.is_file():
        raise DatasetError(str(path), expected="a scan that the labels name", got="no such file")
    (files,) = find_view_files(list(files_of(path)))
    return render(load_view(files)).pixels


def files_of(picture: Path) -> Iterator[Path]:
    """The files of a view that labels name: the picture, and where it is half of a dual-energy pair, the other half."""
    yield picture
    if picture.stem.lower().endswith("_high"):
        # Brackets in a name are brackets, no pattern.
        yield from sorted(picture.parent.glob(f"{glob.escape(picture.stem[:-5])}_low.*"))


def sha256_of_file(path: Path) -> str:
    """The hexadecimal sha256 of a file.

    Raises:
        RecipeError: there is no such file.
    """
    if not path.is_file():
        raise RecipeError(str(path), expected="a file that the recipe names", got="no such file")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
