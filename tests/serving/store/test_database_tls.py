"""The database by TLS: a real PostgreSQL, behind what speaks TLS for it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from parcelray.models.errors import StorageError
from parcelray.serving.store.database import Database
from parcelray.serving.store.database_errors import reason_of
from parcelray.serving.store.migrate import upgrade
from support.postgres import PostgresCluster
from support.tls_front import TlsFront, write_certificate


@pytest.fixture
def front(postgres: PostgresCluster, tmp_path: Path) -> Iterator[TlsFront]:
    with TlsFront(postgres.port, *write_certificate(tmp_path, "127.0.0.1")) as front:
        yield front


@pytest.fixture
def name(postgres: PostgresCluster) -> Iterator[str]:
    name = postgres.create_database()
    yield name
    postgres.drop_database(name)


def open_database(postgres: PostgresCluster, name: str, front: TlsFront, **query: object) -> Database:
    url = make_url(postgres.url(name)).set(port=front.port)
    return Database(url.update_query_dict({key: str(value) for key, value in query.items()}))


def test_all_connections_are_encrypted_to_a_server_that_is_known(
    postgres: PostgresCluster, name: str, front: TlsFront, tmp_path: Path
) -> None:
    known = {"sslmode": "verify-full", "sslrootcert": tmp_path / "certificate.pem"}
    with closing(open_database(postgres, name, front, **known)) as database:
        # By another connection than those of the pool.
        upgrade(database)
        with database.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM scans")) == 0
            assert connection.scalar(text("SHOW datestyle")).startswith("ISO")
    assert front.encrypted >= 2
    assert front.plain == 0


@pytest.mark.parametrize(
    ("host", "authorities", "says"),
    [
        ("localhost", "certificate.pem", "IP address mismatch, certificate is not valid for '127.0.0.1'"),
        ("127.0.0.1", "other/certificate.pem", "self-signed certificate"),
        ("127.0.0.1", None, "self-signed certificate"),
    ],
)
def test_nothing_is_told_to_a_server_that_is_not(
    postgres: PostgresCluster, name: str, tmp_path: Path, host: str, authorities: str | None, says: str
) -> None:
    write_certificate(tmp_path / "other", "127.0.0.1")
    query = {"sslmode": "verify-full"} | ({"sslrootcert": tmp_path / authorities} if authorities else {})
    with (
        TlsFront(postgres.port, *write_certificate(tmp_path, host)) as front,
        closing(open_database(postgres, name, front, **query)) as database,
    ):
        with pytest.raises(StorageError) as raised, database.reading():
            pass
        assert says in reason_of(raised.value.__cause__)
        assert (front.encrypted, front.plain) == (0, 0)


def test_a_server_that_speaks_no_tls_is_told_so(postgres: PostgresCluster, name: str) -> None:
    with closing(Database(make_url(postgres.url(name)).update_query_dict({"sslmode": "verify-full"}))) as database:
        with pytest.raises(StorageError) as raised, database.reading():
            pass
        assert reason_of(raised.value.__cause__) == "Server refuses SSL"


def test_a_file_without_certificates_is_no_authority(postgres: PostgresCluster, name: str, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    url = make_url(postgres.url(name)).update_query_dict(
        {"sslmode": "verify-full", "sslrootcert": str(tmp_path / "empty.pem")}
    )
    with pytest.raises(ssl.SSLError, match="NO_CERTIFICATE_OR_CRL_FOUND"):
        Database(url)
