from __future__ import annotations

import unicodedata

import argon2
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from parcelray.models.errors import BadInputError
from parcelray.serving.people import passwords
from parcelray.serving.people.passwords import check_password, compare, hash_of, one_time_password
from support.people import PASSWORD


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("elevenchars", "expected 12 to 128 characters, got 11"),
        ("x" * 64 + "abcdef" * 11, "expected 12 to 128 characters, got 130"),
        ("my-Name-is-ANNA-mueller", "expected one without the account's name"),
        ("aaaaaaaaaaaaaaaa", "expected at least 5 different characters"),
        ("abababababab", "expected at least 5 different characters"),
        ("Password1234", "expected one that nobody guesses"),
        ("qwertyuiop12", "expected one that nobody guesses"),
    ],
)
def test_what_is_guessed_first_is_refused_and_not_repeated(password: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says) as raised:
        check_password(password, "anna")
    assert password not in str(raised.value)


@pytest.mark.parametrize("password", [PASSWORD, "пароль для смены", "all small letters", "x9" + "y8z7w6v5u4"])
def test_length_is_what_counts(password: str) -> None:
    check_password(password, "anna")


def test_the_common_ones_are_such_as_the_other_rules_let_through() -> None:
    assert len(passwords._common_passwords()) > 30
    for password in passwords._common_passwords():
        with pytest.raises(BadInputError, match="expected one that nobody guesses"):
            check_password(password, "anna")


def test_a_password_is_kept_as_argon2id_at_the_cost_that_the_rfc_recommends() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHash((Argon2Hasher(),)))
        parameters = argon2.extract_parameters(hash_of(PASSWORD))
    assert parameters.type is argon2.Type.ID
    # RFC 9106, section 4, the second recommended option.
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (64 * 1024, 3, 4)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)


def test_what_is_kept_fits_its_password_alone() -> None:
    kept = hash_of(PASSWORD)
    assert kept != hash_of(PASSWORD), "no salt"
    assert compare(PASSWORD, kept) == (True, None)
    assert compare(PASSWORD + " ", kept) == (False, None)
    assert compare("", kept) == (False, None)


def test_no_password_fits_where_there_is_no_account_and_it_is_compared_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []
    verify = passwords._HASHER.verify_and_update
    monkeypatch.setattr(
        passwords._HASHER, "verify_and_update", lambda *given: compared.append(given[1]) or verify(*given)
    )
    assert compare(PASSWORD, None) == (False, None)
    (kept,) = compared
    own = argon2.extract_parameters(hash_of(PASSWORD))
    assert argon2.extract_parameters(kept) == own, "it takes another time"


def test_the_same_letter_of_two_keyboards_is_the_same() -> None:
    composed, decomposed = (unicodedata.normalize(form, "größere Straße") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert compare(decomposed, hash_of(composed))[0]


def test_what_was_kept_at_a_lower_cost_is_to_be_kept_anew() -> None:
    kept = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=16, parallelism=2),)).hash(PASSWORD)
    fits, better = compare(PASSWORD, kept)
    assert fits
    assert better is not None
    assert compare(PASSWORD, better) == (True, None)
    assert compare("another one, no", kept) == (False, None)


def test_a_password_that_serves_once_cannot_be_guessed() -> None:
    made = {one_time_password() for _ in range(20)}
    assert len(made) == 20
    assert min(map(len, made)) >= 16
