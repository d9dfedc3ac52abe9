"""TLS to PostgreSQL, as the parameters of its URL ask for it.

They have libpq's names (https://www.postgresql.org/docs/current/libpq-ssl.html): ``sslmode=verify-full`` encrypts and
holds the server's certificate against the authorities in ``sslrootcert``, or the system's, and against the host's name;
``sslmode=disable`` does neither. Those between, which encrypt and take whoever answers for the server, are not known
here.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Literal

from sqlalchemy import URL

MODE, AUTHORITIES = "sslmode", "sslrootcert"
VERIFIED, PLAIN = "verify-full", "disable"


def without_tls_parameters(url: URL) -> URL:
    """The URL as the driver takes it: these parameters it would not know."""
    return url.difference_update_query([MODE, AUTHORITIES])


def tls_of(url: URL) -> ssl.SSLContext | Literal[False]:
    """What the driver is to do about TLS.

    Raises:
        OSError: the file of authorities cannot be read.
        ssl.SSLError: it holds none, as PEM.
    """
    if url.query.get(MODE, PLAIN) == PLAIN:
        return False
    authorities = url.query.get(AUTHORITIES)
    return ssl.create_default_context(cafile=None if authorities is None else Path(str(authorities)))
