"""What a client is given is checked before it is used, and the key is shown nowhere."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from client_support import Misbehaving, hang, problem, reset, say

from parcelray.client.async_client import AsyncClient
from parcelray.client.client import Client
from parcelray.client.errors import AccessRefusedError, ClientError, SettingError, UnavailableError
from parcelray.client.retry import RetryPolicy

KEY = "prk_not-to-be-seen"
ONE_TRY = RetryPolicy(total_s=0)


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("parcelray.hub", {}, "address of the service: expected an address such as"),
        ("ftp://hub", {}, "address of the service"),
        ("http://", {}, "address of the service"),
        ("http://hub/?a=b", {}, "address of the service"),
        ("http://hub:port", {}, "address of the service"),
        ("http://hub", {"timeout_s": 0}, "expected more than 0 seconds, got 0"),
        ("http://hub", {"key": ""}, "expected the text that `parcelray keys create` printed"),
        ("http://hub", {"key": f"{KEY}\n"}, "expected visible ASCII characters"),
        ("http://hub", {"key": f"{KEY}ö"}, "expected visible ASCII characters"),
        ("http://hub", {"ca_file": "/no/such/file"}, "expected a file with certificates"),
        ("http://hub", {"ca_file": __file__}, "expected a file with certificates"),
    ],
)
def test_what_cannot_be_used_is_refused_at_once(url: str, options: dict[str, Any], message: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(SettingError, match=message) as raised:
            kind(url, **{"key": KEY, **options})
        assert KEY not in str(raised.value)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingError, match="without a user's name, got one with it") as raised:
        Client("http://user:secret@hub", KEY)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("step", [problem(401, "access-refused"), problem(422, "bad-input"), reset, hang, say(200, [])])
def test_the_key_is_sent_and_stands_nowhere_else(
    misbehaving: Callable[..., Misbehaving], caplog: pytest.LogCaptureFixture, step: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    server = misbehaving(step)
    with Client(server.url, KEY, retry=ONE_TRY, timeout_s=0.2) as client, pytest.raises(ClientError) as raised:
        client.scan("a" * 32)
    assert server.requests[0].headers["x-api-key"] == KEY
    shown = [repr(client), repr(raised.value), *traceback.format_exception(raised.value), caplog.text]
    assert not [text for text in shown if KEY in text]


def test_the_key_is_asked_for_each_time_and_checked(misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(problem(401, "access-refused"))
    keys = iter(["first", "second", "wr ong"])
    with Client(server.url, lambda: next(keys), retry=ONE_TRY) as client:
        for _ in range(2):
            with pytest.raises(AccessRefusedError):
                client.list_keys()
        with pytest.raises(SettingError, match="visible ASCII"):
            client.list_keys()
    assert [request.headers["x-api-key"] for request in server.requests] == ["first", "second"]


def test_the_key_is_not_carried_to_another_address(misbehaving: Callable[..., Misbehaving]) -> None:
    thief = misbehaving(say(200, {}))
    server = misbehaving(say(307, None, Location=f"{thief.url}/v1/keys"))
    with Client(server.url, KEY) as client, pytest.raises(ClientError, match=f"points to {thief.url}"):
        client.list_keys()
    assert thief.requests == []


def test_a_path_in_the_address_goes_before_every_route(misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(say(200, {"keys": []}))
    with Client(f"{server.url}/hub-3/", KEY) as client:
        assert client.list_keys() == []
    assert server.requests[0].path == "/hub-3/v1/keys"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that is its own authority, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run([*command.split(), *more], check=True, capture_output=True)
    return folder / "cert", folder / "key"


@pytest.fixture
def secure_url(certificate: tuple[Path, Path]) -> Iterator[str]:
    """A service behind TLS that has no keys."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    body = b'{"keys": []}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                with accepted:
                    accepted.settimeout(5)
                    try:
                        with context.wrap_socket(accepted, server_side=True) as secured:
                            secured.recv(65536)
                            secured.sendall(head + body)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_hubs_own_authority_is_trusted_when_it_is_given(secure_url: str, certificate: tuple[Path, Path]) -> None:
    with Client(secure_url, KEY, ca_file=certificate[0]) as client:
        assert client.list_keys() == []

    async def ask() -> None:
        async with AsyncClient(secure_url, KEY, ca_file=certificate[0]) as client:
            assert await client.list_keys() == []

    asyncio.run(ask())


def test_a_certificate_of_nobody_known_is_refused_at_once(secure_url: str) -> None:
    with Client(secure_url, KEY) as client, pytest.raises(UnavailableError, match="not trusted here"):
        client.list_keys()
