"""Outlines from outside: folders of STL, OBJ or GLB files become kinds of the library.

Meshes from elsewhere have no walls, no materials and no trustworthy unit. A closed body becomes what most things are: a
hull with a wall, and inside it a filling that leaves most of the volume empty. An open one becomes a wall alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh

from parcelray.datasets.synth.geometry.shape import Part
from parcelray.models.errors import BadInputError

SUFFIXES = (".glb", ".obj", ".stl")
# More triangles than this cost more time than their detail shows.
MAX_TRIANGLES = 20_000


@dataclass(frozen=True, eq=False)
class Body:
    """One connected surface of a mesh file.

    Attributes:
        vertices: (N, 3) float32, in the file's own unit.
        faces: (M, 3) int32.
        closed: whether it bounds a volume.
    """

    vertices: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    faces: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    closed: bool


def find_mesh_files(path: Path) -> list[Path]:
    """The mesh files of a folder and all below it, or the one file that is named.

    Raises:
        BadInputError: there is none.
    """
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
    else:
        found = [path] if path.is_file() and path.suffix.lower() in SUFFIXES else []
    if not found:
        raise BadInputError(str(path), expected=f"mesh files ({', '.join(SUFFIXES)})", got="none")
    return found


def read_bodies(path: Path) -> list[Body]:
    """Read the connected bodies of a mesh file; nothing but triangles is taken from it.

    Raises:
        BadInputError: not a mesh that can be read, without triangles, with too many, or of no extent.
    """
    try:
        mesh = trimesh.load(path, force="mesh", process=True, skip_materials=True)
    # What is wrong with a file is told by each of trimesh's readers in its own way.
    except Exception as error:
        raise BadInputError(str(path), expected="a triangle mesh", got=f"{type(error).__name__}: {error}") from error
    if not isinstance(mesh, trimesh.Trimesh) or len(mesh.faces) == 0:
        raise BadInputError(str(path), expected="a triangle mesh", got="a file without triangles")
    if len(mesh.faces) > MAX_TRIANGLES:
        raise BadInputError(str(path), expected=f"at most {MAX_TRIANGLES} triangles", got=str(len(mesh.faces)))
    if not np.isfinite(mesh.vertices).all() or float(mesh.extents.max()) <= 0.0:
        raise BadInputError(str(path), expected="finite corners that are apart", got="corners that are not")
    bodies = []
    for body in mesh.split(only_watertight=False):
        surface = Part(np.asarray(body.vertices, np.float32), np.asarray(body.faces, np.int32), "air")
        volume = surface.volume()
        faces = np.ascontiguousarray(surface.faces[:, ::-1]) if volume < 0.0 else surface.faces
        bodies.append(Body(surface.vertices, faces, bool(body.is_watertight) and volume != 0.0))
    return bodies


def parts_of(
    bodies: Sequence[Body], length: float, *, material: str, wall: float, filling: float, others: tuple[str, float]
) -> list[Part]:
    """Parts of bodies, scaled so that the longest edge of all has a length.

    Args:
        bodies: of one thing.
        length: mm.
        material: of the largest body, and of every second one after it.
        wall: mm, of their hulls.
        filling: share of a closed body's inside that is filled, 0 to 1: a solid of the same outline, thinned out.
        others: material and wall (mm) of the bodies between.
    """
    corners = np.concatenate([body.vertices for body in bodies])
    scale = np.float32(length / float(np.ptp(corners, axis=0).max()))
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2.0
    parts = []
    by_size = sorted(bodies, key=lambda body: len(body.faces), reverse=True)
    for number, body in enumerate(by_size):
        of, thick = others if number % 2 else (material, wall)
        vertices = (body.vertices - middle) * scale
        parts.append(Part(vertices, body.faces, of, thick))
        if body.closed and filling > 0.0:
            # The same surface about its own centre, smaller by the cube root: it holds that share of the volume.
            centre = vertices.mean(axis=0)
            inner = centre + (vertices - centre) * np.float32(np.cbrt(filling))
            parts.append(Part(inner.astype(np.float32), body.faces, of))
    return parts
