"""What parcels and luggage are: containers around an inside, and what fills the rest of it."""

from parcelray.datasets.synth.shapes.containers import bags, cartons, flight_cases, mailers, suitcases, trays
from parcelray.datasets.synth.shapes.containers.fillers import FILLERS
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind

CONTAINERS: tuple[ContainerKind, ...] = (
    *cartons.KINDS,
    *mailers.KINDS,
    *suitcases.KINDS,
    *flight_cases.KINDS,
    *bags.KINDS,
    *trays.KINDS,
)

__all__ = ["CONTAINERS", "FILLERS", "ContainerKind"]
