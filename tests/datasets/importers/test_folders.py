import errno
import os
from pathlib import Path

import pytest

from parcelray.datasets.importers.folders import claim, place, write_whole
from parcelray.models.errors import DatasetError

TASK = {"format": "voc", "link": False}


def test_a_folder_is_its_tasks_alone(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    claim(out, "task.json", TASK)
    (out / "images").mkdir()
    claim(out, "task.json", TASK)
    with pytest.raises(DatasetError, match="the one that this very command was broken off in, got another's"):
        claim(out, "task.json", TASK | {"link": True})
    (out / "task.json").write_text("{")
    with pytest.raises(DatasetError, match="got another's"):
        claim(out, "task.json", TASK)


def test_what_holds_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for place_of_others in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(DatasetError, match="an empty folder, or none, got one with other files in it"):
            claim(place_of_others, "task.json", TASK)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_pictures_are_copied_once(tmp_path: Path) -> None:
    source, target = tmp_path / "a.png", tmp_path / "out" / "deep" / "a.png"
    source.write_bytes(b"pixels")
    place(source, b"pixels", target, link=False)
    assert target.read_bytes() == b"pixels"
    assert not target.samefile(source)
    before = target.stat().st_ino
    place(source, b"pixels", target, link=False)
    assert target.stat().st_ino == before
    # One that is not what it should be is written again.
    target.write_bytes(b"pix")
    place(source, b"pixels", target, link=False)
    assert target.read_bytes() == b"pixels"
    assert [path.name for path in target.parent.iterdir()] == ["a.png"]


def test_pictures_are_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, other, target = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "out" / "a.png"
    source.write_bytes(b"pixels")
    other.symlink_to(source)
    place(other, b"pixels", target, link=True)
    assert target.samefile(source)
    assert not target.is_symlink()

    def refuse(*_paths: object) -> None:
        raise OSError(errno.EXDEV, "cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(DatasetError, match="on the disk of the pictures, or no --link, got another disk"):
        place(source, b"pixels", tmp_path / "far" / "a.png", link=True)


def test_files_are_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "annotations.json"
    write_whole(file, "old")

    def fail(*_paths: object) -> None:
        raise OSError(errno.EIO, "the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="the disk is gone"):
            write_whole(file, "new")
    assert file.read_text() == "old"
    write_whole(file, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["annotations.json"]
