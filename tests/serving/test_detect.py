from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from numpy.typing import NDArray
from starlette.testclient import TestClient

from parcelray.serving.app import create_app
from parcelray.serving.settings import Settings

PISTOL = {"label": "pistol", "group": "firearm", "score": 0.9, "box": [64.0, 32.0, 80.0, 48.0]}


def scan(width: int = 128, height: int = 128, *, dark: tuple[int, int, int, int] | None = (64, 32, 80, 48)) -> NDArray:
    """(H, W, 3) white, with a dark box: the tiny network finds a pistol there, and says 0.9."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    if dark is not None:
        x0, y0, x1, y1 = dark
        pixels[y0:y1, x0:x1] = 0
    return pixels


def encoded(pixels: NDArray, suffix: str = ".png") -> bytes:
    return bytes(cv2.imencode(suffix, pixels)[1])


def view(data: bytes, name: str = "scan.png", field: str = "view") -> tuple[str, tuple[str, bytes]]:
    return field, (name, data)


def pair(side: int = 128) -> list[tuple[str, tuple[str, bytes]]]:
    """A dense box in air."""
    high = np.full((side, side), 60_000, np.uint16)
    low = high.copy()
    high[32:48, 64:80], low[32:48, 64:80] = 900, 300
    return [view(encoded(high), "a_high.png", "high"), view(encoded(low), "a_low.png", "low")]


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def test_the_answer_has_the_agreed_shape(client: TestClient) -> None:
    answer = client.post("/v1/detect", files=[view(encoded(scan()))])
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["scan_id", "model", "views", "timing_ms"]
    assert body["scan_id"] is None
    assert body["model"] == {"name": "tiny", "version": "0000", "taxonomy": 1}
    (seen,) = body["views"]
    assert list(seen) == ["width", "height", "detections", "warnings"]
    assert (seen["width"], seen["height"]) == (128, 128)
    assert seen["detections"] == [PISTOL]
    for warning in seen["warnings"]:
        assert set(warning) == {"code", "message"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_stages_add_up(client: TestClient) -> None:
    timing = client.post("/v1/detect", files=[view(encoded(scan()))]).json()["timing_ms"]
    stages = ["receive", "wait", "decode", "render", "preprocess", "infer", "postprocess"]
    assert list(timing) == [*stages, "total"]
    assert all(timing[stage] >= 0 for stage in stages)
    assert sum(timing[stage] for stage in stages) <= timing["total"] + 0.01


def test_nothing_highlighted_is_an_empty_list_and_nothing_says_clear(client: TestClient) -> None:
    answer = client.post("/v1/detect", files=[view(encoded(scan(dark=None)))])
    assert answer.status_code == 200
    assert answer.json()["views"][0]["detections"] == []
    assert "blank" in [warning["code"] for warning in answer.json()["views"][0]["warnings"]]
    assert "clear" not in answer.text.lower()


def grey_16() -> NDArray[np.uint16]:
    return cv2.cvtColor(scan(), cv2.COLOR_BGR2GRAY).astype(np.uint16) * 257


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        *[(suffix, kind) for suffix in (".png", ".tiff", ".jpg") for kind in ("colour", "grey")],
        *[(suffix, "grey 16 bit") for suffix in (".png", ".tiff")],
    ],
)
def test_all_kinds_of_image_are_read(client: TestClient, suffix: str, kind: str) -> None:
    pixels = {"colour": scan(), "grey": cv2.cvtColor(scan(), cv2.COLOR_BGR2GRAY), "grey 16 bit": grey_16()}[kind]
    answer = client.post("/v1/detect", files=[view(encoded(pixels, suffix), f"scan{suffix}")])
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["views"][0]["detections"]
    assert found["label"] == "pistol"
    assert np.allclose(found["box"], PISTOL["box"], atol=0.01)


def test_boxes_are_in_pixels_of_the_view_that_was_sent(client: TestClient) -> None:
    pixels = scan(640, 480, dark=(320, 160, 400, 240))
    (seen,) = client.post("/v1/detect", files=[view(encoded(pixels))]).json()["views"]
    assert (seen["width"], seen["height"]) == (640, 480)
    (found,) = seen["detections"]
    assert np.allclose(found["box"], [320, 160, 400, 240], atol=0.01)


def test_single_images_come_first_then_pairs(client: TestClient) -> None:
    files = [*pair(), view(encoded(scan(64, 96, dark=None))), view(encoded(scan(96, 64, dark=None)))]
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
        answer = client.post("/v1/detect", files=[view(encoded(scan()))], params=query)
        return [found["label"] for found in answer.json()["views"][0]["detections"]]

    assert labels() == ["pistol"]
    # The revolver's box, 0.8, is the pistol's: one gun has one box. The notes', 0.1, is not.
    assert labels(min_score=0.05) == ["pistol", "banknote_bundle"]
    assert labels(min_score=0.95) == []
    assert labels(min_score=0) == labels(min_score=0.05)


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", "inf", "high", ""])
def test_a_min_score_that_cannot_be_is_refused(client: TestClient, value: str) -> None:
    answer = client.post("/v1/detect", files=[view(encoded(scan()))], params={"min_score": value})
    assert_problem(answer, 422, "query min_score: expected")


def test_a_misspelt_parameter_is_refused_rather_than_ignored(client: TestClient) -> None:
    answer = client.post("/v1/detect?min-score=0.2", files=[view(encoded(scan()))])
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
        pytest.param([view(encoded(scan()), field="image")], 422, "a field named 'image'", id="unknown field"),
        pytest.param([view(encoded(scan(8, 8)))] * 17, 422, "at most 16 views, got 17", id="too many views"),
        pytest.param([view(encoded(scan()), "good.png"), view(b"bad", "bad.png")], 415, "bad.png", id="one of two"),
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
    answer = client.post("/v1/detect", content=encoded(scan()), headers={"Content-Type": "image/png"})
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
    for answer in (cold.get("/readyz"), cold.post("/v1/detect", files=[view(encoded(scan()))])):
        assert_problem(answer, 503, "still being loaded")
        assert answer.headers["Retry-After"] == "1"


def test_a_body_over_the_limit_is_refused(
    make_settings: Callable[..., Settings], open_client: Callable[[FastAPI], TestClient]
) -> None:
    client = open_client(create_app(make_settings(max_body_bytes=10_000)))
    answer = client.post("/v1/detect", files=[view(bytes(20_000))])
    assert_problem(answer, 413, "request body: expected at most 10000 bytes, got 20")
    assert client.post("/v1/detect", files=[view(encoded(scan()))]).status_code == 200


def test_the_interface_is_described(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    operation = schema["paths"]["/v1/detect"]["post"]
    assert set(operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]) == {
        "view",
        "high",
        "low",
    }
    assert operation["security"] == [{"APIKeyHeader": []}]
    assert set(operation["responses"]) == {"200", "401", "408", "413", "415", "422", "503"}
    assert "security" not in schema["paths"]["/livez"]["get"]


def assert_problem(answer: Any, status: int | tuple[int, ...], says: str) -> dict[str, Any]:
    statuses = (status,) if isinstance(status, int) else status
    assert answer.status_code in statuses, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert says in problem["detail"]
    return problem
