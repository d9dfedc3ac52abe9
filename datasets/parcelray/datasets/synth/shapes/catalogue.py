"""All kinds of things that the library draws."""

from __future__ import annotations

from parcelray.datasets.synth.shapes import cash, firearms, ied_components, precursors
from parcelray.datasets.synth.shapes.clutter import hard, soft
from parcelray.datasets.synth.shapes.kind import Kind


def all_kinds() -> tuple[Kind, ...]:
    """What is looked for, then what it lies among."""
    families = (firearms, ied_components, precursors, cash, hard, soft)
    return tuple(kind for family in families for kind in family.KINDS)
