"""The library: every kind of thing, in numbered variants, some of which only tests may see."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.shapes.kind import Kind

Split = Literal["open", "reserved"]

# Variants of each kind: more of what is looked for, for that is what must not be learned by heart.
LABELLED_VARIANTS = 100
BENIGN_VARIANTS = 25
# Of five variants one is reserved for testing: 20 % of the shapes of each leaf.
_RESERVED_OF = 5
# Shapes kept in memory; one takes about 100 kB.
_KEPT = 1500
# A variant is drawn once and used many times: so much larger or smaller, as a whole and along each axis.
_SIZE, _PROPORTION = 0.06, 0.03


def is_reserved(identifier: str) -> bool:
    """Whether only tests may see the shape of this identifier (``kind-number``)."""
    return int(identifier.rsplit("-", 1)[1]) % _RESERVED_OF == _RESERVED_OF - 1


class Library:
    """Draws shapes when they are first asked for, and keeps them.

    A shape is remade from its identifier alone, in any process, in any order.

    Args:
        kinds: what there is; names are unique.

    Raises:
        ValueError: two kinds have the same name.
    """

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds: dict[str, Kind] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise ValueError(f"expected each kind once, got {kind.name!r} twice")
            self._kinds[kind.name] = kind
        self._of_leaf: dict[str | None, tuple[list[Kind], np.ndarray[tuple[int], np.dtype[np.float64]]]] = {}
        for leaf in {kind.leaf for kind in self._kinds.values()}:
            members = [kind for kind in self._kinds.values() if kind.leaf == leaf]
            shares = np.cumsum([kind.weight for kind in members])
            self._of_leaf[leaf] = members, shares / shares[-1]
        self._drawn: OrderedDict[str, Shape] = OrderedDict()
        self._shelf: tuple[int, ...] = (0,)
        self._on_shelf: dict[tuple[str, Split], int] = {}

    @property
    def kinds(self) -> Sequence[Kind]:
        """All of them, in the order given."""
        return tuple(self._kinds.values())

    def leaves(self) -> frozenset[str]:
        """The leaves that the library has shapes of."""
        return frozenset(leaf for leaf in self._of_leaf if leaf is not None)

    def shape(self, identifier: str) -> Shape:
        """The shape of an identifier ``kind-number``, around the origin.

        Raises:
            KeyError: there is no such kind.
        """
        kept = self._drawn.get(identifier)
        if kept is not None:
            self._drawn.move_to_end(identifier)
            return kept
        name, number = identifier.rsplit("-", 1)
        rng = np.random.default_rng([zlib.crc32(name.encode()), int(number)])
        drawn = replace(self._kinds[name].draw(rng), identifier=identifier)
        self._drawn[identifier] = drawn
        if len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return drawn

    def stock(self, *shelf: int) -> None:
        """Take another variant of each benign kind to hand.

        Drawing a shape costs more than casting it, so benign things are picked from one variant of each kind until
        the next call, which names another shelf. What is looked for is picked from all variants at any time.

        Args:
            shelf: numbers of it, 0 or more; the same ones bring the same variants.
        """
        if shelf != self._shelf:
            self._shelf = shelf
            self._on_shelf.clear()

    def pick(
        self, rng: np.random.Generator, leaf: str | None, split: Split = "open", *, kinds: Sequence[str] = ()
    ) -> Shape:
        """A shape of a leaf, slightly varied in size and proportion.

        Args:
            rng: decides.
            leaf: None picks benign things.
            split: "reserved" picks what only tests may see.
            kinds: only of these, where given.

        Raises:
            KeyError: the library has nothing of that leaf.
        """
        members, shares = self._of_leaf[leaf]
        if kinds:
            name = str(rng.choice(list(kinds)))
        else:
            # What ``rng.choice`` does, without its checks of the shares.
            name = members[int(np.searchsorted(shares, rng.random(), side="right"))].name
        number = self._at_hand(name, split) if leaf is None else _number(rng, LABELLED_VARIANTS, split)
        shape = self.shape(f"{name}-{number:03d}")
        scale = (1.0 + rng.uniform(-_SIZE, _SIZE)) * (1.0 + rng.uniform(-_PROPORTION, _PROPORTION, 3))
        return move_shape(shape, scale=scale)

    def _at_hand(self, name: str, split: Split) -> int:
        """The number of the variant of a benign kind that the shelf holds."""
        number = self._on_shelf.get((name, split))
        if number is None:
            rng = np.random.default_rng([zlib.crc32(name.encode()), *self._shelf])
            number = self._on_shelf[name, split] = _number(rng, BENIGN_VARIANTS, split)
        return number


def _number(rng: np.random.Generator, variants: int, split: Split) -> int:
    """The number of a variant of a split."""
    first = _RESERVED_OF * int(rng.integers(variants // _RESERVED_OF))
    return first + (_RESERVED_OF - 1 if split == "reserved" else int(rng.integers(_RESERVED_OF - 1)))
