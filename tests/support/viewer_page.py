"""The viewer alone in a real browser, before the real service: serving/web/src/viewer/proof, built for the purpose."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.browser import Chromium
from support.people import HOST
from support.service import Service, serve_command

ROOT = Path(__file__).parents[2]
_BUILD = """
set -euo pipefail
root="$PWD"
source scripts/lib-venv.sh
source scripts/lib-node.sh
need_node_modules
cd "$web"
"$node" node_modules/vite/bin/vite.js build src/viewer/proof --config vite.config.ts --base ./ --logLevel warn \\
    --outDir "$1" --emptyOutDir
"""
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class Stand:
    """A service, a browser, and the viewer's page between them.

    Attributes:
        url: of the service.
    """

    def __init__(self, url: str, keys: Mapping[Scope, str], browser: Browser, built: Path) -> None:
        """Put together what ``viewer_stand`` started."""
        self.url = url
        self._keys = keys
        self._browser = browser
        self._built = built

    def send(self, *files: tuple[str, tuple[str, bytes]], **query: int) -> str:
        """A scan of the files of a form; its id."""
        headers = {"X-API-Key": self._keys[Scope.WORKSTATION]}
        answer = httpx2.post(f"{self.url}/v1/scans", files=list(files), headers=headers, params=query, timeout=60)
        answer.raise_for_status()
        scan_id: str = answer.json()["scan_id"]
        return scan_id

    @contextmanager
    def page(self, **options: Any) -> Iterator[Page]:
        """The page, as if the service had it; what it asks of the service shows a reader's key.

        Args:
            options: of Playwright's ``Browser.new_context``.

        Raises:
            AssertionError: the page threw an error, or wrote one to the console.
        """
        headers = {"X-API-Key": self._keys[Scope.READER]}
        context = self._browser.new_context(extra_http_headers=headers, **options)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.route(f"{self.url}/proof/**", self._answer)
        page.goto(f"{self.url}/proof/index.html")
        page.wait_for_function("window.proof !== undefined")
        yield page
        context.close()
        assert complaints == [], complaints

    def _answer(self, route: Route) -> None:
        file = self._built / route.request.url.removeprefix(f"{self.url}/proof/")
        route.fulfill(body=file.read_bytes(), content_type=_TYPES[file.suffix])


def _is_complaint(message: ConsoleMessage) -> bool:
    # That the service refused something is for the viewer to say.
    return message.type == "error" and not message.text.startswith("Failed to load resource")


@contextmanager
def viewer_stand(folder: Path, model: Path, chromium: Chromium) -> Iterator[Stand]:
    """Build the page, and start a service with a model.

    Args:
        folder: for all that is kept; empty.
        model: the package that looks at scans.
        chromium: running.
    """
    built = folder / "page"
    subprocess.run(["bash", "-c", _BUILD, "build", str(built)], cwd=ROOT, check=True)
    data = folder / "data"
    with Service(serve_command(data, model), log=folder / "log") as service:
        service.start()
        service.wait_until_ready()
        with closing(open_database(data, None)) as database:
            ring = KeyRing(database)
            keys = {scope: ring.create(f"a {scope}", scope, HOST) for scope in (Scope.WORKSTATION, Scope.READER)}
        yield Stand(service.url, keys, chromium.browser, built)


def picture_of(page: Page, scan_id: str, tools: Mapping[str, object] | None = None) -> NDArray[np.uint8]:
    """The first view of a scan as the viewer draws it, read back from the frame buffer: (H, W, 3) uint8 RGB."""
    answer = page.evaluate("([id, tools]) => proof.picture(id, tools)", [scan_id, dict(tools or {})])
    width, height = answer["size"]
    return np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8).reshape(height, width, 4)[..., :3]
