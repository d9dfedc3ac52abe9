"""Templates of pages, filled: all pages look alike, and what comes from data is no markup."""

from __future__ import annotations

import base64
from importlib import resources

from jinja2 import Environment, StrictUndefined

from parcelray.training.evaluation.report import words

_STYLE = "page.css"


def fill(package: str, template: str, **values: object) -> str:
    """A page as HTML.

    Args:
        package: that the template lies in.
        template: its name.
        values: that it asks for, but for ``style``.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "share": words.share,
        "share_with_range": words.share_with_range,
        "number_with_range": words.number_with_range,
        "data_url": _data_url,
    }
    text = (resources.files(package) / template).read_text(encoding="utf-8")
    style = (resources.files(__package__) / _STYLE).read_text(encoding="utf-8")
    return environment.from_string(text).render(style=style, **values)


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
