"""The accounts of people, their sessions, and the audit of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(64)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("password_set_at", TIME),
        sa.Column("deactivated_at", TIME),
        sa.Column("signed_in_at", TIME),
        sa.Column("signed_in_from", sa.String(64)),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64)),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name="fk_sessions_account", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("name_sha256", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sign_in_attempts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_attempts_at", "sign_in_attempts", ["at"])
    for column in ("name_sha256", "address"):
        op.create_index(f"ix_sign_in_attempts_{column}_at", "sign_in_attempts", [column, "at"])
    op.create_table(
        "audit",
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(64)),
        sa.Column("address", sa.String(64)),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Remove them: nobody can sign in, and what was noted of those who did is lost."""
    for table in ("audit", "sign_in_attempts", "sessions", "accounts"):
        op.drop_table(table)
