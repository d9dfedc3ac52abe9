"""What is looked for in combination: everyday things seen alone, by their outlines and gross materials."""

from parcelray.datasets.synth.shapes.ied_components import (
    bulk_charges,
    initiators,
    pipes,
    power_sources,
    switch_circuits,
    wiring,
)
from parcelray.datasets.synth.shapes.kind import Kind

KINDS: tuple[Kind, ...] = (
    *power_sources.KINDS,
    *initiators.KINDS,
    *switch_circuits.KINDS,
    *bulk_charges.KINDS,
    *pipes.KINDS,
    *wiring.KINDS,
)
