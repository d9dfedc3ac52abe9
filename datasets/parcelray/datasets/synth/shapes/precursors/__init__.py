"""Chemicals as they are sold: liquids in vessels, powders in bags."""

from parcelray.datasets.synth.shapes.kind import Kind
from parcelray.datasets.synth.shapes.precursors import liquids, powders

KINDS: tuple[Kind, ...] = (*liquids.KINDS, *powders.KINDS)
