import hashlib
from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.validation.findings import Finding
from parcelray.datasets.validation.pictures import read_pictures
from parcelray.datasets.validation.records import CheckedScan, LabelledScan
from support.labelled_folders import HEIGHT, WIDTH, encoded, packed

COUNTS = np.full((HEIGHT, WIDTH), 50_000, np.uint16)
COUNTS[10:40, 20:70] = 900


def read(folder: Path, name: str, width: int = WIDTH, height: int = HEIGHT) -> CheckedScan | Finding:
    scan = LabelledScan("labels, image 1", name, width, height, None, None, False, ())
    (result,) = read_pictures(folder, [scan])
    return result


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_a_picture_is_summed_and_measured(tmp_path: Path, suffix: str) -> None:
    data = encoded(packed(1), suffix)
    # What it is called does not matter.
    (tmp_path / "a.PNG").write_bytes(data)
    result = read(tmp_path, "a.PNG")
    assert isinstance(result, CheckedScan)
    (file,) = result.picture.files
    assert (file.sha256, file.size, file.suffix) == (hashlib.sha256(data).hexdigest(), len(data), suffix)
    assert (result.picture.width, result.picture.height) == (WIDTH, HEIGHT)
    assert result.picture.likeness is not None
    assert result.sha256 == result.group == file.sha256


def test_a_pair_has_two_files(tmp_path: Path) -> None:
    # Letters that mean something to a search for files.
    for half, level in (("high", 0), ("low", 200)):
        (tmp_path / f"a[1]_{half}.png").write_bytes(encoded(np.uint16(COUNTS - level)))
    result = read(tmp_path, "a[1]_high.png")
    assert isinstance(result, CheckedScan)
    assert [file.path.name for file in result.picture.files] == ["a[1]_high.png", "a[1]_low.png"]
    assert result.sha256 == result.picture.files[0].sha256


def test_next_to_nothing_has_no_likeness(tmp_path: Path) -> None:
    pixels = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    pixels[10:12, 10:12] = 200
    (tmp_path / "a.png").write_bytes(encoded(pixels))
    result = read(tmp_path, "a.png")
    assert isinstance(result, CheckedScan)
    assert result.picture.likeness is None


WRONG: list[tuple[str, dict[str, bytes], str, str, str]] = [
    ("missing", {}, "a.png", "missing-file", "got no such file"),
    ("a folder", {"a.png/b": b""}, "a.png", "missing-file", "got no such file"),
    ("a name that is too long", {}, "a" * 300, "unreadable-file", "File name too long"),
    ("empty", {"a.png": b""}, "a.png", "unreadable-file", "got an empty file"),
    ("text", {"a.png": b"hello"}, "a.png", "unreadable-file", "got text"),
    ("cut", {"a.png": encoded(packed(1))[:-200]}, "a.png", "unreadable-file", "cut short"),
    ("cut JPEG", {"a.jpg": encoded(packed(1), ".jpg")[:-100]}, "a.jpg", "unreadable-file", "cut short"),
    ("half a pair", {"a_high.png": encoded(COUNTS)}, "a_high.png", "missing-file", "a_low.* beside it"),
    ("the other half", {f"a_{half}.png": encoded(COUNTS) for half in ("high", "low")}, "a_low.png", "unreadable-file",
     "expected of a pair the high-energy image, X_high.*, got the low-energy one"),
    ("half of colours", {f"a_{half}.png": encoded(packed(1)) for half in ("high", "low")}, "a_high.png",
     "unreadable-file", "16-bit grey"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "name", "kind", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, files: dict[str, bytes], name: str, kind: str, message: str
) -> None:
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    result = read(tmp_path, name)
    assert isinstance(result, Finding)
    assert result.kind == kind
    assert message in str(result)
    assert str(result).startswith("labels, image 1: expected ")


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 2)])
def test_the_smallest_pictures_are_read(tmp_path: Path, shape: tuple[int, int], kind: type) -> None:
    pixels = np.random.default_rng(1).integers(0, 250, shape).astype(kind)
    (tmp_path / "a.png").write_bytes(encoded(pixels))
    assert isinstance(read(tmp_path, "a.png", shape[1], shape[0]), CheckedScan)


def test_another_size_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(packed(1)))
    result = read(tmp_path, "a.png", width=HEIGHT, height=WIDTH)
    assert isinstance(result, Finding)
    assert result.kind == "other-size"
    assert "expected 96 x 72 pixels, as its file has, got 72 x 96 in the labels" in str(result)


def test_scans_come_in_order_and_all_are_told_of(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.png").write_bytes(encoded(packed(number)))
    scans = [LabelledScan("", f"{number}.png", WIDTH, HEIGHT, None, None, False, ()) for number in range(31)]
    told: list[int] = []
    results = list(read_pictures(tmp_path, scans, told.append))
    names = [result.labels.file_name for result in results if isinstance(result, CheckedScan)]
    assert names == [f"{number}.png" for number in range(30)]
    assert isinstance(results[30], Finding)
    assert told == list(range(1, 32))
