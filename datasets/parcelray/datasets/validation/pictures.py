"""The pictures that labels name: opened, summed, decoded and measured, each to a ``Picture`` or to a finding."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from parcelray.datasets.files import files_of
from parcelray.datasets.imaging.headers import media_type_of
from parcelray.datasets.imaging.pairing import find_view_files
from parcelray.datasets.imaging.reading import read_pair, read_view
from parcelray.datasets.imaging.rendering import render
from parcelray.datasets.scan import View
from parcelray.datasets.validation.findings import Finding, Kind
from parcelray.datasets.validation.likeness import likeness
from parcelray.datasets.validation.records import CheckedScan, LabelledScan, Picture, PictureFile
from parcelray.models.errors import BadInputError

_LOW = "_low"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif"}


def read_pictures(
    folder: Path, scans: Sequence[LabelledScan], report: Callable[[int], None] = lambda _done: None
) -> Iterator[CheckedScan | Finding]:
    """Open the pictures of scans, several at a time.

    Args:
        folder: of the pictures.
        scans: that name them.
        report: is told how many are done.

    Yields:
        For each scan, in order: the scan with its picture; or, where that cannot be used, why.
    """
    # Decoding and summing leave Python's lock to others.
    with ThreadPoolExecutor(os.cpu_count()) as readers:
        try:
            for done, read in enumerate(readers.map(lambda scan: _read(folder, scan), scans), start=1):
                yield read
                report(done)
        finally:
            readers.shutdown(cancel_futures=True)


def _read(folder: Path, scan: LabelledScan) -> CheckedScan | Finding:
    path = folder / scan.file_name
    try:
        if not path.is_file():
            return Finding(Kind.MISSING_FILE, scan.where, "a file in the folder of images", "no such file")
        if path.stem.lower().endswith(_LOW):
            return Finding(
                Kind.UNREADABLE_FILE, scan.where, "of a pair the high-energy image, X_high.*", "the low-energy one"
            )
        paths = _files_of(path)
    except BadInputError as error:
        return Finding(Kind.MISSING_FILE, scan.where, error.expected, error.got)
    except OSError as error:
        return _unreadable(scan, error)
    try:
        contents = [file.read_bytes() for file in paths]
        view = _decode(contents, scan.file_name)
    except BadInputError as error:
        return Finding(Kind.UNREADABLE_FILE, scan.where, error.expected, error.got)
    except OSError as error:
        return _unreadable(scan, error)
    if (view.width, view.height) != (scan.width, scan.height):
        size = f"{view.width} x {view.height} pixels, as its file has"
        return Finding(Kind.OTHER_SIZE, scan.where, size, f"{scan.width} x {scan.height} in the labels")
    files = tuple(
        PictureFile(file, hashlib.sha256(content).hexdigest(), len(content), _SUFFIXES[media_type_of(content)])
        for file, content in zip(paths, contents, strict=True)
    )
    return CheckedScan(scan, Picture(files, view.width, view.height, likeness(render(view).pixels)))


def _files_of(path: Path) -> list[Path]:
    """The file; of a dual-energy pair, the high-energy image and the low-energy one."""
    (files,) = find_view_files(list(files_of(path)))
    return [file for file in (files.image, files.high, files.low) if file is not None]


def _decode(contents: Sequence[bytes], name: str) -> View:
    if len(contents) == 1:
        return read_view(contents[0], name=name)
    high, low = contents
    return read_pair(high, low, name=name)


def _unreadable(scan: LabelledScan, error: OSError) -> Finding:
    return Finding(Kind.UNREADABLE_FILE, scan.where, "a file that can be read", error.strerror or str(error))
