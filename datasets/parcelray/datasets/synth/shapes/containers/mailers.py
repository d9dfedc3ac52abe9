"""Flat containers: padded and bubble envelopes, poly mailers, courier satchels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import box, boxes, sheet
from parcelray.datasets.synth.shapes.containers.fittings import ring_parts, strap
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes
from parcelray.datasets.synth.shapes.containers.skins import creases, skin
from parcelray.datasets.synth.shapes.forms import bent_slab

_RIM = 14.0


def _pillow(
    rng: np.random.Generator, inner: NDArray[np.float64], *, material: str, wall: float, grain: float, creased: float
) -> list[Part]:
    """Two sheets joined in a flat rim, bulging over the contents."""
    x, y, z = (float(v) for v in inner)
    parts: list[Part] = []
    for side in (-1.0, 1.0):
        rough = folds(rng, creased, rng.uniform(25.0, 70.0))

        def bulge(
            u: NDArray[np.float64], v: NDArray[np.float64], side: float = side, rough: object = rough
        ) -> NDArray[np.float64]:
            a, b = 2.0 * np.abs(u) / (x + 2 * _RIM), 2.0 * np.abs(v) / (y + 2 * _RIM)
            body = np.clip(1.25 - a**6, 0.0, 1.0) * np.clip(1.25 - b**6, 0.0, 1.0)
            lifted = np.clip(5.0 * (1.0 - np.maximum(a, b)), 0.0, 1.0)
            height: NDArray[np.float64] = side * (z / 2.0 + 2.0) * body * lifted + rough(u, v) * lifted  # type: ignore[operator]
            return height

        half = sheet((x + 2 * _RIM, y + 2 * _RIM), bulge, material=material, wall=wall, points=(34, 26), grain=grain)
        parts += move(half, (x / 2.0, y / 2.0, z / 2.0))
    return parts


def _seams(inner: NDArray[np.float64], width: float, material: str, thickness: float) -> Part:
    """The welded or glued rim on three sides and the flap on the fourth."""
    x, y, z = (float(v) for v in inner)
    places = [
        ((x + 2 * _RIM, width, thickness), (x / 2.0, -_RIM + width / 2.0, z / 2.0)),
        ((x + 2 * _RIM, width, thickness), (x / 2.0, y + _RIM - width / 2.0, z / 2.0)),
        ((width, y + 2 * _RIM, thickness), (-_RIM + width / 2.0, y / 2.0, z / 2.0)),
        ((45.0, y + 2 * _RIM, thickness), (x + _RIM - 22.0, y / 2.0, z / 2.0)),
    ]
    return boxes([edges for edges, _ in places], [at for _, at in places], material=material)


def poly_mailer(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A bag of thin film with a glued flap and a document pouch."""
    parts = _pillow(rng, inner, material="polyethylene", wall=0.12, grain=0.05, creased=rng.uniform(2.0, 6.0))
    parts.append(_seams(inner, 6.0, "polyethylene", 0.25))
    parts += creases(rng, inner, int(rng.integers(4, 12)), material="polyethylene", radius=0.8)
    label = np.minimum(rng.uniform([100.0, 80.0], [170.0, 120.0]), inner[:2])
    parts.append(box((*label, 0.2), (*(inner[:2] * 0.5), inner[2] + 3.0), material="paper"))
    return Shape("poly_mailer", None, tuple(join(parts)))


def bubble_bag(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A paper bag lined with bubble film; the bubbles show as a faint regular pattern."""
    paper = rng.random() < 0.7
    outside = ("paper", 0.12) if paper else ("polyethylene", 0.12)
    parts = _pillow(rng, inner, material=outside[0], wall=outside[1], grain=0.08, creased=1.5)
    parts += bubbles(rng, inner, rng.uniform(9.0, 12.0))
    parts.append(_seams(inner, 10.0, outside[0], 0.35))
    return Shape("bubble_bag", None, tuple(join(parts)))


def bubbles(rng: np.random.Generator, inner: NDArray[np.float64], pitch: float) -> list[Part]:
    """Bubble film on both sides of the inside: a film that rises in a triangular grid of domes."""
    x, y, z = (float(v) for v in inner)
    kx, ky = 2.0 * np.pi / pitch, 2.0 * np.pi / (1.73 * pitch)

    def dome(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
        wave = np.cos(kx * u) * np.cos(ky * v)
        height: NDArray[np.float64] = 2.2 * np.sqrt(np.clip(np.abs(wave) - 0.15, 0.0, None))
        return height

    points = (int(np.clip(x / pitch * 3.5, 8, 110)), int(np.clip(y / pitch * 3.5, 8, 80)))
    film = sheet((x, y), dome, material="polyethylene", wall=0.08, points=points)
    return move(film, (x / 2.0, y / 2.0, z * rng.uniform(0.85, 1.0))) + move(
        film, (x / 2.0, y / 2.0, 0.0), scale=(1, 1, -1)
    )


def padded_envelope(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A paper envelope padded with macerated paper, with staples in its flap."""
    x, y, z = (float(v) for v in inner)
    parts = _pillow(rng, inner, material="paper", wall=0.25, grain=0.1, creased=2.0)
    for level in (0.5, z - 0.5):
        pad = bent_slab((x, y), 2.5, folds(rng, 1.2, 50.0), (x / 2.0, y / 2.0, level), material="cardboard", grain=0.3)
        parts.append(pad)
    parts.append(_seams(inner, 12.0, "paper", 0.5))
    if rng.random() < 0.5:
        places = [(x - 6.0, v, z / 2.0 + 1.0) for v in np.linspace(0.2, 0.8, int(rng.integers(2, 5))) * y]
        parts.append(boxes((0.6, 12.0, 0.6), places, turned=rng.normal(0.0, 10.0, len(places)), material="steel"))
    return Shape("padded_envelope", None, tuple(join(parts)))


def satchel(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A courier's reusable pouch of coated fabric: zip or flap, eyelets, a plastic seal, a window for the waybill."""
    x, y, z = (float(v) for v in inner)
    parts = [
        skin(
            rng, inner, material="polyester", wall=1.0, power=5.0, edge=0.4, creased=rng.uniform(3.0, 8.0), grain=0.15
        ),
        skin(rng, inner, material="pvc", wall=0.2, power=5.0, edge=0.4, creased=3.0, grain=0.0),
    ]
    edge = np.array([(x - 12.0, v, z + 2.0) for v in np.linspace(0.0, y, 12)])
    parts.append(strap(edge, 30.0, material="nylon", wall=1.2))
    for v in np.linspace(0.12, 0.88, int(rng.integers(3, 7))) * y:
        parts += ring_parts((12.0, 12.0), (x - 12.0, v, z + 3.0), radius=1.3, material="brass")
    window = np.minimum([150.0, 110.0], inner[:2] * 0.6)
    parts.append(box((*window, 0.5), (0.4 * x, 0.5 * y, z + 3.0), material="pvc"))
    parts += creases(rng, inner, int(rng.integers(5, 12)), material="nylon", radius=1.3)
    return Shape("satchel", None, tuple(join(parts)))


KINDS: tuple[ContainerKind, ...] = (
    ContainerKind("poly_mailer", sizes((230.0, 160.0, 25.0), (420.0, 320.0, 90.0)), poly_mailer, 1.0, clothed=0.5),
    ContainerKind("bubble_bag", sizes((200.0, 150.0, 20.0), (380.0, 280.0, 70.0)), bubble_bag, 0.8, clothed=0.2),
    ContainerKind(
        "padded_envelope", sizes((200.0, 150.0, 15.0), (360.0, 260.0, 50.0)), padded_envelope, 0.5, clothed=0.1
    ),
    ContainerKind("satchel", sizes((300.0, 220.0, 60.0), (480.0, 380.0, 200.0)), satchel, 0.8, clothed=0.7),
)
