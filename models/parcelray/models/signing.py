"""Signatures of model packages: ``signature.json`` beside ``manifest.json``, whose bytes it signs with ed25519.

::

    {"format": 1, "key": "64 hexadecimal digits", "signature": "128 hexadecimal digits"}

The manifest names the sha256 of every other file, so its signature is one of the whole package. ed25519 is that of
RFC 8032; private keys lie in files as PKCS #8 in PEM, without a password, for their owner alone.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parcelray.models.durable import replace_file, sync, write_new
from parcelray.models.errors import BadInputError, PackageTamperedError, PackageUntrustedError, SetupError
from parcelray.models.package import MANIFEST, ModelPackage, sha256_of
from parcelray.models.trust import PublicKey, TrustedKey

SIGNATURE = "signature.json"
_EVERYBODY_MAY_READ = 0o644


class Signature(BaseModel):
    """What ``signature.json`` holds.

    Attributes:
        key: the signer's public key, in hexadecimal.
        signature: of the manifest's bytes, in hexadecimal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    key: PublicKey
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


def make_key(file: Path) -> str:
    """Make a private key, in a file that only its owner can read.

    Returns:
        The public key that belongs to it, in hexadecimal.

    Raises:
        BadInputError: the file is there already, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    try:
        write_new(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        sync(file.parent)
    except FileExistsError as error:
        raise BadInputError(str(file), expected="a file that is not there yet", got="one that is") from error
    except OSError as error:
        got = error.strerror or str(error)
        raise BadInputError(str(file), expected="a place that can be written", got=got) from error
    return public_of(key)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file.

    Raises:
        SetupError: it cannot be read, is none, or others than its owner may read it. Nothing of it is told.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        data = file.read_bytes()
    except OSError as error:
        raise SetupError(f"{file}: expected a private key, got: {error.strerror or error}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SetupError(f"{file}: expected a private key for its owner alone (chmod 600), got mode {mode:o}")
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Nothing is chained: what is said about a key might quote it.
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SetupError(f"{file}: expected an ed25519 key as PKCS #8 in PEM without a password, got another file")
    return key


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half of a key, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def sign(folder: Path, key: Ed25519PrivateKey) -> Signature:
    """Sign a package, in place of the signature that it may have.

    Raises:
        PackageError: it is not whole.
    """
    package = ModelPackage.open(folder)
    manifest = (folder / MANIFEST).read_bytes()
    if sha256_of(manifest) != package.manifest_sha256:
        raise PackageTamperedError(f"model package {folder}: {MANIFEST} changed while it was being signed")
    signature = Signature(key=public_of(key), signature=key.sign(manifest).hex())
    replace_file(folder / SIGNATURE, f"{json.dumps(signature.model_dump(), indent=2)}\n".encode())
    # Like the package's other files: a signature is no secret.
    (folder / SIGNATURE).chmod(_EVERYBODY_MAY_READ)
    return signature


def signer_of(package: ModelPackage, keys: Iterable[TrustedKey]) -> TrustedKey:
    """Who signed a package.

    Args:
        package: as it was opened; what is checked is the manifest that was read then.
        keys: whose signatures count.

    Raises:
        PackageTamperedError: the signature is not one of this manifest, or is no signature.
        PackageUntrustedError: nobody signed it, or somebody who is not trusted.
    """
    subject = f"model package {package.folder}"
    try:
        signature = Signature.model_validate_json((package.folder / SIGNATURE).read_bytes())
        manifest = (package.folder / MANIFEST).read_bytes()
    except FileNotFoundError as error:
        raise PackageUntrustedError(f"{subject}: expected {SIGNATURE} of a trusted key, found none") from error
    except ValidationError as error:
        raise PackageTamperedError(f"{subject}: {SIGNATURE} is not a signature: {error.errors()[0]['msg']}") from error
    if sha256_of(manifest) != package.manifest_sha256:
        raise PackageTamperedError(f"{subject}: {MANIFEST} was altered since it was opened")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.key)).verify(
            bytes.fromhex(signature.signature), manifest
        )
    except (InvalidSignature, ValueError) as error:
        raise PackageTamperedError(f"{subject}: {MANIFEST} is not the one that was signed") from error
    for key in keys:
        if key.public == signature.key:
            return key
    raise PackageUntrustedError(f"{subject}: expected {SIGNATURE} of a trusted key, got one of key {signature.key}")
