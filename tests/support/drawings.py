"""What holds for every drawing of the scan generator, whatever it draws."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.shapes.kind import Kind

SEEDS = (0, 1, 2)
# Of a leaf: kinds at least, shortest and longest of the longest side in mm.
Sizes = Mapping[str, tuple[int, float, float]]


@cache
def drawn(kind: Kind, seed: int) -> Shape:
    """A drawing of a kind; the same one for all tests that ask."""
    return _draw(kind, seed)


def _draw(kind: Kind, seed: int) -> Shape:
    return kind.draw(np.random.default_rng([seed, 11]))


def digest(shape: Shape) -> str:
    """Of all that a shape is made of."""
    total = hashlib.sha256()
    for part in shape.parts:
        total.update(part.vertices.tobytes() + part.faces.tobytes())
        total.update(f"{part.material} {part.wall} {part.grain} {part.role}".encode())
    return total.hexdigest()


def volumes(shape: Shape) -> dict[str, float]:
    """mm³ of each material that is solid."""
    total: dict[str, float] = {}
    for part in shape.parts:
        if part.wall == 0.0:
            total[part.material] = total.get(part.material, 0.0) + part.volume()
    return total


def check_parts(shape: Shape, *, triangles: int = 20_000, parts: int = 24) -> None:
    """Whole surfaces of known materials, solids with something in them, few enough to cast."""
    for part in shape.parts:
        assert np.isfinite(part.vertices).all()
        assert part.faces.min() >= 0
        assert part.faces.max() < len(part.vertices)
        assert part.material in INDEX_OF
        assert part.role == ""
        assert part.wall > 0.0 or part.volume() > 0.0, part.material
        assert 0.0 <= part.grain <= 0.35
    assert sum(len(part.faces) for part in shape.parts) <= triangles
    assert len(shape.parts) <= parts


def check_leaves(kinds: Sequence[Kind], sizes: Sizes) -> None:
    """Each leaf has its kinds, and no name stands twice."""
    assert {kind.leaf for kind in kinds} == set(sizes)
    assert len({kind.name for kind in kinds}) == len(kinds)
    for leaf, (least, _, _) in sizes.items():
        assert sum(kind.leaf == leaf for kind in kinds) >= least


def check_kind(kind: Kind, sizes: Sizes, *, triangles: int = 20_000) -> None:
    """Named, labelled, sized and made as it should; no two alike, and the seed says all."""
    _, shortest, longest = sizes[str(kind.leaf)]
    for seed in SEEDS:
        shape = drawn(kind, seed)
        assert (shape.kind, shape.leaf) == (kind.name, kind.leaf)
        assert shortest <= shape.extent().max() <= longest, shape.extent()
        check_parts(shape, triangles=triangles)
    assert len({digest(drawn(kind, seed)) for seed in SEEDS}) == len(SEEDS)
    assert digest(_draw(kind, 1)) == digest(drawn(kind, 1))
