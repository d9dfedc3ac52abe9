"""Write the tables that the scan generator's physics reads: attenuation coefficients and tube spectra.

    python scripts/releases/xray_tables.py

Needs xraydb (coefficients after Elam, Ravel & Sieber 2002) and spekpy (spectra of tungsten tubes, Poludniowski et al.
2021), which are for developers only: what is drawn is drawn from the tables. Run it again when a material changes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import spekpy
import xraydb
from numpy.typing import NDArray

from parcelray.datasets.synth.physics import materials

TABLES = Path(materials.__file__).parent / "tables"
# Softer photons do not get through a parcel and its belt.
ENERGIES = np.arange(15.0, 160.0) + 0.5
VOLTAGES = (80, 100, 120, 140, 160)
ANODE_ANGLE = 12.0
# Formula and g/cm3 of what filters and detectors are made of.
LAYERS = {
    "aluminium": ("Al", 2.70),
    "copper": ("Cu", 8.96),
    "tin": ("Sn", 7.30),
    "steel": ("Fe", 7.87),
    "gadolinium_oxysulphide": ("Gd2O2S", 7.34),
    "caesium_iodide": ("CsI", 4.51),
    "cadmium_tungstate": ("CdWO4", 7.90),
}


def coefficients(formula: str, density: float) -> NDArray[np.float64]:
    """1/cm at every energy; at 1 g/cm3 that is the mass attenuation in cm2/g."""
    return np.asarray(xraydb.material_mu(formula, ENERGIES * 1e3, density=density), dtype=np.float64)


def photons(kvp: int) -> NDArray[np.float64]:
    """Photons in each bin of an unfiltered tube, relative to all."""
    at, count = spekpy.Spek(kvp=kvp, th=ANODE_ANGLE, dk=1.0).get_spectrum()
    spectrum = np.interp(ENERGIES, at, count, left=0.0, right=0.0)
    spectrum[kvp < ENERGIES] = 0.0
    return np.asarray(spectrum / spectrum.sum(), dtype=np.float64)


def main() -> None:
    np.savez_compressed(
        TABLES / "attenuation.npz",
        names=np.array([material.name for material in materials.MATERIALS]),
        formulas=np.array([material.formula for material in materials.MATERIALS]),
        energies=ENERGIES,
        mass_attenuation=np.stack([coefficients(m.formula, 1.0) for m in materials.MATERIALS]).astype(np.float32),
    )
    np.savez_compressed(
        TABLES / "spectra.npz",
        energies=ENERGIES,
        kvp=np.array(VOLTAGES),
        photons=np.stack([photons(kvp) for kvp in VOLTAGES]).astype(np.float32),
        layers=np.array(list(LAYERS)),
        coefficients=np.stack([coefficients(*layer) for layer in LAYERS.values()]).astype(np.float32),
    )
    for table in sorted(TABLES.glob("*.npz")):
        print(f"{table.name}: {table.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
