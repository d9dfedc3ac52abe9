"""Indexes by time, for the figures of a period."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEXES = {"scan_labels": ("at", "scan_number"), "desk": ("queued_at",), "verdicts": ("at",)}


def upgrade() -> None:
    """Make them."""
    for table, columns in _INDEXES.items():
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    """Remove them."""
    for table, columns in _INDEXES.items():
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
