"""Brings a database to the tables that this version knows, or back to those of an older one. Alembic does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from parcelray.models.errors import BadInputError, SetupError
from parcelray.serving.store.database import Database
from parcelray.serving.store.database_errors import translated_errors

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that nobody else uses in this database: who holds it may change tables.
_LOCK = 0x7061726366
NOTHING = "nothing"


def upgrade(database: Database, revision: str = "head") -> None:
    """Make the tables, or bring them to a newer revision. In one transaction: it happens whole or not at all.

    Raises:
        SetupError: the database was made by a newer version, which this one would not understand.
        StorageError: the database does not answer or takes nothing.
    """
    current = current_revision(database)
    if current != NOTHING and current not in known_revisions():
        raise SetupError(
            f"database: expected a revision that this version knows (newest {known_revisions()[-1]}), got {current}; "
            "it belongs to a newer version of parcelray: install that one, or restore a backup of this one"
        )
    _run(database, "upgrade", revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the tables back to an older revision. What only the newer one keeps is lost.

    Raises:
        BadInputError: there is no such revision below the current one.
        StorageError: the database does not answer or takes nothing.
    """
    older = [*known_revisions(), NOTHING]
    if revision not in older:
        raise BadInputError("revision", expected=f"one of {', '.join(older)}", got=repr(revision))
    try:
        _run(database, "downgrade", "base" if revision == NOTHING else revision)
    except CommandError as error:
        raise BadInputError(
            "revision", expected=f"one below the database's, {current_revision(database)}", got=repr(revision)
        ) from error


def current_revision(database: Database) -> str:
    """The revision that the database is at, or ``nothing``.

    Raises:
        StorageError: the database does not answer.
    """
    with translated_errors(), database.engine.connect() as connection:
        return revision_within(connection)


def revision_within(connection: Connection) -> str:
    """The revision that a connection sees, or ``nothing``."""
    return MigrationContext.configure(connection).get_current_revision() or NOTHING


def known_revisions() -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def change_within(connection: Connection, direction: Literal["upgrade", "downgrade"], revision: str) -> None:
    """Change the tables as a part of a connection's transaction: it happens, or not, with all the rest of that.

    Args:
        connection: of a transaction that may write.
        direction: up or down from where the tables are.
        revision: Alembic's name for where to: a revision, ``head`` or ``base``.
    """
    if connection.dialect.name == "postgresql":
        # Two services that start at once: the second waits, then finds the work done.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)


def _run(database: Database, direction: Literal["upgrade", "downgrade"], revision: str) -> None:
    with database.changing_tables() as connection:
        change_within(connection, direction, revision)


def _config() -> Config:
    config = Config()
    # Alembic reads `%` in its options as the start of a variable.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
