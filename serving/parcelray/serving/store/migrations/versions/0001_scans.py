"""Scans, what was found in them, and what happened to them.

Migrations stand by themselves: what they make must not change when ``tables`` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
OF_VIEW = ("scan_number", "view_index")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "scans",
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("workstation", sa.String(64), nullable=False),
        sa.Column("scanner_id", sa.String(200)),
        sa.Column("consignment_id", sa.String(200)),
        sa.Column("taken_at", TIME),
        sa.Column("pixel_pitch_mm", sa.Float),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("screened_at", TIME),
        sa.Column("at", TIME, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("min_score", sa.Float),
        sa.Column("model_name", sa.String(64)),
        sa.Column("model_version", sa.String(64)),
        sa.Column("model_sha256", sa.String(64)),
        sa.Column("taxonomy", sa.Integer),
        sa.Column("operating", sa.JSON),
        sa.PrimaryKeyConstraint("number", name="pk_scans"),
        sa.UniqueConstraint("id", name="uq_scans_id"),
        sa.UniqueConstraint(
            "scanner_id", "taken_at", "content_sha256", name="uq_scans_scanner_id_taken_at_content_sha256"
        ),
        sqlite_autoincrement=True,
    )
    for column in (None, "scanner_id", "consignment_id", "state", "workstation"):
        columns = [name for name in (column, "at", "number") if name is not None]
        op.create_index(f"ix_scans_{'_'.join(columns)}", "scans", columns)
    op.create_table(
        "views",
        sa.Column("scan_number", COUNTER, autoincrement=False),
        sa.Column("index", sa.Integer, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("not_screened", sa.JSON),
        sa.PrimaryKeyConstraint("scan_number", "index", name="pk_views"),
        _of_scan("views"),
    )
    op.create_table(
        "files",
        sa.Column("scan_number", COUNTER, autoincrement=False),
        sa.Column("view_index", sa.Integer, autoincrement=False),
        sa.Column("band", sa.String(4)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255)),
        sa.PrimaryKeyConstraint("scan_number", "view_index", "band", name="pk_files"),
        _of_scan("files"),
        _of_view("files"),
    )
    op.create_table(
        "detections",
        sa.Column("scan_number", COUNTER, autoincrement=False),
        sa.Column("view_index", sa.Integer, autoincrement=False),
        sa.Column("rank", sa.Integer, autoincrement=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("group", sa.String(64), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        *(sa.Column(side, sa.Float, nullable=False) for side in ("x0", "y0", "x1", "y1")),
        sa.PrimaryKeyConstraint("scan_number", "view_index", "rank", name="pk_detections"),
        _of_scan("detections"),
        _of_view("detections"),
    )
    op.create_table(
        "scan_labels",
        sa.Column("label", sa.String(64)),
        sa.Column("at", TIME),
        sa.Column("scan_number", COUNTER, autoincrement=False),
        sa.PrimaryKeyConstraint("label", "at", "scan_number", name="pk_scan_labels"),
        _of_scan("scan_labels"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("workstation", sa.String(64)),
        sa.Column("key", sa.String(255)),
        sa.Column("scan_number", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("workstation", "key", name="pk_idempotency_keys"),
        _of_scan("idempotency_keys"),
    )
    op.create_table(
        "events",
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("workstation", sa.String(64), nullable=False),
        sa.Column("scan_number", COUNTER, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
        _of_scan("events"),
        sqlite_autoincrement=True,
    )
    for table in ("scan_labels", "idempotency_keys", "events"):
        op.create_index(f"ix_{table}_scan_number", table, ["scan_number"])
    op.create_index("ix_events_workstation_number", "events", ["workstation", "number"])


def downgrade() -> None:
    """Remove them, with all that is kept."""
    for table in ("events", "idempotency_keys", "scan_labels", "detections", "files", "views", "scans"):
        op.drop_table(table)


def _of_scan(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["scan_number"], ["scans.number"], name=f"fk_{table}_scan_number", ondelete="CASCADE"
    )


def _of_view(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        list(OF_VIEW), ["views.scan_number", "views.index"], name=f"fk_{table}_{'_'.join(OF_VIEW)}", ondelete="CASCADE"
    )
