"""Bytes that anybody may have sent become a ``View``, or an error that says what was expected and what came.

OpenCV decodes JPEG and plain PNG, because it is the fastest. Pillow decodes TIFF and the unusual PNGs (palette, alpha):
OpenCV takes damaged TIFFs for good, showing black instead of what is missing, and fails on tiles and grey with alpha.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from parcelray.datasets.imaging.headers import PixelLimits, open_header, pixel_chunks
from parcelray.datasets.scan import View
from parcelray.models.errors import CorruptImageError, UnequalPairError

__all__ = ["PixelLimits", "read_pair", "read_view"]

_DEFAULT_LIMITS = PixelLimits()
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_ORIENTATION = 274
# Pillow turns a TIFF as its orientation tag says. Boxes are in pixels as they were sent, so this turns it back.
_TURN_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

# What cannot be decoded is told by an error of ours; OpenCV would say it on stderr as well.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def read_view(data: bytes, *, name: str, limits: PixelLimits = _DEFAULT_LIMITS) -> View:
    """Read one image.

    Grey stays grey (8 or 16 bit; 1-bit becomes 0 and 255), everything else becomes 8-bit RGB. Alpha is flattened on
    white, which is air. Orientation marks are ignored: boxes are in pixels as they were sent.

    Args:
        data: the file: PNG, JPEG or TIFF.
        name: what its sender calls it, for messages.
        limits: how large it may be.

    Returns:
        A ``grey`` or ``colour`` view.

    Raises:
        UnsupportedImageError: not one of the three formats, or a kind of it that we don't read.
        CorruptImageError: damaged, or cut short.
        ImageTooLargeError: more pixels than the limits; they were not read.
    """
    header = open_header(data, name=name, limits=limits)
    if header.format == "JPEG":
        pixels = _decode_with_opencv(data, header, name)
    elif header.format == "PNG":
        bare = pixel_chunks(data, name=name)
        # Transparency of one grey value makes no sense in 16-bit counts: there it is ignored.
        is_plain = header.mode in ("1", "L", "RGB") and "transparency" not in header.info
        if is_plain or header.mode == "I;16":
            pixels = _decode_with_opencv(bare, header, name)
        else:
            pixels = _decode_with_pillow(header, name)
    else:
        pixels = _decode_with_pillow(header, name)
    return View(pixels, "grey" if pixels.ndim == 2 else "colour")


def read_pair(high: bytes, low: bytes, *, name: str, limits: PixelLimits = _DEFAULT_LIMITS) -> View:
    """Read the two images of a raw dual-energy view.

    Args:
        high: the file of the high-energy channel.
        low: the file of the low-energy channel.
        name: what the sender calls the pair, for messages.
        limits: how large each may be.

    Returns:
        A ``dual`` view.

    Raises:
        UnequalPairError: one is not 16-bit grey, or the sizes differ.
        BadInputError: one of them cannot be read, as in ``read_view``.
    """
    views = {
        half: read_view(data, name=f"{name} ({half})", limits=limits) for half, data in (("high", high), ("low", low))
    }
    for half, view in views.items():
        if view.pixels.dtype != np.uint16:
            raise UnequalPairError(
                f"{name} ({half})",
                expected="16-bit grey, as the detector counted it",
                got=f"8-bit {view.kind}",
            )
    first, second = views["high"], views["low"]
    if first.pixels.shape != second.pixels.shape:
        raise UnequalPairError(
            name,
            expected="a high and a low image of one size",
            got=f"high {first.width} x {first.height} and low {second.width} x {second.height} pixels",
        )
    return View(cast("NDArray[np.uint16]", np.stack([first.pixels, second.pixels])), "dual")


def _decode_with_opencv(data: bytes, header: ImageFile, name: str) -> NDArray[np.uint8] | NDArray[np.uint16]:
    flags = cv2.IMREAD_IGNORE_ORIENTATION
    if header.mode in ("1", "L"):
        flags |= cv2.IMREAD_GRAYSCALE
    elif header.mode == "I;16":
        flags |= cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH
    else:
        flags |= cv2.IMREAD_COLOR_RGB
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise _undecodable(name, header, str(error.err)) from error
    if pixels is None:
        raise _undecodable(name, header, "its pixels cannot be decoded")
    return cast("NDArray[np.uint8] | NDArray[np.uint16]", pixels)


def _decode_with_pillow(header: ImageFile, name: str) -> NDArray[np.uint8] | NDArray[np.uint16]:
    turn = None
    white_is_zero = False
    if isinstance(header, TiffImageFile):
        turn = _TURN_BACK.get(header.tag_v2.get(_ORIENTATION, 1))
        white_is_zero = header.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    try:
        header.load()
        image = header if turn is None else header.transpose(turn)
        if image.mode.startswith("I;16"):
            counts = np.asarray(image).astype(np.uint16)
            # Pillow inverts white-is-zero pictures of 8 bits, but not of 16.
            return np.invert(counts) if white_is_zero else counts
        return np.array(_flatten(image))
    except Exception as error:  # On damaged pixels Pillow raises whatever its decoder trips over, a dozen types.
        raise _undecodable(name, header, str(error)) from error


def _flatten(image: Image.Image) -> Image.Image:
    """The picture as 8-bit grey or RGB, its transparent parts white."""
    is_grey = image.mode in ("1", "L", "LA", "La")
    target = "L" if is_grey else "RGB"
    if "transparency" not in image.info and image.mode not in ("LA", "La", "RGBA", "RGBa", "PA"):
        return image.convert(target)
    layer = image.convert("RGBA")
    white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, layer).convert(target)


def _undecodable(name: str, header: ImageFile, reason: str) -> CorruptImageError:
    return CorruptImageError(
        name, expected=f"a whole {header.format} image", got=f"a damaged or incomplete one ({reason})"
    )
