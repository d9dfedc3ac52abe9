from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from support.people import SignedIn
from support.pictures import encoded, pair, png_header, scan_pixels, view
from support.samples import unpack_samples
from support.sending import assert_problem, send, sent


def test_samples_come_back_whatever_was_sent(client: TestClient) -> None:
    chance = np.random.default_rng(2)
    grey = chance.integers(0, 65_536, (20, 30), np.uint16)
    colours = chance.integers(0, 256, (20, 30, 3), np.uint8)
    files = [view(encoded(grey, ".tif")), view(encoded(colours)), view(encoded(colours, ".tif")), *pair()]
    answer = sent(client, *files)
    base = f"/v1/scans/{answer['scan_id']}/views"
    prologues, samples = zip(
        *(unpack_samples(client.get(f"{base}/{index}/pixels").content) for index in range(4)), strict=True
    )
    assert [prologue["kind"] for prologue in prologues] == ["grey", "colour", "colour", "dual"]
    np.testing.assert_array_equal(samples[0][..., 0], grey)
    for read in samples[1:3]:
        np.testing.assert_array_equal(read[..., :3], colours[..., ::-1])  # OpenCV writes blue first.
    (_, (_, high)), (_, (_, low)) = pair()
    for band, data in enumerate((high, low)):
        np.testing.assert_array_equal(
            samples[3][..., band], cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        )


def test_it_is_kept_by_the_browser_and_asked_for_once(client: TestClient) -> None:
    answer = sent(client, *pair())
    path = f"/v1/scans/{answer['scan_id']}/views/0/pixels"
    first = client.get(path)
    assert first.headers["Content-Type"] == "application/vnd.parcelray.samples"
    assert first.headers["Cache-Control"] == "private, max-age=43200, immutable"
    assert first.headers["Vary"] == "Cookie, X-API-Key"
    etag = first.headers["ETag"]
    for tags in (etag, f'"other", W/{etag}', "*"):
        again = client.get(path, headers={"If-None-Match": tags})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    other = sent(client, view(encoded(scan_pixels())))
    assert client.get(f"/v1/scans/{other['scan_id']}/views/0/pixels").headers["ETag"] != etag


def test_a_view_that_was_not_looked_at_yet_can_be_seen(client: TestClient) -> None:
    answer = send(client, view(encoded(scan_pixels())), wait=0)
    assert client.get(f"{answer.headers['Location']}/views/0/pixels").status_code == 200


def test_what_cannot_be_read_is_told_so(client: TestClient) -> None:
    answer = sent(client, view(b"text", "a.png"), view(png_header(60_000, 60_000), "b.png"), pair()[0], pair(64)[1])
    base = f"/v1/scans/{answer['scan_id']}/views"
    for index, says in enumerate(("expected a PNG, JPEG or TIFF image", "at most", "of one size")):
        assert_problem(client.get(f"{base}/{index}/pixels"), 409, "view-not-screened", says)
    assert_problem(client.get(f"{base}/3/pixels"), 404, "not-found", "expected one from 0 to 2")


def test_a_damaged_image_is_never_given_out(client: TestClient, app: FastAPI) -> None:
    answer = sent(client, *pair())
    app.state.store.blobs.path_of(answer["views"][0]["files"][1]["sha256"]).write_bytes(b"another")
    refused = client.get(f"/v1/scans/{answer['scan_id']}/views/0/pixels")
    assert_problem(refused, 500, "record-damaged", "expected it as it was stored")
    assert refused.headers["Cache-Control"] == "no-store"


def test_another_workstations_scan_is_not_there_whatever_tag_is_shown(
    client: TestClient, make_key: Callable[..., str], sign_in: Callable[..., SignedIn]
) -> None:
    path = f"/v1/scans/{sent(client, *pair())['scan_id']}/views/0/pixels"
    etag = client.get(path).headers["ETag"]
    for headers in ({}, {"If-None-Match": etag}):
        refused = client.get(path, headers={"X-API-Key": make_key(f"belt-{len(headers) + 2}"), **headers})
        assert_problem(refused, 404, "not-found")
    assert client.get(path, headers={"X-API-Key": make_key("reader", Scope.READER)}).status_code == 200
    assert sign_in(client, Role.OPERATOR).request("GET", path).status_code == 200
