"""Files that outlive a loss of power, and are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def sync(path: Path) -> None:
    """Bring a file's bytes, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private_folder(folder: Path) -> None:
    """Make a folder for its owner alone, and those above it, where they are missing, so that they last."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync(folder.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file, readable for its owner alone, in the place of the one that may be there: the old one or the new.

    Args:
        path: its folder must be there.
        data: all of it.
    """
    # Begins with a dot: nothing that looks through the folder takes it for one of the others.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        write_new(part, data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file, readable for its owner alone, that must not be there yet, and bring its bytes to the disk.

    Raises:
        FileExistsError: it is there.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
