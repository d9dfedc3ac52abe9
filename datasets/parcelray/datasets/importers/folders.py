"""Folders that an import or export fills: whose they are, and files that are whole or not there."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path

from parcelray.models.errors import DatasetError

IMAGES, ANNOTATIONS = "images", "annotations.json"
_PART = ".part"


def claim(out: Path, record: str, task: Mapping[str, object]) -> None:
    """Make a folder for a task, or check that it is the one that this task was broken off in.

    Args:
        out: the folder.
        record: the name of the file in it that says whose it is.
        task: what makes its content; JSON.

    Raises:
        DatasetError: the folder holds something else.
    """
    file = out / record
    if file.is_file():
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if found != task:
            raise DatasetError(
                str(out), expected="a new folder, or the one that this very command was broken off in", got="another's"
            )
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DatasetError(str(out), expected="an empty folder, or none", got="one with other files in it")
    out.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(task, indent=2) + "\n")


def write_whole(file: Path, text: str) -> None:
    """Write a file that is never seen half written."""
    part = file.with_name(file.name + _PART)
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def place(source: Path, data: bytes, target: Path, *, link: bool) -> None:
    """Put a picture into a folder, where it is not there yet.

    Args:
        source: its file.
        data: what is in it.
        target: where it goes.
        link: as a second name of the same file, not as a copy.

    Raises:
        DatasetError: a link was asked for across two disks.
    """
    if target.is_file() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + _PART)
    part.unlink(missing_ok=True)
    if link:
        try:
            os.link(source.resolve(), part)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            raise DatasetError(
                str(target), expected="a folder on the disk of the pictures, or no --link", got="another disk"
            ) from error
    else:
        part.write_bytes(data)
    part.replace(target)
