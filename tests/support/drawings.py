"""What holds for every drawing of the scan generator, whatever it draws."""

from __future__ import annotations

import hashlib

import numpy as np

from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.materials import INDEX_OF


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
