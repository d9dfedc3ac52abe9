"""A server that keeps what it is sent: started as a process of its own by the tests of tests/support.

    python toy_server.py FOLDER careful|hasty|careless [PORT]

``careful`` answers when all is safe, ``hasty`` before, ``careless`` forgets to sync the folder. An error of the disk is
answered by its name. What comes is written to the journal, which stays open, and to a file of its own.
"""

import errno
import os
import socket
import sys
from pathlib import Path

folder, manner = Path(sys.argv[1]), sys.argv[2]
port = int(sys.argv[3]) if len(sys.argv) > 3 else 0


def sync_folder() -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(name: str, data: bytes) -> None:
    os.write(journal, data + b"\n")
    os.fdatasync(journal)
    part = folder / f"{name}.part"
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.rename(folder / name)
    if manner != "careless":
        sync_folder()


journal = os.open(folder / "journal", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
with socket.create_server(("127.0.0.1", port)) as listener:
    print(f"toy serves on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    for number in range(1000):
        connection, _ = listener.accept()
        with connection:
            data = connection.recv(1 << 16)
            answer = b"kept"
            if manner == "hasty":
                connection.sendall(answer)
            try:
                keep(f"part-{os.getpid()}-{number}", data)
            except OSError as error:
                answer = errno.errorcode[error.errno or 0].encode()
            if manner != "hasty":
                connection.sendall(answer)
