"""What the tests of the client share: a server that misbehaves on purpose, the agent as a process, keys, pictures."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from parcelray.client.async_client import AsyncClient
from parcelray.client.retry import RetryPolicy
from parcelray.client.watch.agent import Agent
from parcelray.client.watch.settings import WatchSettings
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.people import HOST
from support.pictures import encoded, scan_pixels

PATIENCE_S = 20.0


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Step = Callable[[BaseHTTPRequestHandler, Request], None]


class Misbehaving:
    """A server that does what its script says: a step for each request, the last one again and again."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.steps: list[Step] = []
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                with server._lock:
                    server.requests.append(request)
                    server.times.append(time.monotonic())
                    step = server.steps.pop(0) if len(server.steps) > 1 else server.steps[0]
                step(self, request)

            do_GET = do_POST = do_DELETE = _serve  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Nothing: pytest shows what failed."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Clients that were killed leave broken connections."""

        self._http = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def say(status: int, document: object = None, **headers: str) -> Step:
    """Answer with a document; a problem document where the status is an error."""

    def step(handler: BaseHTTPRequestHandler, _: Request) -> None:
        data = json.dumps(document).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return step


def problem(status: int, name: str, detail: str = "no", **headers: str) -> Step:
    document = {"type": f"urn:parcelray:problem:{name}", "title": name, "status": status, "detail": detail}
    return say(status, {**document, "request_id": "r-1", "expected": "tea", "got": "coffee"}, **headers)


def reset(handler: BaseHTTPRequestHandler, _: Request) -> None:
    """Break the connection off in the middle of the answer."""
    handler.send_response(201)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"scan_id": ')
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hang(handler: BaseHTTPRequestHandler, _: Request) -> None:
    """Say nothing for longer than anybody waits."""
    handler.connection.settimeout(5)
    with suppress(OSError):
        handler.connection.recv(1)
    handler.close_connection = True


PART = re.compile(rb'name="(?P<field>\w+)"(?:; filename="(?P<file>[^"]*)")?.*?\r\n\r\n(?P<data>.*)\r\n$', re.DOTALL)


def parts_of(request: Request) -> list[tuple[str, str | None, bytes]]:
    """Field, file name and bytes of each part of a form."""
    boundary = b"--" + request.headers["content-type"].partition("boundary=")[2].encode()
    found = []
    for part in request.body.split(boundary)[1:-1]:
        match = PART.search(part)
        assert match is not None, part[:200]
        name = match["file"]
        found.append((match["field"].decode(), None if name is None else name.decode(), match["data"]))
    return found


def scan_answer(request: Request, *, state: str = "screened", **changes: Any) -> dict[str, Any]:
    """What the service might say to a form: nothing highlighted."""
    files = [
        {"band": band, "sha256": sha256(data).hexdigest(), "bytes": len(data), "media_type": "x", "file_name": name}
        for band, name, data in parts_of(request)
        if name is not None
    ]
    view = {
        "index": 0, "state": state, "width": 1, "height": 1, "detections": [], "warnings": [], "not_screened": None,
        "files": files,
    }  # fmt: skip
    return {"scan_id": "a" * 32, "state": state, "views": [view], **changes}


def screen(handler: BaseHTTPRequestHandler, request: Request) -> None:
    """Answer as the service does."""
    say(201, scan_answer(request))(handler, request)


def make_key(data_dir: Path, name: str, scope: str = "workstation") -> str:
    """A key, made beside a service that runs or does not."""
    data_dir.mkdir(mode=0o700, exist_ok=True)
    with closing(open_database(data_dir, None)) as database:
        return KeyRing(database).create(name, Scope(scope), HOST)


def picture(seed: int = 0, *, dark: bool = True) -> bytes:
    """A PNG in which the tiny network finds a pistol, or nothing; other bytes for each seed."""
    return encoded(scan_pixels(dark=(64, 32, 80, 48) if dark else None, seed=seed))


@dataclass
class Watch:
    """``parcelray watch`` as a process, quick enough for a test."""

    folder: Path
    process: subprocess.Popen[str]
    log: Path
    errors: Path
    pid: int = field(init=False)

    def __post_init__(self) -> None:
        self.pid = self.process.pid

    @property
    def lines(self) -> list[str]:
        """What it said of scans."""
        return self.log.read_text().splitlines()

    @property
    def notes(self) -> list[str]:
        """What else it said."""
        return self.errors.read_text().splitlines()

    def answer(self, name: str) -> dict[str, Any] | None:
        path = self.folder / name
        return json.loads(path.read_text()) if path.exists() else None

    def until(self, condition: Callable[[], object], what: str = "it to happen") -> Any:
        """Wait for something; its value."""
        deadline = time.monotonic() + PATIENCE_S
        while not (value := condition()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                value = condition()
                assert value, f"waited for {what}: exit code {self.process.poll()}, {self.lines}, {self.notes}"
                return value
            time.sleep(0.02)
        return value

    def final(self, name: str) -> dict[str, Any]:
        """The last answer, once it is there."""
        return self.until(
            lambda: answer if (answer := self.answer(name)) is not None and answer["final"] else None, name
        )

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


class Recorder:
    """Keeps what an agent says."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.latest = ""

    def scan(self, line: str) -> None:
        self.lines.append(line)

    def note(self, line: str) -> None:
        self.notes.append(line)

    def status(self, line: str) -> None:
        self.latest = line


class Inside(Recorder):
    """The agent in a thread of this process."""

    def __init__(self, settings: WatchSettings, url: str, key: str | Callable[[], str], timeout_s: float = 0.7) -> None:
        super().__init__()
        self.folder = settings.folder
        self.result: bool | Exception | None = None
        self._settings = settings
        self._connect = lambda: AsyncClient(url, key, retry=RetryPolicy(total_s=0), timeout_s=timeout_s)
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        async def watch() -> bool:
            self._loop = asyncio.get_running_loop()
            async with self._connect() as client:
                return await Agent(self._settings, client, self).run(self._stop)

        try:
            self.result = asyncio.run(watch())
        except Exception as error:  # noqa: BLE001 - the test's thread looks at it
            self.result = error

    def answer(self, name: str) -> dict[str, Any] | None:
        path = self.folder / name
        return json.loads(path.read_text()) if path.exists() else None

    def until(self, condition: Callable[[], Any], what: str = "it to happen") -> Any:
        """Wait for something; its value."""
        deadline = time.monotonic() + PATIENCE_S
        while not (value := condition()):
            ended = not self._thread.is_alive() or time.monotonic() > deadline
            assert not ended or condition(), f"waited for {what}: {self.result}, {self.lines}, {self.notes}"
            time.sleep(0.01)
        return value

    def final(self, name: str) -> dict[str, Any]:
        """The last answer, once it is there."""
        return self.until(lambda: (found := self.answer(name)) and found["final"] and found, f"the answer {name}")

    def marker(self, name: str) -> dict[str, Any]:
        """The word that there is no answer yet, once it is there."""
        return self.until(lambda: (found := self.answer(name)) and not found["final"] and found, f"the marker {name}")

    def wait(self) -> bool | Exception | None:
        """Its result, once it has ended by itself."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), f"it goes on: {self.lines}, {self.notes}"
        return self.result

    def stop(self) -> bool | Exception | None:
        """Tell it to stop; its result."""
        if self._thread.is_alive():
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        return self.wait()
