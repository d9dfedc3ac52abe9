"""The service's beginning and end, where something goes wrong just then."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import httpx2

from support.service import Service

GONE = """
import parcelray.scripts.serve
from parcelray.models.errors import StorageError
def refuse(*_):
    raise StorageError("the database is away", retry_after_s=5)
parcelray.scripts.serve.introduce_keys = refuse
"""
# As where a connection was accepted, and was not yet among those that were told.
NOT_TOLD_AT_FIRST = """
from uvicorn.protocols.http.h11_impl import H11Protocol
told, shutdown = set(), H11Protocol.shutdown
def not_at_first(connection):
    if connection in told:
        shutdown(connection)
    told.add(connection)
H11Protocol.shutdown = not_at_first
"""


def after(program: str) -> Callable[[list[str]], list[str]]:
    """The command line, with a program run before it."""
    return lambda command: [*command[:2], f"{program}\n{command[2]}", *command[3:]]


def test_a_database_that_goes_away_as_it_gets_ready_is_no_reason_to_stop(serve: Callable[..., Service]) -> None:
    service = serve(wrap=after(GONE))
    for _ in range(3):
        assert httpx2.get(f"{service.url}/readyz").status_code == 200
    log = service.stop()
    assert service.process.returncode == 0
    assert "the database is away" in log


def test_a_connection_accepted_as_it_stops_does_not_hold_it_up(serve: Callable[..., Service], tmp_path: Path) -> None:
    service = serve(wrap=after(NOT_TOLD_AT_FIRST))
    with httpx2.Client(base_url=service.url) as client:
        client.get("/livez")
        service.process.send_signal(signal.SIGTERM)
        # It would wait for 30 s otherwise.
        assert service.process.wait(10) == 0
