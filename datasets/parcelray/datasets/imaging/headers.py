"""What an image file says about itself, told from its first bytes: no pixel is decoded here.

Pillow reads the headers (it is lazy: opening reads no pixels), and each format's reader is called by name: its general
``Image.open`` would try some forty formats on bytes that anybody may send, and has a pixel limit of its own.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from parcelray.models.errors import BadInputError, CorruptImageError, ImageTooLargeError, UnsupportedImageError

EXPECTED_FORMATS = "a PNG, JPEG or TIFF image"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_OPENERS: dict[bytes, tuple[str, type[ImageFile]]] = {
    PNG_SIGNATURE: ("PNG", PngImageFile),
    b"\xff\xd8\xff": ("JPEG", JpegImageFile),
    b"II*\0": ("TIFF", TiffImageFile),
    b"MM\0*": ("TIFF", TiffImageFile),
    b"II+\0": ("TIFF", TiffImageFile),
    b"MM\0+": ("TIFF", TiffImageFile),
}
# What people send by mistake, by its first bytes, so that the message can name it.
_STRANGERS = {
    b"GIF8": "a GIF image",
    b"BM": "a BMP image",
    b"RIFF": "a WebP image or other RIFF file",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\0\0\0\x0cjP": "a JPEG 2000 image",
}
_DICOM_MARK = (128, b"DICM")
_END_OF_JPEG = b"\xff\xd9"
# TIFF tags by their numbers.
_BITS, _PLANES, _TILE_WIDTH, _TILE_HEIGHT = 258, 284, 322, 323
_SEPARATE = 2
_MODES_IN_WORDS = {"I": "32-bit or signed numbers", "F": "floating-point numbers"}

# Pillow tells of broken TIFF tags by warnings on stderr. What matters of it comes back as an error with the pixels.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")


@dataclass(frozen=True)
class PixelLimits:
    """How large an image may be; checked on the header, before memory is given to its pixels.

    Attributes:
        max_pixels: width times height.
        max_side: width or height.
    """

    max_pixels: int = 40_000_000
    max_side: int = 20_000


def open_header(data: bytes, *, name: str, limits: PixelLimits) -> ImageFile:
    """Tell the format and the size of an image, and that its file is whole.

    Args:
        data: the file.
        name: what its sender calls it, for messages.
        limits: how large it may be.

    Returns:
        Pillow's image, not yet decoded; ``format`` is PNG, JPEG or TIFF.

    Raises:
        UnsupportedImageError: not one of the three formats, or one that does not hold one view of 8 or 16 bits.
        CorruptImageError: the header cannot be read, or the file ends too early.
        ImageTooLargeError: more pixels than the limits.
    """
    kind, opener = _recognise(data, name)
    if kind == "PNG" and data[12:16] == b"IHDR" and len(data) >= 24:
        # Pillow wants to see the first pixels' chunk too; the size alone is enough to refuse.
        width, height = struct.unpack_from(">II", data, 16)
        _check_size((width, height), name, limits)
    stream = io.BytesIO(data)
    try:
        image = opener(stream)
        _check_size(image.size, name, limits)
        if isinstance(image, TiffImageFile):
            _check_tiff(image, name, limits)
    except BadInputError:
        raise
    except Exception as error:  # On damaged headers Pillow raises whatever its parser trips over, a dozen types.
        raise _unreadable(name, kind, f"one with a broken header ({error})") from error
    if image.mode in _MODES_IN_WORDS:
        raise UnsupportedImageError(
            name, expected="8-bit or 16-bit whole numbers as pixels", got=f"a {kind} of {_MODES_IN_WORDS[image.mode]}"
        )
    if kind == "JPEG" and data.find(_END_OF_JPEG, stream.tell()) < 0:
        # The reader stops where the compressed pixels start, and within these the mark cannot occur by chance.
        raise _unreadable(name, kind, f"one cut short after {len(data):,} bytes (its end mark is missing)")
    return image


def media_type_of(data: bytes) -> str:
    """What a file is, told from its first bytes: one of the three image formats, or just bytes."""
    kind = next((kind for signature, (kind, _) in _OPENERS.items() if data.startswith(signature)), None)
    return "application/octet-stream" if kind is None else f"image/{kind.lower()}"


def pixel_chunks(data: bytes, *, name: str) -> bytes:
    """A PNG with nothing in it but its pixels, every chunk checked against its checksum.

    Colour profiles, texts, rotation marks and animation frames are left out: none may change what the detector sees,
    and libpng would print its opinion of them on stderr.

    Args:
        data: the file.
        name: what its sender calls it, for messages.

    Raises:
        CorruptImageError: the file ends too early, or a checksum is wrong.
    """
    kept = [PNG_SIGNATURE]
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        chunk = data[position : position + 12 + length]
        kind = chunk[4:8]
        if len(chunk) < 12 + length:
            break
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
                raise _unreadable(name, "PNG", "one whose bytes were changed (a checksum is wrong)")
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
        position += 12 + length
    raise _unreadable(name, "PNG", f"one cut short after {len(data):,} bytes (its end mark is missing)")


def _recognise(data: bytes, name: str) -> tuple[str, type[ImageFile]]:
    for signature, known in _OPENERS.items():
        if data.startswith(signature):
            return known
    raise UnsupportedImageError(name, expected=EXPECTED_FORMATS, got=_describe(data))


def _describe(data: bytes) -> str:
    """What bytes that are no image of ours most likely are, in words."""
    if not data:
        return "an empty file (0 bytes)"
    offset, mark = _DICOM_MARK
    if data[offset : offset + len(mark)] == mark:
        return "a DICOM file"
    for signature, words in _STRANGERS.items():
        if data.startswith(signature):
            return words
    start = data[:512]
    if all(byte >= 32 or byte in b"\t\r\n\f" for byte in start):
        return f"text ({start[:24].decode('utf-8', 'replace')!r} …)"
    return f"{len(data):,} bytes of an unknown format"


def _check_size(size: tuple[int, int], name: str, limits: PixelLimits) -> None:
    width, height = size
    if width > limits.max_side or height > limits.max_side or width * height > limits.max_pixels:
        raise ImageTooLargeError(
            name,
            expected=f"at most {limits.max_pixels:,} pixels and {limits.max_side:,} on a side",
            got=f"{width:,} x {height:,} pixels",
        )


def _check_tiff(image: TiffImageFile, name: str, limits: PixelLimits) -> None:
    """Refuse TIFFs whose pixels would be read wrongly, only in part, or into tiles that no memory holds."""
    tags = image.tag_v2
    _check_size((tags.get(_TILE_WIDTH, 1), tags.get(_TILE_HEIGHT, 1)), name, limits)
    if tags.get(_PLANES, 1) == _SEPARATE and max(tags.get(_BITS, (1,))) > 8:
        # Pillow 13 reads these, and mixes up their rows.
        raise UnsupportedImageError(
            name,
            expected="the colours of a 16-bit TIFF stored pixel by pixel",
            got="one stored as separate planes",
        )
    try:
        image.seek(1)
    except EOFError:
        image.seek(0)
        return
    # A page that nobody looked at must not pass for one with nothing in it.
    raise UnsupportedImageError(
        name, expected="one view per file", got="a TIFF of several pages; send each page as a view of its own"
    )


def _unreadable(name: str, kind: str, got: str) -> BadInputError:
    return CorruptImageError(name, expected=f"a whole {kind} image", got=got)
