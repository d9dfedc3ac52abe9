"""``Registry``: the numbered model packages of a data folder, and which of them serves.

::

    DATA_DIR/models/
    ├── 0001/, 0002/, …      packages; a number is never used twice, and a package never changes
    ├── aliases.json         where champion, candidate and shadow point
    ├── record.jsonl         every change of that: who, when, why
    ├── verdicts/0001.json   what the gate said
    ├── trusted_keys.toml    whose signatures count here, beside those that ship with parcelray
    └── lock                 held by whoever changes something

A model is named by a reference: ``0002``, an alias, ``release-0002`` for one that ships with parcelray, or the path of
a folder. Where nothing was promoted yet, the champion is the newest shipped release.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import getpass
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from parcelray.models.durable import make_private_folder
from parcelray.models.errors import (
    BadInputError,
    DamagedError,
    PackageError,
    PackageNotFoundError,
    PromotionRefusedError,
    SetupError,
)
from parcelray.models.package import MANIFEST, ModelPackage, sha256_of
from parcelray.models.registry_journal import Alias, Change, Journal, former_champions
from parcelray.models.registry_shelf import Shelf, is_number
from parcelray.models.registry_verdicts import Verdicts
from parcelray.models.signing import signer_of
from parcelray.models.store import release_folder, releases
from parcelray.models.trust import TrustedKey, trust, trusted_keys

MODELS = "models"
_RELEASE = "release-"
_LOCK = "lock"


@dataclass(frozen=True)
class Held:
    """A model that the registry knows, shipped or added.

    Attributes:
        reference: that stands for it alone.
        aliases: that point at it.
        package: where it is whole.
        signer: whose trusted key signed it.
        fault: why it could not serve; None where it could.
    """

    reference: str
    aliases: tuple[Alias, ...]
    package: ModelPackage | None
    signer: TrustedKey | None
    fault: str | None


class Registry:
    """The models of one data folder. Several processes may use it at once.

    Args:
        folder: ``DATA_DIR/models``; made when something is put there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = Journal(folder)
        self._shelf = Shelf(folder)
        self._verdicts = Verdicts(folder / "verdicts")

    @classmethod
    def open(cls, data_dir: Path) -> Registry:
        """The registry of a data folder."""
        return cls(data_dir / MODELS)

    def list(self) -> Sequence[Held]:
        """All models that ship with parcelray, then all that were added, each looked at whole.

        Raises:
            DamagedError: the aliases cannot be read.
            SetupError: the trusted keys cannot be read.
        """
        aliases, keys = {Alias.CHAMPION: self.champion(), **self._journal.aliases()}, trusted_keys(self.folder)
        references = (*(f"{_RELEASE}{number}" for number in releases()), *self._shelf.numbers())
        return [
            self._look_at(one, tuple(name for name, at in aliases.items() if at == one), keys) for one in references
        ]

    def record(self) -> Sequence[Change]:
        """Every change of an alias, the oldest first.

        Raises:
            DamagedError: it cannot be read.
        """
        return self._journal.record()

    def champion(self) -> str:
        """The reference of the model that serves: a number, or a shipped release.

        Raises:
            DamagedError: the aliases cannot be read.
            PackageNotFoundError: nothing was promoted, and no release is installed.
        """
        return self._journal.aliases().get(Alias.CHAMPION) or f"{_RELEASE}{release_folder().name}"

    def fallbacks(self) -> Sequence[str]:
        """What could serve where the champion cannot: earlier champions, the last first, then the shipped releases."""
        record: Sequence[Change]
        try:
            record = self._journal.record()
        except DamagedError:
            record = self._readable_record()
        past = [change for change in reversed(record) if change.alias is Alias.CHAMPION]
        found = [reference for change in past for reference in (change.after, change.before) if reference is not None]
        found += [f"{_RELEASE}{number}" for number in reversed(releases())]
        return list(dict.fromkeys(found))

    def resolve(self, reference: str) -> ModelPackage:
        """Open the package that a reference stands for; whoever signed it.

        Raises:
            PackageNotFoundError: there is none.
            PackageError: it is not whole.
            DamagedError: the aliases cannot be read.
        """
        return ModelPackage.open(self._folder_of(self._followed(reference)))

    def resolve_trusted(self, reference: str) -> ModelPackage:
        """The same, where somebody signed it who is trusted here.

        Raises:
            PackageUntrustedError: nobody did.
            PackageError: as ``resolve``.
            DamagedError: as there.
            SetupError: the trusted keys cannot be read.
        """
        package = self.resolve(reference)
        signer_of(package, trusted_keys(self.folder))
        return package

    def add(self, folder: Path, *, alias: Alias = Alias.CANDIDATE, by: str | None = None, why: str = "") -> str:
        """Take a copy of a package, and have an alias point at it. One that is here already keeps its number.

        Args:
            folder: of the package, signed or not; a signature is taken over, also where the package is here already.
            alias: candidate or shadow.
            by: who does it; the login name when None.
            why: for the record.

        Returns:
            Its number.

        Raises:
            PackageError: it is not whole.
            BadInputError: the alias is the champion's: that one is promoted.
        """
        if alias is Alias.CHAMPION:
            raise BadInputError("the alias", expected="candidate or shadow, then a promotion", got=repr(str(alias)))
        package = ModelPackage.open(folder)
        with self._alone():
            number = self._shelf.number_of(package)
            if number is None:
                number = self._shelf.put(package, (change.after for change in self._journal.record()))
            else:
                self._shelf.take_signature(number, package)
            if self._journal.aliases().get(alias) != number:
                self._move(alias, number, package, action="add", by=by, why=why)
        return number

    def promote(self, reference: str, *, why: str, by: str | None = None, without_gate: bool = False) -> Change:
        """Make a model the champion. A running service takes it up.

        Args:
            reference: of a model that was added or shipped.
            why: for the record.
            by: who does it; the login name when None.
            without_gate: do not ask what the gate said.

        Raises:
            PackageError: it is not whole, or not signed by who is trusted.
            PromotionRefusedError: the gate did not pass it beside the present champion, or it is the champion.
            BadInputError: no reason is given, or the reference is a path.
        """
        _require_reason(why)
        with self._alone():
            target = self._followed(reference)
            if not (is_number(target) or target.startswith(_RELEASE)):
                expected = "a model that was added (parcelray models add), by its number or alias, or a shipped release"
                raise BadInputError("the model", expected=expected, got=repr(reference))
            champion = self.champion()
            if target == champion:
                raise PromotionRefusedError(f"{target}: expected a model that is not the champion, got the champion")
            package = self.resolve_trusted(target)
            verdict = None if without_gate else self._verdict_for(package, target, champion)
            return self._move(
                Alias.CHAMPION,
                target,
                package,
                action="promote",
                by=by,
                why=why,
                verdict=verdict,
                without_gate=without_gate,
            )

    def rollback(self, *, why: str, by: str | None = None) -> Change:
        """Make the previous champion the champion again; done twice, the one before that.

        Args:
            why: for the record.
            by: who does it; the login name when None.

        Raises:
            PromotionRefusedError: nobody was promoted, or all that was is undone.
            PackageError: the previous champion is not whole, or not signed by who is trusted.
            BadInputError: no reason is given.
        """
        _require_reason(why)
        with self._alone():
            former = former_champions(self._journal.record())
            if not former:
                raise PromotionRefusedError("rollback: expected a champion before the present one, got none on record")
            package = self.resolve_trusted(former[-1])
            return self._move(Alias.CHAMPION, former[-1], package, action="rollback", by=by, why=why)

    def keep_verdict(self, document: Mapping[str, Any]) -> str:
        """Keep what the gate said of a candidate: ``promote`` asks for it.

        Returns:
            Its number.

        Raises:
            BadInputError: it is no verdict.
        """
        with self._alone():
            return self._verdicts.keep(document)

    def trust(self, public: str, name: str) -> TrustedKey:
        """Trust the signatures of one more key.

        Raises:
            BadInputError: it is no key or no name, or is trusted already.
            SetupError: the file of keys cannot be read.
        """
        with self._alone():
            return trust(self.folder, public, name)

    def _look_at(self, reference: str, aliases: tuple[Alias, ...], keys: tuple[TrustedKey, ...]) -> Held:
        package = None
        try:
            package = self.resolve(reference)
            return Held(reference, aliases, package, signer_of(package, keys), None)
        except PackageError as error:
            return Held(reference, aliases, package, None, str(error))

    def _readable_record(self) -> Sequence[Change]:
        """The record without the aliases; nothing where it is damaged too."""
        try:
            return self._journal.lines()
        except DamagedError:
            return ()

    def _followed(self, reference: str) -> str:
        """What an alias points at; any other reference as it is."""
        if reference == Alias.CHAMPION:
            return self.champion()
        if reference in tuple(Alias):
            found = self._journal.aliases().get(Alias(reference))
            if found is None:
                raise PackageNotFoundError(f"model {reference}: nothing was given that alias in {self.folder}")
            return found
        return reference

    def _folder_of(self, reference: str) -> Path:
        if reference.startswith(_RELEASE):
            return release_folder(reference.removeprefix(_RELEASE))
        return self._shelf.folder_of(reference) if is_number(reference) else Path(reference)

    def _verdict_for(self, package: ModelPackage, target: str, champion: str) -> str:
        """The number of the verdict that lets a model take the champion's place."""
        subject = f"{target} ({package.manifest.name} {package.manifest.version})"
        advice = f"see `parcelray gate {target} --against champion`, or promote it --without-gate"
        try:
            present = sha256_of((self._folder_of(champion) / MANIFEST).read_bytes())
        except (OSError, PackageNotFoundError) as error:
            raise PromotionRefusedError(
                f"{subject}: expected a champion that it was compared with, got {champion}, which is gone; {advice}"
            ) from error
        found = self._verdicts.latest(package.manifest_sha256, present)
        if found is None:
            raise PromotionRefusedError(
                f"{subject}: expected that the gate passed it beside the present champion {champion}, "
                f"got no verdict about the two; {advice}"
            )
        number, verdict = found
        if not verdict.passed:
            raise PromotionRefusedError(
                f"{subject}: expected that the gate passed it beside the present champion {champion}, "
                f"got verdict {number}, which refuses it ({verdict.reasons()}); {advice}"
            )
        return number

    def _move(
        self,
        alias: Alias,
        reference: str,
        package: ModelPackage,
        *,
        action: Literal["add", "promote", "rollback"],
        by: str | None,
        why: str,
        verdict: str | None = None,
        without_gate: bool = False,
    ) -> Change:
        record = self._journal.record()
        before = self.champion() if alias is Alias.CHAMPION else self._journal.aliases().get(alias)
        change = Change(
            number=record[-1].number + 1 if record else 1,
            at=dt.datetime.now(dt.UTC),
            by=by or _login_name(),
            why=why,
            action=action,
            alias=alias,
            before=before,
            after=reference,
            manifest_sha256=package.manifest_sha256,
            verdict=verdict,
            without_gate=without_gate,
        )
        self._journal.make(change)
        return change

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep all others from changing something, for as long as the block runs; waits for its turn.

        Raises:
            SetupError: nothing can be written here.
        """
        try:
            make_private_folder(self.folder)
            with (self.folder / _LOCK).open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                # What is left here by who was killed: nobody else is writing now.
                for part in self.folder.glob(".*.part"):
                    shutil.rmtree(part) if part.is_dir() else part.unlink()
                yield
        except OSError as error:
            raise SetupError(
                f"{self.folder}: expected a folder that can be written, got: {error.strerror or error}"
            ) from error


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise SetupError("expected a login name, got a user without one; name yourself with --by") from error


def _require_reason(why: str) -> None:
    if not why.strip():
        raise BadInputError("the reason (--why)", expected="some words for the record", got="none")
