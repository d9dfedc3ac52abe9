from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.models.detector import Detector
from parcelray.models.errors import PackageError, PackageTamperedError
from parcelray.models.package import NETWORK, ModelPackage
from parcelray.serving.engine.team import Team, assemble, throughput, usable_cores


def test_a_team_has_a_warm_detector_for_who_is_alone_and_for_who_is_not(tiny_package: Path) -> None:
    team = assemble(ModelPackage.open(tiny_package))
    assert team.callers in (1, usable_cores())
    for alone in (True, False):
        assert len(team.pick(alone=alone).detect(np.full((64, 64, 3), 255, np.uint8))) == 0


def test_who_is_alone_gets_all_cores(tiny_package: Path) -> None:
    package = ModelPackage.open(tiny_package)
    wide, narrow = Detector(package, threads=2), Detector(package, threads=1)
    assert Team(wide, narrow, 2).pick(alone=True) is wide
    assert Team(wide, narrow, 2).pick(alone=False) is narrow
    assert Team(wide, None, 1).pick(alone=False) is wide


def test_throughput_counts_all_callers(tiny_package: Path) -> None:
    detector = Detector(ModelPackage.open(tiny_package), threads=1)
    assert throughput(detector, callers=2) > 0


def test_a_tampered_package_never_becomes_an_app(
    make_app: Callable[..., FastAPI], tiny_package: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tampered"
    shutil.copytree(tiny_package, folder)
    network = bytearray((folder / NETWORK).read_bytes())
    network[len(network) // 2] ^= 1
    (folder / NETWORK).write_bytes(network)
    with pytest.raises(PackageTamperedError, match=r"model\.onnx was altered: expected sha256"):
        make_app(model=folder)


def test_a_package_that_cannot_be_loaded_never_becomes_ready(
    make_app: Callable[..., FastAPI], make_package: Callable[[bytes], Path]
) -> None:
    app = make_app(model=make_package(b"not a graph"))
    with TestClient(app) as client:
        with pytest.raises(PackageError, match="the network cannot be loaded"):
            client.portal.call(lambda: _wait_for(app.state.loading))
        assert client.get("/readyz").status_code == 503


async def _wait_for(task: object) -> None:
    await task  # type: ignore[misc]


def test_who_comes_when_the_house_is_full_is_told_when_to_come_back(
    make_app: Callable[..., FastAPI], open_client: Callable[[FastAPI], TestClient], pistol_png: bytes
) -> None:
    app = make_app(max_waiting=1)
    client = open_client(app)
    engine = app.state.engine
    go_on = threading.Event()
    # Every core is kept busy, so that what comes has to wait.
    for _ in range(engine.callers):
        engine._pools[-1].submit(go_on.wait, 30)
    image = {"view": ("scan.png", pistol_png)}
    capacity = engine.admission.capacity
    with ThreadPoolExecutor() as callers:
        waiting = [callers.submit(client.post, "/v1/detect", files=image) for _ in range(capacity)]
        while engine.admission.inside < capacity:
            time.sleep(0.001)
        refused = client.post("/v1/detect", files=image)
        go_on.set()
        answered = [call.result() for call in waiting]
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["type"] == "urn:parcelray:problem:overloaded"
    assert [answer.status_code for answer in answered] == [200] * capacity
    assert engine.admission.inside == 0
    assert client.post("/v1/detect", files=image).status_code == 200


def test_side_by_side_callers_get_the_same_boxes_as_one_alone(client: TestClient, pistol_png: bytes) -> None:
    def look(_: int = 0) -> object:
        return client.post("/v1/detect", files={"view": ("scan.png", pistol_png)}).json()["views"]

    alone = look()
    with ThreadPoolExecutor(8) as callers:
        assert list(callers.map(look, range(40))) == [alone] * 40
