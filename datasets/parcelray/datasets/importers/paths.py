"""Files that labels name: looked for within the folder that is imported, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from parcelray.datasets.importers.records import Split
from parcelray.models.errors import DatasetError

_SPLITS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}


def split_of(word: str) -> Split | None:
    """The split that a word such as ``Train``, ``val2017`` or ``testing`` stands for; None where it is another word."""
    return _SPLITS.get(word.lower().rstrip("0123456789"))


def contained(folder: Path, relative: str, where: str) -> Path:
    """A path that labels name, below a folder.

    Args:
        folder: that the path counts from.
        relative: as the labels have it.
        where: the file that names it, for messages.

    Raises:
        DatasetError: the path is absolute, leads upwards, or is written as on Windows.
    """
    path = PurePosixPath(relative)
    escapes = path.is_absolute() or ".." in path.parts
    if escapes or not path.parts or any(letter in relative for letter in "\\:\0"):
        raise DatasetError(where, expected="a path within the folder that is imported", got=repr(relative))
    return folder / path


def existing(candidates: Sequence[Path], where: str) -> Path:
    """The first of these pictures that exists.

    Raises:
        DatasetError: none does; names the first.
    """
    for path in candidates:
        if path.is_file():
            return path
    raise DatasetError(where, expected=f"the picture {candidates[0]}", got="no such file")


def existing_folder(folder: Path, layout: str) -> Path:
    """A folder that a format cannot do without.

    Args:
        folder: where it should be.
        layout: what the format looks like on disk, for the message.

    Raises:
        DatasetError: it does not exist.
    """
    if not folder.is_dir():
        raise DatasetError(str(folder), expected=f"a folder: {layout}", got="none at that place")
    return folder


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, without the space around them; empty ones stay, so that their numbers are right.

    Raises:
        DatasetError: as ``read_text``.
    """
    return [line.strip() for line in read_text(path).splitlines()]


def read_text(path: Path) -> str:
    """What is in a text file.

    Raises:
        DatasetError: there is no such file, or it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DatasetError(str(path), expected="a text file", got="no such file") from error
    except UnicodeDecodeError as error:
        raise DatasetError(str(path), expected="text in UTF-8", got=str(error)) from error


def numbers(words: Sequence[str], count: int, where: str, expected: str) -> list[float]:
    """Words of a line as numbers.

    Args:
        words: of the line.
        count: how many there should be.
        where: file and line, for messages.
        expected: what the line should hold, for messages.

    Raises:
        DatasetError: there are more or fewer, or one is no number.
    """
    try:
        found = [float(word) for word in words]
    except ValueError as error:
        raise DatasetError(where, expected=expected, got=repr(" ".join(words))) from error
    if len(found) != count:
        raise DatasetError(where, expected=expected, got=repr(" ".join(words)))
    return found
