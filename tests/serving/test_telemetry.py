from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.serving.logs import FIELDS, JsonFormatter
from parcelray.serving.security.keys import Scope

Figures = Callable[[], dict[str, float]]


@pytest.fixture
def figures(client: TestClient, make_key: Callable[..., str]) -> Figures:
    """Reads the figures, as Prometheus does."""
    headers = {"X-API-Key": make_key("prometheus", Scope.READER)}
    return lambda: read_figures(client.get("/metrics", headers=headers).text)


def read_figures(text: str) -> dict[str, float]:
    lines = text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_scans_are_counted(client: TestClient, figures: Figures, pistol_png: bytes) -> None:
    image = ("scan.png", pistol_png)
    client.post("/v1/detect", files=[("view", image), ("view", image)])
    client.post("/v1/detect", files={"view": ("scan.png", b"x")})
    seen = figures()
    assert seen['parcelray_requests_total{method="POST",route="/v1/detect",status="200"}'] == 1
    assert seen['parcelray_requests_total{method="POST",route="/v1/detect",status="415"}'] == 1
    assert seen["parcelray_views_total"] == 2
    assert seen['parcelray_detections_total{label="pistol"}'] == 2
    assert seen['parcelray_stage_seconds_count{stage="infer"}'] == 1
    assert seen["parcelray_requests_inside"] == 0
    assert seen["parcelray_requests_capacity"] > 32
    assert seen['parcelray_model_info{name="tiny",taxonomy="1",version="0000"}'] == 1


def test_who_tries_paths_and_methods_does_not_grow_the_figures(client: TestClient, figures: Figures) -> None:
    for number in range(3):
        client.get(f"/{number}")
        client.request(f"METHOD{number}", "/livez")
    seen = figures()
    assert seen['parcelray_requests_total{method="GET",route="(none)",status="404"}'] == 3
    assert seen['parcelray_requests_total{method="(other)",route="/livez",status="405"}'] == 3


def test_apps_do_not_share_figures(
    client: TestClient, figures: Figures, make_app: Callable[..., FastAPI], pistol_png: bytes
) -> None:
    client.post("/v1/detect", files={"view": ("scan.png", pistol_png)})
    assert figures()["parcelray_views_total"] == 1
    assert b"parcelray_views_total 0.0" in make_app().state.metrics.exposition()


def test_each_request_is_one_line_of_json_without_key_or_file_name(
    client: TestClient, key: str, pistol_png: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "parcelray")
    answer = client.post("/v1/detect?min_score=0.5", files={"view": ("mr-smiths-parcel.png", pistol_png)})
    (record,) = [record for record in caplog.records if record.name == "parcelray.requests"]
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert key not in line
    assert "smith" not in line
    fields = json.loads(line)
    assert fields.pop("at").endswith("+00:00")
    assert fields.pop("ms") > 0
    assert fields == {
        "level": "info",
        "event": "request",
        "request_id": answer.headers["X-Request-ID"],
        "method": "POST",
        "route": "/v1/detect",
        "status": 200,
        "key": "belt-1",
    }


def test_a_refused_key_is_not_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/metrics", headers={"X-API-Key": "prk_almost_right"})
    assert caplog.records
    assert "almost" not in " ".join(JsonFormatter().format(record) for record in caplog.records)


def test_a_trace_stays_on_one_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        trace = (ValueError, error, error.__traceback__)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "fault", None, trace)
    setattr(record, FIELDS, {"request_id": "1"})
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "first\nsecond" in json.loads(line)["trace"]
