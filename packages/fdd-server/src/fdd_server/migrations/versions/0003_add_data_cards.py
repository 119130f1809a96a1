"""Add data cards."""

import sqlalchemy as sa
from alembic import op

from fdd_server import kernel

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_cards",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("received_at", kernel.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_data_cards_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "handle", name=op.f("pk_data_cards")),
    )
