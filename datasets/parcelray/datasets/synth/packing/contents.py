"""What a parcel holds: the contraband that it is packed for, by recipes that name the parcel's truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Leaves = Sequence[str]
_FIREARMS = ("pistol", "pistol", "pistol", "revolver", "revolver", "long_gun")
_PARTS = ("slide", "frame", "barrel", "magazine")
_IED = ("power_source", "initiator", "switch_circuit", "bulk_charge", "pipe", "wiring")
_PRECURSORS = ("liquid_container", "powder_bag")
_CASH = ("banknote_bundle", "banknote_bundle", "coin_roll", "paper_instruments")


@dataclass(frozen=True)
class Recipe:
    """One way in which contraband is sent.

    Attributes:
        truth: what the parcel is, as its label says.
        weight: how often it is drawn beside the others.
        leaves: draws the leaves of its items.
    """

    truth: str
    weight: float
    leaves: Callable[[np.random.Generator], Leaves]


def _firearm(rng: np.random.Generator) -> Leaves:
    found = [str(rng.choice(_FIREARMS))]
    if rng.random() < 0.15:
        found.append(str(rng.choice(_FIREARMS[:5])))
    if rng.random() < 0.2:
        found.append("magazine")
    if rng.random() < 0.2:
        found.append("ammunition")
    return found


def _taken_apart(rng: np.random.Generator) -> Leaves:
    found = [leaf for leaf in _PARTS if rng.random() < 0.85] or ["frame"]
    return [*found, "ammunition"] if rng.random() < 0.25 else found


def _some_of(leaves: Leaves, most: int) -> Callable[[np.random.Generator], Leaves]:
    def draw(rng: np.random.Generator) -> Leaves:
        return [str(leaf) for leaf in rng.choice(leaves, int(rng.integers(1, most + 1)))]

    return draw


def _ied_combination(rng: np.random.Generator) -> Leaves:
    """Power source, initiator, charge and switch in one parcel: together they are the finding."""
    found = ["power_source", "initiator", "pipe" if rng.random() < 0.3 else "bulk_charge", "switch_circuit"]
    return [*found, "wiring"] if rng.random() < 0.5 else found


def _mixed(rng: np.random.Generator) -> Leaves:
    return [*_some_of((*_FIREARMS, *_PARTS), 1)(rng), *_some_of((*_CASH, "ammunition", *_IED), 2)(rng)]


RECIPES = (
    Recipe("firearm", 0.34, _firearm),
    Recipe("firearm_taken_apart", 0.08, _taken_apart),
    Recipe("firearm_parts", 0.09, _some_of(_PARTS, 3)),
    Recipe("ammunition", 0.05, _some_of(("ammunition",), 2)),
    Recipe("ied_combination", 0.09, _ied_combination),
    Recipe("ied_components", 0.10, _some_of(_IED, 3)),
    Recipe("precursors", 0.08, _some_of(_PRECURSORS, 3)),
    Recipe("cash", 0.12, _some_of(_CASH, 3)),
    Recipe("mixed", 0.05, _mixed),
)
BENIGN = "benign"


def draw_contraband(rng: np.random.Generator) -> tuple[str, Leaves]:
    """The truth of a parcel with contraband, and the leaves of its items."""
    weights = np.array([recipe.weight for recipe in RECIPES])
    recipe = RECIPES[int(rng.choice(len(RECIPES), p=weights / weights.sum()))]
    return recipe.truth, recipe.leaves(rng)
