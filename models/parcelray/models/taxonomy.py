"""``Taxonomy``: the versioned tree of classes. A detection's label means nothing without its taxonomy's version.

A hub may teach its model classes that no published version has: its own. Each belongs to a group of the published tree,
which decides how grave a finding is and which programme it is reported under.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

# As long as the store's columns.
_OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class Group:
    """Classes that the same desk handles.

    Attributes:
        name: the group's name.
        severity: 1 is the gravest; operators see graver groups first.
        programme: the World Customs Organization's programme that a seizure is reported under.
        leaves: the classes, in the order of the file; own ones of a hub after them.
        learned: False where the class comes from physics, not from a model.
    """

    name: str
    severity: int
    programme: str
    leaves: tuple[str, ...]
    learned: bool = True


@dataclass(frozen=True)
class Taxonomy:
    """All groups of one version.

    Raises:
        ValueError: a leaf or a group stands twice.
    """

    version: int
    groups: tuple[Group, ...]

    def __post_init__(self) -> None:
        names = [group.name for group in self.groups]
        leaves = list(self.leaves())
        for kind, words in (("group", names), ("leaf", leaves)):
            doubled = sorted({word for word in words if words.count(word) > 1})
            if doubled:
                raise ValueError(f"taxonomy {self.version}: each {kind} once, got {', '.join(doubled)} more than once")

    def leaves(self, *, learned_only: bool = False) -> Iterator[str]:
        """The names of the leaves, in the order of the file."""
        for group in self.groups:
            if group.learned or not learned_only:
                yield from group.leaves

    def group_of(self, leaf: str) -> Group:
        """The group that a leaf belongs to.

        Raises:
            KeyError: this version has no such leaf.
        """
        for group in self.groups:
            if leaf in group.leaves:
                return group
        raise KeyError(f"taxonomy {self.version} has no leaf {leaf!r}; it has {', '.join(self.leaves())}")

    def with_own(self, own: Mapping[str, str]) -> Taxonomy:
        """The same tree with a hub's own classes.

        Args:
            own: class -> the group that it belongs to.

        Raises:
            ValueError: a name is not of small letters, digits and underscores, at most 64, or is a leaf's already;
                there is no such group, or its classes are not learned.
        """
        groups = [group.name for group in self.groups if group.learned]
        for name, wanted in own.items():
            if not _OWN_NAME.fullmatch(name):
                raise ValueError(f"own class {name!r}: expected up to 64 small letters, digits and _, a letter first")
            if name in self.leaves():
                raise ValueError(
                    f"own class {name!r}: expected a name of its own, got a leaf of taxonomy {self.version}"
                )
            if wanted not in groups:
                raise ValueError(f"own class {name!r}: expected a group among {', '.join(groups)}, got {wanted!r}")
        return Taxonomy(
            self.version,
            tuple(
                replace(group, leaves=(*group.leaves, *(name for name, wanted in own.items() if wanted == group.name)))
                for group in self.groups
            ),
        )


@cache
def load_taxonomy(version: int = 1) -> Taxonomy:
    """Read a published version.

    Raises:
        KeyError: that version was never published.
    """
    source = resources.files(__package__) / f"taxonomy_v{version}.toml"
    if not source.is_file():
        raise KeyError(f"no taxonomy of version {version} was published")
    document = tomllib.loads(source.read_text(encoding="utf-8"))
    groups = tuple(
        Group(
            name=group["name"],
            severity=group["severity"],
            programme=group["programme"],
            leaves=tuple(group["leaves"]),
            learned=group.get("learned", True),
        )
        for group in document["groups"]
    )
    return Taxonomy(document["version"], groups)
