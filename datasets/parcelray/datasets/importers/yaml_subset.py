"""As much of YAML as ``data.yaml`` of a YOLO data set needs: keys with a word, a list of words, or words by number.

Format: https://docs.ultralytics.com/datasets/detect/. A whole YAML reader would be a dependency of its own for four
keys of one file. What these hold beyond the subset is refused; other keys, whatever they hold, are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from parcelray.datasets.importers.paths import read_text
from parcelray.models.errors import DatasetError

Value = str | list[str] | dict[str, str]

_KEY = re.compile(r"([A-Za-z_]\w*) *:(?: +(.*))?$")
_ENTRY = re.compile(r"""("[^"]*"|'[^']*'|[\w.-]+) *: +(.+)$""")
_WORD = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^\s"'\[\]{},&*!|>%@`#][^"'\[\]{},#]*?)) *(?: #.*)?$""")


def read_yaml(path: Path, wanted: Iterable[str]) -> dict[str, Value]:
    """Read some keys of a YAML file.

    Args:
        path: the file.
        wanted: the keys.

    Returns:
        Those of them that are there, and not empty.

    Raises:
        DatasetError: there is no such file, or a key holds more than the subset.
    """
    lines = read_text(path).splitlines()
    names = set(wanted)
    found: dict[str, Value] = {}
    for number, line in enumerate(lines):
        key = _KEY.match(line.rstrip())
        if key is None or key[1] not in names:
            continue
        value = (key[2] or "").strip()
        where = f"{path}, line {number + 1}"
        if value and not value.startswith("#"):
            found[key[1]] = _flow(value, where)
        elif block := _block_after(lines, number):
            found[key[1]] = _block(block, where)
    return found


def _block_after(lines: list[str], number: int) -> list[str]:
    """The lines that belong to a key: those that are indented, and entries of a list, which need not be."""
    block = []
    for line in lines[number + 1 :]:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "-")):
            break
        block.append(line.strip())
    return block


def _block(block: list[str], where: str) -> Value:
    if all(line.startswith("- ") for line in block):
        return [_word(line[2:], where) for line in block]
    return dict(_entry(line, where) for line in block)


def _flow(value: str, where: str) -> Value:
    closing = {"[": "]", "{": "}"}.get(value[0])
    if closing is None:
        return _word(value, where)
    inside, end, rest = value[1:].rpartition(closing)
    if not end or (rest.strip() and not rest.strip().startswith("#")):
        raise DatasetError(where, expected=f"a list that ends on its line with {closing}", got=value)
    words = [word.strip() for word in inside.split(",") if word.strip()]
    return [_word(word, where) for word in words] if closing == "]" else dict(_entry(word, where) for word in words)


def _entry(text: str, where: str) -> tuple[str, str]:
    entry = _ENTRY.match(text)
    if entry is None:
        raise DatasetError(where, expected="entries such as 0: pistol", got=text)
    return entry[1].strip("\"'"), _word(entry[2], where)


def _word(text: str, where: str) -> str:
    word = _WORD.match(text.strip())
    if word is None:
        raise DatasetError(where, expected="a word, or one in quotes", got=text)
    return next(group for group in word.groups() if group is not None).strip()
