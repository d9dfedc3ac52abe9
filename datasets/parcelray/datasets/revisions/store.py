"""``RevisionStore``: a folder of revisions, and of the files that they are made of.

::

    STORE/
    ├── revisions/3f9a…/manifest.json    the folder's name is the file's sha256: `sha256sum` can check it
    ├── names/2026-05                    a name that somebody gave: the id of one revision, for ever
    ├── objects/ab/cdef…                 every file once, under its sha256, whatever the number of revisions it is in
    └── parts/                           what is being written, or was when somebody pulled the plug

Files come first, then the manifest, its folder renamed into place when all is on the disk; then the name. So a revision
is there as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from parcelray.datasets.revisions.objects import Objects, make_folder
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.models.durable import sync
from parcelray.models.errors import DamagedError, DatasetError

MANIFEST = "manifest.json"
_REVISIONS, _NAMES = "revisions", "names"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MAY_BEGIN_AN_ID = re.compile(r"[0-9a-f]{4,}")
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Damage:
    """A kept file that is not what was put.

    Attributes:
        path: where it lies.
        scan: that it belongs to, as its source calls it.
        got: what is there instead, in words.
    """

    path: Path
    scan: str
    got: str


class RevisionStore:
    """A folder of revisions.

    Args:
        folder: made when something is put.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects = Objects(folder)

    def ids(self) -> list[str]:
        """Of all revisions, the oldest first."""
        manifests = (self.folder / _REVISIONS).glob(f"*/{MANIFEST}")
        return [path.parent.name for path in sorted(manifests, key=lambda path: (path.stat().st_mtime_ns, path))]

    def names(self) -> dict[str, str]:
        """The id that each name stands for, by name.

        Raises:
            DamagedError: the file of a name holds something else.
        """
        found = {path.name: path.read_bytes().decode("ascii", "replace").strip() for path in self._name_files()}
        for name, revision_id in found.items():
            if not _ID.fullmatch(revision_id):
                raise DamagedError(f"{self.folder / _NAMES / name}: expected the id of a revision, got {revision_id!r}")
        return found

    def find(self, reference: str) -> str:
        """The id that a name, an id or its beginning stands for.

        Raises:
            DatasetError: there is no such revision, or more than one begins like that.
        """
        named = self.names().get(reference)
        if named is not None:
            return named
        ids = self.ids()
        found = [one for one in ids if one.startswith(reference)] if reference else []
        if len(found) != 1:
            known = ", ".join([*self.names(), *(one[:12] for one in ids)]) or "none yet"
            got = f"{reference!r}, which {len(found)} begin with" if found else repr(reference)
            raise DatasetError(str(self.folder), expected=f"a revision's name or id ({known})", got=got)
        return found[0]

    def open(self, reference: str) -> DatasetRevision:
        """Read a revision, and hold its manifest to its id.

        Args:
            reference: a name, an id, or the beginning of one.

        Raises:
            DatasetError: there is no such revision, or this version of parcelray cannot read it.
            DamagedError: the manifest is missing, or is not the one that the id stands for.
        """
        path = self._manifest(self.find(reference))
        try:
            manifest = path.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{path}: expected the manifest of {reference}, got no such file") from error
        came = hashlib.sha256(manifest).hexdigest()
        if came != path.parent.name:
            raise DamagedError(f"{path}: expected bytes of sha256 {path.parent.name}, got sha256 {came}")
        return DatasetRevision.parse(manifest, str(path))

    def ancestors_of(self, revision: DatasetRevision) -> Iterator[DatasetRevision]:
        """Its parent, the parent's parent and so on.

        Raises:
            DatasetError: one of them is not in this store.
            DamagedError: one of them is damaged.
        """
        while revision.parent is not None:
            revision = self.open(revision.parent)
            yield revision

    def check_name(self, name: str) -> None:
        """Whether something may be named so.

        Raises:
            DatasetError: it has letters that file names should not have, or could be taken for the beginning of an id.
        """
        if not _NAME.fullmatch(name) or _MAY_BEGIN_AN_ID.fullmatch(name):
            expected = "letters, digits, dots, dashes; not to be mistaken for the beginning of an id, such as 2026-05"
            raise DatasetError("the revision's name", expected=expected, got=repr(name))

    def put(
        self,
        revision: DatasetRevision,
        files: Mapping[str, Path],
        *,
        link: bool = False,
        report: Callable[[int], None] = lambda _done: None,
    ) -> bool:
        """Keep a revision. When this returns, it outlives a loss of power.

        Args:
            revision: to keep.
            files: where each file of it lies now, by its sha256.
            link: make kept files second names of these, on one disk, instead of copies.
            report: is told how many scans are done.

        Returns:
            False where it was kept already.

        Raises:
            DatasetError: a file has other bytes than it had a moment ago.
        """
        for done, scan in enumerate(revision.scans, start=1):
            for file in scan.files:
                self.objects.put(files[file.sha256], file.sha256, file.size, link=link)
            report(done)
        manifest = self._manifest(revision.id)
        if manifest.exists():
            return False
        # Also of files that another put a moment ago: their names may not be on the disk yet.
        self.objects.sync(file.sha256 for scan in revision.scans for file in scan.files)
        make_folder(manifest.parent.parent)
        with self.objects.part() as part:
            part.mkdir()
            (part / MANIFEST).write_bytes(revision.manifest)
            sync(part / MANIFEST)
            sync(part)
            try:
                part.rename(manifest.parent)
            except OSError:
                # Another process has put the same one meanwhile.
                if not manifest.exists():
                    raise
                return False
        sync(manifest.parent.parent)
        return True

    def name(self, name: str, revision_id: str) -> None:
        """Give a revision a name.

        Raises:
            DatasetError: the name cannot be given, or stands for another revision.
        """
        self.check_name(name)
        path = self.folder / _NAMES / name
        make_folder(path.parent)
        with self.objects.part() as part:
            part.write_text(f"{revision_id}\n", "ascii")
            sync(part)
            try:
                # Unlike renaming, never takes a name from somebody else.
                os.link(part, path)
            except FileExistsError as error:
                there = self.names()[name]
                if there != revision_id:
                    raise DatasetError(
                        f"the name {name}", expected="one that is not taken", got=f"the name of {there[:12]}"
                    ) from error
        sync(path.parent)

    def verify(self, revision: DatasetRevision, report: Callable[[int], None] = lambda _done: None) -> Iterator[Damage]:
        """Read every file of a revision, and name those that are not what was put.

        Args:
            revision: of this store.
            report: is told how many scans are done.
        """
        for done, scan in enumerate(revision.scans, start=1):
            for file in scan.files:
                got = self.objects.damage(file.sha256)
                if got is not None:
                    yield Damage(self.objects.path_of(file.sha256), scan.file, got)
            report(done)

    def _name_files(self) -> list[Path]:
        return sorted((self.folder / _NAMES).glob("*"))

    def _manifest(self, revision_id: str) -> Path:
        return self.folder / _REVISIONS / revision_id / MANIFEST
