"""``Shelf``: the numbered packages of a registry. Each is there as a whole or not at all, and never changes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from parcelray.models.durable import replace_file, sync, write_new
from parcelray.models.errors import PackageError, PackageNotFoundError
from parcelray.models.package import MANIFEST, ModelPackage, sha256_of
from parcelray.models.signing import SIGNATURE

_NUMBER = re.compile(r"\d{4,}")


def is_number(reference: str) -> bool:
    """Whether a reference has the form of a package's number."""
    return bool(_NUMBER.fullmatch(reference))


class Shelf:
    """Packages in folders that are called by their number. Whoever puts one keeps others from it meanwhile.

    Args:
        folder: holds them, and other things.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def numbers(self) -> list[str]:
        """Of all packages, the oldest first."""
        return sorted((path.name for path in self._folder.glob("[0-9]*") if is_number(path.name)), key=int)

    def folder_of(self, number: str) -> Path:
        """Where a package lies.

        Raises:
            PackageNotFoundError: there is none of that number.
        """
        folder = self._folder / number
        if not folder.is_dir():
            have = ", ".join(self.numbers()) or "none"
            raise PackageNotFoundError(f"model {number}: not in {self._folder}; models found: {have}")
        return folder

    def number_of(self, package: ModelPackage) -> str | None:
        """The number of a package with the very same manifest; None where there is none."""
        for number in self.numbers():
            try:
                manifest = (self._folder / number / MANIFEST).read_bytes()
            except OSError:
                continue
            if sha256_of(manifest) == package.manifest_sha256:
                return number
        return None

    def put(self, package: ModelPackage, used: Iterable[str]) -> str:
        """Bring a copy to the disk: written beside its place, then renamed.

        Args:
            package: with its signature, where it has one.
            used: numbers that were given before, also those whose packages are gone; what is no number is passed over.

        Returns:
            Its number.

        Raises:
            PackageError: it is not whole.
        """
        number = f"{max((int(one) for one in (*used, *self.numbers()) if is_number(one)), default=0) + 1:04d}"
        part = self._folder / f".{number}.part"
        part.mkdir(mode=0o700)
        for name in package.manifest.files:
            if Path(name).name != name:
                raise PackageError(f"model package {package.folder}: expected files beside {MANIFEST}, got {name!r}")
            write_new(part / name, package.read(name))
        for name in (MANIFEST, SIGNATURE):
            if (package.folder / name).is_file():
                write_new(part / name, (package.folder / name).read_bytes())
        if ModelPackage.open(part).manifest_sha256 != package.manifest_sha256:
            raise PackageError(f"model package {package.folder}: {MANIFEST} changed while it was copied")
        sync(part)
        part.rename(self._folder / number)
        sync(self._folder)
        return number

    def take_signature(self, number: str, package: ModelPackage) -> None:
        """Take over the signature of a package that is here already, where it has one."""
        signature = package.folder / SIGNATURE
        if signature.is_file():
            replace_file(self._folder / number / SIGNATURE, signature.read_bytes())
