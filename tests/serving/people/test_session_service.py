"""Sessions at the real service: a stream of events that ends with its session, and a proxy before the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.store.store import open_database
from support.people import HOST, PASSWORD
from support.service import Service

PATIENCE_S = 20.0


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with closing(open_database(tmp_path / "data", None)) as database:
        accounts = Accounts(database)
        accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)
        yield accounts


def sign_in(service: Service, **headers: str) -> httpx2.Response:
    given = {"name": "anna", "password": PASSWORD}
    return httpx2.post(f"{service.url}/v1/session", json=given, headers=headers, timeout=PATIENCE_S)


def test_who_is_signed_out_hears_nothing_more(accounts: Accounts, serve: Callable[..., Service]) -> None:
    service = serve(PARCELRAY_EVENTS_POLL_S="0.1")
    cookie = sign_in(service).headers["Set-Cookie"].partition(";")[0]
    with (
        httpx2.Client(base_url=service.url, timeout=PATIENCE_S, headers={"Cookie": cookie}) as client,
        client.sse("/v1/events") as stream,
    ):
        assert stream.response.status_code == 200
        ear = iter(stream)
        assert next(ear).retry == 2000
        accounts.sign_out("anna", HOST)
        assert list(ear) == []
        assert client.get("/v1/events").status_code == 401


def test_what_a_proxy_says_counts_where_the_proxy_is_known(accounts: Accounts, serve: Callable[..., Service]) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    cookie = sign_in(serve(), **said).headers["Set-Cookie"]
    assert cookie.startswith("__Host-parcelray-session=")
    assert "; Secure" in cookie
    assert accounts.all()[0].signed_in_from == "203.0.113.7"
    cookie = sign_in(serve(PARCELRAY_FORWARDED_FROM="192.0.2.1"), **said).headers["Set-Cookie"]
    assert cookie.startswith("parcelray-session=")
    assert "Secure" not in cookie
    assert accounts.all()[0].signed_in_from == "127.0.0.1"
