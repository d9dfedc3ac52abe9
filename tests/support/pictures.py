"""Images to send: the tiny network of tests/conftest.py finds a pistol wherever eight by eight pixels are dark."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

PISTOL = {"label": "pistol", "group": "firearm", "score": 0.9, "box": [64.0, 32.0, 80.0, 48.0]}
"""What it finds in ``scan_pixels()``."""


def scan_pixels(
    width: int = 128, height: int = 128, *, dark: tuple[int, int, int, int] | None = (64, 32, 80, 48), seed: int = 0
) -> NDArray[np.uint8]:
    """(H, W, 3) white, with a dark box: the tiny network finds a pistol there, and says 0.9.

    Another seed gives other bytes and the same finding.
    """
    pixels = np.full((height, width, 3), 255, np.uint8)
    if dark is not None:
        x0, y0, x1, y1 = dark
        pixels[y0:y1, x0:x1] = 0
    pixels[0, :4, 0] = [255 - (seed >> 2 * shift) % 4 for shift in range(4)]
    return pixels


def encoded(pixels: NDArray[np.uint8] | NDArray[np.uint16], suffix: str = ".png") -> bytes:
    return bytes(cv2.imencode(suffix, pixels)[1])


def view(data: bytes, name: str = "scan.png", field: str = "view") -> tuple[str, tuple[str, bytes]]:
    """One file of a form, as the client wants it."""
    return field, (name, data)


def pair(side: int = 128) -> list[tuple[str, tuple[str, bytes]]]:
    """A dense box in air, as two files of a form."""
    high = np.full((side, side), 60_000, np.uint16)
    low = high.copy()
    high[32:48, 64:80], low[32:48, 64:80] = 900, 300
    return [view(encoded(high), "a_high.png", "high"), view(encoded(low), "a_low.png", "low")]


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
