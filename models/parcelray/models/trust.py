"""Whose signatures count: the keys that ship with parcelray, and those that a hub trusts besides.

A hub's own lie in ``DATA_DIR/models/trusted_keys.toml``, in the form of ours: ``trusted_keys.toml`` beside this module.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator

from parcelray.models.durable import make_private_folder, replace_file
from parcelray.models.errors import BadInputError, SetupError

TRUSTED_KEYS = "trusted_keys.toml"
SHIPPED_KEYS = Path(__file__).with_name(TRUSTED_KEYS)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected printable characters")
    return text


PublicKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class TrustedKey(BaseModel):
    """One key whose signatures count.

    Attributes:
        name: whose it is.
        public: the ed25519 key, 32 bytes in hexadecimal.
        since: from which day on it has been trusted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_printable)]
    public: PublicKey
    since: dt.date


class _KeyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    keys: tuple[TrustedKey, ...] = Field(default=())


def trusted_keys(models: Path | None = None) -> tuple[TrustedKey, ...]:
    """All keys that are trusted.

    Args:
        models: the folder ``models`` of a data folder, whose own keys count too.

    Raises:
        SetupError: a file of keys cannot be read, or is none. Nobody is trusted on a guess.
    """
    return read_keys(SHIPPED_KEYS) + (() if models is None else read_keys(models / TRUSTED_KEYS))


def read_keys(file: Path) -> tuple[TrustedKey, ...]:
    """The keys in a file; none where there is no such file.

    Raises:
        SetupError: it cannot be read, or is none.
    """
    try:
        return _KeyFile.model_validate(tomllib.loads(file.read_text("utf-8"))).keys
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise SetupError(f"{file}: expected a file that can be read, got: {error.strerror or error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SetupError(f"{file}: expected keys with name, public and since; {where}: {first['msg']}") from error
    except ValueError as error:
        raise SetupError(f"{file}: expected TOML, got text that is none ({error})") from error


def trust(models: Path, public: str, name: str) -> TrustedKey:
    """Trust one more key. The caller keeps others from doing so at the same time.

    Args:
        models: the folder ``models`` of a data folder; made where it is missing.
        public: the key in hexadecimal.
        name: whose it is.

    Raises:
        BadInputError: it is no key or no name, or is trusted already.
        SetupError: the file of keys cannot be read.
    """
    try:
        key = TrustedKey(name=name, public=public.strip().lower(), since=dt.datetime.now(dt.UTC).date())
    except ValidationError as error:
        if error.errors()[0]["loc"] == ("public",):
            expected = "a public key: 64 hexadecimal digits, as `parcelray models keygen` prints them"
            raise BadInputError("the key", expected=expected, got=repr(public[:80])) from error
        expected = "1 to 100 printable characters"
        raise BadInputError("the key's name", expected=expected, got=repr(name[:80])) from error
    for known in trusted_keys(models):
        if known.public == key.public:
            raise BadInputError("the key", expected="one that is not trusted yet", got=f"that of {known.name}")
        if known.name == key.name:
            raise BadInputError("the key's name", expected="one that no trusted key has", got=repr(name))
    make_private_folder(models)
    replace_file(models / TRUSTED_KEYS, _written((*read_keys(models / TRUSTED_KEYS), key)).encode())
    return key


def _written(keys: Iterable[TrustedKey]) -> str:
    lines = [
        "# Whose signed models this hub trusts, beside those of parcelray. Take a key out to trust it no more.",
        "format = 1",
    ]
    for key in keys:
        # A JSON string of printable characters is a string of TOML too.
        name = json.dumps(key.name, ensure_ascii=False)
        lines += ["", "[[keys]]", f"name = {name}", f'public = "{key.public}"', f"since = {key.since}"]
    return "\n".join(lines) + "\n"
