"""Which scans a model learned from, and which its thresholds were set on: ``trained_on.json`` of a package.

A test proves something only on scans that are not among them. So each is named by its content, and by its likeness, for
the same picture comes again compressed anew or mirrored. Training writes the likeness (it is computed in
``parcelray.datasets.validation.likeness``); here it is a name and some hexadecimal digits.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parcelray.models.errors import PackageError
from parcelray.models.package import TRAINED_ON, ModelPackage, Sha256


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScanMark(_Frozen):
    """What a scan is known by.

    Attributes:
        sha256: of the picture's file; of a dual-energy pair, of the high-energy image.
        likeness: of the picture, hexadecimal; None where there is too little to see.
        group: that the labels put it in; None where they put it in none.
    """

    sha256: Sha256
    likeness: Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$")] | None
    group: str | None


class TrainedOn(_Frozen):
    """The scans that decided a model.

    Attributes:
        likeness: name of the likeness; those of another name cannot be compared.
        scans: that it learned from, and that the packages before it did that it started from.
        validation: that thresholds and calibration were set on.
        unnamed: packages before it that name no scans: what they learned from is not known.
    """

    format: Literal[1] = 1
    likeness: str
    scans: tuple[ScanMark, ...]
    validation: tuple[ScanMark, ...] = ()
    unnamed: tuple[str, ...] = ()

    def and_before(self, before: TrainedOn) -> TrainedOn:
        """What a model learned from that started from another one; that one's thresholds are not taken over."""
        older = before.scans
        if before.likeness != self.likeness:
            older = tuple(scan.model_copy(update={"likeness": None}) for scan in older)
        return self.model_copy(
            update={
                "scans": tuple(dict.fromkeys((*self.scans, *older))),
                "unnamed": tuple(dict.fromkeys((*self.unnamed, *before.unnamed))),
            }
        )


def read_trained_on(package: ModelPackage) -> TrainedOn | None:
    """What a package learned from; None where it does not say, as those before this file.

    Raises:
        PackageTamperedError: the file is missing or altered.
        PackageError: it is not one that this version understands.
    """
    if TRAINED_ON not in package.manifest.files:
        return None
    return parse_trained_on(package.read(TRAINED_ON), str(package.folder / TRAINED_ON))


def parse_trained_on(data: bytes, name: str) -> TrainedOn:
    """Read the bytes of such a file.

    Raises:
        PackageError: it is not one that this version understands.
    """
    try:
        return TrainedOn.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "document"
        raise PackageError(f"{name} is not valid: {where}: {first['msg']}") from error
