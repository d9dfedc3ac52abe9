"""Where commands write what they found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parcelray.models.errors import BadInputError

STANDARD_OUTPUT = "-"


def write_json(document: object, destination: Path) -> None:
    """Write a document to a file, or to standard output where the destination is ``-``.

    Raises:
        BadInputError: the file cannot be written.
    """
    text = json.dumps(document, indent=2) + "\n"
    if str(destination) == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    with writing_to(destination):
        destination.write_text(text, encoding="utf-8")


@contextmanager
def writing_to(destination: Path) -> Iterator[None]:
    """Around the writing of a file or folder that the caller named.

    Raises:
        BadInputError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise BadInputError(
            str(destination), expected="a place that can be written", got=error.strerror or str(error)
        ) from error
