"""Attenuation coefficients against the published ones."""

import numpy as np
import pytest

from parcelray.datasets.synth.physics import materials
from parcelray.datasets.synth.physics.materials import INDEX_OF, MATERIALS, attenuation

# Mass attenuation with coherent scatter in cm2/g at 60 and 100 keV: Hubbell & Seltzer, NISTIR 5632, tables 3 and 4.
NIST = {
    "water": (0.2059, 0.1707),
    "polyethylene": (0.1970, 0.1719),
    "aluminium": (0.2778, 0.1704),
    "titanium": (0.7661, 0.2721),
    "copper": (1.593, 0.4584),
    "lead": (5.021, 5.549),
}
NIST_IRON = (1.205, 0.3717)
ATOMIC_WEIGHTS = {"copper": 63.546, "nickel": 58.693, "tin": 118.711}


def mass_attenuation(name: str, kev: float) -> float:
    """Coefficients are straight lines on logarithmic scales, away from the absorption edges."""
    table = attenuation()
    row = table.coefficients[INDEX_OF[name]]
    coefficient = np.exp(np.interp(np.log(kev), np.log(table.energies), np.log(row)))
    return float(coefficient) / MATERIALS[INDEX_OF[name]].density


@pytest.mark.parametrize("name", NIST)
def test_mass_attenuation_is_the_published_one(name: str) -> None:
    found = (mass_attenuation(name, 60.0), mass_attenuation(name, 100.0))
    assert found == pytest.approx(NIST[name], rel=0.005)


def test_steel_attenuates_as_the_iron_that_nearly_all_of_it_is() -> None:
    assert (mass_attenuation("steel", 60.0), mass_attenuation("steel", 100.0)) == pytest.approx(NIST_IRON, rel=0.005)


@pytest.mark.parametrize(
    ("alloy", "atoms"),
    [("cupronickel", {"copper": 0.75, "nickel": 0.25}), ("bronze", {"copper": 0.93, "tin": 0.07})],
)
def test_an_alloy_attenuates_as_its_metals_by_weight(alloy: str, atoms: dict[str, float]) -> None:
    weights = {metal: count * ATOMIC_WEIGHTS[metal] for metal, count in atoms.items()}
    total = sum(weights.values())
    for kev in (40.0, 60.0, 100.0):
        mixed = sum(weight / total * mass_attenuation(metal, kev) for metal, weight in weights.items())
        assert mass_attenuation(alloy, kev) == pytest.approx(mixed, rel=1e-3)


def test_every_material_has_its_row() -> None:
    table = attenuation()
    assert [MATERIALS[index].name for index in INDEX_OF.values()] == list(INDEX_OF)
    assert len(INDEX_OF) == len(MATERIALS)
    assert table.coefficients.shape == (len(MATERIALS), len(table.energies))
    assert np.all(table.coefficients > 0.0)
    assert np.all(np.diff(table.energies) == 1.0)


def test_the_table_cannot_be_changed_by_who_reads_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        attenuation().coefficients[0, 0] = 1.0


@pytest.mark.parametrize("change", ["name", "formula"])
def test_a_table_for_other_materials_is_refused(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    if change == "name":
        monkeypatch.setattr(materials, "INDEX_OF", INDEX_OF | {"unobtainium": len(MATERIALS)})
    else:
        changed = materials.Material(MATERIALS[0].name, "Xe", MATERIALS[0].density)
        monkeypatch.setattr(materials, "MATERIALS", (changed, *MATERIALS[1:]))
    with pytest.raises(RuntimeError, match=r"run scripts/releases/xray_tables\.py"):
        attenuation.__wrapped__()
