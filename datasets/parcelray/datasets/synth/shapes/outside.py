"""Kinds that are drawn from mesh files: outlines that an engineer brings, beside those that the library draws."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from parcelray.datasets.synth.geometry.meshfiles import Body, find_mesh_files, parts_of, read_bodies
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.shapes.kind import Kind

# Longest edges in mm: meshes have no unit that can be trusted.
_LENGTHS = {"pistol": (140.0, 230.0), "revolver": (150.0, 290.0), "long_gun": (450.0, 880.0)}
_OTHER_LENGTHS = (50.0, 220.0)
# Two materials for a thing, as real ones are of steel or alloy with polymer or wood.
_HARD, _LIGHT = ("steel", "steel", "aluminium", "zinc"), ("nylon", "aluminium", "wood", "steel")
_HARD_WALLS, _LIGHT_WALLS = (1.5, 2.2, 3.0), (2.5, 3.5, 4.5)
_FILLINGS = (0.0, 0.01, 0.04, 0.1)


def kinds_from_meshes(path: Path, leaf: str | None, *, weight: float = 1.0) -> list[Kind]:
    """One kind for each mesh file.

    Each variant gets a length, materials, walls and a filling of its own.

    Args:
        path: a mesh file or a folder of them.
        leaf: what they are labelled with; None for benign things.
        weight: of each kind, beside the kinds of the library.

    Raises:
        BadInputError: there is none, or one cannot be read.
    """
    return [_kind(file, read_bodies(file), leaf, weight) for file in find_mesh_files(path)]


def _kind(file: Path, bodies: Sequence[Body], leaf: str | None, weight: float) -> Kind:
    name = "mesh_" + re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_")

    def draw(rng: np.random.Generator) -> Shape:
        length = float(rng.uniform(*_LENGTHS.get(leaf or "", _OTHER_LENGTHS)))
        filling = float(rng.choice(_FILLINGS))
        hard, light = str(rng.choice(_HARD)), str(rng.choice(_LIGHT))
        hard_wall, light_wall = float(rng.choice(_HARD_WALLS)), float(rng.choice(_LIGHT_WALLS))
        drawn = parts_of(bodies, length, material=hard, wall=hard_wall, filling=filling, others=(light, light_wall))
        return shape(name, drawn, leaf=leaf)

    return Kind(name, leaf, draw, weight)
