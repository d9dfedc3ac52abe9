"""PostgreSQL's side of TLS, before a server that was built without: what comes decrypted is handed on as it is."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Length and number of the message, https://www.postgresql.org/docs/current/protocol-message-formats.html (SSLRequest).
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
_MOST = 65536


def write_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A key and a certificate of its own authority for a host's name, or address; the files, certificate first."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a hub's own authority")])
    now = datetime.now(UTC)
    try:
        host: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        host = x509.DNSName(name)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


class TlsFront:
    """Listens on a port of 127.0.0.1 for as long as the ``with`` block lasts.

    Args:
        port: of the server behind it, on 127.0.0.1.
        certificate: that it shows.
        key: of the certificate.

    Attributes:
        port: that it listens on.
        encrypted: how many connections came by TLS.
        plain: how many asked for none; they are shut.
    """

    def __init__(self, port: int, certificate: Path, key: Path) -> None:
        self._behind = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self.encrypted = self.plain = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would leave whoever waits in `accept` there.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if connection.recv(len(_SSL_REQUEST), socket.MSG_WAITALL) != _SSL_REQUEST:
                self.plain += 1
                return
            connection.sendall(b"S")
            with (
                self._context.wrap_socket(connection, server_side=True) as front,
                socket.create_connection(("127.0.0.1", self._behind)) as back,
            ):
                self.encrypted += 1
                threading.Thread(target=_hand_on, args=(back, front), daemon=True).start()
                _hand_on(front, back)


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_MOST):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
