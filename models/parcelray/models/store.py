"""Where model packages are found that ship with parcelray: the numbered releases."""

from __future__ import annotations

from pathlib import Path

from parcelray.models.errors import PackageNotFoundError
from parcelray.models.package import MANIFEST

# In an installed wheel the releases lie beside this module; in a checkout, beside the room's package.
_PLACES = (Path(__file__).parent / "releases", Path(__file__).parents[2] / "releases")


def releases() -> dict[str, Path]:
    """The folder of each shipped release by its number, the oldest first."""
    found = {path.parent.name: path.parent for place in _PLACES for path in place.glob(f"[0-9]*/{MANIFEST}")}
    return dict(sorted(found.items()))


def release_folder(version: str | None = None) -> Path:
    """The folder of a shipped release.

    Args:
        version: its number, such as "0002"; the newest when None.

    Raises:
        PackageNotFoundError: there is no such release.
    """
    found = releases()
    wanted = version if version is not None else max(found, default=None)
    if wanted is None or wanted not in found:
        have = ", ".join(found) or "none"
        raise PackageNotFoundError(f"model release {version or '(newest)'}: not installed; releases found: {have}")
    return found[wanted]
