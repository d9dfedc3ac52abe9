"""What a source's classes are in our taxonomy: one small table for all formats, ``classes.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources

from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

_ANY = "*"


@dataclass(frozen=True)
class Meaning:
    """What one class is.

    Attributes:
        name: of the class, as the table writes it.
        leaves: of our taxonomy: one; several where the source does not tell them apart; none where we have none.
    """

    name: str
    leaves: tuple[str, ...]

    @property
    def category(self) -> str:
        """What an item of the class is called in our labels: its leaf, or where there is not just one, its own name.

        A scan that shows an item of a class without a leaf is not clean, so the item stays.
        """
        return self.leaves[0] if len(self.leaves) == 1 else self.name


@dataclass(frozen=True)
class ClassTable:
    """The classes of one format.

    Attributes:
        meanings: by the class' name in lower case.
        open_ended: any other class is known too, and has no leaf.
        own: those that the format itself has, by name; none where its users choose.
    """

    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    open_ended: bool = False
    own: tuple[str, ...] = ()

    def of(self, name: str, where: str) -> Meaning:
        """What a class is.

        Args:
            name: the class.
            where: the file that names it, for messages.

        Raises:
            DatasetError: the class is not known.
        """
        meaning = self.meanings.get(name.casefold())
        if meaning is None and self.open_ended:
            return Meaning(name, ())
        if meaning is None:
            known = ", ".join(known.name for known in self.meanings.values())
            raise DatasetError(
                where,
                expected=f"classes among {known}, or --map '{name}=LEAF' (--map '{name}=' where there is no leaf)",
                got=repr(name),
            )
        return meaning


def load_classes(source_format: str, choices: Mapping[str, str]) -> ClassTable:
    """The classes of a format.

    Args:
        source_format: as in the table.
        choices: class -> leaf, or -> "" where there is none; they come before the table.

    Raises:
        DatasetError: a choice names no leaf, or says of a leaf that it is none.
        KeyError: the table has no such format.
    """
    leaves = tuple(load_taxonomy().leaves(learned_only=True))
    document = tomllib.loads((resources.files(__package__) / "classes.toml").read_text(encoding="utf-8"))
    own: dict[str, str | list[str]] = document[source_format]
    open_ended = own.pop(_ANY, None) is not None
    entries = {leaf: leaf for leaf in leaves} | own
    meanings = {
        name.casefold(): Meaning(name, tuple([entry] if isinstance(entry, str) and entry else entry))
        for name, entry in entries.items()
    }
    for name, leaf in choices.items():
        if leaf and leaf not in leaves:
            raise DatasetError(f"--map {name}", expected=f"a leaf among {', '.join(leaves)}", got=repr(leaf))
        if name in leaves and leaf != name:
            raise DatasetError(f"--map {name}", expected="a class that is no leaf of ours by its name", got=repr(leaf))
        meanings[name.casefold()] = Meaning(name, (leaf,) if leaf else ())
    return ClassTable(meanings, open_ended, tuple(own))
