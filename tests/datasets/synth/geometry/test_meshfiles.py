"""Outlines from mesh files."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from parcelray.datasets.synth.geometry.meshfiles import MAX_TRIANGLES, find_mesh_files, parts_of, read_bodies
from parcelray.datasets.synth.shapes.outside import kinds_from_meshes
from parcelray.models.errors import BadInputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ball, block = trimesh.creation.icosphere(radius=2.0), trimesh.creation.box((1, 2, 3))
    block.apply_translation((10, 0, 0))
    two = trimesh.util.concatenate([ball, block])
    for suffix in ("stl", "obj", "glb"):
        two.export(tmp_path / f"Two Bodies.{suffix}")
    return tmp_path


@pytest.mark.parametrize("suffix", ["stl", "obj", "glb"])
def test_bodies_of_each_format(folder: Path, suffix: str) -> None:
    bodies = read_bodies(folder / f"Two Bodies.{suffix}")
    assert len(bodies) == 2
    assert all(body.closed for body in bodies)


def test_parts_have_the_length_asked_for_walls_and_fillings(folder: Path) -> None:
    bodies = read_bodies(folder / "Two Bodies.stl")
    parts = parts_of(bodies, 200.0, material="steel", wall=2.0, filling=0.1, others=("nylon", 3.0))
    corners = np.concatenate([part.vertices for part in parts])
    assert np.ptp(corners, axis=0).max() == pytest.approx(200.0, rel=1e-4)
    assert {(part.material, part.wall) for part in parts} == {
        ("steel", 2.0), ("steel", 0.0), ("nylon", 3.0), ("nylon", 0.0)
    }  # fmt: skip
    hull, filling = parts[0], parts[1]
    assert filling.volume() == pytest.approx(0.1 * hull.volume(), rel=1e-3)


def test_a_body_inside_out_is_turned(tmp_path: Path) -> None:
    ball = trimesh.creation.icosphere()
    ball.invert()
    ball.export(tmp_path / "ball.stl")
    (body,) = read_bodies(tmp_path / "ball.stl")
    (_, filling) = parts_of([body], 10.0, material="steel", wall=1.0, filling=0.5, others=("nylon", 1.0))
    assert filling.volume() > 0.0


def test_an_open_surface_is_a_wall_alone(tmp_path: Path) -> None:
    ball = trimesh.creation.icosphere()
    trimesh.Trimesh(ball.vertices, ball.faces[:-20]).export(tmp_path / "open.stl")
    (body,) = read_bodies(tmp_path / "open.stl")
    assert not body.closed
    parts = parts_of([body], 10.0, material="steel", wall=1.0, filling=0.5, others=("nylon", 1.0))
    assert [part.wall for part in parts] == [1.0]


def test_a_folder_becomes_kinds_of_a_leaf(folder: Path) -> None:
    (folder / "two_bodies.obj").unlink(missing_ok=True)
    kinds = kinds_from_meshes(folder / "Two Bodies.glb", "pistol")
    assert [(kind.name, kind.leaf) for kind in kinds] == [("mesh_two_bodies", "pistol")]
    first, second = (kinds[0].draw(np.random.default_rng(seed)) for seed in (1, 2))
    assert first.leaf == "pistol"
    assert 140.0 <= first.extent().max() <= 230.0
    assert first.extent().max() != second.extent().max()


BAD = {
    "not a mesh": (b"nothing of that kind", "a triangle mesh"),
    "empty": (b"", "a triangle mesh"),
}


@pytest.mark.parametrize(("content", "expected"), BAD.values(), ids=BAD)
def test_what_is_no_mesh_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "bad.stl"
    file.write_bytes(content)
    with pytest.raises(BadInputError, match=expected):
        read_bodies(file)


def test_too_many_triangles_are_refused(tmp_path: Path) -> None:
    trimesh.creation.icosphere(subdivisions=6).export(tmp_path / "fine.stl")
    with pytest.raises(BadInputError, match=f"at most {MAX_TRIANGLES} triangles, got 81920"):
        read_bodies(tmp_path / "fine.stl")


def test_a_folder_without_meshes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"mesh files \(.glb, .obj, .stl\), got none"):
        find_mesh_files(tmp_path)
