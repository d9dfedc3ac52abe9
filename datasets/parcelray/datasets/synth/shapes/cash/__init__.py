"""Cash: banknotes in bulk, coins by the roll, paper that is worth money."""

from parcelray.datasets.synth.shapes.cash import banknotes, coins, paper_instruments
from parcelray.datasets.synth.shapes.kind import Kind

KINDS: tuple[Kind, ...] = (*banknotes.KINDS, *coins.KINDS, *paper_instruments.KINDS)
