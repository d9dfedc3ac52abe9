"""What a package needs, by the metadata of what is installed here."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def closure(asked: Iterable[Requirement]) -> set[str]:
    """The names of all that the requirements bring on this machine, by the metadata of what is installed."""
    names: set[str] = set()
    todo = [(requirement, {""}) for requirement in asked]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        requirement, extras_above = todo.pop()
        marker = requirement.marker
        if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in extras_above):
            continue
        name = canonicalize_name(requirement.name)
        names.add(name)
        extras = frozenset(requirement.extras) | {""}
        if (name, extras) not in seen:
            seen.add((name, extras))
            todo += [(Requirement(line), set(extras)) for line in metadata.requires(name) or ()]
    return names
