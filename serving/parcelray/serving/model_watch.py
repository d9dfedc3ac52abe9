"""``ModelWatch``: sees to it that the right model serves: the one that is set, or the champion, also when that changes.

A model that is altered, or that nobody signed who is trusted, does not serve. While another one serves, it goes on; at
the start, the champion before it is taken, since a hub without screening is worse off than one with last month's model.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parcelray.models.errors import (
    DamagedError,
    PackageError,
    PackageNotFoundError,
    PackageTamperedError,
    PackageUntrustedError,
    ParcelrayError,
    SetupError,
)
from parcelray.models.package import ModelPackage
from parcelray.models.registry import Registry
from parcelray.models.registry_journal import ALIASES, Alias
from parcelray.models.signing import signer_of
from parcelray.models.trust import TRUSTED_KEYS, TrustedKey, trusted_keys
from parcelray.serving.engine.engine import Engine
from parcelray.serving.logs import FIELDS
from parcelray.serving.settings import Settings
from parcelray.serving.telemetry import Metrics

_LOGGER = logging.getLogger("parcelray.models")

RefusalReason = Literal["missing", "altered", "untrusted", "damaged", "unusable"]
_REASONS: tuple[tuple[type[ParcelrayError], RefusalReason], ...] = (
    (PackageNotFoundError, "missing"),
    (PackageTamperedError, "altered"),
    (PackageUntrustedError, "untrusted"),
    (DamagedError, "damaged"),
)


@dataclass(frozen=True)
class Refusal:
    """A model that should serve, and does not.

    Attributes:
        model: its reference; "champion" where that cannot be told.
        reason: what is wrong with it.
    """

    model: str
    reason: RefusalReason


@dataclass(frozen=True)
class _Opened:
    """A package that may serve; the reference is that of the registry, None for the one that is set."""

    reference: str | None
    package: ModelPackage


class ModelWatch:
    """Chooses a model, has it loaded, and follows the champion. Used from the event loop alone.

    Args:
        settings: name a model, or the data folder whose champion is followed.
        engine: loads it.
        metrics: show it.

    Attributes:
        refusal: the model that should serve and does not.

    Raises:
        PackageError: the model that is set must not be loaded, or none of the registry's can be.
    """

    def __init__(self, settings: Settings, engine: Engine, metrics: Metrics) -> None:
        self.refusal: Refusal | None = None
        self._settings = settings
        self._engine = engine
        self._metrics = metrics
        self._registry = Registry.open(settings.data_dir)
        self._refused: list[str] = []
        # Before the aliases are read: what changes from now on is seen.
        self._seen = self._stamps()
        self._current = self._first()

    @property
    def served(self) -> str:
        """The model that serves, in words."""
        manifest, reference = self._current.package.manifest, self._current.reference
        if reference is None:
            return f"model {manifest.name} {manifest.version}"
        words = reference.replace("-", " ") if reference.startswith("release-") else f"model {reference}"
        return words if self.refusal is None else f"{words} in place of model {self.refusal.model}, which is refused,"

    async def load(self) -> None:
        """Load the chosen model; where that cannot be done, the next that could stand in for it.

        Raises:
            PackageError: the model that is set cannot be loaded, or none of the registry's can be.
        """
        while True:
            chosen = self._current
            try:
                await self._engine.load(chosen.package)
            except PackageError as error:
                if chosen.reference is None:
                    raise
                self._refuse(chosen.reference, error)
                self._current = await asyncio.to_thread(self._stand_in)
            else:
                self._show()
                return

    async def watch(self) -> None:
        """Follow the champion until cancelled; returns at once where a model is set."""
        while self._settings.model is None:
            await asyncio.sleep(self._settings.model_poll_s)
            try:
                stamps = await asyncio.to_thread(self._stamps)
                if stamps != self._seen:
                    self._seen = stamps
                    await self._follow()
            except Exception:
                # Whatever it was: without this watch, no promotion would ever be noticed.
                _LOGGER.exception("fault")

    async def _follow(self) -> None:
        """Have the champion serve, if it is another one and is as it should be."""
        reference = str(Alias.CHAMPION)
        try:
            reference = await asyncio.to_thread(self._registry.champion)
            if reference != self._current.reference:
                opened = await asyncio.to_thread(self._open, reference)
                await self._engine.load(opened.package)
                self._current = opened
            elif self.refusal is None:
                return
        except ParcelrayError as error:
            self.refusal = None
            self._refuse(reference, error)
        else:
            self.refusal = None
            _LOGGER.info("model", extra={FIELDS: {"served": self.served}})
        self._show()

    def _first(self) -> _Opened:
        if self._settings.model is not None:
            return self._open(None)
        reference = str(Alias.CHAMPION)
        try:
            reference = self._registry.champion()
            return self._open(reference)
        except ParcelrayError as error:
            self._refuse(reference, error)
        return self._stand_in()

    def _stand_in(self) -> _Opened:
        """The first model that can be opened of those that may serve in place of the champion.

        Raises:
            PackageError: there is none.
        """
        for reference in self._registry.fallbacks():
            if reference in self._refused:
                continue
            try:
                return self._open(reference)
            except ParcelrayError as error:
                self._refuse(reference, error)
        raise PackageError(f"models: expected one that can be served, got none: {', '.join(self._refused)} are refused")

    def _open(self, reference: str | None) -> _Opened:
        folder = self._settings.model
        try:
            package = self._registry.resolve(str(reference)) if folder is None else ModelPackage.open(folder)
            self._require_signature(package)
        except OSError as error:
            raise PackageError(f"model {folder or reference}: cannot be read: {error.strerror or error}") from error
        return _Opened(reference, package)

    def _require_signature(self, package: ModelPackage) -> None:
        try:
            signer_of(package, self._trusted_keys())
        except PackageUntrustedError as error:
            name = f"{package.manifest.name} {package.manifest.version}"
            if name != self._settings.accept_unsigned:
                raise
            _LOGGER.warning("unsigned model accepted", extra={FIELDS: {"model": name, "error": str(error)}})

    def _trusted_keys(self) -> tuple[TrustedKey, ...]:
        try:
            return trusted_keys(self._registry.folder)
        except SetupError as error:
            _LOGGER.error("trusted keys", extra={FIELDS: {"error": str(error)}})
            return trusted_keys()

    def _refuse(self, reference: str, error: ParcelrayError) -> None:
        """Note that a model does not serve. The first stays on show: it is the one that should."""
        reason: RefusalReason = next((word for kind, word in _REASONS if isinstance(error, kind)), "unusable")
        self._refused.append(reference)
        self.refusal = self.refusal or Refusal(reference, reason)
        fields = {"model": reference, "reason": reason, "error": str(error)}
        _LOGGER.error("model refused", extra={FIELDS: fields})

    def _show(self) -> None:
        if self.refusal is not None:
            fields = {"serves": self._current.reference, "refused": self.refusal.model, "reason": self.refusal.reason}
            _LOGGER.error("model stands in", extra={FIELDS: fields})
        self._metrics.show_model(self._current.package.manifest, another_is_refused=self.refusal is not None)

    def _stamps(self) -> list[tuple[int, int, int] | None]:
        """What changes when aliases or trusted keys do."""
        return [_stamp(self._registry.folder / name) for name in (ALIASES, TRUSTED_KEYS)]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
