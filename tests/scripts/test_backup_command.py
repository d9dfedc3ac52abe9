from __future__ import annotations

import hashlib
import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import Result
from typer.testing import CliRunner

from parcelray.scripts import backup as command
from parcelray.scripts.main import app
from parcelray.serving.desk.intake import Intake
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.records import ScanRecord, StoredFile, StoredView, ViewState
from parcelray.serving.store.scans import Identity
from parcelray.serving.store.store import open_database, open_store
from support.people import HOST
from support.pictures import encoded, scan_pixels, view

IMAGES = [b"first image", b"second image"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a scan of two images."""
    with closing(open_store(tmp_path / "data", None, Intake(queue_all=False))) as store:
        sums = [hashlib.sha256(image).hexdigest() for image in IMAGES]
        for sha256, image in zip(sums, IMAGES, strict=True):
            store.blobs.put(sha256, image)
        files = [StoredFile("view", sha256, 12, "image/png", None) for sha256 in sums]
        seen = tuple(StoredView(ViewState.PENDING, (file,)) for file in files)
        record = ScanRecord("0" * 32, "belt-1", datetime.now(UTC), "c", seen)
        store.scans.add(record, Identity("belt-1", "c", None, None, None))
    return tmp_path / "data"


def call(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment)


def refused(*arguments: object, **environment: str) -> str:
    """The one line with which a command refuses."""
    done = call(*arguments, **environment)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def image_in(folder: Path, number: int) -> Path:
    sha256 = hashlib.sha256(IMAGES[number]).hexdigest()
    return folder / "images" / sha256[:2] / sha256


def test_a_running_service_is_backed_up_and_another_starts_from_it(
    serve: Callable[..., Any], parcelray: list[str], tmp_path: Path
) -> None:
    data, restored, backups = tmp_path / "data", tmp_path / "restored", tmp_path / "backups"
    with closing(open_database(data, None)) as database:
        headers = {"X-API-Key": KeyRing(database).create("belt-1", Scope.WORKSTATION, HOST)}
    service = serve(data_dir=data)
    service.wait_until_ready()
    files = [view(encoded(scan_pixels()))]
    sent = httpx2.post(f"{service.url}/v1/scans", files=files, headers=headers).json()
    done = subprocess.run(
        [*parcelray, "backup", str(backups)],
        env=os.environ | {"PARCELRAY_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Z in " + str(backups) + ": 1 scans, 1 images of 0.0 MB; images copied: 1\n")
    done = call("restore", backups, PARCELRAY_DATA_DIR=str(restored))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith(f"Z into {restored}: 1 scans, 1 images of 0.0 MB\n")
    again = serve(data_dir=restored)
    assert httpx2.get(f"{again.url}/v1/scans/{sent['scan_id']}", headers=headers).json() == sent
    image = httpx2.get(f"{again.url}/v1/scans/{sent['scan_id']}/views/0", headers=headers)
    assert image.content == files[0][1][1]


def test_a_damaged_image_is_named_and_counted(data: Path, tmp_path: Path) -> None:
    image_in(data, 0).write_bytes(b"other image")
    done = call("backup", tmp_path / "backups", "--data-dir", data)
    assert done.exit_code == 1
    assert "1 scans, 2 images" in done.stdout
    damaged, count = done.stderr.splitlines()
    assert damaged.startswith(f"parcelray: image {image_in(data, 0).name}: expected it as it was stored, found other")
    assert count == "parcelray: 1 images are not in this backup"
    # That is known of this backup from now on; what comes on top of it is not.
    done = call("restore", tmp_path / "backups", "--data-dir", tmp_path / "first")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-1] == "parcelray: 1 images were missing when the backup was made"
    image_in(tmp_path / "backups", 1).unlink()
    done = call("restore", tmp_path / "backups", "--data-dir", tmp_path / "second")
    assert done.exit_code == 1
    named, count = done.stderr.splitlines()[-2:]
    assert named == f"parcelray: image {image_in(data, 1).name}: expected it as it was stored, found none"
    assert count == "parcelray: 1 images of the backup could not be restored"


def test_a_full_disk_is_one_line(
    data: Path, parcelray: list[str], tiny_disk: Callable[..., Any], tmp_path: Path
) -> None:
    disk = tiny_disk(size=1 << 20)
    backup = disk.inside([*parcelray, "backup", str(disk.folder / "backups"), "--data-dir", str(data)])
    disk.fill(leave=16 << 10)
    done = subprocess.run(backup, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"parcelray: folder {disk.folder}")
    assert line.endswith("expected space for what is to be written, found none left")
    assert list(disk.outside.glob("backups/snapshots/*")) == []
    disk.free()
    assert subprocess.run(backup, capture_output=True).returncode == 0
    data = disk.folder / "data"
    restore = disk.inside([*parcelray, "restore", str(disk.folder / "backups"), "--data-dir", str(data)])
    disk.fill(leave=128 << 10)
    done = subprocess.run(restore, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "parcelray: database: expected space for what is to be written, found none left\n"
    disk.free()
    assert subprocess.run(restore, capture_output=True).returncode == 0


def test_what_cannot_be_backed_up_is_one_line(data: Path, tmp_path: Path) -> None:
    line = refused("backup", tmp_path / "backups", "--data-dir", tmp_path / "mistyped")
    assert "expected the file of a service, found none; name its folder by --data-dir" in line
    assert not (tmp_path / "mistyped").exists()
    assert not (tmp_path / "backups").exists()
    assert "expected another folder than the service's own" in refused("backup", data, "--data-dir", data)
    (tmp_path / "file").write_text("")
    line = refused("backup", tmp_path / "file" / "backups", "--data-dir", data)
    assert "expected one that can be written, got: Not a directory" in line
    url = "postgresql://parcelray:secret@127.0.0.1:1/parcelray"
    line = refused("backup", tmp_path / "backups", "--data-dir", data, PARCELRAY_DATABASE_URL=url)
    assert line.startswith("parcelray: database: expected one that answers, got: ")
    assert "refused" in line
    assert "secret" not in line
    with closing(open_database(tmp_path / "empty", None)):
        pass
    assert call("backup", tmp_path / "backups", "--data-dir", tmp_path / "empty").exit_code == 0


def test_what_cannot_be_restored_is_one_line(data: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    line = refused("restore", backups, "--data-dir", tmp_path / "restored")
    assert line == f"parcelray: {backups}: expected a folder that `parcelray backup` has written to, got none"
    call("backup", backups, "--data-dir", data)
    (name,) = (path.name for path in (backups / "snapshots").iterdir())
    line = refused("restore", backups, "--snapshot", "../other", "--data-dir", tmp_path / "restored")
    assert line == f"parcelray: --snapshot: expected one of {name}, got '../other'"
    line = refused("restore", backups, "--data-dir", data)
    assert "database: expected an empty one, found rows (" in line
    assert "scans: 1" in line
    assert call("restore", backups, "--snapshot", name, "--data-dir", tmp_path / "restored").exit_code == 0


def test_bars_on_a_terminal(data: Path, parcelray: list[str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    backup = [*parcelray, "backup", str(tmp_path / "backups"), "--data-dir", str(data)]
    subprocess.run(backup, stderr=theirs, stdout=subprocess.PIPE, check=True, env=environment)
    os.close(theirs)
    shown = b""
    # Linux says so with an error when the other end is closed and all is read.
    with suppress(OSError):
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    assert "backup: images" in shown.decode()
    assert "2/2" in shown.decode()


def test_a_line_now_and_then_elsewhere(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_LINE_EVERY_S", 0.0)
    done = call("backup", tmp_path / "backups", "--data-dir", data)
    assert done.stderr.splitlines()[-2:] == ["backup: 1 of 2 images", "backup: 2 of 2 images"]
