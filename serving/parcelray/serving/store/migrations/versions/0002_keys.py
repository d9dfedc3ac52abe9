"""The keys of those who call the service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "keys",
        sa.Column("name", sa.String(64)),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("rotated_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.Column("last_used_at", TIME),
        sa.Column("last_used_from", sa.String(64)),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
        sa.UniqueConstraint("sha256", name="uq_keys_sha256"),
    )


def downgrade() -> None:
    """Remove it: nobody can call the service until keys are made again."""
    op.drop_table("keys")
