"""The real service with the shipped release, its page, and a browser: one of each for a module."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.browser import Chromium, Station
from support.hub import Hub


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def page_is_built(root: Path) -> None:
    """As ./scripts/test builds it; offline and at once where it is current."""
    subprocess.run([root / "scripts" / "web", "build"], check=True, capture_output=True, timeout=300)


# No longer than a module: while it is open, Playwright's event loop is this thread's, and other tests run their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with Chromium() as chromium:
        yield chromium


@pytest.fixture
def open_hub(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Starts a service of the test's own; options are its settings in the environment."""
    with ExitStack() as open_ones:

        def start(**environment: str) -> Hub:
            hub = open_ones.enter_context(Hub(tmp_path, **environment))
            hub.service.start()
            return hub

        yield start


@pytest.fixture
def open_station(chromium: Chromium) -> Iterator[Callable[..., Station]]:
    """Opens the page of a hub in a browser profile of its own."""
    with ExitStack() as open_ones:

        def start(hub: Hub, **options: object) -> Station:
            return open_ones.enter_context(Station(chromium, hub.url, **options))

        yield start
