"""``Pseudonyms``: names for parcels and scanners that say nothing of them, the same in each export of one service.

A keyed hash (HMAC-SHA-256): who has the export alone can neither read the names, nor try out which consignments may be
in it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from parcelray.models.errors import SetupError
from parcelray.serving.store.blobs import sync_folder
from parcelray.serving.store.snapshot import PSEUDONYM_KEY

_KEY_BYTES = 32
_DIGITS = 32


class Pseudonyms:
    """Made with one key.

    Args:
        key: secret; with another one, all names are others.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, name: str) -> str:
        """32 hexadecimal digits that stand for something of a kind."""
        return hmac.new(self._key, f"{kind}\0{name}".encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def open_pseudonyms(data_dir: Path) -> Pseudonyms:
    """Those of a data folder; its key is made with the first use, readable for the owner alone.

    Raises:
        SetupError: the key cannot be read or written, or is none.
    """
    path = data_dir / PSEUDONYM_KEY
    try:
        if not path.exists():
            _make_key(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, UnicodeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "something else"
        raise SetupError(f"{path}: expected a key that can be read, got: {reason}") from error
    if len(key) != _KEY_BYTES:
        raise SetupError(f"{path}: expected a key of {_KEY_BYTES} bytes, got {len(key)}")
    return Pseudonyms(key)


def _make_key(path: Path) -> None:
    """Write a new key whole, and only where nobody else has meanwhile."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        part.unlink()
