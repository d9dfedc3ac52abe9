"""What is said where a command needs more packages than are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Literal

from parcelray.models.errors import SetupError

DISTRIBUTION = "parcelray"


@contextmanager
def needs_extra(extra: Literal["report", "serve", "synth", "train"]) -> Iterator[None]:
    """Around the imports of a command that needs an extra.

    Raises:
        SetupError: packages of the extra are not installed; says how to install them.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        # Where the extra is complete, the missing module is a fault of ours, and keeps its trace.
        if not missing_of(extra):
            raise
        raise SetupError(
            f"this command needs {error.name}, which is not installed: pip install '{DISTRIBUTION}[{extra}]'"
        ) from error


def missing_of(extra: str) -> tuple[str, ...]:
    """The distributions of an extra that are not installed, by what our own distribution says of itself.

    Distributions and not modules are compared: what is called opencv-python-headless is imported as cv2.
    """
    of_extra = re.compile(rf"([\w.-]+)[^;]*;.*\bextra == ['\"]{extra}['\"]")
    found = (of_extra.match(requirement) for requirement in metadata.requires(DISTRIBUTION) or ())
    return tuple(match[1] for match in found if match and not _is_installed(match[1]))


def _is_installed(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
