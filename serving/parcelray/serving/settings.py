"""``Settings``: everything about the service that its operator may choose, by option, environment or file."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from parcelray.models.errors import BadInputError
from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.settings_secrets import RefusedSecretError, database_url, read_secret
from parcelray.serving.settings_sources import ENV_PREFIX, Origin, Sources


def default_data_dir() -> Path:
    """One place for each user, whatever folder a command is started in: a key made in one is found by the other."""
    return user_data_path("parcelray")


class Settings(BaseSettings):
    """How the service runs. ``load_settings`` makes it from all sources; made directly, it has what it is given.

    The descriptions are what ``parcelray settings --markdown`` and so docs/settings.md say.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        # Compose files hand variables on that nobody has set.
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )

    config: Path | None = Field(
        default=None, description="TOML file with any of the settings below; without, no file is read."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 for all networks of the machine.")
    port: int = Field(default=8080, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder that holds all that the service keeps; without, parcelray's folder among the user's data "
        "(on Linux `~/.local/share/parcelray`).",
    )
    database_url_file: Path | None = Field(
        default=None,
        description="File that holds `database_url`, for systemd's LoadCredential and secrets of Docker. One of the "
        "two, not both.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="Database of records and keys: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE` "
        "(special characters of the password percent-encoded; `?sslmode=verify-full` where it is on another host); "
        "without, the SQLite file `parcelray.db` in `data_dir`.",
    )
    model: Path | None = Field(
        default=None,
        description="Folder of a model package; without, the champion of `data_dir`, which is the newest release that "
        "came with parcelray until another model is promoted.",
    )
    accept_unsigned: str | None = Field(
        default=None,
        description="`NAME VERSION` of the one model package that is served though nobody signed it who is trusted; "
        "without, none is.",
    )
    model_poll_s: float = Field(
        default=2.0, gt=0, description="The service looks every so many seconds whether another model was promoted."
    )
    max_body_bytes: int = Field(
        default=64 * 1024 * 1024, gt=0, description="A request with a body of more bytes is refused."
    )
    body_timeout_s: float = Field(
        default=30.0, gt=0, description="A request that has not arrived whole after so many seconds is given up."
    )
    max_views: int = Field(default=16, gt=0, description="A request with more views is refused.")
    max_pixels: int = Field(
        default=40_000_000, gt=0, description="A view with more pixels is refused, as soon as its header is read."
    )
    max_side: int = Field(
        default=20_000,
        gt=0,
        description="A view that is more pixels wide or high is refused, as soon as its header is read.",
    )
    max_waiting: int = Field(
        default=32, ge=0, description="So many requests may wait for a free core; the next is told to come back."
    )
    events_poll_s: float = Field(
        default=1.0,
        gt=0,
        description="An event stream looks every so many seconds for what another process stored.",
    )
    session_idle_s: int = Field(
        default=30 * 60,
        gt=0,
        description="Somebody who signed in is signed out after so many seconds of doing nothing.",
    )
    session_max_s: int = Field(
        default=12 * 3600, gt=0, description="Somebody who signed in is signed out after so many seconds in any case."
    )
    forwarded_from: str = Field(
        default="127.0.0.1,::1",
        description="Addresses or networks of proxies, with commas between: what they say in `X-Forwarded-Proto` and "
        "`X-Forwarded-For` is believed. It decides whether session cookies are for https alone, and whose failed "
        "sign-ins are counted together.",
    )
    queue_all: bool = Field(
        default=False,
        description="Every scan waits at the desk for an officer. Without, those do in which something was "
        "highlighted, and those with a view that was not screened.",
    )
    claim_s: int = Field(
        default=120,
        gt=0,
        description="A parcel that an officer has claimed is free for others after so many seconds, unless the "
        "officer's page says before that it goes on.",
    )
    second_person_severity: int = Field(
        default=1,
        ge=0,
        le=6,
        description="Two people release what is of a group of this severity or graver (1 is the gravest: firearms); 0 "
        "for no such rule.",
    )
    own_classes: str = Field(
        default="",
        description="Classes that officers may name beside those of the taxonomy and of the model, as `CLASS=GROUP` "
        "with commas between.",
    )
    shutdown_grace_s: int = Field(
        default=30, gt=0, description="For so many seconds a stopping service finishes what it has begun."
    )

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: ``load_settings`` brings the sources together, as it must know who gave what."""
        return (sources["init_settings"],)

    @field_validator("forwarded_from")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for one in value.split(","):
            try:
                ip_network(one.strip())
            except ValueError as error:
                # A name would never be the address that a proxy comes from, and nobody would notice.
                raise ValueError("addresses or networks with commas between") from error
        return value

    @field_validator("own_classes")
    @classmethod
    def _own_classes(cls, value: str) -> str:
        try:
            load_taxonomy().with_own(_parsed_own_classes(value))
        except ValueError as error:
            raise ValueError(f"CLASS=GROUP with commas between ({error})") from error
        return value

    @field_validator("database_url", mode="before")
    @classmethod
    def _read_from_file(cls, value: object, info: ValidationInfo) -> object:
        file: Path | None = info.data.get("database_url_file")
        if file is None:
            return value
        if value is not None:
            raise RefusedSecretError("no database_url_file beside it", "both")
        return read_secret(file)

    @field_validator("database_url", mode="after")
    @classmethod
    def _normalise(cls, value: SecretStr | None) -> SecretStr | None:
        return None if value is None else SecretStr(database_url(value.get_secret_value()))


def own_classes(settings: Settings) -> dict[str, str]:
    """What ``own_classes`` says: class -> group."""
    return _parsed_own_classes(settings.own_classes)


def _parsed_own_classes(text: str) -> dict[str, str]:
    own: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, group = (word.strip() for word in pair.partition("="))
        if not equals:
            raise ValueError(f"own class {pair!r}: expected CLASS=GROUP")
        if name in own:
            raise ValueError(f"own class {name!r}: expected it once, got it twice")
        own[name] = group
    return own


@dataclass(frozen=True)
class InForce:
    """A setting as the service would run with it; a secret in its wrapping, which does not show it."""

    name: str
    value: object
    origin: Origin


def load_settings(**options: Any) -> Settings:
    """Settings: the options that are not None, before ``PARCELRAY_*`` variables, before the file that ``config`` names.

    Raises:
        BadInputError: a value that cannot be, named as in its source; a name that is no setting's; a file that cannot
            be read.
    """
    return _load(options)[0]


def settings_in_force(**options: Any) -> tuple[InForce, ...]:
    """Every setting as ``load_settings`` sees it.

    Raises:
        BadInputError: as there.
    """
    settings, sources = _load(options)
    return tuple(
        InForce(name, getattr(settings, name), sources.origin(_giver(name, sources))) for name in Settings.model_fields
    )


def _load(options: dict[str, Any]) -> tuple[Settings, Sources]:
    sources = Sources.read(Settings, {name: value for name, value in options.items() if value is not None})
    try:
        return Settings(**sources.values), sources
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        subject = sources.subject(_giver(name, sources))
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, RefusedSecretError):
            raise BadInputError(subject, expected=cause.expected, got=cause.got) from error
        is_secret = SecretStr in get_args(Settings.model_fields[name].annotation)
        got = "a value that is not shown" if is_secret else repr(first["input"])
        expected = str(cause) if cause is not None else first["msg"].removeprefix("Input should be ")
        raise BadInputError(subject, expected=expected, got=got) from error


def _giver(name: str, sources: Sources) -> str:
    """The setting whose value decides about another's: ``database_url`` may come by way of a file."""
    if name == "database_url" and sources.origin(name) == "default" and "database_url_file" in sources.values:
        return "database_url_file"
    return name
