"""Firearms, their parts and ammunition: outlines and gross materials, as screeners' training pictures show them."""

from parcelray.datasets.synth.shapes.firearms import (
    ammunition,
    long_guns_service,
    long_guns_sporting,
    parts,
    pistols_classic,
    pistols_service,
    revolvers,
)
from parcelray.datasets.synth.shapes.kind import Kind

KINDS: tuple[Kind, ...] = (
    *pistols_service.KINDS,
    *pistols_classic.KINDS,
    *revolvers.KINDS,
    *long_guns_sporting.KINDS,
    *long_guns_service.KINDS,
    *parts.KINDS,
    *ammunition.KINDS,
)
