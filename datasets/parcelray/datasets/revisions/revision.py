"""``DatasetRevision``: an immutable list of scans and labels with its splits, named by its content.

Its ``id`` is the sha256 of its manifest: canonical JSON of everything that decides what is learned and what is
measured. Two people who make a revision of the same scans, labels and settings get the same one; who changes a box gets
another.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parcelray.datasets.validation.records import SPLITS, Box, Split
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(gt=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Shares(_Frozen):
    """What part of the scans each split is meant to get; together 1."""

    train: Share
    validation: Share
    test: Share

    @model_validator(mode="after")
    def _check_sum(self) -> Self:
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"shares that add up to 1, got {total:g}")
        return self

    def of(self, split: Split) -> float:
        """The share of a split."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[split]


class Source(_Frozen):
    """A folder that scans came from.

    Attributes:
        name: of the folder, without those above it.
        annotations: sha256 of its labels.
    """

    name: str
    annotations: Sha256


class StoredFile(_Frozen):
    """A file of a scan.

    Attributes:
        sha256: of its bytes; it is kept under this sum.
        size: in bytes.
        suffix: that it is exported with, such as ``.jpg``.
    """

    sha256: Sha256
    size: int
    suffix: Annotated[str, Field(pattern=r"^\.[a-z]+$")]


class RevisionItem(_Frozen):
    """One labelled item: a leaf or a foreign class, and its box as x0 y0 x1 y1 in pixels, half-open."""

    label: str
    box: Box


class RevisionScan(_Frozen):
    """One scan.

    Attributes:
        files: one; of a dual-energy pair, the high-energy image and the low-energy one.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        likeness: 32 bytes, hexadecimal, that copies of the picture are told by; None where there is too little to see.
        group: scans of one group are in one split.
        split: where it is.
        reserved: for testing only.
        items: sorted.
        source: place in the revision's sources.
        file: what its source calls it.
    """

    files: Annotated[tuple[StoredFile, ...], Field(min_length=1, max_length=2)]
    width: Positive
    height: Positive
    likeness: Sha256 | None
    group: Annotated[str, Field(min_length=1)]
    split: Split
    reserved: bool
    items: tuple[RevisionItem, ...]
    source: Annotated[int, Field(ge=0)]
    file: str

    @property
    def sha256(self) -> str:
        """What the scan is known by: the sum of its picture, or of the high-energy image."""
        return self.files[0].sha256

    @property
    def labels(self) -> frozenset[str]:
        """The classes of its items."""
        return frozenset(item.label for item in self.items)

    def check(self, known: frozenset[str]) -> None:
        """Hold it to what every scan of a revision is.

        Args:
            known: leaves and foreign classes.

        Raises:
            ValueError: it is reserved and not a test scan, or an item is of no known class or lies outside.
        """
        if self.reserved and self.split != "test":
            raise ValueError(f"scan {self.sha256}: reserved for testing, but in {self.split}")
        for item in self.items:
            x0, y0, x1, y1 = item.box
            if item.label not in known:
                raise ValueError(f"scan {self.sha256}: {item.label!r} is no leaf, nor among the foreign classes")
            if not (0 <= x0 < x1 <= self.width and 0 <= y0 < y1 <= self.height):
                raise ValueError(f"scan {self.sha256}: box {item.box} is not within its {self.width} x {self.height}")


class DatasetRevision(_Frozen):
    """A list of scans and labels with its splits.

    Attributes:
        taxonomy: version that the labels belong to.
        foreign: classes that are no leaves; sorted.
        parent: id of the revision that it follows.
        shares: that the splits were meant to get.
        seed: that decided where scans went that nothing else decided.
        sources: the folders that the scans came from, sorted.
        scans: sorted by their sums, each once.

    Raises:
        ValidationError: a group is in two splits, a reserved scan is not in test, a list is not sorted, …
    """

    format: Literal[1] = 1
    taxonomy: int
    foreign: tuple[str, ...]
    parent: Sha256 | None
    shares: Shares
    seed: int
    sources: tuple[Source, ...]
    scans: Annotated[tuple[RevisionScan, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        known = frozenset({*load_taxonomy(self.taxonomy).leaves(), *self.foreign})
        split_of: dict[str, Split] = {}
        for scan in self.scans:
            scan.check(known)
            if split_of.setdefault(scan.group, scan.split) != scan.split:
                raise ValueError(f"group {scan.group!r}: in {split_of[scan.group]} and {scan.split}")
            if scan.source >= len(self.sources):
                raise ValueError(f"scan {scan.sha256}: source {scan.source} of {len(self.sources)}")
        sums = [scan.sha256 for scan in self.scans]
        if sums != sorted(set(sums)):
            raise ValueError("scans: sorted by sha256, each once")
        if list(self.foreign) != sorted(set(self.foreign) - set(load_taxonomy(self.taxonomy).leaves())):
            raise ValueError("foreign: sorted, each once, no leaves")
        return self

    @cached_property
    def manifest(self) -> bytes:
        """Canonical JSON: names sorted, no space, ASCII, numbers as Python's ``repr`` writes them; one line."""
        document = self.model_dump(mode="json")
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return text.encode("ascii") + b"\n"

    @cached_property
    def id(self) -> str:
        """The sha256 of the manifest, hexadecimal."""
        return hashlib.sha256(self.manifest).hexdigest()

    @classmethod
    def parse(cls, manifest: bytes, where: str) -> DatasetRevision:
        """Read a manifest.

        Args:
            manifest: its bytes.
            where: it lies, for messages.

        Raises:
            DatasetError: it is not the manifest of a revision that this version of parcelray can read.
        """
        try:
            return cls.model_validate_json(manifest)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "manifest"
            got = "nothing" if first["type"] == "missing" else repr(first["input"])[:80]
            raise DatasetError(f"{where}, {place}", expected=first["msg"], got=got) from error

    def in_split(self, split: Split) -> Iterator[RevisionScan]:
        """The scans of a split."""
        return (scan for scan in self.scans if scan.split == split)

    @cached_property
    def scans_showing(self) -> dict[Split, Counter[str]]:
        """For each split, how many of its scans show each class."""
        counts: dict[Split, Counter[str]] = {split: Counter() for split in SPLITS}
        for scan in self.scans:
            counts[scan.split].update(scan.labels)
        return counts

    @cached_property
    def items_of(self) -> Counter[str]:
        """How many items there are of each class."""
        return Counter(item.label for scan in self.scans for item in scan.items)
