"""What the service says when its disk is full, cannot be written, or fails; and that it goes on when that is over."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from parcelray.serving.security.keys import Scope
from parcelray.serving.store.database import FILE_NAME, sqlite_url
from support.audit import broken_records, stray_images
from support.caller import Caller, new_key, picture, problem_of
from support.parcels import CONSIGNMENT
from support.pictures import view
from support.service import Service, serve_command
from support.strace import failing
from support.tiny_disk import TinyDisk
from support.trace import SYNCS

FULL = (507, "storage-full", "60")
GONE = (503, "storage-unavailable", "5")


MAKE_KEYS = """
import sys
from pathlib import Path
from parcelray.serving.people.audit import Actor
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
by = Actor.host_user()
ring = KeyRing(open_database(Path(sys.argv[1]), None))
print(ring.create("belt-1", Scope.WORKSTATION, by), ring.create("lab", Scope.ENGINEER, by))
"""


@dataclass(frozen=True)
class OnDisk:
    """A service on a small disk of its own, and who calls it."""

    disk: TinyDisk
    service: Service
    workstation: Caller
    engineer: Caller

    @property
    def data_dir(self) -> Path:
        """As we reach it from out here."""
        return self.disk.outside / "data"

    def ids(self) -> set[str]:
        """Of the scans that are kept."""
        with self._records() as connection:
            return {row[0] for row in connection.execute(text("SELECT id FROM scans"))}

    def half_written(self) -> list[str]:
        """What must not lie there."""
        with self._records() as connection:
            found, _, parts = stray_images(connection, self.data_dir / "images")
            return [*found, *broken_records(connection), *["a part"] * parts]

    @contextmanager
    def _records(self) -> Iterator[Connection]:
        """A copy of the database: SQLite does not open a file by a path that leads through /proc."""
        with tempfile.TemporaryDirectory() as folder:
            for path in self.data_dir.glob(f"{FILE_NAME}*"):
                if not path.name.endswith("-shm"):
                    shutil.copy(path, folder)
            engine = create_engine(sqlite_url(Path(folder)), poolclass=NullPool)
            with engine.connect() as connection:
                yield connection


@pytest.fixture
def on_disk(serve: Callable[..., Service], tiny_disk: Callable[..., TinyDisk]) -> Iterator[OnDisk]:
    disk = tiny_disk(size=16 << 20)
    data_dir = disk.folder / "data"
    made = subprocess.run(
        disk.inside([sys.executable, "-c", MAKE_KEYS, str(data_dir)]), capture_output=True, check=True
    )
    keys = made.stdout.decode().split()
    service = serve(data_dir=data_dir, wrap=disk.inside)
    with ExitStack() as callers:
        workstation, engineer = (callers.enter_context(Caller(service.url, key)) for key in keys)
        yield OnDisk(disk, service, workstation, engineer)
    log = service.stop()
    assert '"fault"' not in log
    for secret in (CONSIGNMENT, *keys):
        assert secret not in log


def test_a_full_disk_takes_no_scan_and_loses_none(on_disk: OnDisk) -> None:
    first = on_disk.workstation.send_scan(0)
    assert first.status_code == 201
    on_disk.disk.fill()
    for query in ({}, {"wait": 0}):
        assert problem_of(on_disk.workstation.send_scan(1, **query)) == FULL
    assert on_disk.half_written() == []
    assert on_disk.ids() == {first.json()["scan_id"]}
    # Whoever reads or only tries is let in, also with a key whose first use cannot be noted.
    for caller in (on_disk.workstation, on_disk.engineer):
        base = first.headers["Location"]
        assert caller.get(base).json() == first.json()
        assert caller.get(f"{base}/views/0").content == picture(0)
        assert caller.get(f"{base}/views/0/overlay.png").status_code == 200
        assert caller.get("/v1/scans").json()["scans"][0]["scan_id"] == first.json()["scan_id"]
    assert on_disk.engineer.post("/v1/detect", files=[view(picture(1))]).status_code == 200
    assert on_disk.engineer.get("/readyz").status_code == 200
    # The same scan again is answered: it is there.
    assert on_disk.workstation.send_scan(0).json() == first.json()
    refused = on_disk.workstation.send_scan(1).json()["request_id"]
    (cause,) = [line for line in on_disk.service.log().splitlines() if refused in line and '"cause"' in line]
    assert "No space left on device" in cause
    on_disk.disk.free()
    second = on_disk.workstation.send_scan(1)
    assert second.status_code == 201
    assert on_disk.ids() == {first.json()["scan_id"], second.json()["scan_id"]}
    assert on_disk.half_written() == []


def test_wherever_the_disk_gets_full_nothing_is_half_there(on_disk: OnDisk) -> None:
    statuses = []
    for number in range(50):
        # One page more each time: first the image finds no place, then some part of the record.
        on_disk.disk.fill(leave=4096 * number)
        answer = on_disk.workstation.send_scan(number, padding=9000)
        statuses.append(answer.status_code)
        assert answer.status_code == 201 or problem_of(answer) == FULL
        assert on_disk.half_written() == []
        on_disk.disk.free()
    assert statuses[:3] == [507] * 3
    assert statuses[-3:] == [201] * 3
    assert len(on_disk.ids()) == statuses.count(201)


def test_a_disk_that_cannot_be_written_takes_no_scan_and_loses_none(on_disk: OnDisk, strace: None) -> None:
    first = on_disk.workstation.send_scan(0)

    def assert_only_reading(number: int) -> None:
        for query in ({}, {"wait": 0}):
            assert problem_of(on_disk.workstation.send_scan(number, **query)) == GONE
        for caller in (on_disk.workstation, on_disk.engineer):
            assert caller.get(first.headers["Location"]).json() == first.json()
            assert caller.get(f"{first.headers['Location']}/views/0").content == picture(0)
        assert on_disk.engineer.post("/v1/detect", files=[view(picture(1))]).status_code == 200
        assert on_disk.half_written() == []

    on_disk.disk.make_read_only()
    assert_only_reading(1)
    on_disk.disk.make_writable()
    assert on_disk.workstation.send_scan(1).status_code == 201
    # A disk that the kernel has given up: the database, which is open, cannot be written either.
    for number, error in ((2, "EROFS"), (3, "EIO")):
        with failing(on_disk.service.process.pid, on_disk.disk.folder, error=error):
            assert_only_reading(number)
        assert on_disk.workstation.send_scan(number).status_code == 201
    assert len(on_disk.ids()) == 4


def test_what_was_opened_while_nothing_could_be_written_writes_afterwards(on_disk: OnDisk, strace: None) -> None:
    first = on_disk.workstation.send_scan(0)
    on_disk.disk.make_read_only()
    # Side by side, so that the service opens the database anew for some of them.
    with ThreadPoolExecutor(16) as several:
        base = first.headers["Location"]
        answers = list(several.map(lambda _: on_disk.engineer.get(base).status_code, range(200)))
    assert answers == [200] * 200
    on_disk.disk.make_writable()
    assert [on_disk.workstation.send_scan(number).status_code for number in range(1, 25)] == [201] * 24


@pytest.mark.parametrize("killed", [False, True], ids=["goes on", "is killed"])
def test_a_record_that_cannot_be_synced_is_never_answered(on_disk: OnDisk, strace: None, killed: bool) -> None:
    assert on_disk.workstation.send_scan(0).status_code == 201
    with failing(on_disk.service.process.pid, on_disk.disk.folder, error="EIO", calls=SYNCS):
        for number in (1, 2):
            assert problem_of(on_disk.workstation.send_scan(number)) == GONE
        assert problem_of(on_disk.workstation.send_scan(3, wait=0)) == GONE
    assert len(on_disk.workstation.get("/v1/scans").json()["scans"]) == 1
    if killed:
        on_disk.service.kill()
        on_disk.service.start()
    # What was written and not synced may be there after a kill. It is the scan that was sent, once.
    for number in (1, 2, 3):
        assert on_disk.workstation.send_scan(number).status_code in (201, 202)
    assert len(on_disk.ids()) == 4
    assert on_disk.half_written() == []


SYNCS_FAIL = """
import errno, os, pathlib
fsync = os.fsync
def failing(file):
    if pathlib.Path({flag!r}).exists() and {only!r} in os.readlink(f"/proc/self/fd/{{file}}"):
        raise OSError(errno.EIO, "Input/output error")
    fsync(file)
os.fsync = failing
"""


@pytest.mark.parametrize("only", ["parts/", "images"], ids=["the image", "its folder"])
def test_an_image_that_cannot_be_synced_is_never_answered(tmp_path: Path, tiny_package: Path, only: str) -> None:
    flag, data_dir = tmp_path / "flag", tmp_path / "data"
    key = new_key(data_dir, None, "belt-1", Scope.WORKSTATION)
    command = serve_command(data_dir, tiny_package)
    command[2] = SYNCS_FAIL.format(flag=str(flag), only=only) + command[2]
    with Service(command, log=tmp_path / "log") as service, Caller(service.url, key) as caller:
        service.start()
        flag.touch()
        for _ in range(2):
            assert problem_of(caller.send_scan(1)) == GONE
        assert caller.get("/v1/scans").json()["scans"] == []
        flag.unlink()
        assert caller.send_scan(1).status_code == 201
        assert "Input/output error" in service.stop()
