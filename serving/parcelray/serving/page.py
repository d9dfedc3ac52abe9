"""The officers' page as it was built from ``serving/web``: found, and read once, so that one build is served whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from parcelray.models.errors import SetupError

# In an installed wheel the page lies beside this module; in a checkout, where it is built.
_PLACES = (Path(__file__).parent / "page_files", Path(__file__).parents[2] / "web" / "dist")
_BUILD = re.compile(r'<meta name="build" content="([0-9a-f]{16})"')
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class PageFile:
    """A file that the page is made of.

    Attributes:
        data: its bytes.
        media_type: what they are.
    """

    data: bytes
    media_type: str


@dataclass(frozen=True)
class Page:
    """One build of the page.

    Attributes:
        index: the document that names all other files.
        build: names the build by what its files hold: 16 hexadecimal digits.
        assets: by their names, which change with what they hold.
    """

    index: PageFile
    build: str
    assets: dict[str, PageFile]


def load_page() -> Page | None:
    """The page, or None where it was not built.

    Raises:
        SetupError: it lies there, and is not what the build makes.
    """
    folder = next((place for place in _PLACES if (place / "index.html").is_file()), None)
    if folder is None:
        return None
    document = (folder / "index.html").read_bytes()
    build = _BUILD.search(document.decode("utf-8", "replace"))
    if build is None:
        raise SetupError(f"page in {folder}: expected an index.html with the number of its build, got one without")
    assets = {path.name: _read(path) for path in sorted((folder / "assets").iterdir())}
    return Page(PageFile(document, "text/html; charset=utf-8"), build.group(1), assets)


def _read(path: Path) -> PageFile:
    media_type = _MEDIA_TYPES.get(path.suffix)
    if media_type is None:
        raise SetupError(
            f"page file {path}: expected one of {', '.join(_MEDIA_TYPES)}, got {path.suffix or 'no suffix'}"
        )
    return PageFile(path.read_bytes(), media_type)
