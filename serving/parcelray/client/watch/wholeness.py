"""Whether a file is whole, as far as can be told without decoding it."""

from __future__ import annotations

from pathlib import Path

# How a format begins, and how a whole file of it ends: the IEND chunk with its checksum, the marker EOI.
_MARKS = (
    (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    (b"\xff\xd8\xff", b"\xff\xd9"),
)
_LONGEST_HEAD = 8
# Some writers pad the end of a file.
_TAIL = 4096
_PADDING = b"\0\r\n \x1a"


def has_its_end(path: Path) -> bool:
    """Whether a file ends as its format ends; true where the format has no end to be told by, as TIFF.

    Raises:
        OSError: the file cannot be read. On Windows that is so while another program writes it.
    """
    with path.open("rb") as file:
        head = file.read(_LONGEST_HEAD)
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read().rstrip(_PADDING)
    if not head:
        return False
    end = next((end for start, end in _MARKS if start.startswith(head[: len(start)])), None)
    return end is None or tail.endswith(end)
