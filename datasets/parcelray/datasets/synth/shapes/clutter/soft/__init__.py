"""Soft, organic and paper things that are benign: most of what bags and parcels are full of."""

from __future__ import annotations

from parcelray.datasets.synth.shapes.clutter.soft import (
    accessories,
    bags,
    books,
    boxed_goods,
    cosmetics,
    decoration,
    drinks,
    food_bags,
    food_tins,
    fresh_food,
    garments,
    heaps,
    household,
    medicines,
    paper,
    shoes,
    textiles,
    toiletries,
    toys,
    trousers,
)
from parcelray.datasets.synth.shapes.kind import Kind

_FAMILIES = (
    heaps,
    garments,
    trousers,
    accessories,
    bags,
    textiles,
    toiletries,
    shoes,
    food_tins,
    fresh_food,
    food_bags,
    drinks,
    cosmetics,
    decoration,
    medicines,
    books,
    boxed_goods,
    paper,
    toys,
    household,
)

KINDS: tuple[Kind, ...] = tuple(kind for family in _FAMILIES for kind in family.KINDS)
