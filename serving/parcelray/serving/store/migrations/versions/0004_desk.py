"""The desk: what waits for officers, their verdicts, what searches found. Scans of before do not come to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and have events say what happened."""
    op.add_column("events", sa.Column("kind", sa.String(16), nullable=False, server_default="scan"))
    op.create_table(
        "desk",
        sa.Column("scan_number", COUNTER, autoincrement=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("claimed_until", TIME),
        sa.Column("first_by", sa.String(64)),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("scan_number", name="pk_desk"),
        _of_scan("desk"),
    )
    for columns in (
        ("stage", "severity", "queued_at", "scan_number"),
        ("claimed_by", "claimed_until"),
        ("claimed_until",),
        ("done_at", "scan_number"),
    ):
        op.create_index(f"ix_desk_{'_'.join(columns)}", "desk", list(columns))
    _create_given(
        "verdicts",
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("leads_to", sa.String(16), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("opened_at", TIME),
    )
    op.create_table(
        "verdict_boxes",
        sa.Column("verdict_number", COUNTER, autoincrement=False),
        sa.Column("position", sa.Integer, autoincrement=False),
        sa.Column("view_index", sa.Integer, nullable=False),
        sa.Column("rank", sa.Integer),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("group", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("x0", "y0", "x1", "y1")),
        sa.PrimaryKeyConstraint("verdict_number", "position", name="pk_verdict_boxes"),
        _part_of("verdict_boxes", "verdict_number", "verdicts"),
    )
    _create_given(
        "outcomes",
        sa.Column("found", sa.Boolean, nullable=False),
        sa.Column("seizure_number", sa.String(100)),
    )
    op.create_table(
        "outcome_items",
        sa.Column("outcome_number", COUNTER, autoincrement=False),
        sa.Column("position", sa.Integer, autoincrement=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("where", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer),
        sa.Column("amount", sa.String(24)),
        sa.Column("currency", sa.String(3)),
        sa.Column("weight_g", sa.Float),
        sa.Column("description", sa.String(500)),
        sa.PrimaryKeyConstraint("outcome_number", "position", name="pk_outcome_items"),
        _part_of("outcome_items", "outcome_number", "outcomes"),
    )
    op.create_table(
        "outcome_photos",
        sa.Column("scan_number", COUNTER),
        sa.Column("sha256", sa.String(64)),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("scan_number", "sha256", name="pk_outcome_photos"),
        _of_scan("outcome_photos"),
    )


def downgrade() -> None:
    """Remove them: what officers decided and searches found is lost."""
    for table in ("outcome_photos", "outcome_items", "outcomes", "verdict_boxes", "verdicts", "desk"):
        op.drop_table(table)
    op.execute("DELETE FROM events WHERE kind <> 'scan'")
    op.drop_column("events", "kind")


def _create_given(table: str, *columns: sa.Column[object]) -> None:
    """A table of what people say of scans."""
    op.create_table(
        table,
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("scan_number", COUNTER, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("note", sa.String(2000)),
        *columns,
        sa.PrimaryKeyConstraint("number", name=f"pk_{table}"),
        sa.UniqueConstraint("by", "idempotency_key", name=f"uq_{table}_by_idempotency_key"),
        _of_scan(table),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_scan_number", table, ["scan_number"])


def _of_scan(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["scan_number"], ["scans.number"], name=f"fk_{table}_scan_number", ondelete="CASCADE"
    )


def _part_of(table: str, column: str, whole: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{whole}.number"], name=f"fk_{table}_{column}", ondelete="CASCADE")
