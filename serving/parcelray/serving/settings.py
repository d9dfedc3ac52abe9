"""``Settings``: everything about the service that its operator may choose, from the environment or the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from parcelray.models.errors import BadInputError

ENV_PREFIX = "PARCELRAY_"


def default_data_dir() -> Path:
    """One place for each user, whatever folder a command is started in: a key made in one is found by the other."""
    return user_data_path("parcelray")


class Settings(BaseSettings):
    """How the service runs. Each field is read from ``PARCELRAY_<NAME>`` unless it is given.

    Attributes:
        host: address to listen on; 0.0.0.0 for every network of the machine.
        port: TCP port to listen on; 0 takes a free one.
        data_dir: folder that holds the keys, and all else that the service keeps.
        model: folder of a model package; the newest shipped release when None.
        max_body_bytes: a larger request is refused.
        body_timeout_s: a request that has not arrived whole after so many seconds is given up.
        max_views: a request with more views is refused.
        max_pixels: a view with more pixels is refused from its header.
        max_side: a view that is wider or higher is refused from its header.
        max_waiting: so many requests may wait for a free core; the next is told to come back.
        shutdown_grace_s: so long a stopping service finishes what it has begun.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    data_dir: Path = Field(default_factory=default_data_dir)
    model: Path | None = None
    max_body_bytes: Annotated[int, Field(gt=0)] = 64 * 1024 * 1024
    body_timeout_s: Annotated[float, Field(gt=0)] = 30.0
    max_views: Annotated[int, Field(gt=0)] = 16
    max_pixels: Annotated[int, Field(gt=0)] = 40_000_000
    max_side: Annotated[int, Field(gt=0)] = 20_000
    max_waiting: Annotated[int, Field(ge=0)] = 32
    shutdown_grace_s: Annotated[int, Field(gt=0)] = 30


def load_settings(**options: Any) -> Settings:
    """Settings from the environment, with the options that are not None on top.

    Raises:
        BadInputError: a value that cannot be; named as its environment variable.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        subject = f"--{name.replace('_', '-')}" if name in given else f"{ENV_PREFIX}{name.upper()}"
        expected = first["msg"].removeprefix("Input should be ")
        raise BadInputError(subject, expected=expected, got=repr(first["input"])) from error
