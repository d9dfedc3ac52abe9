from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from numpy.typing import NDArray
from starlette.testclient import TestClient

from support.pictures import PISTOL, encoded, pair, png_header, scan_pixels, view


def test_the_answer_has_the_agreed_shape(client: TestClient, network_sha256: str) -> None:
    answer = client.post("/v1/detect", files=[view(encoded(scan_pixels()))])
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["scan_id", "model", "views", "timing_ms"]
    assert body["scan_id"] is None
    assert body["model"] == {"name": "tiny", "version": "0000", "taxonomy": 1, "sha256": network_sha256}
    (seen,) = body["views"]
    assert list(seen) == ["width", "height", "detections", "warnings"]
    assert (seen["width"], seen["height"]) == (128, 128)
    assert seen["detections"] == [PISTOL]
    for warning in seen["warnings"]:
        assert set(warning) == {"code", "message"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_stages_add_up(client: TestClient) -> None:
    timing = client.post("/v1/detect", files=[view(encoded(scan_pixels()))]).json()["timing_ms"]
    stages = ["receive", "wait", "decode", "render", "preprocess", "infer", "postprocess"]
    assert list(timing) == [*stages, "total"]
    assert all(timing[stage] >= 0 for stage in stages)
    assert sum(timing[stage] for stage in stages) <= timing["total"] + 0.01


def test_nothing_highlighted_is_an_empty_list_and_nothing_says_clear(client: TestClient) -> None:
    answer = client.post("/v1/detect", files=[view(encoded(scan_pixels(dark=None)))])
    assert answer.status_code == 200
    assert answer.json()["views"][0]["detections"] == []
    assert "blank" in [warning["code"] for warning in answer.json()["views"][0]["warnings"]]
    assert "clear" not in answer.text.lower()


def grey_16() -> NDArray[np.uint16]:
    return cv2.cvtColor(scan_pixels(), cv2.COLOR_BGR2GRAY).astype(np.uint16) * 257


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        *[(suffix, kind) for suffix in (".png", ".tiff", ".jpg") for kind in ("colour", "grey")],
        *[(suffix, "grey 16 bit") for suffix in (".png", ".tiff")],
    ],
)
def test_all_kinds_of_image_are_read(client: TestClient, suffix: str, kind: str) -> None:
    pixels = {
        "colour": scan_pixels(),
        "grey": cv2.cvtColor(scan_pixels(), cv2.COLOR_BGR2GRAY),
        "grey 16 bit": grey_16(),
    }[kind]
    answer = client.post("/v1/detect", files=[view(encoded(pixels, suffix), f"scan{suffix}")])
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["views"][0]["detections"]
    assert found["label"] == "pistol"
    assert np.allclose(found["box"], PISTOL["box"], atol=0.01)


def test_boxes_are_in_pixels_of_the_view_that_was_sent(client: TestClient) -> None:
    pixels = scan_pixels(640, 480, dark=(320, 160, 400, 240))
    (seen,) = client.post("/v1/detect", files=[view(encoded(pixels))]).json()["views"]
    assert (seen["width"], seen["height"]) == (640, 480)
    (found,) = seen["detections"]
    assert np.allclose(found["box"], [320, 160, 400, 240], atol=0.01)


def test_single_images_come_first_then_pairs(client: TestClient) -> None:
    files = [*pair(), view(encoded(scan_pixels(64, 96, dark=None))), view(encoded(scan_pixels(96, 64, dark=None)))]
    views = client.post("/v1/detect", files=files).json()["views"]
    assert [(seen["width"], seen["height"]) for seen in views] == [(64, 96), (96, 64), (128, 128)]


def test_a_pair_is_one_view(client: TestClient) -> None:
    answer = client.post("/v1/detect", files=pair(), params={"min_score": 0.1})
    assert answer.status_code == 200, answer.text
    (seen,) = answer.json()["views"]
    assert (seen["width"], seen["height"]) == (128, 128)
    assert [found["label"] for found in seen["detections"]][:1] == ["pistol"]


def test_min_score_goes_before_the_operating_thresholds(client: TestClient) -> None:
    def labels(**query: object) -> list[str]:
        answer = client.post("/v1/detect", files=[view(encoded(scan_pixels()))], params=query)
        return [found["label"] for found in answer.json()["views"][0]["detections"]]

    assert labels() == ["pistol"]
    # The revolver's box, 0.8, is the pistol's: one gun has one box. The notes', 0.1, is not.
    assert labels(min_score=0.05) == ["pistol", "banknote_bundle"]
    assert labels(min_score=0.95) == []
    assert labels(min_score=0) == labels(min_score=0.05)


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", "inf", "high", ""])
def test_a_min_score_that_cannot_be_is_refused(client: TestClient, value: str) -> None:
    answer = client.post("/v1/detect", files=[view(encoded(scan_pixels()))], params={"min_score": value})
    assert_problem(answer, 422, "query min_score: expected")


def test_a_misspelt_parameter_is_refused_rather_than_ignored(client: TestClient) -> None:
    answer = client.post("/v1/detect?min-score=0.2", files=[view(encoded(scan_pixels()))])
    assert_problem(answer, 422, "query min-score")


TRUNCATED = encoded(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8), ".jpg")[:-500]
UNEQUAL = [pair()[0], pair(64)[1]]


@pytest.mark.parametrize(
    ("files", "status", "says"),
    [
        pytest.param([view(b"just some words\n")], 415, "view 'scan.png'", id="text named png"),
        pytest.param([view(TRUNCATED, "scan.jpg")], 422, "view 'scan.jpg'", id="truncated jpeg"),
        pytest.param([view(b"")], (415, 422), "view 'scan.png'", id="0 bytes"),
        pytest.param([view(png_header(60_000, 60_000))], 413, "60", id="pixel bomb"),
        pytest.param(UNEQUAL, 422, "a_high.png", id="unequal pair"),
        pytest.param(pair()[:1], 422, "1 high and 0 low", id="half a pair"),
        pytest.param([view(encoded(scan_pixels()), field="image")], 422, "a field named 'image'", id="unknown field"),
        pytest.param([view(encoded(scan_pixels(8, 8)))] * 17, 422, "at most 16 views, got 17", id="too many views"),
        pytest.param(
            [view(encoded(scan_pixels()), "good.png"), view(b"bad", "bad.png")], 415, "bad.png", id="one of two"
        ),
    ],
)
def test_bad_input_names_what_was_expected_and_what_came(
    client: TestClient, files: list[Any], status: int | tuple[int, int], says: str
) -> None:
    problem = assert_problem(client.post("/v1/detect", files=files), status, says)
    assert problem["expected"]
    assert problem["got"]


def test_text_in_place_of_a_file_is_refused(client: TestClient) -> None:
    # What `curl -F view=scan.png` sends, without the @.
    body = b'--x\r\nContent-Disposition: form-data; name="view"\r\n\r\nscan.png\r\n--x--\r\n'
    answer = client.post("/v1/detect", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert_problem(answer, 422, "-F view=@scan.png")


def test_a_bare_image_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/detect", content=encoded(scan_pixels()), headers={"Content-Type": "image/png"})
    assert_problem(answer, 415, "expected multipart/form-data")


def test_no_body_is_refused(client: TestClient) -> None:
    assert_problem(client.post("/v1/detect"), 415, "expected multipart/form-data")


def test_alpha_is_flattened_on_white(client: TestClient) -> None:
    hidden = np.zeros((128, 128, 4), np.uint8)
    hidden[32:48, 64:80, 3] = 255
    (seen,) = client.post("/v1/detect", files=[view(encoded(hidden))]).json()["views"]
    assert seen["detections"] == [PISTOL]


def test_before_the_model_is_warm_callers_are_told_to_come_back(app: FastAPI, key: str) -> None:
    # Without its lifespan the app never begins to load.
    cold = TestClient(app, headers={"X-API-Key": key})
    assert cold.get("/livez").json() == {"status": "alive"}
    for answer in (cold.get("/readyz"), cold.post("/v1/detect", files=[view(encoded(scan_pixels()))])):
        assert_problem(answer, 503, "still being loaded")
        assert answer.headers["Retry-After"] == "1"


def test_a_body_over_the_limit_is_refused(
    make_app: Callable[..., FastAPI], open_client: Callable[[FastAPI], TestClient]
) -> None:
    client = open_client(make_app(max_body_bytes=10_000))
    answer = client.post("/v1/detect", files=[view(bytes(20_000))])
    assert_problem(answer, 413, "request body: expected at most 10000 bytes, got 20")
    assert client.post("/v1/detect", files=[view(encoded(scan_pixels()))]).status_code == 200


def test_the_interface_is_described(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    operation = schema["paths"]["/v1/detect"]["post"]
    assert set(operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]) == {
        "view",
        "high",
        "low",
    }
    assert operation["security"] == [{"APIKeyHeader": []}, {"APIKeyCookie": []}], "by a key, or by a session"
    assert set(operation["responses"]) == {"200", "401", "403", "408", "413", "415", "422", "503"}
    assert "security" not in schema["paths"]["/livez"]["get"]


def assert_problem(answer: Any, status: int | tuple[int, ...], says: str) -> dict[str, Any]:
    statuses = (status,) if isinstance(status, int) else status
    assert answer.status_code in statuses, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert says in problem["detail"]
    return problem
