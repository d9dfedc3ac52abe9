"""The library, drawn once for all of the generator's tests."""

from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.kind import Kind
from parcelray.datasets.synth.shapes.library import Library
from parcelray.models.taxonomy import load_taxonomy


@pytest.fixture(scope="session")
def library() -> Library:
    """All that is shipped. Its shelf may be any."""
    return Library(all_kinds())


@pytest.fixture
def toys() -> Library:
    """A block for each leaf, and three benign kinds: quick to draw, simple to judge."""

    def block(name: str, leaf: str | None, extent: tuple[float, float, float], material: str, wall: float) -> Kind:
        def draw(rng: np.random.Generator) -> Shape:
            return shape(name, [solids.box(rng.uniform(0.9, 1.1, 3) * extent, material=material, wall=wall)], leaf=leaf)

        return Kind(name, leaf, draw)

    blocks = [
        block(f"toy_{leaf}", leaf, (90.0, 50.0, 20.0), "steel", 0.0)
        for leaf in load_taxonomy().leaves(learned_only=True)
    ]
    benign = [
        block("toy_appliance", None, (220.0, 140.0, 60.0), "abs", 2.0),
        block("toy_book", None, (200.0, 140.0, 25.0), "paper", 0.0),
        block("toy_pencil", None, (150.0, 8.0, 8.0), "wood", 0.0),
    ]
    return Library([*blocks, *benign])
