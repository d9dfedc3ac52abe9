"""A backup is good if the service that is restored from it answers as the one did that it was taken of."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select, text
from starlette.testclient import TestClient

from parcelray.models.errors import BadInputError, SessionRefusedError, SetupError
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.intake import Intake
from parcelray.serving.desk.pseudonyms import open_pseudonyms
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.settings import Settings
from parcelray.serving.store import migrate
from parcelray.serving.store.backup import BackUp
from parcelray.serving.store.blobs import FolderBlobs
from parcelray.serving.store.database import Database
from parcelray.serving.store.restore import NUMBERS_LEFT_OUT, Restored
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import audit, events, metadata, scan_labels, scans, views
from support.answers import answers, image_of, images_in, numbers, picture, rows_of, scan_ids, send, told, wait_until
from support.parcels_at_desk import ANNA, SEARCH, add, judged, outcome, shown, verdict
from support.people import HOST, PASSWORD
from support.pictures import encoded, pair, scan_pixels, view

# Where the kind of database makes no difference.
of_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
into_sqlite = pytest.mark.parametrize("target_url", ["sqlite"], indirect=True)
METADATA = {"scanner_id": "Röntgen 1", "consignment_id": "RX1", "taken_at": "2026-11-24T08:30:00.123456+01:00"}


def fill(client: TestClient, ring: KeyRing) -> dict[str, str]:
    """Sends scans of every kind; the keys that were made, by their names."""
    keys = {name: ring.create(name, scope, HOST) for name, scope in (("chief", Scope.ADMIN), ("gone", Scope.READER))}
    keys["belt 2"] = ring.create("belt 2", Scope.WORKSTATION, HOST)
    ring.revoke("gone", HOST)
    keys["belt 2"] = ring.rotate("belt 2", HOST)[1]
    send(client, picture(1), key="k1", metadata=METADATA)
    send(client, picture(2), view(b"no image", "b.png"), *pair(), key="k2", metadata={"pixel_pitch_mm": 0.1 + 0.2})
    send(client, view(encoded(scan_pixels(dark=None), ".jpg")), metadata={"taken_at": "1970-01-01T00:00:00Z"})
    send(client, picture(1), key="k3", min_score=0.05)
    send(client, view(b"no image"))
    pending = send(client, picture(4), wait=0)["scan_id"]
    while client.get(f"/v1/scans/{pending}").json()["state"] == "pending":
        time.sleep(0.02)
    client.headers["X-API-Key"], before = keys["belt 2"], client.headers["X-API-Key"]
    send(client, picture(5), key="k1")
    client.headers["X-API-Key"] = before
    return keys


def test_a_restored_service_answers_as_the_one_before(
    client: TestClient,
    database: Database,
    make_app: Callable[..., FastAPI],
    open_client: Callable[[FastAPI], TestClient],
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    target_url: str,
    tmp_path: Path,
) -> None:
    keys = fill(client, KeyRing(database))
    callers = [client.headers["X-API-Key"], keys["belt 2"]]

    def ask(client: TestClient) -> list[Any]:
        listed = client.get("/v1/keys", headers={"X-API-Key": keys["chief"]}).json()["keys"]
        # Whose last use is noted a moment after it was answered; the rows are compared below.
        used = ("last_used_at", "last_used_from")
        found: list[Any] = [{name: key[name] for name in key if name not in used} for key in listed]
        for client.headers["X-API-Key"] in reversed(callers):
            found.append(answers(client))
        return found

    before = ask(client)
    made = take()
    assert made.missing == {}
    assert made.snapshot.images == 10
    assert made.copied == 8, "what two scans share is copied once"
    done = put_back(target)
    assert (done.name, done.snapshot, done.missing) == (made.name, made.snapshot, {})
    assert rows_of(target) == rows_of(database)
    assert migrate.current_revision(target) == migrate.known_revisions()[-1]
    restored = open_client(make_app(data_dir=tmp_path / "restored", database_url=target_url))
    assert ask(restored) == before
    again = {"key": "k1", "metadata": METADATA}
    assert send(restored, picture(1), **again) == send(client, picture(1), **again)
    assert send(restored, picture(1), metadata=METADATA)["scan_id"] == send(client, picture(1), **again)["scan_id"]
    assert restored.get("/v1/scans", headers={"X-API-Key": keys["gone"]}).status_code == 401
    known = numbers(restored)
    assert known == sorted(known)
    send(restored, picture(9))
    assert numbers(restored)[:-1] == known
    assert numbers(restored)[-1] > known[-1]


def test_what_officers_decided_and_their_photos_come_back(
    database: Database,
    make_settings: Callable[..., Settings],
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    tmp_path: Path,
) -> None:
    def desk_of(database: Database, folder: str) -> tuple[Store, Desk]:
        store = Store(database, FolderBlobs(tmp_path / folder / "images"), Intake(queue_all=False))
        return store, Desk(store, make_settings(data_dir=tmp_path / folder), dict)

    def all_of(desk: Desk) -> list[Any]:
        photos = [desk.photos.read(record.id, photo.sha256) for photo in desk.photos.of(record.id)]
        return [desk.queue.entry(record.id), desk.verdicts.on(record.id), desk.outcomes.of(record.id), photos]

    store, desk = desk_of(database, "data")
    record, images = shown(encoded(scan_pixels()), labels=("pistol",))
    for sha256, data in images.items():
        store.blobs.put(sha256, data)
    add(store, record)
    desk.claims.take(ANNA, record.id)
    desk.verdicts.give(ANNA, record.id, verdict(**SEARCH, boxes=[judged(0, "confirmed")]), "k")
    items = [{"label": "banknote_bundle", "where": "other", "amount": "0.10", "currency": "EUR", "weight_g": 0.1 + 0.2}]
    desk.outcomes.tell(ANNA, record.id, outcome(found=True, items=items), "k")
    desk.photos.add(ANNA, record.id, encoded(scan_pixels(seed=1)))
    made = take()
    assert (made.snapshot.images, made.copied, made.missing) == (2, 2, {})
    assert put_back(target).missing == {}
    assert rows_of(target) == rows_of(database)
    _, restored = desk_of(target, "restored")
    assert all_of(restored) == all_of(desk)
    assert restored.verdicts.give(ANNA, record.id, verdict(**SEARCH, boxes=[judged(0, "confirmed")]), "k") == (
        desk.verdicts.on(record.id)[0],
        True,
    )


@of_sqlite
@into_sqlite
def test_parcels_keep_their_names_in_exports(
    database: Database,
    app: FastAPI,
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    tmp_path: Path,
) -> None:
    take()
    put_back(target)
    assert not (tmp_path / "restored/pseudonyms.key").exists(), "there is none before the first export"
    before = open_pseudonyms(tmp_path / "data").of("consignment", "RX1")
    newer = take()
    (tmp_path / "restored/pseudonyms.key").write_text("0" * 64)
    with pytest.raises(
        SetupError, match=r"restored/pseudonyms\.key: expected the snapshot's key or none, found another"
    ):
        put_back(target, newer.name)
    (tmp_path / "restored/pseudonyms.key").unlink()
    put_back(target, newer.name)
    assert open_pseudonyms(tmp_path / "restored").of("consignment", "RX1") == before
    for folder in ("restored", f"backups/snapshots/{newer.name}"):
        assert (tmp_path / folder / "pseudonyms.key").stat().st_mode & 0o777 == 0o600
    put_back(target, newer.name)


def test_people_come_back_and_their_sessions_do_not(
    database: Database,
    make_settings: Callable[..., Settings],
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
) -> None:
    people = People(database, make_settings())
    people.accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)
    token = people.sign_in.enter("anna", PASSWORD, "10.0.0.1")
    take()
    # What happens after the backup must not be undone by it.
    people.accounts.sign_out("anna", HOST)
    put_back(target)
    restored = People(target, make_settings())
    with pytest.raises(SessionRefusedError):
        restored.sessions.find(token)
    assert restored.sessions.find(restored.sign_in.enter("anna", PASSWORD, "10.0.0.1")).name == "anna"
    with target.reading() as connection:
        assert connection.scalars(select(audit.c.action).order_by(audit.c.number)).all() == [
            "account_added",
            "signed_in",
            "signed_in",
        ]


def test_numbers_that_were_given_out_never_come_again(
    database: Database, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database
) -> None:
    with database.writing() as connection:
        scan = {"id": "a" * 32, "state": "pending", "workstation": "w", "content_sha256": "c"}
        times = {"received_at": datetime.now(UTC), "at": datetime.now(UTC)}
        (number,) = connection.execute(insert(scans).values(scan | times)).inserted_primary_key
        event = {"at": datetime.now(UTC), "workstation": "w", "scan_number": number, "told": {}}
        for _ in range(7):
            connection.execute(insert(events).values(event))
        # As if old events were thrown away, and the newest with them.
        connection.execute(events.delete())
    assert take().snapshot.counters == {"scans": 1, "events": 7}
    put_back(target)
    with target.writing() as connection:
        (number,) = connection.execute(insert(events).values(event)).inserted_primary_key
    # Also those not that were given out between the backup and the loss.
    assert number == 7 + NUMBERS_LEFT_OUT + 1


def test_every_value_comes_back_as_it_was(
    database: Database, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database
) -> None:
    moment = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
    # SQLite keeps no -0.0, in no column.
    floats = (0.1 + 0.2, -1e-9, 5e-324, 1.7976931348623157e308, 1.0, 1e16)
    with database.writing() as connection:
        for number, value in enumerate(floats):
            scan = {"number": 2**40 + number, "id": str(number), "state": "pending", "workstation": "日本 \"'\\\n🛃"}
            times = {"received_at": moment, "at": moment - timedelta(microseconds=number), "taken_at": None}
            basis = {"thresholds": {"ä": value, "b": 1}, "calibrated": False, "basis": None, "n": [1, 1.0, {}]}
            known = {"operating": None if number else basis, "pixel_pitch_mm": value, "taxonomy": 2**31 - 1}
            connection.execute(insert(scans).values({**scan, **times, **known, "content_sha256": "c"}))
            row = {"scan_number": 2**40 + number, "index": 0, "state": "pending", "warnings": [{"code": "\u2028"}]}
            connection.execute(insert(views).values(row))
            connection.execute(insert(scan_labels).values(label="x", at=moment, scan_number=2**40 + number))
    take()
    put_back(target)
    assert repr(rows_of(target)) == repr(rows_of(database))
    with target.reading() as connection:
        # Nothing, not the `null` of JSON.
        nothing = connection.scalar(text("SELECT count(*) FROM scans WHERE operating IS NULL"))
    assert nothing == len(floats) - 1


@into_sqlite
def test_a_backup_while_scans_come_in_has_each_of_them_whole(
    client: TestClient,
    make_app: Callable[..., FastAPI],
    open_client: Callable[[FastAPI], TestClient],
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    tmp_path: Path,
) -> None:
    enough = threading.Event()
    sent: list[str] = []

    def keep_sending() -> None:
        while not enough.is_set():
            sent.append(send(client, picture(len(sent)), *pair(), key=f"k{len(sent)}")["scan_id"])

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        wait_until(lambda: len(sent) >= 5)
        take()
        at_first = len(sent)
        made = take()
        wait_until(lambda: len(sent) >= at_first + 5)
    finally:
        enough.set()
        sender.join()
    assert made.missing == {}
    put_back(target, made.name)
    restored = open_client(make_app(data_dir=tmp_path / "restored", database_url=None))
    ids = scan_ids(restored)
    assert len(ids) >= 5
    # Those that came first, all of them, and no other.
    assert ids == scan_ids(client)[-len(ids) :]
    assert ids[::-1] == sent[: len(ids)]
    assert told(restored) == told(client)[: len(ids)]
    for scan_id in ids:
        for path in ("", "/views/0", "/views/0/overlay.png", "/views/1?band=high", "/views/1?band=low"):
            assert (
                restored.get(f"/v1/scans/{scan_id}{path}").content == client.get(f"/v1/scans/{scan_id}{path}").content
            )


@of_sqlite
@into_sqlite
def test_a_backup_that_is_killed_passes_for_none_and_the_next_goes_on(
    client: TestClient,
    parcelray: list[str],
    database_url: str,
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    tmp_path: Path,
) -> None:
    paths = [image_of(client, tmp_path / "data", picture(seed)) for seed in range(6)]
    image = paths[3].read_bytes()
    paths[3].unlink()
    # Who opens it waits until somebody writes to it.
    os.mkfifo(paths[3])
    command = [*parcelray, "backup", str(tmp_path / "backups"), "--data-dir", str(tmp_path / "data")]
    environment = os.environ | {"PARCELRAY_DATABASE_URL": database_url.replace("+pg8000", "")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        wait_until(lambda: len(images_in(tmp_path / "backups")) == 3 or process.poll() is not None)
        assert process.poll() is None, process.stdout.read()
        with pytest.raises(SetupError, match="expected no other backup at work in it, found one"):
            take()
        process.kill()
    (left,) = (tmp_path / "backups" / "snapshots").iterdir()
    with pytest.raises(BadInputError, match="expected a folder that `parcelray backup` has written to, got none"):
        put_back(target)
    paths[3].unlink()
    paths[3].write_bytes(image)
    made = take()
    assert made.copied == 3
    assert not left.exists()
    put_back(target)
    assert images_in(tmp_path / "restored") == images_in(tmp_path / "data") == sorted(path.name for path in paths)


@of_sqlite
@into_sqlite
def test_the_next_backup_copies_only_what_is_new(
    client: TestClient, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database, tmp_path: Path
) -> None:
    first_image = image_of(client, tmp_path / "data", picture(1))
    first = take()
    second_image = image_of(client, tmp_path / "data", picture(2))
    # One that was cut short is copied again; how else could that be, but by somebody's hand.
    copy = tmp_path / "backups" / first_image.relative_to(tmp_path / "data")
    copy.write_bytes(copy.read_bytes()[:-1])
    second = take()
    assert (first.copied, second.copied, take().copied) == (1, 2, 0)
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "backups", copy.parent, copy)] == [0o700, 0o700, 0o600]
    # An older one may be asked for.
    assert put_back(target, first.name).snapshot == first.snapshot
    assert images_in(tmp_path / "restored") == [first_image.name]
    assert second_image.name in images_in(tmp_path / "backups")


@of_sqlite
def test_a_snapshot_of_an_older_revision_is_restored_and_upgraded(
    client: TestClient,
    database: Database,
    make_app: Callable[..., FastAPI],
    open_client: Callable[[FastAPI], TestClient],
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    target_url: str,
    tmp_path: Path,
) -> None:
    fill(client, KeyRing(database))
    before = answers(client)
    migrate.downgrade(database, "0001")
    made = take()
    since = {"keys", "accounts", "sessions", "sign_in_attempts", "audit"}
    since |= {"desk", "verdicts", "verdict_boxes", "outcomes", "outcome_items", "outcome_photos"}
    assert (made.snapshot.revision, set(metadata.tables) - set(made.snapshot.tables)) == ("0001", since)
    # Those of this version are there already, and empty.
    migrate.upgrade(target)
    put_back(target)
    assert migrate.current_revision(target) == migrate.known_revisions()[-1]
    key = KeyRing(target).create("belt-1", Scope.WORKSTATION, HOST)
    app = make_app(data_dir=tmp_path / "restored", database_url=target_url)
    restored = open_client(app)
    restored.headers["X-API-Key"] = key
    assert answers(restored) == before
