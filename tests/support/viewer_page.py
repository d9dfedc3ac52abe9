"""The viewer alone in a real browser, before the real service: serving/web/src/viewer/proof, built for the purpose."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"

# WebGL without a graphics card; and nothing that calls out, at the start or later.
_OPTIONS = (
    "--enable-unsafe-swiftshader",
    "--use-angle=swiftshader",
    "--force-color-profile=srgb",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
_BUILD = """
set -euo pipefail
root="$PWD"
source scripts/lib-venv.sh
source scripts/lib-node.sh
need_node_modules
cd "$web"
"$node" node_modules/vite/bin/vite.js build src/viewer/proof --config vite.config.ts --base ./ --outDir "$1" --logLevel warn
"""
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


def build_viewer_page(folder: Path) -> Path:
    """Build the page into a folder that is not there yet, and give it back."""
    subprocess.run(["bash", "-c", _BUILD, "build", str(folder)], cwd=ROOT, check=True)
    return folder


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    # As root it has no sandbox of its own.
    options = [*_OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else list(_OPTIONS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@contextmanager
def open_viewer_page(browser: Browser, built: Path, url: str, key: str, **options: Any) -> Iterator[Page]:
    """The page, as if the service at ``url`` had it; what it asks of the service shows the key.

    Raises:
        AssertionError: the page threw an error, or wrote one to the console.
    """
    context = browser.new_context(extra_http_headers={"X-API-Key": key}, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    def answer(route: Route) -> None:
        file = built / route.request.url.removeprefix(f"{url}/proof/")
        route.fulfill(body=file.read_bytes(), content_type=_TYPES[file.suffix])

    page.route(f"{url}/proof/**", answer)
    page.goto(f"{url}/proof/index.html")
    page.wait_for_function("window.proof !== undefined")
    yield page
    context.close()
    assert complaints == []


def picture_of(page: Page, scan_id: str, tools: Mapping[str, object] | None = None) -> NDArray[np.uint8]:
    """The first view of a scan as the viewer draws it, read back from the frame buffer: (H, W, 3) uint8 RGB."""
    answer = page.evaluate("([id, tools]) => proof.picture(id, tools)", [scan_id, dict(tools or {})])
    width, height = answer["size"]
    return np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8).reshape(height, width, 4)[..., :3]
