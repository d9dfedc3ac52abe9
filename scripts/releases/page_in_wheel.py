"""Hatch's build hook: a wheel holds the officers' page as it was built, and none is made without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageInWheel(BuildHookInterface[Any]):
    """Puts ``serving/web/dist`` beside the module that serves it. An editable installation reads it where it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Hatch calls this before it builds.

        Args:
            version: ``standard`` or ``editable``.
            build_data: what goes into the wheel beside the packages.

        Raises:
            FileNotFoundError: the page was not built.
        """
        if version != "standard":
            return
        page = Path(self.root) / "serving" / "web" / "dist"
        if not (page / "index.html").is_file():
            raise FileNotFoundError(f"{page}: expected the built page, got none; ./scripts/web build makes it")
        build_data["force_include"][str(page)] = "parcelray/serving/page_files"
