"""Electronics that things are full of: boards, cells, wires, coils, motors, transformers, screws.

Everything lies around the origin unless it says otherwise. Materials and walls are few, so that the parts of a whole
appliance join into some ten.
"""

from parcelray.datasets.synth.shapes.electronics.boards import circuit_board_parts
from parcelray.datasets.synth.shapes.electronics.components import (
    Chemistry,
    cell_parts,
    coil_parts,
    lead_parts,
    motor_parts,
    screw_parts,
    transformer_parts,
    wire_parts,
)

__all__ = [
    "Chemistry",
    "cell_parts",
    "circuit_board_parts",
    "coil_parts",
    "lead_parts",
    "motor_parts",
    "screw_parts",
    "transformer_parts",
    "wire_parts",
]
