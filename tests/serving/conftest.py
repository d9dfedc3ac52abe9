"""The service in this process, and images to send it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.serving.app import create_app
from parcelray.serving.security.keys import KeyRing
from parcelray.serving.settings import Settings


@pytest.fixture
def make_settings(tmp_path: Path, tiny_package: Path) -> Callable[..., Settings]:
    def make(**options: object) -> Settings:
        return Settings(**{"data_dir": tmp_path / "data", "model": tiny_package, **options})

    return make


@pytest.fixture
def key(tmp_path: Path) -> str:
    return KeyRing(tmp_path / "data").create("belt-1")


@pytest.fixture
def app(make_settings: Callable[..., Settings]) -> FastAPI:
    return create_app(make_settings())


@pytest.fixture
def open_client(key: str) -> Iterator[Callable[[FastAPI], TestClient]]:
    """Starts an app and waits until it is warm; the client shows a key."""
    with ExitStack() as running:

        def start(app: FastAPI) -> TestClient:
            client = running.enter_context(TestClient(app, headers={"X-API-Key": key}))
            deadline = time.monotonic() + 30
            while client.get("/readyz").status_code != 200:
                assert time.monotonic() < deadline, "the app never became ready"
                time.sleep(0.01)
            return client

        yield start


@pytest.fixture
def client(app: FastAPI, open_client: Callable[[FastAPI], TestClient]) -> TestClient:
    """A client with a key, of an app that is warm."""
    return open_client(app)


@pytest.fixture(scope="session")
def pistol_png() -> bytes:
    """128 x 128 white, with a dark box at 64, 32, 80, 48: the tiny network finds a pistol there, and says 0.9."""
    pixels = np.full((128, 128, 3), 255, np.uint8)
    pixels[32:48, 64:80] = 0
    return bytes(cv2.imencode(".png", pixels)[1])
