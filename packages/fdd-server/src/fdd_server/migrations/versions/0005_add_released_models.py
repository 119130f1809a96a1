"""Add released models."""

import sqlalchemy as sa
from alembic import op

from fdd_server import kernel

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "released_models",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("licence", sa.String(length=64), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=False),
        sa.Column("released_at", kernel.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", kernel.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_released_models_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_released_models")),
    )
    op.create_table(
        "released_model_uses",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("molecules", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_released_model_uses_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["released_models.run_id"],
            name=op.f("fk_released_model_uses_run_id_released_models"),
        ),
        sa.PrimaryKeyConstraint("run_id", "account_id", name=op.f("pk_released_model_uses")),
    )
