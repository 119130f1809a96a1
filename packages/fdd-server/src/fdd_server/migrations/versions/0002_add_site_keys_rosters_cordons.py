"""Add site keys, rosters, cordons."""

import sqlalchemy as sa
from alembic import op

from fdd_server import kernel

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rosters",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("published_at", kernel.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rosters")),
        sa.UniqueConstraint("digest", name=op.f("uq_rosters_digest")),
    )
    op.create_table(
        "site_keys",
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("until", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_keys_site_id_sites")),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_site_keys")),
    )
    op.create_index(op.f("ix_site_keys_site_id"), "site_keys", ["site_id"])
    # Until now a site had one key for all its life; when it began matters to nobody.
    op.execute(
        "INSERT INTO site_keys (public_key, site_id, since) SELECT public_key, id, 0 FROM sites"
    )
    with op.batch_alter_table("join_codes") as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.String(length=64), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_join_codes_replaces_sites"), "sites", ["replaces"], ["id"]
        )
    with op.batch_alter_table("sites") as batch_op:
        batch_op.add_column(
            sa.Column("cordoned_at", kernel.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("cordon_reason", sa.String(length=200), nullable=True))
