"""A scanner's beam: tube, filters and detector, and how strongly each of its two channels sees each photon energy.

Two kinds tell two energies apart. A *sandwich* has one tube and a detector of two layers: a thin front layer sees the
soft photons, a filter and a thick back layer the hard ones. *Dual kVp* switches the tube between two voltages in front
of one detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BeamKind = Literal["sandwich", "dual_kvp"]

_TABLE = Path(__file__).parent / "tables" / "spectra.npz"
_MM_PER_CM = 10.0


@dataclass(frozen=True, eq=False)
class _Spectra:
    """Photons per bin of 1 keV by tube voltage, and 1/cm by material of filters and detectors."""

    energies: NDArray[np.float64]
    tubes: dict[int, NDArray[np.float64]]
    coefficients: dict[str, NDArray[np.float64]]


@cache
def _spectra() -> _Spectra:
    with np.load(_TABLE) as table:
        return _Spectra(
            table["energies"].astype(np.float64),
            dict(zip(table["kvp"].tolist(), table["photons"].astype(np.float64), strict=True)),
            dict(zip(table["layers"].tolist(), table["coefficients"].astype(np.float64), strict=True)),
        )


@dataclass(frozen=True)
class Layer:
    """Matter in the way of the beam.

    Attributes:
        material: of a filter (aluminium, copper, tin, steel) or a scintillator (gadolinium_oxysulphide, caesium_iodide,
            cadmium_tungstate).
        thickness_mm: of the solid material; a screen of powder counts with its filled share.
    """

    material: str
    thickness_mm: float


@dataclass(frozen=True)
class Tube:
    """A tungsten tube.

    Attributes:
        kvp: peak voltage: 80, 100, 120, 140 or 160 kV.
        filters: what the beam passes before the belt.
    """

    kvp: int
    filters: tuple[Layer, ...]


@dataclass(frozen=True)
class Beam:
    """Tubes and detector.

    Attributes:
        kind: how two energies are told apart.
        tubes: one of a sandwich; those of the high and the low channel of a dual kVp.
        detector: front scintillator, filter and back scintillator of a sandwich; the one scintillator of a dual kVp.

    Raises:
        ValueError: the number of tubes or layers is not that of the kind, or something has no table.
    """

    kind: BeamKind
    tubes: tuple[Tube, ...]
    detector: tuple[Layer, ...]

    def __post_init__(self) -> None:
        tubes, layers = (1, 3) if self.kind == "sandwich" else (2, 1)
        if len(self.tubes) != tubes or len(self.detector) != layers:
            raise ValueError(
                f"a {self.kind} beam: expected {tubes} tube(s) and {layers} detector layer(s), "
                f"got {len(self.tubes)} and {len(self.detector)}"
            )
        spectra = _spectra()
        for tube in self.tubes:
            if tube.kvp not in spectra.tubes:
                raise ValueError(f"kvp: expected one of {', '.join(map(str, spectra.tubes))}, got {tube.kvp}")
        for layer in (*self.detector, *(layer for tube in self.tubes for layer in tube.filters)):
            if layer.material not in spectra.coefficients:
                raise ValueError(f"layer: expected one of {', '.join(spectra.coefficients)}, got {layer.material!r}")
            if layer.thickness_mm <= 0:
                raise ValueError(f"thickness_mm: expected more than 0, got {layer.thickness_mm}")


SANDWICH = Beam(
    "sandwich",
    (Tube(160, (Layer("aluminium", 3.0),)),),
    (Layer("gadolinium_oxysulphide", 0.06), Layer("copper", 0.5), Layer("caesium_iodide", 4.0)),
)
DUAL_KVP = Beam(
    "dual_kvp",
    (Tube(160, (Layer("aluminium", 2.0), Layer("copper", 0.5))), Tube(80, (Layer("aluminium", 2.0),))),
    (Layer("caesium_iodide", 2.0),),
)


def _depth(layer: Layer) -> NDArray[np.float64]:
    """Attenuation of a layer at every energy: (E,)."""
    return _spectra().coefficients[layer.material] * (layer.thickness_mm / _MM_PER_CM)


def _after_filters(tube: Tube) -> NDArray[np.float64]:
    """Photons that reach the belt: (E,)."""
    depth = sum((_depth(layer) for layer in tube.filters), np.zeros_like(_spectra().energies))
    filtered: NDArray[np.float64] = _spectra().tubes[tube.kvp] * np.exp(-depth)
    return filtered


def responses(beam: Beam) -> NDArray[np.float64]:
    """What share of the signal in air comes from photons of each energy.

    Scintillators integrate energy, so a photon counts with its energy times the chance that the layer stops it.

    Args:
        beam: the tubes and the detector.

    Returns:
        (2, E) for the high and the low channel, each summing to 1; energies as in ``attenuation()``.
    """
    energies = _spectra().energies
    depths = [_depth(layer) for layer in beam.detector]
    if beam.kind == "sandwich":
        arriving = _after_filters(beam.tubes[0])
        front, between, back = depths
        low = arriving * -np.expm1(-front)
        high = arriving * np.exp(-front - between) * -np.expm1(-back)
    else:
        high, low = (_after_filters(tube) * -np.expm1(-depths[0]) for tube in beam.tubes)
    signal = np.stack([high, low]) * energies
    normalised: NDArray[np.float64] = signal / signal.sum(axis=1, keepdims=True)
    return normalised
