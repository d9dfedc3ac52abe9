"""The service as it runs in the field: a process of its own, real uvicorn, real sockets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from parcelray.models.errors import BadInputError
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.server import listen, url_of
from parcelray.serving.store.store import open_database
from support.people import HOST

Serve = Callable[..., Any]


@pytest.fixture
def headers(tmp_path: Path) -> dict[str, str]:
    return {"X-API-Key": new_key(tmp_path / "data", "belt-1")}


def new_key(data_dir: Path, name: str, scope: Scope = Scope.WORKSTATION) -> str:
    with closing(open_database(data_dir, None)) as database:
        return KeyRing(database).create(name, scope, HOST)


def chunked(*chunks: bytes) -> Iterator[bytes]:
    yield from chunks


def multipart(data: bytes) -> tuple[dict[str, str], bytes]:
    head = b'--x\r\nContent-Disposition: form-data; name="view"; filename="a.png"\r\n\r\n'
    return {"Content-Type": "multipart/form-data; boundary=x"}, head + data + b"\r\n--x--\r\n"


def test_a_scan_goes_in_and_boxes_come_back(serve: Serve, headers: dict[str, str], pistol_png: bytes) -> None:
    service = serve()
    with httpx2.Client(base_url=service.url, headers=headers) as client:
        for _ in range(3):
            answer = client.post("/v1/detect", files={"view": ("a.png", pistol_png)})
            assert [found["label"] for found in answer.json()["views"][0]["detections"]] == ["pistol"]
        assert client.get("/readyz").status_code == 200
        assert "server" not in answer.headers
    log = service.stop()
    assert service.process.returncode == 0
    assert headers["X-API-Key"] not in log
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["status"] for line in lines if line["event"] == "request"] == [200] * 4


def test_small_answers_are_sent_at_once() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            # What asyncio looks at before it sets TCP_NODELAY.
            assert accepted.proto == socket.IPPROTO_TCP


def test_ipv6_is_listened_on() -> None:
    try:
        with listen("::1", 0) as listener:
            port = listener.getsockname()[1]
            assert url_of("::1", port) == f"http://[::1]:{port}"
    except BadInputError:
        pytest.skip("this machine has no IPv6")


def test_a_key_made_while_serving_works_at_once(serve: Serve, tmp_path: Path) -> None:
    service = serve(lines=2)
    for number in range(3):
        key = new_key(tmp_path / "data", f"belt-{number}")
        assert httpx2.get(f"{service.url}/v1/scans", headers={"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize("announced", [True, False], ids=["with Content-Length", "chunked"])
def test_a_body_over_the_limit_is_refused_and_the_connection_goes_on(
    serve: Serve, headers: dict[str, str], pistol_png: bytes, announced: bool
) -> None:
    service = serve(PARCELRAY_MAX_BODY_BYTES="100000")
    content_type, body = multipart(bytes(5_000_000))
    content = body if announced else chunked(*[body[start : start + 50_000] for start in range(0, len(body), 50_000)])
    with httpx2.Client(base_url=service.url, headers=headers) as client:
        answer = client.post("/v1/detect", content=content, headers=content_type)
        assert answer.status_code == 413
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "expected at most 100000 bytes" in answer.json()["detail"]
        assert client.post("/v1/detect", files={"view": ("a.png", pistol_png)}).status_code == 200


def test_a_wrong_key_goes_before_a_body_over_the_limit(serve: Serve) -> None:
    service = serve(lines=2, PARCELRAY_MAX_BODY_BYTES="1000")
    content_type, body = multipart(bytes(100_000))
    answer = httpx2.post(f"{service.url}/v1/detect", content=body, headers={**content_type, "X-API-Key": "wrong"})
    assert answer.status_code == 401


def test_a_body_that_never_ends_is_given_up(serve: Serve, headers: dict[str, str], pistol_png: bytes) -> None:
    service = serve(PARCELRAY_BODY_TIMEOUT_S="0.3", PARCELRAY_MAX_WAITING="0")
    address = httpx2.URL(service.url)
    with closing(socket.create_connection((address.host, address.port), timeout=10)) as connection:
        head = f"POST /v1/detect HTTP/1.1\r\nHost: x\r\nX-API-Key: {headers['X-API-Key']}\r\nContent-Length: 1000\r\n"
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode())
        answer = b""
        while received := connection.recv(65536):
            answer += received
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    # The place that it held is free again.
    files = {"view": ("a.png", pistol_png)}
    assert httpx2.post(f"{service.url}/v1/detect", headers=headers, files=files).status_code == 200


def test_a_caller_who_goes_away_leaves_no_place_taken(serve: Serve, headers: dict[str, str], pistol_png: bytes) -> None:
    service = serve()
    address = httpx2.URL(service.url)
    for _ in range(40):
        with closing(socket.create_connection((address.host, address.port), timeout=10)) as connection:
            head = (
                f"POST /v1/detect HTTP/1.1\r\nHost: x\r\nX-API-Key: {headers['X-API-Key']}\r\nContent-Length: 1000\r\n"
            )
            connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode())
    answer = httpx2.post(f"{service.url}/v1/detect", headers=headers, files={"view": ("a.png", pistol_png)})
    assert answer.status_code == 200
    assert "trace" not in service.stop()


def test_nothing_of_a_scan_touches_the_disk(
    serve: Serve, headers: dict[str, str], pistol_png: bytes, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    service = serve(TMPDIR=str(scratch))
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        # A spooled file has no name, but an open one in the process's table.
        while not done.is_set():
            for link in Path(f"/proc/{service.process.pid}/fd").iterdir():
                try:
                    seen.add(str(link.readlink()))
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    # Large enough that a spooling reader would spool it.
    padded = pistol_png + bytes(8_000_000)
    for _ in range(3):
        httpx2.post(f"{service.url}/v1/detect", headers=headers, files={"view": ("a.png", padded)})
    done.set()
    watcher.join()
    assert any("socket" in target for target in seen)
    assert not [target for target in seen if str(scratch) in target or "/tmp/tmp" in target]
    assert list(scratch.iterdir()) == []
    assert [path for path in (tmp_path / "data" / "images").rglob("*") if path.is_file()] == []


def test_what_was_begun_is_finished_before_it_stops(
    serve: Serve, headers: dict[str, str], pistol_png: bytes, tmp_path: Path
) -> None:
    figures = {"X-API-Key": new_key(tmp_path / "data", "prometheus", Scope.READER)}
    service = serve()
    content_type, body = multipart(pistol_png)
    stopping = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield body[:100]
        stopping.wait(10)
        # The signal has arrived by now, and the service waits for this request alone.
        time.sleep(0.3)
        yield body[100:]

    answers: list[httpx2.Response] = []

    def send() -> None:
        url = f"{service.url}/v1/detect"
        answers.append(httpx2.post(url, content=slowly(), headers={**headers, **content_type}, timeout=20))

    sender = threading.Thread(target=send)
    sender.start()
    while "parcelray_requests_inside 1.0" not in httpx2.get(f"{service.url}/metrics", headers=figures).text:
        time.sleep(0.02)
    service.process.terminate()
    stopping.set()
    sender.join(20)
    assert answers[0].status_code == 200
    assert service.process.wait(20) == 0
