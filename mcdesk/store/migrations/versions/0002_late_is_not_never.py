"""Blind periods, late texts one after another, numbers that answer like machines, more about connections.

Must not: be edited once released.
"""

import sqlalchemy as sa
from alembic import op

from mcdesk.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blind_periods",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("began_at", types.Instant(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("too_late", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("blind_periods_ended", "blind_periods", ["ended_at"], unique=False)
    op.create_table(
        "troubles",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("connection", "purpose"),
    )
    op.add_column("connections", sa.Column("next_try_at", types.Instant(), nullable=True))
    op.add_column("connections", sa.Column("newest_at", types.Instant(), nullable=True))
    op.add_column("connections", sa.Column("lag_seconds", sa.Integer(), nullable=True))
    op.add_column("connections", sa.Column("read_at", types.Instant(), nullable=True))
    op.add_column("connections", sa.Column("awake_at", types.Instant(), nullable=True))
    op.add_column("connections", sa.Column("sign_in_until", types.Instant(), nullable=True))
    op.add_column("contacts", sa.Column("machine_since", types.Instant(), nullable=True))
    op.create_index(
        "alerts_unread_of_lead",
        "alerts",
        ["lead"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("hooks_at", "hooks", ["at"], unique=False)
    op.add_column("jobs", sa.Column("paced", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "jobs_paced",
        "jobs",
        ["channel", "due"],
        unique=False,
        sqlite_where=sa.text("paced AND state = 'waiting'"),
        postgresql_where=sa.text("paced AND state = 'waiting'"),
    )
