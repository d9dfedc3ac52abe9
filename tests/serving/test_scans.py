from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.models.package import ModelPackage
from parcelray.serving.security.keys import Scope
from support.pictures import PISTOL, encoded, pair, png_header, scan_pixels, view
from support.sending import METADATA, assert_problem, count, send, sent


def test_the_answer_has_the_agreed_shape(client: TestClient, network_sha256: str) -> None:
    answer = send(client, view(encoded(scan_pixels()), "a.png"), metadata=METADATA)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"/v1/scans/{body['scan_id']}"
    assert "infer;dur=" in answer.headers["Server-Timing"]
    received, screened = (datetime.fromisoformat(body.pop(name)) for name in ("received_at", "screened_at"))
    assert received <= screened <= datetime.now(UTC)
    (file,) = body["views"][0].pop("files")
    warnings = body["views"][0].pop("warnings")
    assert all(set(warning) == {"code", "message"} for warning in warnings)
    assert file.pop("sha256")
    assert file == {
        "band": "view", "bytes": len(encoded(scan_pixels())), "media_type": "image/png", "file_name": "a.png",
    }  # fmt: skip
    assert body == {
        "scan_id": body["scan_id"],
        "state": "screened",
        "scanner_id": "belt-1",
        "consignment_id": "RX123456785DE",
        "taken_at": "2026-11-24T07:30:00Z",
        "pixel_pitch_mm": 0.8,
        "workstation": "belt-1",
        "model": {"name": "tiny", "version": "0000", "taxonomy": 1, "sha256": network_sha256},
        "operating": {
            "thresholds": {"pistol": 0.5, "revolver": 0.5, "banknote_bundle": 0.5},
            "calibrated": False,
            "basis": "chosen for tests",
        },
        "views": [
            {
                "index": 0,
                "state": "screened",
                "width": 128,
                "height": 128,
                "detections": [PISTOL],
                "not_screened": None,
            }
        ],
    }


def test_what_was_answered_is_what_is_kept(client: TestClient) -> None:
    files = [view(encoded(scan_pixels())), view(b"no image", "b.png"), *pair()]
    answer = sent(client, *files, metadata=METADATA)
    assert client.get(f"/v1/scans/{answer['scan_id']}").json() == answer


def test_every_image_comes_back_byte_for_byte(client: TestClient) -> None:
    single, (_, (_, high)), (_, (_, low)) = encoded(scan_pixels(), ".jpg"), *pair()
    answer = sent(client, view(single, "a.jpg"), view(b"no image"), *pair())
    base = f"/v1/scans/{answer['scan_id']}/views"
    for path, data, media_type in (
        ("0", single, "image/jpeg"),
        ("0?band=view", single, "image/jpeg"),
        ("1", b"no image", "application/octet-stream"),
        ("2?band=high", high, "image/png"),
        ("2?band=low", low, "image/png"),
    ):
        image = client.get(f"{base}/{path}")
        assert image.status_code == 200, image.text
        assert image.content == data
        assert image.headers["Content-Type"] == media_type
        assert image.headers["Content-Disposition"].startswith("attachment")
        assert image.headers["X-Content-Type-Options"] == "nosniff"
    assert_problem(client.get(f"{base}/2"), 422, "bad-input", "expected high or low, for this view is a pair")
    assert_problem(client.get(f"{base}/0?band=low"), 404, "not-found", "band low: expected view")
    assert_problem(client.get(f"{base}/3"), 404, "not-found", "expected one from 0 to 2")


def test_an_overlay_shows_the_boxes(client: TestClient) -> None:
    answer = sent(client, view(encoded(scan_pixels())), view(b"no image"))
    base = f"/v1/scans/{answer['scan_id']}/views"
    png = client.get(f"{base}/0/overlay.png")
    assert png.headers["Content-Type"] == "image/png"
    picture = cv2.imdecode(np.frombuffer(png.content, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture.shape == (128, 128, 3)
    assert (picture == (214, 0, 110)).all(axis=2).sum() > 50
    assert_problem(client.get(f"{base}/1/overlay.png"), 409, "view-not-screened", "expected a PNG, JPEG or TIFF")


@pytest.mark.parametrize(
    ("bad", "type_name"),
    [
        (view(b"text", "bad.png"), "unsupported-image"),
        (view(encoded(scan_pixels())[:-30], "bad.png"), "corrupt-image"),
        (view(png_header(60_000, 60_000), "bad.png"), "image-too-large"),
    ],
)
def test_a_view_that_cannot_be_read_is_marked_and_loses_no_other(
    client: TestClient, bad: tuple[str, tuple[str, bytes]], type_name: str
) -> None:
    body = sent(client, view(encoded(scan_pixels())), bad, view(encoded(scan_pixels(dark=None))))
    assert body["state"] == "partly_screened"
    first, marked, third = body["views"]
    assert [seen["state"] for seen in body["views"]] == ["screened", "not_screened", "screened"]
    assert first["detections"] == [PISTOL]
    assert third["detections"] == []
    assert marked["detections"] is None, "an empty list would pass for a view in which nothing is"
    assert marked["not_screened"]["type"] == f"urn:parcelray:problem:{type_name}"
    assert "bad.png" in marked["not_screened"]["message"]


def test_a_scan_of_which_nothing_can_be_read_is_kept_and_marked(client: TestClient) -> None:
    body = sent(client, view(b"text"))
    assert body["state"] == "not_screened"
    assert body["views"][0]["detections"] is None
    (listed,) = client.get("/v1/scans", params={"state": "not_screened"}).json()["scans"]
    assert listed["scan_id"] == body["scan_id"]


def test_an_unequal_pair_is_marked_not_refused(client: TestClient) -> None:
    body = sent(client, pair()[0], pair(64)[1])
    assert body["state"] == "not_screened"
    assert body["views"][0]["not_screened"]["type"] == "urn:parcelray:problem:unequal-pair"


def test_nowhere_does_it_say_clear(client: TestClient) -> None:
    body = sent(client, view(encoded(scan_pixels(dark=None))))
    for path in ("", f"/{body['scan_id']}"):
        assert "clear" not in client.get(f"/v1/scans{path}").text.lower()
    assert "clear" not in json.dumps(body).lower()


def test_min_score_goes_before_the_thresholds_and_is_kept(client: TestClient) -> None:
    body = sent(client, min_score=0.05)
    assert [found["label"] for found in body["views"][0]["detections"]] == ["pistol", "banknote_bundle"]
    assert set(body["operating"]["thresholds"].values()) == {0.05}
    assert client.get(f"/v1/scans/{body['scan_id']}").json() == body


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ("{", "metadata: expected JSON"),
        ("[]", "metadata: expected"),
        ({"scanner": "belt-1"}, "metadata.scanner: expected one of scanner_id, consignment_id"),
        ({"scanner_id": ""}, "metadata.scanner_id"),
        ({"scanner_id": "a\nb"}, "metadata.scanner_id: expected printable characters"),
        ({"scanner_id": "a\0b"}, "metadata.scanner_id"),
        ('{"consignment_id": "\\ud800"}', "metadata"),
        ({"scanner_id": "b" * 201}, "metadata.scanner_id"),
        ({"scanner_id": 7}, "metadata.scanner_id"),
        ({"taken_at": "2026-11-24T08:30:00"}, "metadata.taken_at"),
        ({"taken_at": 1_700_000_000}, "metadata.taken_at"),
        ({"taken_at": "1700000000"}, "metadata.taken_at: expected a time as in RFC 3339"),
        ({"taken_at": "0.5"}, "metadata.taken_at: expected a time as in RFC 3339"),
        ({"taken_at": "0001-01-01T00:00:00+14:00"}, "metadata.taken_at: expected a time from 1970 to 2200"),
        ({"taken_at": "9999-12-31T23:59:59-14:00"}, "metadata.taken_at"),
        ({"pixel_pitch_mm": 0}, "metadata.pixel_pitch_mm"),
        ({"pixel_pitch_mm": "0.8"}, "metadata.pixel_pitch_mm"),
        ('{"pixel_pitch_mm": NaN}', "metadata"),
        ('{"pixel_pitch_mm": 1e999}', "metadata.pixel_pitch_mm"),
    ],
)
def test_metadata_that_cannot_be_is_refused_and_nothing_kept(client: TestClient, metadata: Any, says: str) -> None:
    assert_problem(send(client, view(encoded(scan_pixels())), metadata=metadata), 422, "bad-input", says)
    assert count(client) == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"files": [("metadata", ("m.json", b"\xff\xfe"))]}, "form field metadata: expected text in UTF-8"),
        ({"files": [("metadata", ("m", b"{}"))] * 2}, "form field metadata: expected it once at most"),
        ({"files": [("metadata", ("m", b"{}"))]}, "form: expected one or more files"),
        ({"files": [view(b"", field="image")]}, "a field named 'image'"),
        ({"files": pair()[:1]}, "1 high and 0 low"),
    ],
)
def test_a_form_that_cannot_be_is_refused_and_nothing_kept(client: TestClient, content: Any, says: str) -> None:
    answer = client.post("/v1/scans", **content)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert count(client) == 0


def wait_until_screened(client: TestClient, location: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while (body := client.get(location).json())["state"] == "pending":
        assert time.monotonic() < deadline, "nobody looked at it"
        time.sleep(0.02)
    return dict(body)


def test_who_does_not_wait_is_answered_before_it_is_looked_at(client: TestClient) -> None:
    files = [view(encoded(scan_pixels())), view(b"no image"), *pair()]
    answer = send(client, *files, wait=0, metadata=METADATA)
    assert answer.status_code == 202
    pending = answer.json()
    assert pending["state"] == "pending"
    assert (pending["model"], pending["operating"], pending["screened_at"]) == (None, None, None)
    assert [seen["detections"] for seen in pending["views"]] == [None] * 3
    done = wait_until_screened(client, answer.headers["Location"])
    assert done["state"] == "partly_screened"
    waited_for = sent(client, *files)
    for name in ("model", "operating", "views"):
        assert done[name] == waited_for[name]
    assert (done["received_at"], done["taken_at"]) == (pending["received_at"], pending["taken_at"])


def test_what_was_left_pending_by_a_killed_service_is_looked_at(
    make_app: Callable[..., FastAPI], open_client: Callable[[FastAPI], TestClient]
) -> None:
    # As killed between keeping and looking: this app has no worker.
    killed = make_app()
    killed.router.lifespan_context = without_backlog(killed)
    answer = send(open_client(killed), view(encoded(scan_pixels())), wait=0)
    assert answer.status_code == 202
    time.sleep(0.2)
    after = open_client(make_app())
    assert wait_until_screened(after, answer.headers["Location"])["state"] == "screened"


def without_backlog(app: FastAPI) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        package = ModelPackage.open(app.state.settings.model)
        app.state.loading = asyncio.create_task(app.state.engine.load(package))
        yield
        app.state.engine.close()

    return lifespan


@pytest.fixture
def two_workstations(client: TestClient, make_key: Callable[..., str]) -> tuple[str, dict[str, str]]:
    """The id of a scan that belt-1 sent, and the header with which belt-2 calls."""
    return sent(client)["scan_id"], {"X-API-Key": make_key("belt-2")}


def test_a_workstation_reads_only_its_own(client: TestClient, two_workstations: tuple[str, dict[str, str]]) -> None:
    scan_id, other = two_workstations
    for path in ("", "/views/0", "/views/0/overlay.png"):
        assert client.get(f"/v1/scans/{scan_id}{path}").status_code == 200
        answer = client.get(f"/v1/scans/{scan_id}{path}", headers=other)
        assert_problem(answer, 404, "not-found", f"scan {scan_id}: expected the id of a scan that this key may see")
    assert client.get("/v1/scans", headers=other).json() == {"scans": [], "next": None}


@pytest.mark.parametrize("scope", [Scope.READER, Scope.ENGINEER, Scope.ADMIN])
def test_readers_read_all(client: TestClient, make_key: Callable[..., str], scope: Scope) -> None:
    scan_id = sent(client)["scan_id"]
    client.headers["X-API-Key"] = make_key("reads", scope)
    assert client.get(f"/v1/scans/{scan_id}").json()["workstation"] == "belt-1"
    assert count(client) == 1


def test_a_rotated_key_still_reads_what_it_sent(client: TestClient, make_key: Callable[..., str]) -> None:
    scan_id = sent(client)["scan_id"]
    headers = {"X-API-Key": make_key("boss", Scope.ADMIN)}
    client.headers["X-API-Key"] = client.post("/v1/keys/belt-1/rotate", headers=headers).json()["key"]
    assert client.get(f"/v1/scans/{scan_id}").status_code == 200


def test_an_image_that_was_changed_on_the_disk_is_never_given_out(client: TestClient, app: FastAPI) -> None:
    body = sent(client)
    (file,) = body["views"][0]["files"]
    path = app.state.store.blobs.path_of(file["sha256"])
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    base = f"/v1/scans/{body['scan_id']}/views/0"
    for target in (base, f"{base}/overlay.png"):
        assert_problem(client.get(target), 500, "record-damaged", "expected it as it was stored")
    path.unlink()
    assert_problem(client.get(base), 500, "record-damaged", "found none")
    assert str(path.parent.parent) not in client.get(base).text


def test_file_names_are_kept_fit_to_be_shown(client: TestClient) -> None:
    body = sent(client, view(encoded(scan_pixels()), "<script>\x01\u202e" + "a" * 300))
    name = body["views"][0]["files"][0]["file_name"]
    assert len(name) == 255
    assert name.isprintable()


def test_ids_that_cannot_be_are_refused(client: TestClient) -> None:
    assert_problem(client.get(f"/v1/scans/{'0' * 32}"), 404, "not-found")
    assert_problem(client.get("/v1/scans/7"), 422, "bad-input", "path scan_id")
