"""Sizes of pictures as options write them."""

from __future__ import annotations

from parcelray.models.errors import BadInputError


def parse_size(option: str, text: str) -> tuple[int, int]:
    """Width and height from ``WIDTHxHEIGHT``.

    Raises:
        BadInputError: it is none.
    """
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise BadInputError(option, expected="WIDTHxHEIGHT in pixels", got=text)
    return int(width), int(height)
