"""The tables, as the newest migration leaves them. They are the same on SQLite and on PostgreSQL.

A test holds them equal to what the migrations make. ``number`` orders rows as they were committed; the outside world
knows a scan by its random ``id``, which tells nobody how many there are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

LONGEST_NAME = 64
LONGEST_ID = 200
LONGEST_IDEMPOTENCY_KEY = 255
LONGEST_FILE_NAME = 255
SHA256_HEX = 64
LONGEST_PASSWORD_HASH = 255
LONGEST_NOTE = 2000
LONGEST_DESCRIPTION = 500
LONGEST_SEIZURE_NUMBER = 100
LONGEST_AMOUNT = 24

# SQLite counts rows only in columns of its own type INTEGER, which holds 64 bits.
Counter = BigInteger().with_variant(Integer(), "sqlite")

# Constraints by rule, so that a migration can name the one that it changes.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept in UTC: SQLite has no time zones, PostgreSQL would answer in the server's own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """A moment with any time zone, on its way in.

        Raises:
            ValueError: it has none.
        """
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"expected a time with its time zone, got {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """A moment with the time zone UTC, on its way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _scan_number(**options: Any) -> Column[int]:
    return Column("scan_number", Counter, ForeignKey("scans.number", ondelete="CASCADE"), **options)


scans = Table(
    "scans",
    metadata,
    Column("number", Counter, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    # The name of the key that sent it: it survives the key's rotation.
    Column("workstation", String(LONGEST_NAME), nullable=False),
    Column("scanner_id", String(LONGEST_ID)),
    Column("consignment_id", String(LONGEST_ID)),
    Column("taken_at", UtcTime),
    Column("pixel_pitch_mm", Float),
    Column("received_at", UtcTime, nullable=False),
    Column("screened_at", UtcTime),
    # What searches go by: when it was taken, or, where nobody said, when it came.
    Column("at", UtcTime, nullable=False),
    # Over the images with their fields and order, the metadata and min_score.
    Column("content_sha256", String(SHA256_HEX), nullable=False),
    Column("min_score", Float),
    Column("model_name", String(LONGEST_NAME)),
    Column("model_version", String(LONGEST_NAME)),
    Column("model_sha256", String(SHA256_HEX)),
    Column("taxonomy", Integer),
    Column("operating", JSON(none_as_null=True)),
    # The same scan of the same scanner and time is kept once. Where either is not known, nothing is unique.
    UniqueConstraint("scanner_id", "taken_at", "content_sha256"),
    Index(None, "at", "number"),
    Index(None, "scanner_id", "at", "number"),
    Index(None, "consignment_id", "at", "number"),
    Index(None, "state", "at", "number"),
    Index(None, "workstation", "at", "number"),
    # A number that was given out never comes again, not even after a restore.
    sqlite_autoincrement=True,
)

views = Table(
    "views",
    metadata,
    _scan_number(primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    # A list of {code, message}.
    Column("warnings", JSON, nullable=False),
    # {type, message} of a view that was not screened.
    Column("not_screened", JSON(none_as_null=True)),
)

files = Table(
    "files",
    metadata,
    _scan_number(primary_key=True),
    Column("view_index", Integer, primary_key=True, autoincrement=False),
    Column("band", String(4), primary_key=True),
    Column("sha256", String(SHA256_HEX), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("media_type", String(LONGEST_NAME), nullable=False),
    Column("file_name", String(LONGEST_FILE_NAME)),
    ForeignKeyConstraint(["scan_number", "view_index"], ["views.scan_number", "views.index"], ondelete="CASCADE"),
)

detections = Table(
    "detections",
    metadata,
    _scan_number(primary_key=True),
    Column("view_index", Integer, primary_key=True, autoincrement=False),
    # Best first.
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("label", String(LONGEST_NAME), nullable=False),
    Column("group", String(LONGEST_NAME), nullable=False),
    Column("score", Float, nullable=False),
    Column("x0", Float, nullable=False),
    Column("y0", Float, nullable=False),
    Column("x1", Float, nullable=False),
    Column("y1", Float, nullable=False),
    ForeignKeyConstraint(["scan_number", "view_index"], ["views.scan_number", "views.index"], ondelete="CASCADE"),
)

# Each label of a scan once, with the scan's time: a search for a rare label reads just its scans, newest first.
scan_labels = Table(
    "scan_labels",
    metadata,
    Column("label", String(LONGEST_NAME), primary_key=True),
    Column("at", UtcTime, primary_key=True),
    _scan_number(primary_key=True, index=True),
    # Whatever was found, in the order of time.
    Index(None, "at", "scan_number"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("workstation", String(LONGEST_NAME), primary_key=True),
    Column("key", String(LONGEST_IDEMPOTENCY_KEY), primary_key=True),
    _scan_number(nullable=False, index=True),
)

events = Table(
    "events",
    metadata,
    Column("number", Counter, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("workstation", String(LONGEST_NAME), nullable=False),
    _scan_number(nullable=False, index=True),
    # What happened: ``store.events.Kind``.
    Column("kind", String(16), nullable=False, server_default="scan"),
    # What is told, as it was then.
    Column("told", JSON, nullable=False),
    # A workstation that listens asks for its own alone.
    Index(None, "workstation", "number"),
    sqlite_autoincrement=True,
)

keys = Table(
    "keys",
    metadata,
    # A name stays taken when its key is revoked: what it sent stands in the records under it.
    Column("name", String(LONGEST_NAME), primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("sha256", String(SHA256_HEX), nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    # When its present secret was made.
    Column("rotated_at", UtcTime),
    Column("revoked_at", UtcTime),
    # To the minute.
    Column("last_used_at", UtcTime),
    Column("last_used_from", String(LONGEST_NAME)),
)

accounts = Table(
    "accounts",
    metadata,
    # As with keys, a name stays taken: what its holder did stands in the records under it.
    Column("name", String(LONGEST_NAME), primary_key=True),
    Column("role", String(16), nullable=False),
    # With the method and its cost, as argon2 writes it.
    Column("password_hash", String(LONGEST_PASSWORD_HASH), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # When its holder chose the password; null while it is one that serves once.
    Column("password_set_at", UtcTime),
    Column("deactivated_at", UtcTime),
    Column("signed_in_at", UtcTime),
    Column("signed_in_from", String(LONGEST_NAME)),
)

# Of those that are open: one that ends is removed, and the audit says how it ended.
sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(SHA256_HEX), primary_key=True),
    Column(
        "account", String(LONGEST_NAME), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("began_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

# Sign-ins that did not succeed, or not yet; each for as long as it counts.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("number", Counter, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False, index=True),
    # Only the sum of what was typed as the name: now and then it is a password.
    Column("name_sha256", String(SHA256_HEX), nullable=False),
    Column("address", String(LONGEST_NAME), nullable=False),
    Index(None, "name_sha256", "at"),
    Index(None, "address", "at"),
    sqlite_autoincrement=True,
)

# What people, and those who run the service, did to accounts and sessions. Rows are added, never changed.
audit = Table(
    "audit",
    metadata,
    Column("number", Counter, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    # Who: a person by the account's name, a key by its own, or the host's user; null for somebody who did not get in.
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(LONGEST_NAME)),
    Column("address", String(LONGEST_NAME)),
    Column("action", String(32), nullable=False),
    # The account or key that it was done to; null where there is none of the name that was given.
    Column("subject", String(LONGEST_NAME)),
    Column("details", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# The desk: what waits for officers, and how it was decided. One row for each scan that ever came there.
desk = Table(
    "desk",
    metadata,
    _scan_number(primary_key=True, autoincrement=False),
    Column("stage", String(16), nullable=False),
    # Of the gravest that is in it, 1 being gravest; 0 where a view was not screened (``desk.classes``).
    Column("severity", Integer, nullable=False),
    Column("queued_at", UtcTime, nullable=False),
    # Who claimed it last, also when that claim has run out; null once it was given back, or the stage has changed.
    Column("claimed_by", String(LONGEST_NAME)),
    # Null when nobody holds it.
    Column("claimed_until", UtcTime),
    # Who decided first, and so may not be the second person.
    Column("first_by", String(LONGEST_NAME)),
    # When nothing was left to be decided or found.
    Column("done_at", UtcTime),
    # What waits at a stage, in the order in which it is handed out.
    Index(None, "stage", "severity", "queued_at", "scan_number"),
    Index(None, "claimed_by", "claimed_until"),
    Index(None, "claimed_until"),
    Index(None, "done_at", "scan_number"),
    Index(None, "queued_at"),
)


def _given(numbered: str) -> tuple[Column[Any], ...]:
    """The columns of what a person says of a scan once and for ever, known by its own number when it is sent again."""
    return (
        Column(numbered, Counter, primary_key=True, autoincrement=True),
        _scan_number(nullable=False, index=True),
        Column("at", UtcTime, nullable=False),
        Column("by", String(LONGEST_NAME), nullable=False),
        Column("idempotency_key", String(LONGEST_IDEMPOTENCY_KEY), nullable=False),
        Column("request_sha256", String(SHA256_HEX), nullable=False),
        Column("note", String(LONGEST_NOTE)),
    )


# Rows are added, never changed.
verdicts = Table(
    "verdicts",
    metadata,
    *_given("number"),
    # At which it was given, and which it led to.
    Column("stage", String(16), nullable=False),
    Column("leads_to", String(16), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason", String(LONGEST_NAME), nullable=False),
    # When the officer's page had drawn the parcel, as the page says.
    Column("opened_at", UtcTime),
    UniqueConstraint("by", "idempotency_key"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

verdict_boxes = Table(
    "verdict_boxes",
    metadata,
    Column(
        "verdict_number", Counter, ForeignKey("verdicts.number", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("view_index", Integer, nullable=False),
    # Of the model's detection that it judges; null for one that the officer drew.
    Column("rank", Integer),
    Column("action", String(16), nullable=False),
    Column("label", String(LONGEST_NAME), nullable=False),
    Column("group", String(LONGEST_NAME), nullable=False),
    Column("x0", Float, nullable=False),
    Column("y0", Float, nullable=False),
    Column("x1", Float, nullable=False),
    Column("y1", Float, nullable=False),
)  # fmt: skip

# What a search found. Rows are added, never changed; of a scan's, the last one counts.
outcomes = Table(
    "outcomes",
    metadata,
    *_given("number"),
    Column("found", Boolean, nullable=False),
    Column("seizure_number", String(LONGEST_SEIZURE_NUMBER)),
    UniqueConstraint("by", "idempotency_key"),
    sqlite_autoincrement=True,
)

outcome_items = Table(
    "outcome_items",
    metadata,
    Column(
        "outcome_number", Counter, ForeignKey("outcomes.number", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # A class, or "other".
    Column("label", String(LONGEST_NAME), nullable=False),
    Column("where", String(LONGEST_NAME), nullable=False),
    Column("count", Integer),
    # A decimal number as it was written: SQLite has no exact ones.
    Column("amount", String(LONGEST_AMOUNT)),
    Column("currency", String(3)),
    Column("weight_g", Float),
    Column("description", String(LONGEST_DESCRIPTION)),
)  # fmt: skip

outcome_photos = Table(
    "outcome_photos",
    metadata,
    _scan_number(primary_key=True),
    # Of the photo as it is kept: made anew of what was sent, without what cameras write beside the picture.
    Column("sha256", String(SHA256_HEX), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("media_type", String(LONGEST_NAME), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(LONGEST_NAME), nullable=False),
)
