"""What things are made of, as X-rays see it: a mean chemical formula, a bulk density, a linear attenuation coefficient.

Formulas are gross averages of everyday matter. Densities are those of the matter as it lies in a parcel: cloth, foam,
powders and corrugated board include the air between their fibres and grains.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_TABLE = Path(__file__).parent / "tables" / "attenuation.npz"


@dataclass(frozen=True)
class Material:
    """A material.

    Attributes:
        name: by which shapes ask for it.
        formula: atoms by count, not by weight; counts need not be whole.
        density: bulk density in g/cm3.
    """

    name: str
    formula: str
    density: float


MATERIALS: tuple[Material, ...] = (
    Material("air", "N1.56O0.42Ar0.01", 0.0012),
    # Between newsprint and office paper, which holds up to a fifth of chalk.
    Material("paper", "C6H10O5(CaCO3)0.12", 0.80),
    Material("cardboard", "C6H10O5", 0.25),
    Material("banknote", "C6H10O5(TiO2)0.02(CaCO3)0.05", 0.95),
    Material("polyethylene", "CH2", 0.94),
    Material("polypropylene", "C3H6", 0.905),
    Material("abs", "C15H17N", 1.05),
    Material("pvc", "C2H3Cl", 1.38),
    Material("pmma", "C5H8O2", 1.18),
    Material("pet", "C10H8O4", 1.38),
    Material("nylon", "C6H11NO", 1.14),
    Material("polycarbonate", "C16H14O3", 1.20),
    Material("silicone", "C2H6OSi", 1.12),
    # With carbon black, sulphur and zinc oxide, as soles and tyres have it.
    Material("rubber", "C6.5H8S0.05(ZnO)0.02", 1.15),
    Material("foam", "C3H8N2O", 0.04),
    Material("polyester", "C10H8O4", 0.30),
    Material("cotton", "C6H10O5", 0.25),
    Material("wool", "C30H50N10O11S", 0.18),
    # Chrome-tanned.
    Material("leather", "C30H48N9O12S0.3Cr0.2", 0.90),
    Material("wood", "C6H8.6O4", 0.60),
    Material("cork", "C6H9.6O2", 0.20),
    Material("water", "H2O", 1.00),
    Material("ethanol", "C2H6O", 0.79),
    Material("oil", "C18H34O2", 0.92),
    Material("soap", "C18H35NaO2", 1.05),
    Material("cosmetic", "C12H20O6Ti0.05Si0.2", 1.10),
    Material("sugar", "C12H22O11", 0.90),
    Material("salt", "NaCl", 1.20),
    Material("flour", "C6H10O5(H2O)0.8", 0.60),
    Material("chocolate", "C8H14O3", 1.25),
    # ICRU skeletal muscle.
    Material("meat", "H10.1C1.19N0.243O4.44P0.0065S0.0094K0.0102Na0.0043Cl0.0028", 1.05),
    Material("fruit", "C12H22O11(H2O)100", 0.95),
    Material("coffee", "C8H13O5N0.3K0.05", 0.40),
    # Fertiliser-like granules.
    Material("powder", "N2H4O3", 0.90),
    # Any dense organic block.
    Material("organic_bulk", "C5H8NO4", 1.50),
    Material("carbon_fibre", "C10H3O0.5", 1.55),
    Material("graphite", "C", 1.80),
    # Soda-lime.
    Material("glass", "Si0.70O2.0Na0.26Ca0.17Mg0.10", 2.50),
    # Porcelain.
    Material("ceramic", "SiO2Al0.6O0.9K0.05", 2.40),
    Material("concrete", "SiO2(CaCO3)0.25Al0.08(H2O)0.15", 2.30),
    Material("gypsum", "CaSO6H4", 1.10),
    # Glass-fibre epoxy with a flame retardant; copper is drawn as parts of its own.
    Material("fr4", "SiO3C3H3.5Br0.05Ca0.3Al0.2", 1.85),
    Material("silicon", "Si", 2.33),
    Material("aluminium", "Al", 2.70),
    # AZ91, the usual casting alloy.
    Material("magnesium", "MgAl0.09Zn0.004", 1.81),
    Material("titanium", "Ti", 4.51),
    # Die-cast, with 4 % of aluminium by weight.
    Material("zinc", "Zn0.91Al0.09", 6.70),
    Material("steel", "Fe0.985Mn0.010C0.005", 7.85),
    Material("stainless", "Fe0.70Cr0.19Ni0.09Mn0.02", 7.90),
    Material("copper", "Cu", 8.96),
    Material("brass", "Cu0.62Zn0.38", 8.45),
    Material("bronze", "Cu0.93Sn0.07", 8.80),
    Material("cupronickel", "Cu0.75Ni0.25", 8.94),
    Material("nickel", "Ni", 8.90),
    Material("tin", "Sn", 7.30),
    Material("lead", "Pb", 11.35),
    Material("silver", "Ag", 10.50),
    Material("gold", "Au", 19.30),
    Material("ferrite", "Mn0.5Zn0.5Fe2O4", 4.80),
    Material("neodymium", "Nd2Fe14B", 7.50),
    # Cells as a whole: electrodes, foils, electrolyte.
    Material("liion", "C4LiCo0.5O1.2Al0.4Cu0.35F0.3P0.05H2", 2.40),
    Material("alkaline", "Zn0.6Mn0.8O2K0.3H1.5C0.4", 2.90),
    Material("lead_acid", "PbS0.5O6H8", 3.20),
    # ICRU cortical bone.
    Material("bone", "H3.4C1.29N0.30O2.72P0.333Ca0.561", 1.85),
)
INDEX_OF: dict[str, int] = {material.name: index for index, material in enumerate(MATERIALS)}


@dataclass(frozen=True, eq=False)
class Attenuation:
    """How strongly each material attenuates photons of each energy.

    Attributes:
        energies: (E,) keV, the middle of bins of 1 keV.
        coefficients: (M, E) linear attenuation coefficients in 1/cm, rows as in ``MATERIALS``.
    """

    energies: NDArray[np.float64]
    coefficients: NDArray[np.float64]


@cache
def attenuation() -> Attenuation:
    """The table of attenuation, as ``scripts/releases/xray_tables.py`` wrote it.

    Mass attenuation with coherent scatter after Elam, Ravel & Sieber, Radiat. Phys. Chem. 63 (2002) 121.

    Raises:
        RuntimeError: the table was written for other materials.
    """
    with np.load(_TABLE) as table:
        names: list[str] = table["names"].tolist()
        mass = table["mass_attenuation"].astype(np.float64)
        energies = table["energies"].astype(np.float64)
        formulas: list[str] = table["formulas"].tolist()
    if names != list(INDEX_OF) or formulas != [material.formula for material in MATERIALS]:
        raise RuntimeError(f"{_TABLE.name} is for other materials: run scripts/releases/xray_tables.py")
    densities = np.array([material.density for material in MATERIALS])
    coefficients = mass * densities[:, None]
    energies.flags.writeable = coefficients.flags.writeable = False
    return Attenuation(energies, coefficients)
