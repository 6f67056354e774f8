"""Evidence in a chain, consent and greetings, marks on numbers, the office's own tables, limits on spending.

Must not: be edited once released.
"""

import sqlalchemy as sa
from alembic import op

from mcdesk.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("never", sa.Boolean(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("texts", types.Document(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number_key"),
    )
    op.create_index("forgotten_last_four", "forgotten", ["last_four"], unique=False)
    op.create_table(
        "greetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", types.PhoneNumber(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("audio_digest", sa.Text(), nullable=True),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("greetings_line", "greetings", ["line", "id"], unique=False)
    op.create_table(
        "marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", types.PhoneNumber(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "marks_in_force",
        "marks",
        ["number", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "rule_tables",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rule_tables_name", "rule_tables", ["name", "id"], unique=False)
    op.create_table(
        "spending",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("call", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lead", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("greeting", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence", types.Document(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"],
            ["calls.id"],
        ),
        sa.ForeignKeyConstraint(
            ["greeting"],
            ["greetings.id"],
        ),
        sa.ForeignKeyConstraint(
            ["lead"],
            ["leads.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consents_number", "consents", ["number_key", "id"], unique=False)
    op.create_index(
        "consents_wishes",
        "consents",
        ["number_key", "id"],
        unique=False,
        sqlite_where=sa.text("kind IN ('withdrawn', 'restored')"),
        postgresql_where=sa.text("kind IN ('withdrawn', 'restored')"),
    )
    op.create_table(
        "said",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.add_column("calls", sa.Column("attestation", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("rang_seconds", sa.Integer(), nullable=True))
    op.add_column("contacts", sa.Column("state", sa.Text(), nullable=True))
    op.add_column("contacts", sa.Column("hold_since", types.Instant(), nullable=True))
    op.add_column("contacts", sa.Column("hold_why", sa.Text(), nullable=True))
    op.add_column("contacts", sa.Column("detached_at", types.Instant(), nullable=True))
    op.add_column("crm_contacts", sa.Column("is_client", sa.Boolean(), nullable=True))
    op.add_column("decisions", sa.Column("digest", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("not_after", types.Instant(), nullable=True))
    op.add_column("leads", sa.Column("review_due", types.Instant(), nullable=True))
    op.add_column("messages", sa.Column("template", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("segments", sa.Integer(), nullable=True))
    op.add_column("messages", sa.Column("salt", sa.Text(), server_default="", nullable=False))
    op.add_column("suppressions", sa.Column("by", sa.Text(), nullable=True))
    op.add_column(
        "suppressions",
        sa.Column("at_provider", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("hooks", sa.Column("holds", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "hooks_holding",
        "hooks",
        ["id"],
        unique=False,
        sqlite_where=sa.text("holds"),
        postgresql_where=sa.text("holds"),
    )
