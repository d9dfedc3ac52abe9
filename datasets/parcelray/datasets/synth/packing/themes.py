"""What a parcel's benign things have in common: tools come with tools, pots with spoons.

Drawn one by one from all kinds, metal lies alone among cloth and paper. Sent in earnest it lies in layers, and there a
weapon is hard to see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Theme:
    """Kinds of things that are sent together.

    Attributes:
        weight: how often it is drawn beside the others.
        kinds: names of benign kinds.
        crowded: by what factor its things are more than those of a mixed parcel.
    """

    weight: float
    kinds: tuple[str, ...]
    crowded: float


# Parcels that have one, and the share of their things that belong to it.
_THEMED_SHARE = 0.5
_OF_THEME = (0.5, 0.95)

THEMES = (
    Theme(
        1.5,
        (
            "wrench", "adjustable_wrench", "pliers", "screwdrivers", "hammer", "saw", "socket_set", "hex_keys", "clamp",
            "tape_measure", "bolts", "fasteners", "scrap_bits", "hinges", "drill_bits", "padlock", "cordless_drill",
            "impact_driver", "angle_grinder", "staple_gun", "rivet_gun", "chain", "keys", "flashlight",
        ),
        1.5,
    ),
    Theme(
        1.0,
        (
            "gears", "bearings", "chain", "brake_disc", "engine_parts", "bicycle_chain", "bicycle_parts", "scrap_bits",
            "bolts", "magnets", "water_tap", "door_handle", "hinges", "cable_coil", "wire_bundle", "relay_box",
        ),
        1.2,
    ),
    Theme(
        1.8,
        (
            "laptop", "hard_disk", "desktop_board", "expansion_card", "power_supply", "router", "keyboard", "mouse",
            "charger", "wall_charger", "cable_coil", "cable_tangle", "cable_reel", "power_strip", "relay_box", "tablet",
            "mobile_phone", "power_bank", "loudspeaker", "radio", "camera", "camera_lens",
        ),
        1.1,
    ),
    Theme(
        1.0,
        (
            "pot", "thermos", "mug", "plates", "utensils", "espresso_maker", "cutlery", "kitchen_knife", "scissors",
            "openers", "food_can", "tea_tin", "biscuit_tin", "milk_powder_tin", "toaster", "kitchen_scale", "drink_can",
        ),
        1.1,
    ),
    Theme(
        1.2,
        (
            "keys", "loose_coins", "lighter", "buckles", "belt", "wallet", "wrist_watch", "jewellery", "glasses",
            "pens", "nail_clippers", "razor", "electric_shaver", "toothbrush", "lipstick", "perfume", "powder_compact",
            "mascara", "umbrella", "spray_can", "power_bank", "mobile_phone", "charger", "earphones",
            "blister_packs", "handbag",
        ),
        2.0,
    ),
)  # fmt: skip


def draw_theme(rng: np.random.Generator) -> Theme | None:
    """The theme of a parcel; None for one of which each thing is drawn from all kinds."""
    if rng.random() >= _THEMED_SHARE:
        return None
    weights = np.array([theme.weight for theme in THEMES])
    return THEMES[int(rng.choice(len(THEMES), p=weights / weights.sum()))]


def kinds_of_things(
    rng: np.random.Generator, theme: Theme | None, count: int, known: Iterable[str]
) -> list[tuple[str, ...]]:
    """For each thing of a parcel, of which kinds it may be; no kinds stand for all.

    Args:
        rng: decides which things belong to the theme.
        theme: of the parcel.
        count: how many things.
        known: the kinds that there are.
    """
    if theme is None:
        return [()] * count
    there = frozenset(known)
    kinds = tuple(name for name in theme.kinds if name in there)
    share = rng.uniform(*_OF_THEME)
    return [kinds if rng.random() < share else () for _ in range(count)]
