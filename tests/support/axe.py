"""What axe-core says of a page, and what does not fit its screen."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "serving" / "web" / "node_modules" / "axe-core" / "axe.min.js"


def findings(page: Page) -> list[tuple[str, str, list[Any]]]:
    """What axe calls serious or critical: rule, words, and where."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        (each["id"], each["help"], [node["html"] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def overflow(page: Page) -> list[str]:
    """What sticks out of the screen at the side."""
    stick_out: list[str] = page.evaluate(
        "[...document.querySelectorAll('header, main, main *')].filter(each => {"
        "  const {left, right, width} = each.getBoundingClientRect();"
        "  return width > 0 && (right > innerWidth + 1 || left < -1);"
        "}).map(each => each.outerHTML.slice(0, 80))"
    )
    return stick_out


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")
