import hashlib
import os
import time
from pathlib import Path

import pytest

from parcelray.datasets.revisions.objects import Objects
from parcelray.models.errors import DamagedError, DatasetError

DATA = b"a scan"
SUM = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "store")


def put(objects: Objects, source: Path, *, link: bool = False) -> Path:
    objects.put(source, SUM, len(DATA), link=link)
    return objects.path_of(SUM)


def test_a_copy_lies_under_its_sum_and_cannot_be_written_into(objects: Objects, source: Path, tmp_path: Path) -> None:
    kept = put(objects, source)
    assert kept == tmp_path / "store" / "objects" / SUM[:2] / SUM[2:]
    assert kept.read_bytes() == DATA
    assert kept.stat().st_mode & 0o222 == 0
    source.write_bytes(b"something else")
    assert objects.damage(SUM) is None
    assert not list((tmp_path / "store" / "parts").iterdir())


def test_a_link_is_the_same_file_and_tells_when_it_was_changed(objects: Objects, source: Path) -> None:
    kept = put(objects, source, link=True)
    assert kept.samefile(source)
    assert source.stat().st_mode & 0o200
    source.write_bytes(b"b scan")
    assert objects.damage(SUM) == f"bytes of sha256 {hashlib.sha256(b'b scan').hexdigest()}"


def test_a_link_that_cannot_be_made_is_a_copy(
    objects: Objects, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_disk(*_paths: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", another_disk)
    kept = put(objects, source, link=True)
    assert not kept.samefile(source)
    objects.take(SUM, tmp_path / "b.png")
    assert (tmp_path / "b.png").read_bytes() == DATA


def test_what_is_kept_is_not_written_again(objects: Objects, source: Path) -> None:
    kept = put(objects, source)
    before = kept.stat()
    put(objects, source)
    assert kept.stat() == before


def test_what_was_lost_is_put_again(objects: Objects, source: Path) -> None:
    kept = put(objects, source)
    assert objects.damage(SUM) is None
    kept.unlink()
    assert objects.damage(SUM) == "no such file"
    put(objects, source)
    assert objects.damage(SUM) is None


@pytest.mark.parametrize("link", [False, True])
def test_a_source_that_changed_meanwhile_is_refused(objects: Objects, source: Path, link: bool, tmp_path: Path) -> None:
    source.write_bytes(b"b scan")
    with pytest.raises(DatasetError, match=r"a\.png: expected bytes of sha256 .* as a moment ago, got others"):
        put(objects, source, link=link)
    assert not objects.path_of(SUM).exists()
    assert not list((tmp_path / "store" / "parts").iterdir())


def test_what_is_damaged_is_not_given_out(objects: Objects, source: Path, tmp_path: Path) -> None:
    kept = put(objects, source)
    objects.take(SUM, tmp_path / "b.png")
    assert (tmp_path / "b.png").samefile(kept)
    kept.chmod(0o644)
    kept.write_bytes(b"b scan")
    with pytest.raises(DamagedError, match="expected bytes of that sha256, got bytes of sha256"):
        objects.take(SUM, tmp_path / "c.png")
    assert not (tmp_path / "c.png").exists()


def test_parts_of_a_writer_that_was_killed_are_removed_when_they_are_old(
    objects: Objects, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = tmp_path / "store" / "parts"
    (parts / "folder").mkdir(parents=True)
    (parts / "folder" / "manifest.json").write_text("{")
    (parts / "file").write_bytes(b"half a sc")
    put(objects, source)
    assert sorted(part.name for part in parts.iterdir()) == ["file", "folder"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 4_000)
    objects.path_of(SUM).unlink()
    put(objects, source)
    assert not list(parts.iterdir())
