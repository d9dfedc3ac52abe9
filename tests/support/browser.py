"""Debian's Chromium on the page, as officers have it: stations, each with a browser profile of its own.

with Chromium() as chromium, Station(chromium, service.url) as station:
    station.sign_in("anna", PASSWORD)
    station.press("n")
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Route, expect, sync_playwright

# WebGL2 in software; and nothing that calls out: neither the browser's own services nor a page that tries.
_OPTIONS = (
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)


class Chromium:
    """One browser process; it ends with the ``with`` block.

    Attributes:
        browser: Playwright's.
    """

    def __enter__(self) -> Self:
        path = shutil.which("chromium")
        if path is None:
            raise FileNotFoundError("chromium: expected it on the path (./scripts/test sees to that), found none")
        self._playwright = sync_playwright().start()
        self.browser = self._playwright.chromium.launch(
            executable_path=path, args=[*_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self._playwright.stop()


class Station:
    """A browser profile with one page open; checks at its end that the page had no fault and called nobody else.

    Attributes:
        page: Playwright's.
        context: the profile.
        faults: what the page wrote to the console as an error, or did not catch.
        strangers: what it asked of somebody else than the service.
    """

    page: Page
    context: BrowserContext

    def __init__(self, chromium: Chromium, url: str, **options: Any) -> None:
        """Describe the station.

        Args:
            chromium: running.
            url: of the service.
            options: of Playwright's ``new_context``.
        """
        self._chromium = chromium
        self._url = url
        self._options: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "en-GB", **options}
        self.faults: list[str] = []
        self.strangers: list[str] = []

    def __enter__(self) -> Self:
        self.context = self._chromium.browser.new_context(**self._options)
        self.context.set_default_timeout(WAIT_MS)
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()
        if error is None:
            assert self.faults == []
            assert self.strangers == []

    def sign_in(self, name: str, password: str) -> None:
        """Type name and password, by keyboard alone."""
        expect(self.page.get_by_role("heading", name="Sign in to parcelray")).to_be_visible()
        if self.page.get_by_label("Name").input_value() != name:
            self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").focus()
        self.type(password)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, name: str) -> None:
        """Press Tab until something of that name has the focus; it may have yet to appear."""
        end = time.monotonic() + WAIT_MS / 1000
        while time.monotonic() < end:
            focused = self.page.evaluate(
                "(focused => focused.matches('a, button, input, select, textarea')"
                " ? focused.labels?.[0]?.innerText ?? focused.innerText : '')(document.activeElement)"
            )
            if name in focused:
                return
            self.press("Tab")
        raise AssertionError(f"Tab never came to {name!r}")

    def cut(self) -> None:
        """Cut the line to the service: no request arrives any more, and streams that are open break."""
        self.context.set_offline(True)

    def mend(self) -> None:
        """Mend the line."""
        self.context.set_offline(False)

    @contextmanager
    def losing_answers(self, path: str) -> Iterator[None]:
        """Have requests to a path arrive, and their answers get lost on the way back, until the block ends."""

        def pass_on_and_lose(route: Route) -> None:
            route.fetch()
            route.abort()

        self.page.route(path, pass_on_and_lose)
        yield
        self.page.unroute_all(behavior="wait")

    @contextmanager
    def losing_requests(self, path: str) -> Iterator[None]:
        """Have requests to a path not arrive, until the block ends."""
        self.page.route(path, lambda route: route.abort())
        yield
        self.page.unroute_all(behavior="wait")

    def reopen(self) -> Page:
        """The page anew, in the same profile, as after the browser was closed."""
        self._open()
        return self.page

    def _open(self) -> None:
        self.page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._watch)
        self.page.goto(self._url)

    def _listen(self, message: ConsoleMessage) -> None:
        # The browser itself writes each answer that is no 2xx, and each line that broke.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self._url, "blob:")):
            self.strangers.append(request.url)
