"""A port that stays ours: while the server that listens on it is being started, and while it is down."""

from __future__ import annotations

import socket
import sys


class HeldPort:
    """A free TCP port on 127.0.0.1, kept from everybody who asks the system for any port.

    Linux lets a server that sets SO_REUSEADDR (as PostgreSQL and our service do) listen where a socket is bound that
    does not listen, and gives such a port to no one else. Where the system would refuse our own server, as macOS does,
    the port is let go at once, and another program might take it.
    """

    def __init__(self) -> None:
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._holder.bind(("127.0.0.1", 0))
        self.number: int = self._holder.getsockname()[1]
        if sys.platform != "linux":
            self.release()

    def release(self) -> None:
        """Give the port back; no harm when that was done before."""
        self._holder.close()
