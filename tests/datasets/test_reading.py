"""Images that can be read: every kind of pixel comes out as it went in."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from parcelray.datasets.imaging.reading import read_pair, read_view

Encode = Callable[..., bytes]
COUNTS = (np.mgrid[0:48, 0:64][1] * 1000 + np.mgrid[0:48, 0:64][0]).astype(np.uint16)
GREY = (np.mgrid[0:48, 0:64][1] * 4).astype(np.uint8)
ALPHA = (np.mgrid[0:48, 0:64][0] * 5).astype(np.uint8)


def on_white(colour: NDArray[np.uint8]) -> NDArray[np.uint8]:
    share = ALPHA[..., None] / 255.0 if colour.ndim == 3 else ALPHA / 255.0
    flat: NDArray[np.uint8] = np.rint(colour * share + 255.0 * (1.0 - share)).astype(np.uint8)
    return flat


def with_tag(tiff: bytes, tag: int, value: int) -> bytes:
    """A little-endian TIFF with one of its short tags changed."""
    changed = bytearray(tiff)
    (start,) = struct.unpack_from("<I", changed, 4)
    (count,) = struct.unpack_from("<H", changed, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", changed, entry)[0] == tag:
            struct.pack_into("<H", changed, entry + 8, value)
            return bytes(changed)
    raise AssertionError(f"no tag {tag}")


def rotated_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[274] = 6
    return exif


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("PNG", {"exif": rotated_exif()}, 0),
        ("JPEG", {"quality": 98, "subsampling": 0}, 3),
        ("JPEG", {"quality": 98, "subsampling": 0, "progressive": True}, 3),
        ("JPEG", {"quality": 98, "subsampling": 0, "exif": rotated_exif()}, 3),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("TIFF", {"compression": "tiff_adobe_deflate"}, 0),
        ("TIFF", {"big_tiff": True}, 0),
        ("TIFF", {"tiffinfo": {274: 3}}, 0),
        ("TIFF", {"tiffinfo": {274: 6}}, 0),
    ],
)
def test_colour_comes_back_as_rgb_and_never_turned(
    picture: NDArray[np.uint8], encode: Encode, kind: str, options: dict[str, Any], tolerance: int
) -> None:
    view = read_view(encode(picture, kind, **options), name="parcel")
    assert view.kind == "colour"
    assert view.pixels.shape == picture.shape
    assert np.abs(view.pixels.astype(int) - picture).max() <= tolerance


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("pixels", "dtype"), [(GREY, np.uint8), (COUNTS, np.uint16)])
def test_grey_keeps_its_depth(encode: Encode, kind: str, pixels: NDArray[Any], dtype: type) -> None:
    view = read_view(encode(pixels, kind), name="parcel")
    assert view.kind == "grey"
    assert view.pixels.dtype == dtype
    np.testing.assert_array_equal(view.pixels, pixels)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_one_bit_becomes_black_and_white(encode: Encode, kind: str) -> None:
    view = read_view(encode(Image.fromarray(GREY).convert("1", dither=Image.Dither.NONE), kind), name="parcel")
    assert view.kind == "grey"
    np.testing.assert_array_equal(view.pixels, np.where(GREY > 127, 255, 0))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_palettes_are_looked_up(picture: NDArray[np.uint8], encode: Encode, kind: str) -> None:
    image = Image.fromarray(picture).quantize(64)
    view = read_view(encode(image, kind), name="parcel")
    np.testing.assert_array_equal(view.pixels, np.array(image.convert("RGB")))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_alpha_is_flattened_on_white(picture: NDArray[np.uint8], encode: Encode, kind: str) -> None:
    colour = read_view(encode(np.dstack([picture, ALPHA]), kind), name="parcel")
    assert colour.kind == "colour"
    assert np.abs(colour.pixels.astype(int) - on_white(picture)).max() <= 1
    grey = read_view(encode(Image.merge("LA", (Image.fromarray(GREY), Image.fromarray(ALPHA))), kind), name="parcel")
    assert grey.kind == "grey"
    assert np.abs(grey.pixels.astype(int) - on_white(GREY)).max() <= 1


def test_one_transparent_colour_becomes_white(picture: NDArray[np.uint8], encode: Encode) -> None:
    data = encode(picture, "PNG", transparency=tuple(int(value) for value in picture[5, 5]))
    pixels = read_view(data, name="parcel").pixels
    assert pixels[5, 5].tolist() == [255, 255, 255]
    np.testing.assert_array_equal(pixels[6], picture[6])


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 98, "subsampling": 0}), ("TIFF", {})])
def test_cmyk_becomes_rgb(picture: NDArray[np.uint8], encode: Encode, kind: str, options: dict[str, Any]) -> None:
    view = read_view(encode(Image.fromarray(picture).convert("CMYK"), kind, **options), name="parcel")
    assert np.abs(view.pixels.astype(int) - picture).max() <= 4


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_sixteen_bit_colour_becomes_eight_bit(picture: NDArray[np.uint8], suffix: str, has_alpha: bool) -> None:
    channels = [picture[..., ::-1].astype(np.uint16) * 257]
    expected = picture
    if has_alpha:
        channels.append(ALPHA.astype(np.uint16) * 257)
        expected = on_white(picture)
    view = read_view(cv2.imencode(suffix, np.dstack(channels))[1].tobytes(), name="parcel")
    assert np.abs(view.pixels.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("pixels", [GREY, COUNTS])
def test_a_tiff_whose_white_is_zero_is_read_the_right_way_round(encode: Encode, pixels: NDArray[Any]) -> None:
    view = read_view(with_tag(encode(pixels, "TIFF"), 262, 0), name="parcel")
    np.testing.assert_array_equal(view.pixels, np.invert(pixels))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_no_orientation_of_a_tiff_moves_a_pixel(encode: Encode, orientation: int) -> None:
    view = read_view(encode(COUNTS, "TIFF", tiffinfo={274: orientation}), name="parcel")
    np.testing.assert_array_equal(view.pixels, COUNTS)


def test_big_endian_counts_are_read(encode: Encode) -> None:
    swapped = Image.frombytes("I;16B", (64, 48), COUNTS.byteswap().tobytes())
    np.testing.assert_array_equal(read_view(encode(swapped, "TIFF"), name="parcel").pixels, COUNTS)


def test_bytes_behind_the_end_of_a_jpeg_do_no_harm(picture: NDArray[np.uint8], encode: Encode) -> None:
    whole = encode(picture, "JPEG", quality=98)
    np.testing.assert_array_equal(
        read_view(whole + b"\0\0scanner log\0", name="parcel").pixels, read_view(whole, name="parcel").pixels
    )


def test_a_pair_is_one_view(encode: Encode) -> None:
    view = read_pair(encode(COUNTS, "PNG"), encode(COUNTS // 2, "TIFF"), name="parcel")
    assert (view.kind, view.width, view.height) == ("dual", 64, 48)
    np.testing.assert_array_equal(view.pixels, np.stack([COUNTS, COUNTS // 2]))


def test_an_embedded_preview_is_not_taken_for_the_end_of_the_jpeg(picture: NDArray[np.uint8], encode: Encode) -> None:
    whole = encode(picture, "JPEG")
    application_data = b"\xff\xe1" + struct.pack(">H", 2 + len(whole)) + whole
    with_preview = whole[:2] + application_data + whole[2:]
    np.testing.assert_array_equal(
        read_view(with_preview, name="parcel").pixels, np.array(Image.open(io.BytesIO(whole)))
    )
