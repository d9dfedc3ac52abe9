"""Our labelled scans for other tools: COCO, YOLO, CVAT. What is exported can be imported again, and is the same.

The formats are those that the importers of the same name read: see there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import files_of, sha256_of_file
from parcelray.datasets.importers.coco import CocoPart, read_part
from parcelray.datasets.importers.folders import ANNOTATIONS, IMAGES, claim, place, write_whole
from parcelray.datasets.importers.records import ImportedScan
from parcelray.datasets.importers.sidecar import SIDECAR, sidecar_text
from parcelray.models.errors import DatasetError

_RECORD = "export.json"
# Of a picture of 20,000 pixels, this is far below a thousandth of one.
_DIGITS = 10


def export_dataset(
    target_format: str,
    folder: Path,
    scans: Sequence[ImportedScan],
    out: Path,
    *,
    link: bool = False,
    report: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write a data set of ours in another format; goes on where the same export was broken off.

    Args:
        target_format: one of ``EXPORTERS``.
        folder: with ``images/`` and ``annotations.json``.
        scans: that are in it, from ``scans_of``.
        out: the folder to write.
        link: make pictures second names of the same files, on the same disk, instead of copies.
        report: is told how many scans are done.

    Raises:
        DatasetError: there is no such format, it cannot hold the data set, or the folder holds something else.
    """
    if target_format not in EXPORTERS:
        raise DatasetError("FORMAT", expected=f"one of {', '.join(EXPORTERS)}", got=target_format)
    files = EXPORTERS[target_format](folder, scans)
    sum_of_labels = sha256_of_file(folder / ANNOTATIONS)
    claim(out, _RECORD, {"format": target_format, "sha256": sum_of_labels, "link": link})
    for done, scan in enumerate(scans, start=1):
        for file in files_of(scan.picture):
            place(file, file.read_bytes(), (out / IMAGES / scan.name).with_name(file.name), link=link)
        report(done)
    # The file that a format begins with comes last: where it is, all is there.
    for name, text in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(out / name, text)


def scans_of(folder: Path) -> list[ImportedScan]:
    """The scans of a data set of ours.

    Raises:
        DatasetError: the labels contradict themselves, or a picture is missing.
    """
    return read_part(CocoPart(folder / ANNOTATIONS, (folder / IMAGES,)))


def _coco(folder: Path, _scans: Sequence[ImportedScan]) -> dict[str, str]:
    # As it is: masks, and fields of ours that others pass over.
    return {ANNOTATIONS: (folder / ANNOTATIONS).read_text(encoding="utf-8")}


def _yolo(folder: Path, scans: Sequence[ImportedScan]) -> dict[str, str]:
    categories = read_coco(folder / ANNOTATIONS).categories
    files: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for scan in scans:
        labels = (PurePosixPath("labels") / scan.name).with_suffix(".txt").as_posix()
        if labels in files:
            raise DatasetError(scan.name, expected="a name that differs by more than its suffix", got="two such names")
        files[labels] = "".join(_yolo_lines(scan, categories))
        if scan.split is not None:
            lists.setdefault(scan.split, []).append(f"./{IMAGES}/{scan.name}\n")
    files |= {f"{split}.txt": "".join(lines) for split, lines in lists.items()}
    head = [f"{split}: {split}.txt\n" for split in lists]
    unspeakable = [name for name in categories if '"' in name]
    if unspeakable:
        raise DatasetError(str(folder), expected='names of classes without "', got=unspeakable[0])
    names = [f'  {number}: "{name}"\n' for number, name in enumerate(categories)]
    return files | {SIDECAR: sidecar_text(scans), "data.yaml": "".join([*head, "names:\n", *names])}


def _yolo_lines(scan: ImportedScan, categories: Sequence[str]) -> list[str]:
    width, height = _size(scan)
    lines = []
    for box in scan.boxes:
        x0, y0, x1, y1 = box.corners
        shares = ((x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height)
        lines.append(f"{categories.index(box.name)} {' '.join(f'{share:.{_DIGITS}f}' for share in shares)}\n")
    return lines


def _cvat(folder: Path, scans: Sequence[ImportedScan]) -> dict[str, str]:
    document = Element("annotations")
    SubElement(document, "version").text = "1.1"
    task = SubElement(SubElement(document, "meta"), "task")
    SubElement(task, "name").text = "parcelray"
    SubElement(task, "size").text = str(len(scans))
    SubElement(task, "mode").text = "annotation"
    labels = SubElement(task, "labels")
    for category in read_coco(folder / ANNOTATIONS).categories:
        SubElement(SubElement(labels, "label"), "name").text = category
    for number, scan in enumerate(scans):
        width, height = _size(scan)
        image = SubElement(document, "image", id=str(number), name=scan.name)
        if scan.split is not None:
            image.set("subset", scan.split)
        image.set("width", str(width))
        image.set("height", str(height))
        for box in scan.boxes:
            element = SubElement(image, "box", label=box.name, source="manual", occluded="0")
            for side, value in zip(("xtl", "ytl", "xbr", "ybr"), box.corners, strict=True):
                element.set(side, f"{value:.{_DIGITS}g}")
            element.set("z_order", "0")
    indent(document)
    text = tostring(document, encoding="unicode")
    return {SIDECAR: sidecar_text(scans), "annotations.xml": f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'}


def _size(scan: ImportedScan) -> tuple[int, int]:
    # Our own labels always state it.
    assert scan.width is not None
    assert scan.height is not None
    return scan.width, scan.height


Exporter = Callable[[Path, Sequence[ImportedScan]], dict[str, str]]
EXPORTERS: Mapping[str, Exporter] = {"coco": _coco, "yolo": _yolo, "cvat": _cvat}
