"""Images that must be refused, each with a message that names what was expected and what came."""

from __future__ import annotations

import contextlib
import functools
import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from parcelray.datasets.imaging.reading import PixelLimits, read_pair, read_view
from parcelray.models.errors import (
    BadInputError,
    CorruptImageError,
    ImageTooLargeError,
    UnequalPairError,
    UnsupportedImageError,
)

Encode = Callable[..., bytes]


def png_header(width: int, height: int) -> bytes:
    """The first bytes of a PNG of that size, with a little pixel data that ends at once."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@functools.cache
def noise(kind: str, **options: Any) -> bytes:
    """A 640 x 480 picture that doesn't compress, so that half of the file is half of the picture."""
    pixels = np.random.default_rng(3).integers(0, 256, (480, 640, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"", UnsupportedImageError, r"a PNG, JPEG or TIFF image, got an empty file \(0 bytes\)"),
        (b"Dear customs,\nplease find attached", UnsupportedImageError, r"got text \('Dear customs,"),
        (b"GIF89a" + bytes(30), UnsupportedImageError, "got a GIF image"),
        (b"%PDF-1.7" + bytes(30), UnsupportedImageError, "got a PDF document"),
        (bytes(128) + b"DICM" + bytes(30), UnsupportedImageError, "got a DICOM file"),
        (bytes(range(200)), UnsupportedImageError, "got 200 bytes of an unknown format"),
        (b"\x89PNG\r\n\x1a\n", CorruptImageError, "whole PNG"),
        (b"\xff\xd8\xff", CorruptImageError, "whole JPEG"),
        (b"II*\0", CorruptImageError, "whole TIFF"),
        (noise("JPEG")[:-2], CorruptImageError, "cut short after .* bytes"),
        (noise("JPEG")[: len(noise("JPEG")) // 2], CorruptImageError, "cut short after .* bytes"),
        (noise("JPEG")[:200], CorruptImageError, "whole JPEG"),
        (noise("PNG")[:-1], CorruptImageError, "cut short after .* bytes"),
        (noise("PNG")[: len(noise("PNG")) // 2], CorruptImageError, "cut short after .* bytes"),
        (flipped(noise("PNG"), 5000), CorruptImageError, "a checksum is wrong"),
        (noise("TIFF")[: len(noise("TIFF")) // 2], CorruptImageError, "whole TIFF"),
        (noise("TIFF")[:-9], CorruptImageError, "whole TIFF"),
    ],
    ids=[
        *("empty", "text", "GIF", "PDF", "DICOM", "unknown", "PNG signature", "JPEG signature", "TIFF signature"),
        *("JPEG without end", "half JPEG", "JPEG header", "PNG without end", "half PNG", "changed PNG"),
        *("half TIFF", "TIFF without end"),
    ],
)
def test_broken_and_foreign_files_are_refused_quietly(
    data: bytes, error: type[BadInputError], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(error, match=message) as caught:
        read_view(data, name="belt3.png")
    assert str(caught.value).startswith("belt3.png: expected ")
    assert capfd.readouterr() == ("", "")


def test_a_png_with_too_little_pixel_data_is_refused() -> None:
    with pytest.raises(CorruptImageError, match="whole PNG"):
        read_view(png_header(640, 480), name="parcel")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate"])
def test_a_damaged_compressed_tiff_is_never_read_as_black(compression: str) -> None:
    data = noise("TIFF", compression=compression)
    middle = len(data) // 2
    damaged = data[:middle] + b"\xff" * 200 + data[middle + 200 :]
    with pytest.raises(CorruptImageError, match="whole TIFF"):
        read_view(damaged, name="parcel")
    with pytest.raises(CorruptImageError, match="whole TIFF"):
        read_view(data[:middle], name="parcel")


@pytest.mark.parametrize(
    ("width", "height", "limits"),
    [
        (60_000, 60_000, PixelLimits()),
        (20_001, 10, PixelLimits()),
        (8_000, 8_000, PixelLimits()),
        (11, 10, PixelLimits(max_pixels=100)),
        (101, 1, PixelLimits(max_side=100)),
    ],
)
def test_too_many_pixels_are_refused_from_the_header_alone(width: int, height: int, limits: PixelLimits) -> None:
    data = png_header(width, height)
    tracemalloc.start()
    try:
        with pytest.raises(ImageTooLargeError, match=f"got {width:,} x {height:,} pixels"):
            read_view(data, name="bomb.png", limits=limits)
        with pytest.raises(ImageTooLargeError, match=f"got {width:,} x {height:,} pixels"):
            read_view(data[:33], name="signature and first chunk.png", limits=limits)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(("kind", "size_at"), [("JPEG", b"\xff\xc0\x00\x11\x08"), ("TIFF", b"")])
def test_the_size_is_told_from_jpeg_and_tiff_headers_too(encode: Encode, kind: str, size_at: bytes) -> None:
    data = bytearray(encode(np.zeros((48, 64, 3), np.uint8), kind))
    if kind == "JPEG":
        struct.pack_into(">HH", data, data.index(size_at) + len(size_at), 60_000, 60_000)
    else:
        (start,) = struct.unpack_from("<I", data, 4)
        for entry in range(start + 2, start + 2 + 24, 12):
            tag, number_type = struct.unpack_from("<HH", data, entry)
            assert tag in (256, 257)
            struct.pack_into("<H" if number_type == 3 else "<I", data, entry + 8, 60_000)
    with pytest.raises(ImageTooLargeError, match="60,000 x 60,000"):
        read_view(bytes(data), name="bomb")


def test_a_tiff_with_giant_tiles_is_refused() -> None:
    entries = [(256, 4, 10), (257, 4, 10), (258, 3, 8), (259, 3, 5), (262, 3, 1), (277, 3, 1)]
    entries += [(322, 4, 60_000), (323, 4, 60_000), (324, 4, 8), (325, 4, 2)]
    body = b"".join(struct.pack("<HHII", tag, number_type, 1, value) for tag, number_type, value in entries)
    data = b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(4)
    with pytest.raises(ImageTooLargeError, match="60,000 x 60,000"):
        read_view(data, name="bomb.tif")


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_numbers_that_no_scanner_counts_are_refused(dtype: type) -> None:
    data = cv2.imencode(".tif", np.ones((48, 64), dtype))[1].tobytes()
    with pytest.raises(UnsupportedImageError, match="expected 8-bit or 16-bit whole numbers"):
        read_view(data, name="parcel.tif")


def test_a_tiff_of_two_pages_is_refused(picture: NDArray[np.uint8], encode: Encode) -> None:
    data = encode(picture, "TIFF", save_all=True, append_images=[Image.fromarray(picture)])
    with pytest.raises(UnsupportedImageError, match="one view per file, got a TIFF of several pages"):
        read_view(data, name="parcel.tif")


@pytest.mark.parametrize(
    ("high", "low", "message"),
    [
        (np.zeros((8, 9), np.uint16), np.zeros((8, 7), np.uint16), "high 9 x 8 and low 7 x 8 pixels"),
        (
            np.zeros((8, 9), np.uint8),
            np.zeros((8, 9), np.uint16),
            r"parcel \(high\): expected 16-bit .* got 8-bit grey",
        ),
        (np.zeros((8, 9), np.uint16), np.zeros((8, 9, 3), np.uint8), r"parcel \(low\): .* got 8-bit colour"),
    ],
)
def test_halves_that_are_no_pair_are_refused(
    encode: Encode, high: NDArray[Any], low: NDArray[Any], message: str
) -> None:
    with pytest.raises(UnequalPairError, match=message):
        read_pair(encode(high, "PNG"), encode(low, "PNG"), name="parcel")


def test_a_broken_half_is_named(encode: Encode) -> None:
    whole = encode(np.zeros((8, 9), np.uint16), "PNG")
    with pytest.raises(CorruptImageError, match=r"parcel \(low\)"):
        read_pair(whole, whole[:-5], name="parcel")


@functools.cache
def small(kind: str, mode: str) -> bytes:
    stream = io.BytesIO()
    options = {"compression": "tiff_lzw"} if kind == "TIFF" else {}
    Image.effect_noise((40, 30), 60).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


# Pillow warns of the broken tags that this test makes; the service hides these warnings.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(
    data=st.sampled_from([("PNG", "P"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("TIFF", "RGB"), ("TIFF", "RGBA")]),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    kept=st.floats(0, 1) | st.just(1.0),
)
def test_whatever_is_damaged_ends_in_a_view_or_in_our_own_error(
    data: tuple[str, str], changes: list[tuple[float, int]], kept: float
) -> None:
    damaged = bytearray(small(*data))
    for place, value in changes:
        damaged[int(place * (len(damaged) - 1))] = value
    del damaged[int(kept * len(damaged)) :]
    with contextlib.suppress(BadInputError):
        read_view(bytes(damaged), name="parcel")
