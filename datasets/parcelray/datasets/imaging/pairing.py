"""Files on disk become views: a single image is one view, ``X_high.*`` and ``X_low.*`` together are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from parcelray.models.errors import BadInputError

_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_HIGH, _LOW = "_high", "_low"


@dataclass(frozen=True)
class ViewFiles:
    """The files of one view: either ``image``, or both ``high`` and ``low``.

    Attributes:
        name: the file's name; of a pair the common part, without ``_high`` and suffix.
        image: a single image.
        high: the high-energy half of a pair.
        low: the low-energy half of a pair.
    """

    name: str
    image: Path | None = None
    high: Path | None = None
    low: Path | None = None


def find_view_files(paths: Sequence[Path]) -> list[ViewFiles]:
    """Find the views among files and folders.

    Folders are searched with all folders below them for ``.png``, ``.jpg``, ``.jpeg``, ``.tif`` and ``.tiff``; hidden
    files are left out. Files that are named are taken whatever their suffix: reading tells what is wrong with them.

    Args:
        paths: files and folders.

    Returns:
        Each view once, sorted by its path.

    Raises:
        BadInputError: a path does not exist, a folder holds no image, or half of a pair is missing or there twice.
    """
    files = sorted({file for path in paths for file in _files_of(path)})
    views: dict[Path, ViewFiles] = {}
    halves: dict[Path, dict[str, Path]] = {}
    for file in files:
        half = next((mark for mark in (_HIGH, _LOW) if file.stem.lower().endswith(mark)), None)
        if half is not None and len(file.stem) == len(half):
            # A name that is a mark and nothing else names no pair.
            half = None
        if half is None:
            views[file] = ViewFiles(file.name, image=file)
            continue
        pair = halves.setdefault(file.with_name(file.stem[: -len(half)]), {})
        if half in pair:
            raise BadInputError(str(file), expected=f"one {half} image", got=f"a second one beside {pair[half].name}")
        pair[half] = file
    for stem, pair in halves.items():
        if len(pair) == 1:
            ((half, file),) = pair.items()
            missing = _LOW if half == _HIGH else _HIGH
            raise BadInputError(
                str(file), expected=f"{stem.name}{missing}.* beside it, the other half of the pair", got="no such file"
            )
        views[stem] = ViewFiles(stem.name, high=pair[_HIGH], low=pair[_LOW])
    return [views[key] for key in sorted(views)]


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise BadInputError(str(path), expected="a file or a folder", got="nothing at that place")
    found = [
        file
        for file in path.rglob("*")
        if file.suffix.lower() in _SUFFIXES and not file.name.startswith(".") and file.is_file()
    ]
    if not found:
        raise BadInputError(str(path), expected=f"images ({', '.join(_SUFFIXES)})", got="a folder without any")
    yield from found
