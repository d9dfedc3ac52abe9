import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from parcelray.models.errors import BadInputError, PackageTamperedError, PackageUntrustedError, SetupError
from parcelray.models.package import MANIFEST, ModelPackage
from parcelray.models.signing import SIGNATURE, make_key, public_of, read_key, sign, signer_of
from parcelray.models.store import release_folder
from parcelray.models.trust import TRUSTED_KEYS, TrustedKey, read_keys, trust, trusted_keys
from support.model_packages import variant

OURS, THEIRS = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
TRUSTED = (TrustedKey(name="ours", public=public_of(OURS), since="2026-01-01"),)


@pytest.fixture
def folder(tiny_package: Path, tmp_path: Path) -> Path:
    return variant(tiny_package, tmp_path / "package", OURS)


def test_the_shipped_release_is_signed_with_a_key_that_ships() -> None:
    assert signer_of(ModelPackage.open(release_folder()), trusted_keys()).name == "parcelray releases"


def test_who_signed_is_told(folder: Path) -> None:
    assert signer_of(ModelPackage.open(folder), TRUSTED) == TRUSTED[0]
    assert stat.S_IMODE((folder / SIGNATURE).stat().st_mode) == 0o644


def test_an_unsigned_and_a_foreign_package_are_untrusted(tiny_package: Path, folder: Path) -> None:
    with pytest.raises(PackageUntrustedError, match=r"expected signature\.json of a trusted key, found none"):
        signer_of(ModelPackage.open(tiny_package), TRUSTED)
    sign(folder, THEIRS)
    with pytest.raises(PackageUntrustedError, match=f"got one of key {public_of(THEIRS)}"):
        signer_of(ModelPackage.open(folder), TRUSTED)


def test_a_manifest_that_changed_by_a_blank_is_not_the_signed_one(folder: Path) -> None:
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write(" ")
    with pytest.raises(PackageTamperedError, match="not the one that was signed"):
        signer_of(ModelPackage.open(folder), TRUSTED)


def test_a_manifest_that_changes_after_opening_is_found(folder: Path, tiny_package: Path) -> None:
    package = ModelPackage.open(folder)
    (folder / MANIFEST).write_bytes((tiny_package / MANIFEST).read_bytes() + b"\n")
    with pytest.raises(PackageTamperedError, match="altered since it was opened"):
        signer_of(package, TRUSTED)


def test_nobody_signs_in_another_name(folder: Path) -> None:
    sign(folder, THEIRS)
    said = json.loads((folder / SIGNATURE).read_text())
    (folder / SIGNATURE).write_text(json.dumps(said | {"key": public_of(OURS)}))
    with pytest.raises(PackageTamperedError, match="not the one that was signed"):
        signer_of(ModelPackage.open(folder), TRUSTED)


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', "[]"])
def test_what_is_no_signature_is_refused(folder: Path, text: str) -> None:
    (folder / SIGNATURE).write_text(text)
    with pytest.raises(PackageTamperedError, match=r"signature\.json is not a signature"):
        signer_of(ModelPackage.open(folder), TRUSTED)


def test_a_key_is_made_for_its_owner_alone_and_only_once(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    public = make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert public_of(read_key(file)) == public
    with pytest.raises(BadInputError, match="expected a file that is not there yet"):
        make_key(file)
    with pytest.raises(BadInputError, match="expected a place that can be written"):
        make_key(tmp_path / "nowhere" / "key.pem")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key.pem"
    make_key(file)
    file.chmod(mode)
    with pytest.raises(SetupError, match=f"for its owner alone .* got mode {mode:o}"):
        read_key(file)


def test_what_is_no_key_of_ours_is_refused_and_not_told(tmp_path: Path) -> None:
    other_curve = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for number, data in enumerate([b"very secret", b"", other_curve]):
        file = tmp_path / str(number)
        file.touch(mode=0o600)
        file.write_bytes(data)
        with pytest.raises(SetupError, match="expected an ed25519 key") as refusal:
            read_key(file)
        assert "secret" not in str(refusal.value)
        assert refusal.value.__cause__ is None
    with pytest.raises(SetupError, match="No such file"):
        read_key(tmp_path / "none")


def test_a_hub_trusts_keys_of_its_own_beside_ours(tmp_path: Path) -> None:
    models = tmp_path / "models"
    key = trust(models, public_of(OURS).upper(), 'the "hub" in K\N{LATIN SMALL LETTER O WITH DIAERESIS}ln')
    trust(models, public_of(THEIRS), "another")
    assert key.public == public_of(OURS)
    assert [one.name for one in trusted_keys(models)] == ["parcelray releases", key.name, "another"]
    assert key in trusted_keys(models)
    assert stat.S_IMODE((models / TRUSTED_KEYS).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("public", "name", "expected"),
    [
        (public_of(OURS), "other", "one that is not trusted yet"),
        (trusted_keys()[0].public, "other", "one that is not trusted yet"),
        (public_of(THEIRS), "ours", "one that no trusted key has"),
        ("abc", "other", "a public key: 64 hexadecimal digits"),
        (public_of(THEIRS), "", "1 to 100 printable characters"),
        (public_of(THEIRS), "a\nb", "1 to 100 printable characters"),
    ],
)
def test_what_cannot_be_trusted_is_refused(tmp_path: Path, public: str, name: str, expected: str) -> None:
    trust(tmp_path, public_of(OURS), "ours")
    with pytest.raises(BadInputError, match=expected):
        trust(tmp_path, public, name)
    assert [one.name for one in read_keys(tmp_path / TRUSTED_KEYS)] == ["ours"]


@pytest.mark.parametrize("text", ["format = 2", "not toml", 'format = 1\n[[keys]]\nname = "x"\npublic = "y"'])
def test_a_broken_file_of_keys_trusts_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / TRUSTED_KEYS).write_text(text)
    with pytest.raises(SetupError, match=r"trusted_keys\.toml: expected"):
        trusted_keys(tmp_path)
