"""What banknotes in bulk are made of: wads, strapped bundles, bricks, rolls, with their print and their threads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import grained, move, turn
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import box, boxes, pipe
from parcelray.datasets.synth.shapes.forms import Height, band, bent_slab

_NOTE_SIZES = (
    (120.0, 62.0), (127.0, 67.0), (133.0, 72.0), (140.0, 77.0), (147.0, 77.0), (151.0, 72.0),
    (156.0, 66.0), (155.0, 77.0), (156.0, 66.0), (162.0, 77.0), (160.0, 80.0), (165.0, 74.0),
)  # fmt: skip
PAPER_GRAIN = 0.07
_STRAP_WALL = 0.4
FILM_WALL = 0.12
_RUBBER_WALL = 1.0
# Ink of higher atomic number and the foil of the thread, as thickness for each note.
_INK_PER_NOTE = 0.006
_THREAD_PER_NOTE = 0.009


@dataclass(frozen=True)
class Note:
    """One issue of banknotes.

    Attributes:
        length: mm along x.
        width: mm along y.
        thickness: mm.
        thread: where the security thread lies, mm along x from the middle.
        portrait: where the heaviest print lies, mm along x from the middle.
    """

    length: float
    width: float
    thickness: float
    thread: float
    portrait: float


def any_note(rng: np.random.Generator) -> Note:
    """An issue of one of the usual sizes."""
    length, width = _NOTE_SIZES[rng.integers(len(_NOTE_SIZES))]
    thread, portrait = rng.uniform(-0.35, 0.35) * length, rng.choice([-0.28, 0.0, 0.25]) * length
    return Note(length, width, float(rng.uniform(0.10, 0.12)), float(thread), float(portrait))


def wad_parts(
    rng: np.random.Generator,
    note: Note,
    count: int,
    *,
    layers: int,
    untidy: float = 0.8,
    gap: float = 0.3,
    height: Height | None = None,
) -> tuple[list[Part], float]:
    """Notes on top of each other, around the origin.

    Args:
        rng: decides.
        note: which.
        count: how many.
        layers: groups that lie a little askew to each other; gaps between them show edge-on.
        untidy: mm by which the groups are off.
        gap: mm of air between the groups; used notes hold more.
        height: a surface that the wad follows; flat and cheap to cast without.

    Returns:
        The parts, and how thick the wad is.
    """
    paper = count * note.thickness / layers
    step = paper + gap
    offsets = rng.normal(0.0, untidy, (layers, 2))
    levels = (np.arange(layers) - (layers - 1) / 2.0) * step
    angles = rng.normal(0.0, 0.45 * untidy, layers)
    if height is None:
        centres = np.column_stack([offsets, levels])
        slabs = [
            boxes((note.length, note.width, paper), centres, turned=angles, material="banknote", grain=PAPER_GRAIN)
        ]
    else:
        slabs = []
        for (x, y), level, angle in zip(offsets, levels, angles, strict=True):
            slab = bent_slab(
                (note.length, note.width), paper, height, material="banknote", points=(9, 5), grain=PAPER_GRAIN
            )
            slabs += move(slab, (x, y, level), turned=turn("z", float(angle)))
    return slabs + _print_parts(rng, note, count), layers * step


def strapped_parts(
    rng: np.random.Generator, note: Note, count: int = 100, *, layers: int = 5
) -> tuple[list[Part], float]:
    """A bundle in a paper strap (or two rubber bands), and how thick it is."""
    parts, thickness = wad_parts(
        rng, note, count, layers=layers, untidy=rng.uniform(0.2, 0.8), gap=rng.uniform(0.05, 0.35)
    )
    around = (note.width + 0.8, thickness + 0.6)
    if rng.random() < 0.8:
        place = (rng.normal(0.0, 5.0), 0.0, 0.0)
        strap = rng.uniform(24.0, 34.0)
        parts.append(band(strap, around, place, material="paper", wall=_STRAP_WALL))
        # Its ends overlap on one side.
        parts.append(box((strap, 18.0, 0.15), (place[0], 4.0, thickness / 2.0 + 0.4), material="paper"))
    else:
        parts += rubber_bands(rng, note.length, around, int(rng.integers(1, 3)))
    return parts, thickness


def rubber_bands(rng: np.random.Generator, length: float, around: tuple[float, float], count: int) -> list[Part]:
    """Rubber bands across a block's length."""
    places = np.linspace(-0.3, 0.3, count) * length if count > 1 else np.zeros(1)
    return [
        band(rng.uniform(1.6, 4.0), around, (x + rng.normal(0.0, 3.0), 0.0, 0.0), material="rubber", wall=_RUBBER_WALL)
        for x in places
    ]


def _print_parts(rng: np.random.Generator, note: Note, count: int) -> list[Part]:
    """Security thread and heavy print of all notes in a wad; notes lie either way round."""
    ink, thread = count * _INK_PER_NOTE, count * _THREAD_PER_NOTE
    flipped = rng.random() < 0.5
    sides = (1.0, -1.0) if flipped else (1.0,)
    share = 1.0 / len(sides)
    threads = [(side * note.thread + rng.normal(0.0, 0.6), 0.0, 0.0) for side in sides]
    blots = [((0.16 * note.length, 0.62 * note.width, ink * share), (side * note.portrait, 0.0, 0.0)) for side in sides]
    for side in sides:
        for corner in (-1.0, 1.0):
            at = (side * corner * 0.4 * note.length, corner * 0.33 * note.width, 0.0)
            blots.append(((0.12 * note.length, 0.2 * note.width, ink * share), at))
    return [
        boxes((1.4, 0.98 * note.width, thread * share), threads, material="aluminium"),
        boxes([e for e, _ in blots], [a for _, a in blots], material="ceramic", grain=0.25),
    ]


def waves(rng: np.random.Generator, amplitude: float) -> Height:
    """The gentle curl of paper that was in pockets."""
    bow, tilt, phase = rng.normal(0.0, amplitude, 3)
    angle = rng.uniform(-0.4, 0.4)

    def height(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        along = x * np.cos(angle) + y * np.sin(angle)
        curl: NDArray[np.float64] = bow * (along / 60.0) ** 2 + tilt * np.sin(along / 22.0 + phase)
        return curl

    return height


def brick_parts(rng: np.random.Generator, note: Note, layers: int) -> tuple[list[Part], NDArray[np.float64]]:
    """Ten bundles on top of each other around the origin, and their extent."""
    parts: list[Part] = []
    level = 0.0
    for _ in range(10):
        wad, thickness = strapped_parts(rng, note, layers=layers)
        parts += move(
            wad, (*rng.normal(0.0, 0.6, 2), level + thickness / 2.0), turned=turn("z", 180.0 * rng.integers(2))
        )
        level += thickness + 0.4
    parts = move(parts, (0.0, 0.0, -level / 2.0))
    extent = np.array([note.length + 3.0, note.width + 3.0, level + 1.0])
    if rng.random() < 0.6:
        parts.append(box(extent, material="polyethylene", wall=FILM_WALL))
    if rng.random() < 0.6:
        strap = band(14.0, (extent[1], extent[2]), material="polypropylene", wall=0.6)
        parts += move(strap, (rng.uniform(-0.3, 0.3) * note.length, 0.0, 0.0))
        cross = band(14.0, (extent[0], extent[2]), material="polypropylene", wall=0.6)
        parts += move(cross, turned=turn("z", 90.0))
    return parts, extent


def roll_parts(rng: np.random.Generator, note: Note, count: int) -> tuple[list[Part], float]:
    """Notes rolled up around z, and the roll's radius: the area of the turns is that of the notes' edges."""
    bore = float(rng.uniform(2.5, 8.0))
    area = count * note.thickness * note.length
    turns = int(rng.integers(4, 7))
    rings = []
    inner = bore
    for _ in range(turns):
        outer = float(np.sqrt(inner**2 + area / turns / np.pi))
        reach = note.width + rng.normal(0.0, 0.8)
        rings.append(pipe(outer, inner, reach, (0.0, 0.0, rng.normal(0.0, 0.8)), material="banknote", sides=20))
        inner = outer + 0.5
    radius = inner - 0.5
    parts = grained(rings, PAPER_GRAIN)
    # The thread goes round with the notes, on one side of the roll more than on the other.
    foil = box((1.4 * radius, 0.6, 1.4), (0.0, 0.2 * radius, rng.uniform(-0.3, 0.3) * note.width), material="aluminium")
    parts += move(foil, turned=turn("z", rng.uniform(0.0, 360.0)))
    for z in rng.uniform(-0.3, 0.3, int(rng.integers(1, 4))) * note.width:
        parts.append(
            pipe(radius + 1.3, radius, rng.uniform(1.6, 4.0), (0.0, 0.0, float(z)), material="rubber", sides=20)
        )
    return parts, radius + 1.3
