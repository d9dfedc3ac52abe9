"""Components by themselves: cells, wires, coils, motors, transformers, screws."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from parcelray.datasets.synth.geometry.curves import wander
from parcelray.datasets.synth.geometry.placing import Rotation, hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, join
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, lathe, pipe, tube
from parcelray.datasets.synth.shapes.forms import coaxial

Chemistry = Literal["alkaline", "liion", "zinc_carbon"]

# Half a pixel of common scanners, mm.
_THINNEST_WIRE = 0.65


def cell_parts(
    radius: float,
    length: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    turned: Rotation | None = None,
    chemistry: Chemistry = "alkaline",
) -> list[Part]:
    """A round cell along z around its centre, the button up (``liion``: 9.1 by 65, AA: 7 by 49, AAA: 5.1 by 43)."""
    inner = radius - 0.3
    half = length / 2.0
    parts = [
        cylinder(radius, length, material="steel", sides=18, wall=0.3),
        cylinder(0.38 * radius, 1.4, (0.0, 0.0, half + 0.7), material="steel", sides=12),
    ]
    if chemistry == "liion":
        # The roll of foils is wound on a thin mandrel, whose place stays empty.
        roll = pipe(inner, 0.16 * radius, length - 6.0, (0.0, 0.0, -1.0), material="liion", sides=18)
        parts += [roll, pipe(inner, 0.5 * radius, 1.2, (0.0, 0.0, half - 1.6), material="steel", sides=16)]
    else:
        paste = "alkaline"
        parts.append(cylinder(inner, length - 5.0, (0.0, 0.0, -0.5), material=paste, sides=18))
        core = ("brass", 0.09) if chemistry == "alkaline" else ("graphite", 0.28)
        middle = (0.0, 0.0, -2.0 if chemistry == "alkaline" else 1.0)
        reach = length * (0.7 if chemistry == "alkaline" else 0.92)
        parts.append(hollow(cylinder(core[1] * radius, reach - 3.0, middle, material=paste, sides=8)))
        parts.append(cylinder(core[1] * radius, reach, middle, material=core[0], sides=8))
    return move(parts, at, turned=turned)


def lead_parts(
    rng: np.random.Generator,
    start: ArrayLike,
    count: int,
    length: float,
    *,
    along: ArrayLike = (1.0, 0.0, 0.0),
    gauge: float = 0.45,
) -> list[Part]:
    """Insulated wires that leave one place side by side and stray from each other.

    Args:
        rng: decides.
        start: (3,) where they begin.
        count: how many.
        length: about how far they reach.
        along: the direction that they leave in.
        gauge: radius of the copper.
    """
    direction = np.asarray(along, np.float64)
    direction = direction / np.linalg.norm(direction)
    aside = np.cross(direction, [0.0, 0.0, 1.0])
    aside = aside / np.linalg.norm(aside) if np.linalg.norm(aside) > 0.1 else np.array([0.0, 1.0, 0.0])
    steps = np.linspace(0.0, 1.0, 26)[:, None]
    common = wander(rng, 4, (0.5 * length, 0.9 * length, 6.0), 26)
    common = (common - common[0]) * steps**0.7
    parts = []
    for number in range(count):
        stray = wander(rng, 4, (0.2 * length, 0.35 * length, 4.0), 26)
        offset = (number - (count - 1) / 2.0) * 2.6 * gauge
        path = np.asarray(start) + aside * offset + direction * length * steps * rng.uniform(0.75, 1.0)
        path = path + common + (stray - stray[0]) * steps
        parts += wire_parts(path, gauge)
    return join(parts)


def wire_parts(path: ArrayLike, gauge: float = 0.45) -> list[Part]:
    """One insulated wire along a path (N, 3); ``gauge`` is the radius of its copper.

    A wire thinner than a pixel would show as dashes: it is drawn as a hose of a pixel's width with as much copper.
    """
    radius = max(gauge, _THINNEST_WIRE)
    points = np.asarray(path, np.float64)
    core = tube(points, radius, material="copper", sides=5, wall=round(gauge**2 / (2.0 * radius), 3))
    return [core, coaxial(core, points, (1.9 * gauge + 0.35) / radius, material="pvc", wall=0.4)]


def coil_parts(
    radius: float,
    length: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    turned: Rotation | None = None,
    *,
    bore: float = 0.55,
    core: str | None = "ferrite",
) -> list[Part]:
    """A winding of enamelled copper around z.

    Args:
        radius: outer, mm.
        length: of the winding, mm.
        at: its centre.
        turned: a rotation matrix.
        bore: inner radius, as a share of the outer.
        core: what sits in the bore and looks out at both ends; None leaves it empty.
    """
    # Half of a winding is enamel and air: it is drawn as half as thick.
    inner = 0.5 * (1.0 + bore) * radius
    parts = [pipe(radius, inner, length, material="copper", sides=20)]
    if core is not None:
        parts.append(cylinder(0.96 * inner, 1.3 * length, material=core, sides=16))
    return move(parts, at, turned=turned)


def motor_parts(
    radius: float, length: float, at: ArrayLike = (0.0, 0.0, 0.0), turned: Rotation | None = None
) -> list[Part]:
    """A small motor along z: can, magnets, rotor with its windings, collector, shaft."""
    gap = 0.86 * radius
    rotor = 0.62 * radius
    parts = [
        cylinder(radius, length, material="steel", sides=22, wall=0.8),
        pipe(gap, 0.7 * radius, 0.62 * length, (0.0, 0.0, -0.04 * length), material="ferrite", sides=22),
        cylinder(0.09 * radius + 0.4, 1.5 * length, (0.0, 0.0, 0.22 * length), material="steel", sides=10),
        pipe(0.34 * radius, 0.09 * radius + 0.4, 0.12 * length, (0.0, 0.0, -0.5 * length), material="brass", sides=14),
        pipe(0.30 * radius, 0.2 * radius, 0.2 * length, (0.0, 0.0, -0.36 * length), material="copper", sides=14),
    ]
    # The sheets of the rotor leave slots, and the windings fill them and look out at both ends.
    for angle in np.arange(3) * 120.0:
        arm = box((0.75 * rotor, 0.7 * rotor, 0.42 * length), (0.52 * rotor, 0.0, 0.0), material="steel")
        winding = box((0.42 * rotor, 0.62 * rotor, 0.16 * length), (0.5 * rotor, 0.0, 0.3 * length), material="copper")
        parts += move([arm, winding, *move(winding, (0.0, 0.0, -0.56 * length))], turned=turn("z", float(angle)))
    return move(parts, at, turned=turned)


def transformer_parts(
    width: float, at: ArrayLike = (0.0, 0.0, 0.0), turned: Rotation | None = None, *, core: str = "steel"
) -> list[Part]:
    """A transformer standing on x-y: E and I sheets (or ferrite) around a bobbin with two windings.

    Args:
        width: along x, mm; the other edges follow from it.
        at: its centre.
        turned: a rotation matrix.
        core: "steel" for mains, "ferrite" for switched supplies.
    """
    height, stack = 0.84 * width, 0.38 * width
    leg = width / 6.0
    window = (width / 6.0, stack, height - 2.0 * leg)
    places = [(-width / 4.0, 0.0, 0.0), (width / 4.0, 0.0, 0.0)]
    parts = [box((width, stack, height), material=core)]
    parts += [hollow(box(window, place, material=core)) for place in places]
    # Copper fills a third of the window, the rest is enamel, paper and bobbin; it also passes the core in front.
    thin = window[0] / 3.0
    parts += [box((thin, stack, window[2]), (np.sign(x) * (abs(x) - 0.1 * leg), 0.0, 0.0), material="copper")
              for x, _, _ in places]  # fmt: skip
    parts += [
        box((2.9 * leg, thin, window[2]), (0.0, side * (stack / 2.0 + thin), 0.0), material="copper")
        for side in (-1.0, 1.0)
    ]
    pins = [(x * 0.9 * leg, side * 0.45 * stack, -height / 2.0 - 2.0) for x in (-2, -1, 0, 1, 2) for side in (-1, 1)]
    parts.append(boxes((0.8, 0.8, 7.0), pins, material="tin"))
    return move(parts, at, turned=turned)


def screw_parts(
    radius: float,
    length: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    turned: Rotation | None = None,
    *,
    material: str = "steel",
) -> list[Part]:
    """A screw along z, its head up: head and tapering thread in one."""
    half = length / 2.0
    profile = [
        (0.15 * radius, -half),
        (0.85 * radius, -half + 1.2 * radius),
        (0.85 * radius, half - 1.1 * radius),
        (1.9 * radius, half - 0.9 * radius),
        (1.6 * radius, half),
    ]
    return move(lathe(profile, material=material, sides=9), at, turned=turned)
