"""Both clients against the real service: what goes out, what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from client_support import picture

from parcelray.client.async_client import AsyncClient
from parcelray.client.client import Client
from parcelray.client.errors import AccessRefusedError, ProblemError, SettingError
from parcelray.client.uploads import Pair, Upload
from support.pictures import encoded


class Awaited:
    """The asynchronous client, called like the other one."""

    def __init__(self, url: str, key: str) -> None:
        self._make = lambda: AsyncClient(url, key)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            async def run() -> Any:
                async with self._make() as client:
                    made = getattr(client, name)(*arguments, **options)
                    return [item async for item in made] if hasattr(made, "__aiter__") else await made

            return asyncio.run(run())

        return call


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest, url: str) -> Iterator[Callable[[str], Any]]:
    """Makes a client of a key."""
    with ExitStack() as clients:
        yield lambda key: clients.enter_context(Client(url, key)) if request.param == "sync" else Awaited(url, key)


@pytest.fixture
def client(connect: Callable[[str], Any], key: str) -> Any:
    return connect(key)


def counts(value: int) -> bytes:
    pixels = np.full((64, 64), 60_000, np.uint16)
    pixels[16:24, 32:40] = value
    return encoded(pixels)


def test_detect_takes_paths_bytes_and_names(client: Any, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture())
    views = [tmp_path / "a.png", str(tmp_path / "a.png"), picture(dark=False), Upload(b"no image", "ö\udcff.png")]
    answer = client.detect(views[:3])
    assert [[found["label"] for found in view["detections"]] for view in answer["views"]] == [["pistol"]] * 2 + [[]]
    assert answer["scan_id"] is None
    more = client.detect([picture()], min_score=0.01)
    assert len(more["views"][0]["detections"]) > 1
    with pytest.raises(ProblemError, match=r"view 'ö\?.png'"):
        client.detect(views)


def test_a_scan_is_kept_found_and_fetched(client: Any, tmp_path: Path) -> None:
    taken_at = datetime.now(UTC)
    metadata = {"scanner_id": "s-1", "consignment_id": "CN 1", "taken_at": taken_at, "pixel_pitch_mm": 1.5}
    (tmp_path / "x_high.png").write_bytes(counts(900))
    answer = client.send_scan([picture(), Pair(tmp_path / "x_high.png", counts(300))], metadata)
    assert answer["state"] == "screened"
    assert (answer["scanner_id"], answer["consignment_id"], answer["pixel_pitch_mm"]) == ("s-1", "CN 1", 1.5)
    assert datetime.fromisoformat(answer["taken_at"]) == taken_at
    assert client.scan(answer["scan_id"]) == answer
    assert client.view_bytes(answer["scan_id"], 0) == picture()
    assert client.view_bytes(answer["scan_id"], 1, "low") == counts(300)
    assert (
        sha256(client.view_bytes(answer["scan_id"], 1, "high")).hexdigest() == answer["views"][1]["files"][0]["sha256"]
    )
    assert client.overlay(answer["scan_id"], 0).startswith(b"\x89PNG")
    page = client.scans(
        consignment="CN 1", scanner="s-1", since=taken_at, until=taken_at + timedelta(seconds=1), label="pistol"
    )
    assert [scan["scan_id"] for scan in page["scans"]] == [answer["scan_id"]]
    assert client.scans(since=taken_at + timedelta(seconds=1))["scans"] == []


def test_all_pages_are_walked(client: Any) -> None:
    sent = [client.send_scan([picture(seed)], wait=False)["scan_id"] for seed in range(5)]
    first = client.scans(limit=2)
    assert len(first["scans"]) == 2
    assert len(client.scans(limit=2, cursor=first["next"])["scans"]) == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parcelray.client.calls.LARGEST_PAGE", 2)
        assert {scan["scan_id"] for scan in client.all_scans()} == set(sent)
    assert {scan["scan_id"] for scan in client.all_scans(label="revolver")} == set()


def test_one_sending_is_kept_once_whatever_its_number_of_tries(client: Any) -> None:
    first = client.send_scan([picture()], idempotency_key="mine")
    assert client.send_scan([picture()], idempotency_key="mine") == first
    assert client.send_scan([picture()])["scan_id"] != first["scan_id"]
    with pytest.raises(ProblemError) as raised:
        client.send_scan([picture(1)], idempotency_key="mine")
    assert raised.value.problem.name == "idempotency-key-reused"


def test_a_scan_that_need_not_be_waited_for_is_screened_later(client: Any) -> None:
    answer = client.send_scan([picture()], wait=False)
    assert answer["state"] in ("pending", "screened")
    for _ in range(500):
        if (answer := client.scan(answer["scan_id"]))["state"] == "screened":
            break
    assert answer["views"][0]["detections"]


def test_refusals_are_typed_and_say_what_was_expected(client: Any, connect: Callable[[str], Any]) -> None:
    with pytest.raises(ProblemError) as raised:
        client.scan("0" * 32)
    problem = raised.value.problem
    assert (problem.status, "not-found" in problem.name) == (404, True)
    assert problem.request_id
    with pytest.raises(ProblemError, match="bad-input") as raised:
        client.send_scan([picture()], {"pixel_pitch_mm": -1})
    assert raised.value.problem.expected == "greater than 0"
    with pytest.raises(AccessRefusedError, match="access-refused, HTTP 401"):
        connect("wrong").scans()
    with pytest.raises(AccessRefusedError, match="scope-refused, HTTP 403"):
        client.list_keys()


def test_what_cannot_be_sent_is_refused_before_it_is(client: Any, tmp_path: Path) -> None:
    for wrong in ([], "a.png", b"bytes"):
        with pytest.raises(SettingError, match="expected a list of one or more images or pairs"):
            client.detect(wrong)
    with pytest.raises(SettingError, match=r"no.png: expected a file that can be read, got No such file"):
        client.detect([tmp_path / "no.png"])
    with pytest.raises(SettingError, match="metadata taken_at: expected a time with its offset from UTC"):
        client.send_scan([picture()], {"taken_at": datetime(2026, 1, 1)})  # noqa: DTZ001
    with pytest.raises(SettingError, match="expected 1 to 255 visible ASCII characters"):
        client.send_scan([picture()], idempotency_key="a b")


def test_keys_are_managed(connect: Callable[[str], Any], new_key: Callable[[str], str], key: str) -> None:
    admin = connect(new_key("admin"))
    name = f"belt {key[-8:]} ä?"
    made = admin.create_key(name, "workstation")
    assert connect(made["key"]).scans()["scans"] == []
    rotated = admin.rotate_key(name)
    assert rotated["key"] != made["key"]
    with pytest.raises(AccessRefusedError):
        connect(made["key"]).scans()
    assert connect(rotated["key"]).scans()["scans"] == []
    assert admin.revoke_key(name)["revoked_at"] is not None
    with pytest.raises(AccessRefusedError):
        connect(rotated["key"]).scans()
    assert name in [record["name"] for record in admin.list_keys()]
    with pytest.raises(ProblemError):
        admin.create_key(name, "workstation")
