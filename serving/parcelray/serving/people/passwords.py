"""Passwords: which ones may be chosen, how they are kept, and how one is compared with what was kept.

Kept is what argon2id makes of them, at the second recommended cost of RFC 9106, section 4 (64 MiB, three passes), which
is argon2-cffi's default. The rules for choosing are those of NIST SP 800-63B, 3.1.1.2: length, no common ones, no name
of the account; no rules about digits and signs, and no regular change.
"""

from __future__ import annotations

import functools
import secrets
import unicodedata
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from parcelray.models.errors import BadInputError

SHORTEST = 12
LONGEST = 128
# Below, a password is one key or a few, held down.
_FEWEST_KINDS = 5
_ONE_TIME_BYTES = 12
_SUBJECT = "new password"
_COMMON = Path(__file__).with_name("common_passwords.txt")
_HASHER = PasswordHash((Argon2Hasher(),))


def check_password(password: str, account: str) -> None:
    """See that somebody may choose a password.

    Args:
        password: as it was typed.
        account: whose it is to be.

    Raises:
        BadInputError: it is too short, too long, or one of those that are tried first. The password is not repeated.
    """
    normal = _normal(password)
    if not SHORTEST <= len(normal) <= LONGEST:
        raise BadInputError(_SUBJECT, expected=f"{SHORTEST} to {LONGEST} characters", got=f"{len(normal)}")
    folded = normal.casefold()
    if account.casefold() in folded:
        raise BadInputError(_SUBJECT, expected="one without the account's name", got="one with it")
    if len(set(folded)) < _FEWEST_KINDS:
        raise BadInputError(_SUBJECT, expected=f"at least {_FEWEST_KINDS} different characters", got="fewer")
    if folded in _common_passwords():
        raise BadInputError(_SUBJECT, expected="one that nobody guesses", got="one of those that are tried first")


def one_time_password() -> str:
    """A password to be handed over, with which its holder signs in once, to choose another: 96 random bits."""
    return secrets.token_urlsafe(_ONE_TIME_BYTES)


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(_normal(password))


def compare(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether a password is the one that was kept.

    Args:
        password: as it was typed.
        kept: what ``hash_of`` made; None where there is no account. Then it takes as long, and is never the one.

    Returns:
        Whether it is, and what to keep from now on, where that was made at a cost of former times.
    """
    fits, better = _HASHER.verify_and_update(_normal(password), _hash_of_nobody() if kept is None else kept)
    return (fits, better) if kept is not None else (False, None)


def _normal(password: str) -> str:
    """The same for two keyboards that write one letter in two ways (RFC 8265, 4.2: NFC)."""
    return unicodedata.normalize("NFC", password)


@functools.cache
def _hash_of_nobody() -> str:
    return hash_of(secrets.token_urlsafe())


def prepare() -> None:
    """Make what is compared where there is no account, so that the first who asks for one does not wait for it."""
    _hash_of_nobody()


@functools.cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
