"""Whether a file is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from client_support import picture

from parcelray.client.watch.wholeness import has_its_end
from support.pictures import encoded, scan_pixels

PNG, JPEG, TIFF = picture(), encoded(scan_pixels(), ".jpg"), encoded(scan_pixels(), ".tif")


@pytest.mark.parametrize(
    ("data", "is_whole"),
    [
        (PNG, True),
        (PNG[:-1], False),
        (PNG[: len(PNG) // 2], False),
        (PNG[:3], False),
        (PNG + bytes(2000), True),
        (PNG + b"more", False),
        (JPEG, True),
        (JPEG[:-1], False),
        (JPEG[:1], False),
        (JPEG + b"\r\n", True),
        (TIFF, True),
        (TIFF[:-1], True),
        (b"", False),
        (b"Dear Sir or Madam", True),
    ],
)
def test_whole_is_what_ends_as_its_format_does(tmp_path: Path, data: bytes, is_whole: bool) -> None:
    # The name tells nothing.
    (tmp_path / "a.tif").write_bytes(data)
    assert has_its_end(tmp_path / "a.tif") is is_whole
