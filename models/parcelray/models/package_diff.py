"""In what two model packages differ: labels, thresholds, figures, lineage, files and all else that a manifest says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parcelray.models.package import Manifest

_NOTHING = "–"
# The order in which an engineer asks; the rest comes after.
_FIRST = ("name", "version", "labels", "operating", "figures", "lineage", "files")


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same.

    Attributes:
        section: the part of the manifest that it stands in.
        name: of the thing, as a path; empty where the section is the thing.
        before: in the first package, in words.
        after: in the second.
    """

    section: str
    name: str
    before: str
    after: str


def differences(before: Manifest, after: Manifest) -> Iterator[Difference]:
    """What differs between two manifests, by sections. A figure with its interval counts as one thing."""
    one, other = before.model_dump(mode="json"), after.model_dump(mode="json")
    for section in (*_FIRST, *(name for name in one if name not in _FIRST)):
        old, new = dict(_things(one[section])), dict(_things(other[section]))
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                yield Difference(section, name, old.get(name, _NOTHING), new.get(name, _NOTHING))


def _things(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case {"value": float() | int() as middle, "low": low, "high": high}:
            yield path, f"{middle} ({low} to {high})"
        case Mapping() if value:
            for name, inner in value.items():
                yield from _things(inner, f"{path}.{name}" if path else str(name))
        case [dict(), *_]:
            for number, inner in enumerate(value):
                yield from _things(inner, f"{path}[{number}]")
        case list():
            yield path, ", ".join(map(str, value)) or _NOTHING
        case None:
            yield path, _NOTHING
        case Mapping():
            yield path, _NOTHING
        case _:
            yield path, str(value)
