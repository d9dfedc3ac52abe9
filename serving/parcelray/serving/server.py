"""The app behind a socket: listening, telling when it is ready, and stopping without losing what was begun."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from parcelray.models.errors import BadInputError, ParcelrayError, StorageError
from parcelray.serving.logs import FIELDS

_LOGGER = logging.getLogger("parcelray.server")
_BACKLOG = 2048
_BETWEEN_REMINDERS_S = 0.1


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        BadInputError: nothing can listen there.
    """
    subject = f"address {url_of(host, port)}"
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as error:
        raise BadInputError(subject, expected="an address of this machine (--host)", got=str(error.strerror)) from error
    # asyncio sends small packets at once (TCP_NODELAY) only where the protocol is named; without, each answer on a
    # kept connection would wait 40 ms for the caller's acknowledgement of its headers.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            expected, got = "a free port (--port)", "one that another program listens on"
        elif error.errno == errno.EACCES:
            expected, got = "a port that this user may listen on (--port 1024 or more)", "one that is reserved"
        else:
            expected, got = "an address of this machine (--host)", str(error.strerror)
        raise BadInputError(subject, expected=expected, got=got) from error
    return listener


def url_of(host: str, port: int) -> str:
    """Where a caller finds the service."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    app: FastAPI, listener: socket.socket, *, forwarded_from: str, grace_s: int, on_ready: Callable[[], None]
) -> None:
    """Serve until a signal stops it.

    Args:
        app: made by ``create_app``.
        listener: a listening socket.
        forwarded_from: addresses or networks of the proxies that are believed, with commas between.
        grace_s: so long what was begun may take to end.
        on_ready: called once, on another thread, when the model is warm.

    Raises:
        PackageError: the model cannot be loaded.
    """
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=forwarded_from,
        timeout_graceful_shutdown=grace_s,
    )
    server = _Server(config, app, on_ready)
    asyncio.run(server.serve([listener]))
    if server.failure is not None:
        raise server.failure


class _Server(uvicorn.Server):
    """uvicorn, that also watches the model being loaded."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.failure: ParcelrayError | None = None
        self._watched = app
        self._on_ready = on_ready
        self._watch: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._watch = asyncio.create_task(self._watch_loading())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._watched.state.stopping.set()
        ending = asyncio.create_task(self._end_connections())
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()

    async def _end_connections(self) -> None:
        """Have each connection end with what it is about. uvicorn says so once, to those that it knows at that moment.

        One that was accepted a moment ago would be served for the whole grace, and then be cut off.
        """
        while True:
            for connection in list(self.server_state.connections):
                connection.shutdown()
            await asyncio.sleep(_BETWEEN_REMINDERS_S)

    async def _watch_loading(self) -> None:
        try:
            await asyncio.shield(self._watched.state.loading)
        except ParcelrayError as error:
            self.failure = error
            self.should_exit = True
            return
        try:
            # It asks the database for keys, which may take its time.
            await asyncio.to_thread(self._on_ready)
        except StorageError as error:
            # No reason to stop: the database will be back, and whoever calls before is told.
            _LOGGER.warning("storage", extra={FIELDS: {"error": str(error)}})

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM. uvicorn would raise the signal again at the end: a stop that went well is 0."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)
