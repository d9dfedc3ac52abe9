"""The size of the pictures that a network learned with, which may not be the size that its package reads."""

from __future__ import annotations

import re

from parcelray.models.errors import PackageError
from parcelray.models.package import InputSpec, Manifest

_KEY = "learned with"
_TEXT = re.compile(r"([1-9]\d*)x([1-9]\d*) pixels")


def lineage_of(learned_with: InputSpec) -> dict[str, str]:
    """What a package's lineage says of it."""
    return {_KEY: f"{learned_with.width}x{learned_with.height} pixels"}


def learned_with(manifest: Manifest) -> InputSpec:
    """The input that the network of a package learned with; the package's own where its lineage does not say.

    Raises:
        PackageError: the lineage says something else.
    """
    told = manifest.lineage.get(_KEY)
    if told is None:
        return manifest.input
    found = _TEXT.fullmatch(told)
    if found is None:
        raise PackageError(f"lineage, {_KEY!r}: expected WIDTHxHEIGHT pixels, got {told!r}")
    width, height = map(int, found.groups())
    return manifest.input.model_copy(update={"width": width, "height": height})
