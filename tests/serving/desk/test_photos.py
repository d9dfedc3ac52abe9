"""Photos come in with nothing but what they show."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from parcelray.datasets.imaging.headers import PixelLimits
from parcelray.models.errors import (
    BadInputError,
    CorruptImageError,
    DamagedError,
    ImageTooLargeError,
    NotFoundError,
    StageError,
    UnsupportedImageError,
)
from parcelray.serving.desk import photos
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Verdict
from parcelray.serving.desk.photos import without_metadata
from support.parcels_at_desk import ANNA, BEN, SEARCH

LIMITS = PixelLimits(max_pixels=10_000, max_side=200)
PLACE, CAMERA, AUTHOR = b"52.5163", b"Some Phone 17", b"Somebody"
_GPS, _MAKE, _ORIENTATION = 0x8825, 0x010F, 0x0112


def picture() -> Image.Image:
    """40 wide, 30 high; its top left corner is red."""
    pixels = np.full((30, 40, 3), 200, np.uint8)
    pixels[:15, :20] = (250, 10, 10)
    return Image.fromarray(pixels)


def from_phone(*, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[_MAKE] = CAMERA.decode()
    exif[_ORIENTATION] = orientation
    exif.get_ifd(_GPS)[29] = PLACE.decode()
    out = io.BytesIO()
    picture().save(out, "JPEG", quality=95, exif=exif, comment=AUTHOR, icc_profile=b"profile " + AUTHOR, xmp=AUTHOR)
    return out.getvalue()


def png(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def test_what_a_phone_writes_beside_the_picture_is_not_kept() -> None:
    sent = from_phone()
    assert all(word in sent for word in (PLACE, CAMERA, AUTHOR))
    kept, media_type, size = without_metadata(sent, LIMITS)
    assert not any(word in kept for word in (PLACE, CAMERA, AUTHOR, b"Exif", b"ICC_PROFILE", b"http"))
    opened = Image.open(io.BytesIO(kept))
    assert (media_type, size, opened.size, dict(opened.getexif())) == ("image/jpeg", (40, 30), (40, 30), {})
    difference = np.abs(np.asarray(opened, np.int16) - np.asarray(Image.open(io.BytesIO(sent)), np.int16))
    assert difference.mean() < 4


def test_nor_what_stands_in_a_png() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", AUTHOR.decode())
    sent = png(picture(), pnginfo=words, exif=Image.open(io.BytesIO(from_phone())).getexif())
    assert AUTHOR in sent
    kept, media_type, _ = without_metadata(sent, LIMITS)
    assert media_type == "image/png"
    assert not any(word in kept for word in (PLACE, CAMERA, AUTHOR, b"tEXt", b"eXIf"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(kept))), np.asarray(picture()))


def test_a_photo_that_was_taken_sideways_stands_upright() -> None:
    kept, _, size = without_metadata(from_phone(orientation=6), LIMITS)
    assert size == (30, 40)
    pixels = np.asarray(Image.open(io.BytesIO(kept)))
    assert pixels[5, 25, 0] > 200 > 100 > pixels[5, 25, 1], "the red corner is on the right"
    assert pixels[35, 5, 1] > 150


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "CMYK"])
def test_pictures_of_every_kind_are_taken(mode: str) -> None:
    out = io.BytesIO()
    picture().convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")
    kept, _, size = without_metadata(out.getvalue(), LIMITS)
    assert size == (40, 30)
    assert Image.open(io.BytesIO(kept)).mode in ("L", "RGB")


def tiff() -> bytes:
    out = io.BytesIO()
    picture().save(out, "TIFF")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "says"),
    [
        (tiff(), UnsupportedImageError, "photo: expected a JPEG or PNG image, got a TIFF image"),
        (b"%PDF-1.7", UnsupportedImageError, "photo: expected .* got a PDF document"),
        (b"", UnsupportedImageError, "photo: expected"),
        (from_phone()[:700], CorruptImageError, "photo: expected a whole"),
        (png(Image.new("RGB", (101, 100))), ImageTooLargeError, "photo: expected"),
        (png(Image.new("RGB", (201, 2))), ImageTooLargeError, "photo: expected"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, kind: type[BadInputError], says: str) -> None:
    with pytest.raises(kind, match=says):
        without_metadata(data, LIMITS)


def test_a_file_that_is_too_long_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_BYTES", 100)
    with pytest.raises(BadInputError, match="photo: expected at most 100 bytes, got 1"):
        without_metadata(from_phone(), LIMITS)


def test_photos_are_kept_once_each_in_the_order_in_which_they_came(
    desk: Desk, arrive: Callable[..., str], decide: Callable[..., Verdict], tmp_path: Path
) -> None:
    scan_id = arrive("pistol")
    with pytest.raises(StageError):
        desk.photos.add(ANNA, scan_id, from_phone())
    decide(ANNA, scan_id, **SEARCH)
    first, was_there = desk.photos.add(ANNA, scan_id, from_phone())
    assert not was_there
    assert desk.photos.add(BEN, scan_id, from_phone()) == (first, True)
    second, _ = desk.photos.add(BEN, scan_id, png(picture()))
    assert sorted(desk.photos.of(scan_id), key=lambda photo: photo.by) == [first, second]
    photo, data = desk.photos.read(scan_id, first.sha256)
    assert (photo, len(data)) == (first, first.size)
    assert data == (tmp_path / "data" / "images" / first.sha256[:2] / first.sha256).read_bytes()
    other = arrive("pistol")
    assert desk.photos.of(other) == []
    for scan, sha256 in ((other, first.sha256), (scan_id, "0" * 64), ("0" * 32, first.sha256)):
        with pytest.raises(NotFoundError):
            desk.photos.read(scan, sha256)
    (tmp_path / "data" / "images" / first.sha256[:2] / first.sha256).write_bytes(b"other")
    with pytest.raises(DamagedError):
        desk.photos.read(scan_id, first.sha256)


def test_there_is_an_end_to_photos(
    desk: Desk, arrive: Callable[..., str], decide: Callable[..., Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MOST_PHOTOS", 2)
    scan_id = arrive("pistol")
    decide(ANNA, scan_id, **SEARCH)
    sent = [png(Image.new("L", (9, 9), grey)) for grey in range(3)]
    for data in sent[:2]:
        desk.photos.add(ANNA, scan_id, data)
    with pytest.raises(BadInputError, match="photos of a scan: expected 2 at most, got one more"):
        desk.photos.add(ANNA, scan_id, sent[2])
    assert desk.photos.add(ANNA, scan_id, sent[0])[1]
